//! Failed sessions by network and address, on either side, with the names of addresses on demand.

use std::net::IpAddr;

use engine::Names;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{
    Day, DomainName,
    by_address::{ByAddress, Sum},
    format,
};
use serde::Deserialize;

use super::{
    DomainHead, Tab,
    asked::Asked,
    named,
    summary::{filters::Chips, range::RangePicker},
    take_away::{in_file, shown},
};
use crate::{
    components::{Date, Exports, said, when_ready},
    context, http,
    problem::Problem,
};

/// Which address's names are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Reverse {
    address: String,
}

/// The page.
#[component]
pub fn DomainNetworksPage() -> impl IntoView {
    let name = named();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    let asked = Asked::here(use_location().pathname.get_untracked(), now.day());
    let address: Option<IpAddr> = http::asked::<Reverse>().address.trim().parse().ok();
    when_ready(async move {
        let (name, workspace) = (name?, visitor?.workspace);
        let range = asked.span.range(now.day());
        let (by, cut) = engine
            .failures_by_address(workspace, &name, range, &asked.filter)
            .await?
            .ok_or_else(|| Problem::NoDomain(name.to_string()))?;
        // Nobody asks through us about what no report of theirs names.
        let named = match address.filter(|address| by.shows(*address)) {
            Some(address) => engine.names_of(address).await?.map(|names| (address, names)),
            None => None,
        };
        let asks = engine.tells_names();
        Ok(view! { <NetworksView name by cut asked named asks today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn NetworksView(
    /// Which domain.
    name: DomainName,
    /// What failed.
    by: ByAddress,
    /// Whether there may be more.
    cut: bool,
    /// What is asked for.
    asked: Asked,
    /// The names of one address.
    named: Option<(IpAddr, Names)>,
    /// Whether names can be asked for.
    asks: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let empty = by.sending.is_empty();
    let query = in_file(&name, shown(asked.span.range(today), &asked.filter));
    let summary = asked.elsewhere(&format!("/domains/{name}"));
    let asking = Asking { asked: asked.clone(), named, asks };
    let tables = if empty {
        let words = if asked.filter.is_empty() {
            "No failure in this time."
        } else {
            "No failure in this time fits these filters."
        };
        view! { <p class="panel none">{words}</p> }.into_any()
    } else {
        view! {
            <AddressTable
                heading="By sending network"
                what="Network"
                sums=by.networks
                side=Side::Network
                names=asking.clone()
                today
            />
            <AddressTable
                heading="By sending address"
                what="Address of the sender"
                sums=by.sending
                side=Side::Sending
                names=asking.clone()
                today
            />
            <AddressTable
                heading="By receiving address"
                what="Address of the MX host"
                sums=by.receiving
                side=Side::Receiving
                names=asking
                today
            />
            <p class="hint">
                "Each table has the 50 rows with most failures, and tells the first 1,000 of each report apart; this file has all."
            </p>
            <Exports list="failures" query/>
        }
        .into_any()
    };
    view! {
        <DomainHead name tab=Tab::Networks/>
        <RangePicker asked=asked.clone() today/>
        <Chips asked/>
        <p class="hint">
            "Failed sessions between which addresses, as reports tell. One network alone points to that sender or to the path between; all of \
             them at one of your addresses point to that host. What reports tell in detail is kept for as long as Settings say. "
            <a href=summary>"Choose filters on the Summary"</a> "."
        </p>
        {cut
            .then(|| {
                view! {
                    <p class="caution" role="note">
                        "There is more than is read at once: these are the largest of the latest days. Choose fewer days to see all of them."
                    </p>
                }
            })}
        {tables}
    }
    .into_any()
}

/// Whose addresses a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Networks of senders.
    Network,
    /// Addresses of senders.
    Sending,
    /// Our own.
    Receiving,
}

/// What is known of names, and how to ask for more.
#[derive(Clone, Debug)]
pub struct Asking {
    asked: Asked,
    named: Option<(IpAddr, Names)>,
    asks: bool,
}

/// What failed by some kind of address.
#[component]
pub fn AddressTable(
    /// What the table shows.
    heading: &'static str,
    /// What its rows are.
    what: &'static str,
    /// Most first.
    sums: Vec<Sum>,
    /// Whose.
    side: Side,
    /// Their names.
    names: Asking,
    /// Today.
    today: Day,
) -> impl IntoView {
    let beside = if side == Side::Receiving { "MX host" } else { "Told by" };
    let rows = sums
        .into_iter()
        .map(|sum| {
            let address = sum.public_address().filter(|_| side != Side::Network);
            let name = sum.name.as_deref().map_or_else(|| "not said".to_owned(), said);
            let more = (sum.addresses > 1 && side == Side::Network)
                .then(|| view! { <small>{format!("{} addresses", sum.addresses)}</small> });
            let beside = if side == Side::Receiving { &sum.hosts } else { &sum.reporters };
            let beside = beside.iter().map(|name| said(name)).collect::<Vec<_>>().join(", ");
            let types = sum.result_types.iter().map(|of| said(of)).collect::<Vec<_>>().join(", ");
            view! {
                <tr>
                    <th scope="row" class="name">{name}{more}{address.map(|address| view! { <ItsName address names=names.clone()/> })}</th>
                    <td class="n">{format::thousands(sum.failed)}</td>
                    <td class="name">{types}</td>
                    <td class="name">{beside}</td>
                    <td class="n"><Date day=sum.last today/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{heading}</h2>
            <table class="list networks">
                <thead>
                    <tr>
                        <th scope="col">{what}</th>
                        <th scope="col" class="n">"Failed"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">{beside}</th>
                        <th scope="col" class="n">"Last"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// What an address is called, or a button that asks.
#[component]
fn ItsName(address: IpAddr, names: Asking) -> impl IntoView {
    let Asking { asked, named, asks } = names;
    if let Some((_, told)) = named.filter(|(of, _)| *of == address) {
        return view! { <small role="status">{names_words(&told)}</small> }.into_any();
    }
    if !asks {
        return ().into_any();
    }
    let kept = asked.span.written().into_iter().chain(asked.filter.written());
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    view! {
        <form method="get" action=asked.path>
            {kept}
            <button class="plain small" name="address" value=address.to_string()>
                "Name" <span class="unseen">{format!(" of {address}")}</span>
            </button>
        </form>
    }
    .into_any()
}

/// What reverse DNS tells, in words. The names are the network owner's, and do not act.
fn names_words(names: &Names) -> String {
    match names {
        Names::Found(names) => names.iter().map(|name| said(name)).collect::<Vec<_>>().join(", "),
        Names::Absent => "has no name in DNS".to_owned(),
        Names::CannotTell(why) => format!("its name cannot be told: {}", said(why)),
        Names::NotPublic => "not a public address, so nobody is asked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_do_not_act() {
        let told = names_words(&Names::Found(vec!["a.example".to_owned(), "b\u{202e}.example".to_owned()]));
        assert_eq!(told, "a.example, b\\u{202e}.example");
        assert!(names_words(&Names::CannotTell("SERVFAIL".to_owned())).ends_with("SERVFAIL"));
    }
}
