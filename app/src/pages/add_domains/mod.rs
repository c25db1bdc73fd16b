//! Add domains: many names in, and for each the exact records to publish, or what is wrong with the name.
//!
//! What was asked for stands in the URL, so the answer can be loaded again, kept and shared; adding twice is no error.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    DomainName, Role, format,
    view::{DnsRecord, DomainSetup},
};
use server_fn::ServerFn as _;

use super::{domain::Records, query};
use crate::{
    components::{Code, link, said, when_ready},
    context, http,
    problem::Problem,
};

/// Characters of names that an answer's URL carries; proxies commonly take 8 KiB in all.
const URL_BUDGET: usize = 3_000;

/// Adds all names that are domains, and leads to the page that shows each with its result.
#[server(prefix = "/do", endpoint = "add_domains")]
pub async fn add_domains(
    /// Domain names, apart by white space, commas or semicolons.
    #[server(default)]
    names: String,
) -> Result<(), ServerFnError> {
    let visitor = match context::member(Role::Editor) {
        Ok(visitor) => visitor,
        Err(problem) => {
            problem.send_away("/domains/add");
            return Ok(());
        }
    };
    let (engine, now) = (context::engine(), context::now());
    let mut error = "";
    for name in asked_for(&names).iter().filter_map(|asked| DomainName::parse(asked).ok()) {
        if let Err(cause) = engine.add_domain(visitor.workspace, &name, now).await {
            tracing::error!(error = %cause, "domains cannot be added");
            error = "unavailable";
            break;
        }
    }
    let (shown, more) = within_budget(asked_for(&names));
    let more = if more == 0 { String::new() } else { more.to_string() };
    http::see_other(&link("/domains/add", &[("names", &shown), ("more", &more), ("error", error)]));
    Ok(())
}

/// The names in what was typed: apart by white space, commas or semicolons, each once.
fn asked_for(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = vec![];
    let mut seen = std::collections::HashSet::new();
    for name in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|name| !name.is_empty()) {
        if seen.insert(name) {
            names.push(name);
        }
    }
    names
}

/// As many names as a URL may carry, those that are no domains first, and how many are left out.
fn within_budget(mut names: Vec<&str>) -> (String, usize) {
    names.sort_by_key(|name| DomainName::parse(name).is_ok());
    let mut shown = String::new();
    for (i, name) in names.iter().enumerate() {
        if shown.len() + name.len() >= URL_BUDGET {
            // One name longer than the budget is no domain; its beginning says which it was.
            if shown.is_empty() {
                return (name.chars().take(URL_BUDGET / 12).collect(), names.len() - 1);
            }
            return (shown, names.len() - i);
        }
        if i > 0 {
            shown.push(' ');
        }
        shown.push_str(name);
    }
    (shown, 0)
}

/// What became of one name.
pub enum Outcome {
    /// It is watched, and this is to be published.
    Watched(DomainName, DomainSetup),
    /// It is a domain and is not watched.
    NotYet(DomainName),
    /// It is no domain: what was typed, and why not.
    NoDomain(String, String),
}

