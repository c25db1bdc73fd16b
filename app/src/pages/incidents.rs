//! Incidents of all domains by cause: what is open, what is mended and waits for proof, what is over.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Day, explain, format,
    incident::{self, Group, Member, State},
    view::{IncidentList, IncidentQuery},
};

use super::{page_number, query};
use crate::{
    components::{
        Exports, LiveCheck, Pager, StateWord, incident_status, link, resolved_words, said, since, status_class, steps,
        when_ready,
    },
    context,
};

/// The page.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let asked = read(&query());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let list = engine.incident_list(visitor?.workspace, &asked, now).await?;
        Ok(view! { <IncidentsView list asked/> }.into_any())
    })
}

fn read(query: &ParamsMap) -> IncidentQuery {
    IncidentQuery {
        search: query.get("q").unwrap_or_default().trim().to_owned(),
        state: query.get("state").and_then(|key| State::from_key(&key)),
        page: page_number(query),
    }
}

/// The link to what was asked for, in another state or on another page.
fn to(asked: &IncidentQuery, state: Option<State>, page: u32) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    link("/incidents", &[("q", &asked.search), ("state", state.map_or("", State::key)), ("page", &page)])
}

/// The answer to whether anything is wrong, in a sentence.
fn sentence(list: &IncidentList) -> String {
    let count = |state| list.counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
    match (count(State::Open), count(State::FixSeen)) {
        (0, 0) => "Nothing is open.".to_owned(),
        (0, fixed) => format!("Nothing is open; {} mended, waiting for reports that say so.", are(fixed)),
        (open, 0) => format!("{} open.", are(open)),
        (open, fixed) => format!("{} open; {} mended, waiting for reports that say so.", are(open), are(fixed)),
    }
}

/// `1 cause is`, `3 causes are`
fn are(causes: u64) -> String {
    format!("{} {}", format::counted(causes, "cause"), if causes == 1 { "is" } else { "are" })
}

/// The page, drawn.
#[component]
pub fn IncidentsView(
    /// What to show.
    list: IncidentList,
    /// What was asked for.
    asked: IncidentQuery,
) -> impl IntoView {
    let lede = sentence(&list);
    let all: u64 = list.counts.iter().map(|(_, count)| count).sum();
    let tab = |state: Option<State>, label: &str, count: u64| {
        view! {
            <a href=to(&asked, state, 1) aria-current=(asked.state == state).then_some("page")>
                {format!("{label} ({})", format::thousands(count))}
            </a>
        }
    };
    let tabs = std::iter::once(tab(None, "All", all))
        .chain(list.counts.iter().map(|(state, count)| tab(Some(*state), state.word(), *count)))
        .collect_view();
    let (matching, page, today, days) = (list.matching, list.page, list.today, list.range.len());
    let state = asked.state.map_or(String::new(), |state| state.key().to_owned());
    let export = vec![("q", asked.search.clone()), ("state", state)];
    let pages = {
        let asked = asked.clone();
        move |page| to(&asked, asked.state, page)
    };
    let body = match (all, matching) {
        (0, _) => view! { <Good domains=list.domains days/> }.into_any(),
        (_, 0) => view! {
            <p class="panel none">"No incident is like this. " <a href="/incidents">"Show all "{format::thousands(all)}</a></p>
        }
        .into_any(),
        _ => list
            .groups
            .into_iter()
            .enumerate()
            .map(|(i, group)| view! { <OneGroup group today days open=i == 0/> })
            .collect_view()
            .into_any(),
    };
    view! {
        <Title text="Incidents"/>
        <div class="title">
            <h1>"Incidents"</h1>
            <p class="lede">{lede}</p>
            <nav class="tabs" aria-label="State">{tabs}</nav>
        </div>
        <section aria-labelledby="causes">
            <div class="bar">
                <h2 id="causes">"Causes"</h2>
                <form class="filters" method="get" action="/incidents" role="search">
                    <label>
                        <span>"Find"</span>
                        <input type="search" name="q" value=asked.search.clone() placeholder="cause, host or domain"/>
                    </label>
                    {asked.state.map(|state| view! { <input type="hidden" name="state" value=state.key()/> })}
                    <button class="plain">"Show"</button>
                </form>
            </div>
            {body}
            <Pager matching page to=pages/>
            <Exports list="incidents" query=export/>
        </section>
    }
    .into_any()
}

/// Nothing failed: good where reports come, else said why nothing is known.
#[component]
pub fn Good(
    /// Domains that are watched.
    domains: u64,
    /// The days that were looked at.
    days: i32,
) -> impl IntoView {
    if domains == 0 {
        return view! {
            <p class="panel none">"No domain is watched yet. " <a href="/domains/add">"Add domains"</a></p>
        }
        .into_any();
    }
    view! {
        <section class="notice">
            <h3>"No failures in "{days}" days"</h3>
            <p>
                "No report of "{format::counted(domains, "domain")}" tells of a failure. Whether reports come at all is on "
                <a href="/">"Overview"</a>"."
            </p>
        </section>
    }
    .into_any()
}

