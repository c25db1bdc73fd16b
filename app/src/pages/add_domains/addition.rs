//! One go of adding domains: how far it is, and what became of everything in the text.

use axum::http::{HeaderValue, header};
use engine::{RecordScope, additions, records::RecordPage};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Timestamp,
    addition::{Addition, MOST_SHOWN, Outcome},
    format,
};

use super::wrong::{Told, Wrong};
use crate::{
    components::{Instant, Pager, said, when_ready},
    context, http,
    pages::{
        page_number, parameter, query,
        records::{Downloads, Proven, RecordTable},
    },
    problem::Problem,
};

/// While domains are being added, the page is loaded anew after so many seconds.
const REFRESH: u8 = 2;

/// The page.
#[component]
pub fn AdditionPage() -> impl IntoView {
    let id = parameter("id").parse::<i64>().ok();
    let page = page_number(&query());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let id = id.ok_or(Problem::NoAddition)?;
        let addition = engine.addition(workspace, id).await?.ok_or(Problem::NoAddition)?;
        let records = engine.records_page(workspace, RecordScope::Addition(id), page, now).await?;
        Ok(view! { <AdditionView page=addition records now/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn AdditionView(
    /// What became of everything.
    page: additions::AdditionPage,
    /// What its domains are to publish.
    records: RecordPage,
    /// Now.
    now: Timestamp,
) -> impl IntoView {
    let additions::AdditionPage { addition, asks_proof, refused, repeated, passed_over, proven_elsewhere } = page;
    let (id, today) = (addition.id, now.day());
    if addition.is_running() {
        // A header and no script: it works for everyone, and ends by itself.
        let refresh = HeaderValue::from_str(&format!("{REFRESH}; url=/additions/{id}"));
        http::set_header(header::REFRESH, refresh.expect("a number is plain ASCII"));
    }
    let heading = heading(&addition);
    let to = move |page: u32| format!("/additions/{id}?page={page}");
    let query = format!("addition={id}");
    let (matching, number) = (records.matching, records.page);
    view! {
        <Title text=heading.clone()/>
        <p class="crumbs"><a href="/">"Overview"</a>" / "<a href="/domains/add">"Add domains"</a>" / One go"</p>
        <div class="title">
            <h1>{heading}</h1>
            <p class="lede">{counts(&addition)}" From "{said(&addition.source)}", "<Instant at=addition.created today/>"."</p>
        </div>
        {addition.is_running().then(|| view! { <Progress addition=addition.clone()/> })}
        {(!refused.is_empty()).then(|| view! { <Wrong entries=refused all=addition.count(Outcome::Refused)/> })}
        {(matching > 0)
            .then(|| {
                view! {
                    <section aria-labelledby="publish">
                        <div class="bar">
                            <h2 id="publish">"Publish these records"</h2>
                            <Downloads query/>
                        </div>
                        <Proven asks_proof elsewhere=proven_elsewhere/>
                        <RecordTable page=records now/>
                        <Pager matching page=number to/>
                    </section>
                }
            })}
        <Aside title="Given twice" all=addition.count(Outcome::Repeated)>
            <Told entries=repeated/>
        </Aside>
        <Aside title="Passed over" all=addition.count(Outcome::PassedOver)>
            <Told entries=passed_over/>
        </Aside>
        <p><a class="button" href="/domains/add">"Add more domains"</a></p>
    }
    .into_any()
}

/// `12 domains added`, or that they are being added.
fn heading(addition: &Addition) -> String {
    let (_, all) = addition.progress();
    if addition.is_running() {
        return format!("Adding {}", format::counted(all, "domain"));
    }
    match (addition.count(Outcome::Added), addition.count(Outcome::AlreadyThere)) {
        (0, 0) => "No domain added".to_owned(),
        (0, _) => "All of these were there already".to_owned(),
        (added, _) => format!("{} added", format::counted(added, "domain")),
    }
}

/// What became of how many, in a sentence.
fn counts(addition: &Addition) -> String {
    let parts = Outcome::ALL.into_iter().filter_map(|outcome| {
        let count = addition.count(outcome);
        (count > 0).then(|| format!("{} {}", format::thousands(count), outcome.words()))
    });
    let text = parts.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "Nothing was found in the text.".to_owned() } else { format!("{text}.") }
}

/// How far it is.
#[component]
fn Progress(
    /// Of what.
    addition: Addition,
) -> impl IntoView {
    let (done, all) = addition.progress();
    let words = format!("{} of {}", format::thousands(done), format::counted(all, "domain"));
    view! {
        <section class="panel" aria-labelledby="progress">
            <h2 id="progress">"Being added"</h2>
            <p>
                <progress max=all.to_string() value=done.to_string() aria-labelledby="progress"></progress>
                " "
                {words}
            </p>
            <p class="hint">"This page shows by itself how far it is. You may leave it: the work goes on, and the page stays."</p>
        </section>
    }
    .into_any()
}

/// What nobody must act upon, folded away.
#[component]
fn Aside(
    /// What it is.
    title: &'static str,
    /// How many there are; nothing is drawn when there are none.
    all: u64,
    /// The first [`MOST_SHOWN`] of them.
    children: Children,
) -> impl IntoView {
    (all > 0).then(|| {
        let more = all.saturating_sub(MOST_SHOWN as u64);
        view! {
            <details class="panel">
                <summary>{title}" ("{format::thousands(all)}")"</summary>
                {children()}
                {(more > 0).then(|| view! { <p class="hint">{format!("and {} more", format::thousands(more))}</p> })}
            </details>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addition(counts: &[(Outcome, u64)]) -> Addition {
        Addition { id: 1, source: "pasted text".to_owned(), created: Timestamp(0), counts: counts.to_vec() }
    }

    #[test]
    fn the_heading_says_how_it_went() {
        use Outcome::{Added, AlreadyThere, Refused, Waiting};
        assert_eq!(heading(&addition(&[(Added, 60), (Waiting, 40)])), "Adding 100 domains");
        assert_eq!(heading(&addition(&[(Added, 1), (Refused, 2)])), "1 domain added");
        assert_eq!(heading(&addition(&[(AlreadyThere, 3)])), "All of these were there already");
        assert_eq!(heading(&addition(&[(Refused, 3)])), "No domain added");
    }

    #[test]
    fn nothing_is_left_out_of_the_sum() {
        use Outcome::{Added, PassedOver, Refused};
        assert_eq!(
            counts(&addition(&[(PassedOver, 1), (Added, 1_200), (Refused, 2)])),
            "2 not added, 1,200 added, 1 passed over."
        );
        assert_eq!(counts(&addition(&[])), "Nothing was found in the text.");
    }
}