/// The page.
#[component]
pub fn AddDomainsPage() -> impl IntoView {
    let query = query();
    let names = query.get("names").unwrap_or_default();
    let more = query.get("more").and_then(|more| more.parse().ok()).unwrap_or(0);
    let unavailable = query.get("error").as_deref() == Some("unavailable");
    let (visitor, engine) = (context::visitor(), context::engine());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let mut outcomes = vec![];
        for asked in asked_for(&names) {
            outcomes.push(match DomainName::parse(asked) {
                Err(error) => Outcome::NoDomain(asked.to_owned(), error.to_string()),
                Ok(name) => match engine.domain_setup(workspace, &name).await.map_err(Problem::from)? {
                    Some(setup) => Outcome::Watched(name, setup),
                    None => Outcome::NotYet(name),
                },
            });
        }
        Ok(view! { <AddDomainsView outcomes more unavailable/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn AddDomainsView(
    /// What became of each name; empty before anything was asked for.
    outcomes: Vec<Outcome>,
    /// Names that were added and are not shown.
    more: u64,
    /// Whether the database failed while names were added.
    unavailable: bool,
) -> impl IntoView {
    let mut watched = vec![];
    let mut open = vec![];
    for outcome in outcomes {
        match outcome {
            Outcome::Watched(name, setup) => watched.push((name, setup)),
            Outcome::NotYet(name) => open.push((name.to_string(), "not added yet".to_owned())),
            Outcome::NoDomain(typed, why) => open.push((typed, why)),
        }
    }
    let asked = !watched.is_empty() || !open.is_empty();
    view! {
        <Title text="Add domains"/>
        <p class="crumbs"><a href="/">"Overview"</a>" / Add domains"</p>
        <div class="title">
            <h1>"Add domains"</h1>
            <p class="lede">
                {if asked {
                    "Each domain has a report address of its own. Publish its record, and reports begin to come."
                } else {
                    "Each domain gets a report address of its own, and the exact record to publish."
                }}
            </p>
        </div>
        {unavailable
            .then(|| {
                view! {
                    <p class="alert" role="alert">
                        "The database did not answer, so some names are not added yet. Try those again in a moment; the cause \
                         is in the server's log."
                    </p>
                }
            })}
        {(!open.is_empty()).then(|| view! { <Corrections open/> })}
        {(!watched.is_empty()).then(|| view! { <Added watched/> })}
        {(more > 0)
            .then(|| {
                view! {
                    <p class="caution" role="note">
                        {format!("{} more were asked for and are not shown here. ", format::counted(more, "name"))}
                        "Those that are domains were added: find them on the " <a href="/">"Overview"</a>
                        ", each with its record on the tab Records. “waxseal domain add” prints the records of any number."
                    </p>
                }
            })}
        <form class="panel fields" method="post" action=AddDomains::url()>
            <label>
                <span>{if asked { "More domain names" } else { "Domain names" }}</span>
                <textarea
                    name="names"
                    rows="6"
                    required
                    spellcheck="false"
                    autocapitalize="off"
                    placeholder="example.com\nexample.net\nbücher.example"
                ></textarea>
                <small>"One on each line, or apart by commas or spaces. The mail domain, that is the part after the @."</small>
            </label>
            <button class="button">"Add"</button>
        </form>
    }
    .into_any()
}

/// Names that were not added, each beside the reason, ready to be corrected.
#[component]
pub fn Corrections(
    /// What was typed, and why it was not added.
    open: Vec<(String, String)>,
) -> impl IntoView {
    let heading = match open.len() {
        1 => "1 name was not added".to_owned(),
        n => format!("{n} names were not added"),
    };
    let fields = open
        .into_iter()
        .map(|(typed, why)| {
            view! {
                <label class="wrong">
                    <span>"“"{said(&typed)}"”: "{said(&why)}</span>
                    <input name="names" value=typed spellcheck="false" autocapitalize="off"/>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="panel wrong-names" aria-labelledby="wrong">
            <h2 id="wrong">{heading}</h2>
            <form class="fields" method="post" action=AddDomains::url()>
                {fields} <button class="button">"Add as corrected"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Domains with what to publish for each, and all of it at once.
#[component]
pub fn Added(
    /// The domains that are watched now.
    watched: Vec<(DomainName, DomainSetup)>,
) -> impl IntoView {
    let records: Vec<_> = watched.iter().flat_map(|(_, setup)| setup.records.iter().map(zone_line)).collect();
    let zone = (records.len() > 1).then(|| {
        view! {
            <section class="panel" aria-labelledby="zone">
                <h2 id="zone">"All records as lines of a zone file"</h2>
                <div class="command"><Code what="all records" text=records.join("\n")/></div>
            </section>
        }
    });
    let each = watched
        .into_iter()
        .map(|(name, setup)| {
            view! {
                <section class="panel">
                    <h2 class="name"><a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a></h2>
                    <Records setup/>
                </section>
            }
        })
        .collect_view();
    view! { {zone}{each} }.into_any()
}

/// A record in the presentation format of zone files; strings of TXT records hold 255 bytes at most (RFC 1035 §3.3).
fn zone_line(record: &DnsRecord) -> String {
    let strings: Vec<String> = record
        .value
        .as_bytes()
        .chunks(255)
        .map(|part| format!("\"{}\"", String::from_utf8_lossy(part).replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{}. IN {} {}", record.name, record.kind, strings.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_any_list() {
        assert_eq!(
            asked_for("a.example\n b.example,c.example; a.example\r\n"),
            ["a.example", "b.example", "c.example"]
        );
        assert!(asked_for(" \n,").is_empty());
    }

    #[test]
    fn what_went_wrong_is_never_left_out_first() {
        let good: Vec<String> = (0..1_000).map(|i| format!("{i}.example")).collect();
        let mut names: Vec<&str> = good.iter().map(String::as_str).collect();
        names.push("localhost");
        let (shown, more) = within_budget(names);
        assert!(shown.starts_with("localhost 0.example "));
        assert!(shown.len() <= URL_BUDGET);
        assert_eq!(shown.split(' ').count() + more, 1_001);
        assert_eq!(within_budget(vec!["a.example"]), ("a.example".to_owned(), 0));
        let (shown, more) = within_budget(vec![&"x".repeat(9_000)]);
        assert_eq!((shown.len(), more), (250, 0));
    }

    #[test]
    fn long_values_are_cut_into_strings() {
        let record = |value: &str| DnsRecord {
            name: "_smtp._tls.a.example".to_owned(),
            kind: "TXT".to_owned(),
            value: value.to_owned(),
        };
        assert_eq!(zone_line(&record("v=TLSRPTv1")), "_smtp._tls.a.example. IN TXT \"v=TLSRPTv1\"");
        let long = zone_line(&record(&"x".repeat(300)));
        assert!(long.ends_with(&format!("\" \"{}\"", "x".repeat(45))));
    }
}
