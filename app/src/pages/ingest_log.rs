//! The ingest log: every delivery with its outcome and the reason.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Channel, Day, DeliveryOutcome, DomainName, Role, Trust, format,
    view::{DeliveryRow, IngestLog, LogQuery, TurnedAway},
};

use super::{
    page_number,
    quarantine::{self, Decisions, FORM},
    query,
};
use crate::{
    components::{Exports, Instant, Outcome as Told, Pager, TrustChoice, link, said, trust_asked, when_ready},
    context,
};

/// The page.
#[component]
pub fn IngestLogPage() -> impl IntoView {
    let query = query();
    let (asked, domain) = (read(&query), query.get("domain").unwrap_or_default());
    let (done, error) = quarantine::told(&query);
    let editor = context::member(Role::Editor).is_ok();
    let administrator = context::administrator().is_ok();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let log = engine.ingest_log(workspace, &asked).await?;
        let away = engine.turned_away(workspace, now).await?;
        let unknown = if administrator { away.unknown } else { 0 };
        Ok(view! { <LogView log away unknown asked domain editor done error today=now.day()/> }.into_any())
    })
}

fn read(query: &ParamsMap) -> LogQuery {
    let day = |name| query.get(name).and_then(|day| day.parse().ok());
    LogQuery {
        outcome: query.get("outcome").and_then(|key| DeliveryOutcome::from_key(&key)),
        channel: query.get("channel").and_then(|key| Channel::from_key(&key)),
        domain: query.get("domain").and_then(|name| DomainName::parse(&name).ok()),
        from: day("from"),
        to: day("to"),
        trust: trust_asked(query),
        page: page_number(query),
    }
}

/// What the URL says of a query, but for its page.
fn written(asked: &LogQuery, domain: &str) -> Vec<(&'static str, String)> {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        ("outcome", asked.outcome.map(DeliveryOutcome::key).unwrap_or_default().to_owned()),
        ("channel", asked.channel.map(Channel::key).unwrap_or_default().to_owned()),
        ("trust", asked.trust.map_or("", Trust::word).to_owned()),
        ("domain", domain.to_owned()),
        ("from", day(asked.from)),
        ("to", day(asked.to)),
    ]
}

/// What an outcome means for the eye: only what is lost to the figures stands out.
const fn outcome_class(outcome: DeliveryOutcome) -> &'static str {
    match outcome {
        DeliveryOutcome::Counted | DeliveryOutcome::Duplicate | DeliveryOutcome::Test => "ok",
        DeliveryOutcome::InPart | DeliveryOutcome::Conflict | DeliveryOutcome::Quarantined => "warning",
        DeliveryOutcome::Unreadable | DeliveryOutcome::Refused => "error",
        DeliveryOutcome::Waiting | DeliveryOutcome::Discarded => "waiting",
    }
}

/// An outcome: word, shape and colour together.
#[component]
pub fn Outcome(
    /// Which.
    outcome: DeliveryOutcome,
) -> impl IntoView {
    view! { <span class=format!("status {}", outcome_class(outcome))><i aria-hidden="true"></i>{outcome.word()}</span> }
        .into_any()
}

