//! A domain's report addresses: its own, and those whose grace time runs.

use engine::domain_settings::ReportAddress;
use leptos::prelude::*;
use model::{DomainName, Timestamp};
use server_fn::ServerFn as _;

use crate::{
    components::{Code, Instant},
    context, http,
    pages::domain::edited,
};

/// The grace times that the form offers, in days, with their words.
const GRACE: [(u16, &str); 4] =
    [(30, "for 30 days more"), (7, "for 7 days more"), (90, "for 90 days more"), (0, "no longer: it is dead at once")];

/// Gives a domain a new address.
#[server(prefix = "/do", endpoint = "rotate_address")]
pub async fn rotate_address(
    /// The domain.
    #[server(default)]
    domain: String,
    /// For how many days the old address stays valid.
    #[server(default)]
    grace: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "settings") else { return Ok(()) };
    // What no form of ours says is the first that it offers.
    let offered = GRACE.into_iter().map(|(days, _)| days).find(|days| days.to_string() == grace);
    let days = offered.unwrap_or(GRACE[0].0);
    let done = context::engine().rotate_address(visitor.workspace, &name, days, context::now()).await;
    let error = match done {
        Ok(_) => "",
        Err(error) => {
            tracing::error!(%error, "an address cannot be rotated");
            "?error=unavailable"
        }
    };
    http::see_other(&format!("{page}{error}#addresses"));
    Ok(())
}

/// Ends the grace time of an address.
#[server(prefix = "/do", endpoint = "retire_address")]
pub async fn retire_address(
    /// The domain.
    #[server(default)]
    domain: String,
    /// The address.
    #[server(default)]
    address: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "settings") else { return Ok(()) };
    let done = context::engine().retire_address(visitor.workspace, &name, &address, context::now()).await;
    let error = match done {
        Ok(true) => "",
        Ok(false) => "?error=address",
        Err(error) => {
            tracing::error!(%error, "an address cannot be retired");
            "?error=unavailable"
        }
    };
    http::see_other(&format!("{page}{error}#addresses"));
    Ok(())
}

/// The addresses, and the form that gives a new one.
#[component]
pub fn Addresses(
    /// Which domain.
    name: DomainName,
    /// Its own first.
    addresses: Vec<ReportAddress>,
    /// Whether the visitor may change them.
    may: bool,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let rows = addresses
        .into_iter()
        .map(|address| {
            let domain = name.to_string();
            view! { <Row domain address may now/> }
        })
        .collect_view();
    let choices =
        GRACE.into_iter().map(|(days, words)| view! { <option value=days.to_string()>{words}</option> }).collect_view();
    view! {
        <section class="panel" id="addresses" aria-labelledby="addresses-title">
            <h2 id="addresses-title">"Report addresses"</h2>
            <dl class="record">{rows}</dl>
            {may
                .then(|| {
                    view! {
                        <form class="filters" method="post" action=RotateAddress::url()>
                            <input type="hidden" name="domain" value=name.to_string()/>
                            <label><span>"The address it has is valid"</span><select name="grace">{choices}</select></label>
                            <button class="plain">"Give it a new address"</button>
                        </form>
                    }
                })}
            <p class="hint">
                "A new address is of use when the old one is flooded with reports that nobody sent in earnest. Publish the record with \
                 the new address before the old one ends: what comes to it then is turned away."
            </p>
        </section>
    }
    .into_any()
}

/// One address, how long it is valid, and the button that ends its grace time.
#[component]
fn Row(
    /// The domain.
    domain: String,
    /// The address.
    address: ReportAddress,
    /// Whether the visitor may end it.
    may: bool,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let today = now.day();
    let ReportAddress { address, created, retired } = address;
    let (word, state) = match retired {
        None => ("Valid", view! { "its own since " <Instant at=created today/> }.into_any()),
        Some(at) if at > now => ("Grace", view! { "still valid until " <Instant at today/> }.into_any()),
        Some(at) => ("Over", view! { "not valid since " <Instant at today/> }.into_any()),
    };
    let in_grace = retired.is_some_and(|at| at > now);
    let end = (may && in_grace).then(|| {
        view! {
            <form method="post" action=RetireAddress::url()>
                <input type="hidden" name="domain" value=domain/>
                <input type="hidden" name="address" value=address.clone()/>
                <button class="plain">"End it now"</button>
            </form>
        }
    });
    view! {
        <div>
            <dt>{word}</dt>
            <dd><Code what="the address" text=address/><small>{state}</small>{end}</dd>
        </div>
    }
    .into_any()
}