/// One cause over the domains it touches.
#[component]
pub fn OneGroup(
    /// Which.
    group: Group,
    /// Today.
    today: Day,
    /// The days whose sessions are counted.
    days: i32,
    /// Whether all of it is shown at once.
    open: bool,
) -> impl IntoView {
    let explanation = explain::result_type(&group.result_type);
    let help = format!("/help#{}", explanation.anchor);
    let status = incident_status(group.state, group.impact);
    let only = match &group.domains[..] {
        [one] if group.touched == 1 => Some(one.domain.clone()),
        _ => None,
    };
    let whom = only
        .as_ref()
        .map_or_else(|| format::counted(group.touched as u64, "domain"), |domain| domain.to_unicode().into_owned());
    let facts = format!(
        "{whom} · {} in {days} days {}, {} · {}",
        format::counted(group.failed, "session"),
        group.impact.words(),
        since(group.state, group.opened, group.earlier, group.last, today),
        format::counted(group.reporters as u64, "reporter"),
    );
    let steps = steps(&group.result_type, group.mx.as_deref(), only.as_ref());
    let first = steps.first().cloned().unwrap_or_default();
    let doubt = incident::doubt(group.trust);
    let more = group.touched - group.domains.len();
    let members = group.domains.iter().map(|member| view! { <OneMember member=member.clone() today/> }).collect_view();
    view! {
        <details class=format!("cause {}", status_class(status)) open=open>
            <summary>
                <StateWord state=group.state impact=group.impact reopened=group.reopened/>
                <h3>{group.heading()}</h3>
                <p class="told">{facts}</p>
            </summary>
            <dl>
                <div><dt>"What it does"</dt><dd>{explain::impact(group.impact)}</dd></div>
                <div><dt>"Whose fault"</dt><dd>{said(&group.whose)}</dd></div>
                <div><dt>"The live check"</dt><dd><LiveCheck live=group.live.clone()/></dd></div>
                <div><dt>"What to do first"</dt><dd>{first}" "<a href=help>"All steps"</a></dd></div>
                {doubt.map(|words| view! { <div><dt>"Evidence"</dt><dd>{words}" "<a href="/help#trust">"More"</a></dd></div> })}
            </dl>
            <details class="steps">
                <summary>{if group.touched == 1 { "Its domain".to_owned() } else { format!("All {}", format::counted(group.touched as u64, "domain")) }}</summary>
                <ul>{members}</ul>
                {(more > 0)
                    .then(|| view! { <p>"and "{format::thousands(more as u64)}" more; the export below has them all."</p> })}
            </details>
        </details>
    }
    .into_any()
}

/// One domain of a cause.
#[component]
pub fn OneMember(
    /// Which.
    member: Member,
    /// Today.
    today: Day,
) -> impl IntoView {
    let href = format!("/domains/{}", member.domain);
    let days = match (member.resolved, member.fix_seen) {
        (Some(resolved), _) => resolved_words(&resolved, today),
        (None, Some(at)) => {
            format!("last on {}, fix seen on {}", member.last.in_words(today), at.day().in_words(today))
        }
        (None, None) => since(State::Open, member.opened, false, member.last, today),
    };
    view! {
        <li>
            <a href=href>{member.domain.to_unicode().into_owned()}</a>
            {format!(": {}, {days}", format::counted(member.failed, "session"))}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_says_whether_anything_is_open() {
        let list = |open, fixed| IncidentList {
            today: Day(20_000),
            range: model::DayRange::ending(Day(20_000), 60),
            counts: [(State::Open, open), (State::FixSeen, fixed), (State::Resolved, 4)],
            matching: 0,
            page: 1,
            groups: vec![],
            domains: 1,
        };
        assert_eq!(sentence(&list(0, 0)), "Nothing is open.");
        assert_eq!(sentence(&list(0, 1)), "Nothing is open; 1 cause is mended, waiting for reports that say so.");
        assert_eq!(sentence(&list(1, 0)), "1 cause is open.");
        assert_eq!(sentence(&list(3, 2)), "3 causes are open; 2 causes are mended, waiting for reports that say so.");
    }

    #[test]
    fn what_was_asked_for_stands_in_the_links() {
        let asked = IncidentQuery { search: "a&b".to_owned(), state: None, page: 3 };
        assert_eq!(to(&asked, Some(State::FixSeen), 2), "/incidents?q=a%26b&state=fix-seen&page=2");
        assert_eq!(to(&asked, None, 1), "/incidents?q=a%26b");
    }
}