/// The page, drawn.
#[component]
pub fn LogView(
    /// The deliveries.
    log: IngestLog,
    /// What was turned away today.
    away: TurnedAway,
    /// How much mail to addresses that are nobody's was refused in thirty days.
    unknown: u64,
    /// What was asked for.
    asked: LogQuery,
    /// The domain as it was typed.
    domain: String,
    /// Whether the visitor may decide about what is quarantined.
    editor: bool,
    /// What was done, in words.
    done: Option<String>,
    /// Why something was not done, in words.
    error: Option<String>,
    /// Today.
    today: Day,
) -> impl IntoView {
    let outcomes = DeliveryOutcome::ALL
        .into_iter()
        .map(|outcome| {
            view! { <option value=outcome.key() selected=asked.outcome == Some(outcome)>{outcome.word()}</option> }
        })
        .collect_view();
    let channels = Channel::ALL
        .into_iter()
        .map(|channel| {
            view! { <option value=channel.key() selected=asked.channel == Some(channel)>{channel.word()}</option> }
        })
        .collect_view();
    let odd_name = (!domain.is_empty() && asked.domain.is_none()).then(|| {
        view! { <p class="caution" role="note">"“"{said(&domain)}"” is not a domain name, so deliveries of all domains are shown."</p> }
    });
    let filtered = LogQuery { page: 1, ..asked.clone() } != LogQuery { page: 1, ..LogQuery::default() };
    let exported = written(&asked, asked.domain.as_ref().map_or("", DomainName::as_str));
    let exports = (!log.rows.is_empty()).then(|| view! { <Exports list="deliveries" query=exported/> });
    let decide = editor && asked.outcome == Some(DeliveryOutcome::Quarantined) && !log.rows.is_empty();
    let (from, until) = (asked.from.map(|day| day.to_string()), asked.to.map(|day| day.to_string()));
    let to = {
        let query = written(&asked, &domain);
        move |page: u32| {
            let page = page.to_string();
            let mut query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
            query.push(("page", &page));
            link("/log", &query)
        }
    };
    view! {
        <Title text="Ingest log"/>
        <div class="title">
            <h1>"Ingest log"</h1>
            <p class="lede">
                "Everything that arrived, latest first, with what became of it. "
                {editor
                    .then(|| {
                        view! {
                            <a href=super::upload::PATH>"Upload reports"</a> " · "
                            <a href=super::read_again::PATH>"Read again"</a>
                        }
                    })}
            </p>
        </div>
        <div class="bar">
            <p class="none">{counted_deliveries(log.matching)}</p>
            <form class="filters" method="get" action="/log" role="search">
                <label><span>"Domain"</span><input type="search" name="domain" value=domain placeholder="example.com"/></label>
                <label>
                    <span>"Outcome"</span>
                    <select name="outcome"><option value="">"any"</option>{outcomes}</select>
                </label>
                <label>
                    <span>"By"</span>
                    <select name="channel"><option value="">"any way"</option>{channels}</select>
                </label>
                <label><span>"From day"</span><input type="date" name="from" value=from/></label>
                <label><span>"To day"</span><input type="date" name="to" value=until/></label>
                <TrustChoice asked=asked.trust/>
                <button class="plain">"Show"</button>
            </form>
        </div>
        <Told done error/>
        <Away away/>
        {odd_name}
        {match (log.rows.is_empty(), filtered) {
            (true, true) => view! { <p class="panel none">"No delivery is like this. "<a href="/log">"Show all"</a></p> }.into_any(),
            (true, false) => {
                view! {
                    <p class="panel none">
                        "Nothing has arrived yet. The Records tab of a domain says what to publish, and how to send a test report."
                    </p>
                }
                    .into_any()
            }
            (false, _) => view! { <LogTable rows=log.rows decide today/> }.into_any(),
        }}
        {decide.then(|| view! { <Decisions/> })}
        <Pager matching=log.matching page=log.page to/>
        {(unknown > 0)
            .then(|| {
                let mails = format::counted(unknown, "mail");
                view! { <p class="hint">{format!("{mails} to report addresses that are nobody’s here were refused in 30 days. They are only counted.")}</p> }
            })}
        {exports}
    }
    .into_any()
}

/// What addresses turned away today, and why.
#[component]
fn Away(
    /// Deliveries by domain.
    away: TurnedAway,
) -> impl IntoView {
    let TurnedAway { quota, domains, .. } = away;
    let limit = format!("{} and {}", counted_deliveries(quota.deliveries), format::size(quota.bytes));
    domains
        .into_iter()
        .map(|(name, count)| {
            let were = if count == 1 { "was" } else { "were" };
            view! {
                <p class="caution" role="note">
                    {counted_deliveries(count)}" to "<a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a>
                    {format!(" {were} turned away today: more than {limit} a day.")}
                    " Their senders were told to come again tomorrow (UTC)."
                </p>
            }
        })
        .collect_view()
}

/// A number of deliveries.
pub(super) fn counted_deliveries(count: u64) -> String {
    if count == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", format::thousands(count)) }
}

/// The deliveries as rows.
#[component]
pub fn LogTable(
    /// Latest first.
    rows: Vec<DeliveryRow>,
    /// Whether each has a tick, to be decided about.
    decide: bool,
    /// Today.
    today: Day,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(place, row)| {
            let tick = decide.then(|| {
                let label = format!("Decide about delivery {}", row.id);
                view! {
                    <input type="checkbox" form=FORM name=format!("ids[{place}]") value=row.id.to_string() aria-label=label/>
                }
            });
            view! {
                <tr>
                    <td>{tick}<Outcome outcome=row.outcome/></td>
                    <th scope="row">
                        <a href=format!("/log/{}", row.id)><Instant at=row.received today/></a>
                        <small>{said(&row.reason)}</small>
                    </th>
                    <td class="name">{row.domain.map(|name| view! { <a href=format!("/domains/{name}")>{name.to_unicode().into_owned()}</a> })}</td>
                    <td>{row.channel.word()}<small>{row.trust.told(row.signer.as_ref())}</small>{row.remote.map(|remote| view! { <small>{said(&remote)}</small> })}</td>
                    <td class="n">{row.reports.len()}</td>
                    <td class="n">{format::size(row.size)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list log">
            <thead>
                <tr>
                    <th scope="col">"Outcome"</th>
                    <th scope="col">"Received"</th>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"From"</th>
                    <th scope="col" class="n">"Reports"</th>
                    <th scope="col" class="n">"Size"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
