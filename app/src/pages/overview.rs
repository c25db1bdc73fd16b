//! Overview: is anything broken now, and for which domain?

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use model::{
    Day, Finding, Status, explain, format,
    incident::Group,
    span::USUAL_DAYS,
    time,
    view::{BrokenNow, DomainRow, Overview, OverviewQuery, OverviewSort},
};

use super::{RANGES, days, page_number, query};
use crate::{
    chart::Spark,
    components::{
        Date, Exports, Notice, Pager, StateWord, StatusWord, incident_status, link, since, status_class, steps,
        when_ready,
    },
    context,
};

/// The statuses that a domain can have, as the filter offers them: their words in URLs.
pub const STATUSES: [(&str, Status); 6] = [
    ("error", Status::Error),
    ("warning", Status::Warning),
    ("cannot-tell", Status::CannotTell),
    ("waiting", Status::Waiting),
    ("suggestion", Status::Suggestion),
    ("ok", Status::Ok),
];

/// The orders of rows, as the form offers them.
const SORTS: [(&str, OverviewSort, &str); 5] = [
    ("status", OverviewSort::Status, "worst first"),
    ("name", OverviewSort::Name, "name"),
    ("sessions", OverviewSort::Sessions, "most sessions"),
    ("failed", OverviewSort::Failed, "most failures"),
    ("last-report", OverviewSort::LastReport, "latest report"),
];

/// The page.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let asked = read(&query());
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let workspace = visitor?.workspace;
        let overview = engine.overview(workspace, &asked, now).await?;
        let (started, waiting) = (overview.started, overview.waiting);
        // What keeps checks of all domains from seeing, said once.
        let notices = engine.check_notices();
        let due = time::first_report_due(now);
        Ok(view! { <OverviewView overview asked notices due started waiting/> }.into_any())
    })
}

fn read(query: &ParamsMap) -> OverviewQuery {
    let text = |key| query.get(key).unwrap_or_default();
    OverviewQuery {
        search: text("q").trim().to_owned(),
        status: status(&text("status")),
        sort: SORTS.into_iter().find(|(word, ..)| *word == text("sort")).map(|(_, sort, _)| sort).unwrap_or_default(),
        days: days(query),
        page: page_number(query),
    }
}

/// The status that a URL names; none where it names none by which rows can be chosen.
fn status(word: &str) -> Option<Status> {
    STATUSES.into_iter().find(|(known, _)| *known == word).map(|(_, status)| status)
}

/// What a URL says of the status asked for.
fn status_word(asked: &OverviewQuery) -> &'static str {
    let status = asked.status.and_then(|asked| STATUSES.into_iter().find(|(_, status)| *status == asked));
    status.map_or("", |(word, _)| word)
}

/// The link to another page of what was asked for.
fn page_link(asked: &OverviewQuery, page: u32) -> String {
    let sort = SORTS.into_iter().find(|(_, sort, _)| *sort == asked.sort);
    link(
        "/",
        &[
            ("q", &asked.search),
            ("status", status_word(asked)),
            ("sort", sort.map_or("", |(word, ..)| word)),
            ("days", &asked.days.to_string()),
            ("page", &page.to_string()),
        ],
    )
}

/// The answer to the first question, in a sentence: what is said plainly, and what is said aloud.
fn verdict(overview: &Overview) -> (Status, String) {
    let domains = |n| format::counted(n, "domain");
    let others =
        |n| if n == 1 { "1 other domain has a warning".to_owned() } else { format!("{n} others have warnings") };
    match (overview.errors, overview.warnings) {
        (0, 0) if overview.totals.sessions == 0 => {
            (Status::Waiting, "No reports have arrived in this time.".to_owned())
        }
        (0, 0) => (Status::Ok, "Nothing is broken.".to_owned()),
        (0, 1) => (Status::Warning, "Mail arrives everywhere; 1 domain has a warning.".to_owned()),
        (0, n) => (Status::Warning, format!("Mail arrives everywhere; {} have warnings.", domains(n))),
        (n, 0) => (Status::Error, format!("Some mail to {} is not delivered.", domains(n))),
        (n, w) => (Status::Error, format!("Some mail to {} is not delivered; {}.", domains(n), others(w))),
    }
}

/// The page, drawn.
#[component]
pub fn OverviewView(
    /// What to show.
    overview: Overview,
    /// What was asked for.
    asked: OverviewQuery,
    /// What keeps checks from seeing, and concerns no domain.
    #[prop(optional)]
    notices: Vec<Finding>,
    /// When the first report of a domain added now is due.
    due: Day,
    /// Whether all steps of Getting started were seen to be done.
    #[prop(default = true)]
    started: bool,
    /// Domains that wait for their record.
    #[prop(default = 0)]
    waiting: u64,
) -> impl IntoView {
    if overview.domains == 0 {
        return view! { <Nothing due today=overview.today/> }.into_any();
    }
    let (status, sentence) = verdict(&overview);
    let class = match status {
        Status::Error => "bad",
        Status::Warning => "warn",
        _ => "",
    };
    let size = format!(
        "{}, {} days: {}, {} succeeded. ",
        format::counted(overview.domains, "domain"),
        overview.range.len(),
        format::counted(overview.totals.sessions, "session"),
        overview.totals.rate_words(),
    );
    let matching = overview.matching;
    let exported =
        vec![("q", asked.search.clone()), ("status", status_word(&asked).to_owned()), ("days", asked.days.to_string())];
    let to = {
        let asked = asked.clone();
        move |page| page_link(&asked, page)
    };
    view! {
        <Title text="Overview"/>
        <div class="title">
            <h1>"Overview"</h1>
            <p class="lede"><strong class=class>{sentence}</strong>" "{size}</p>
            <p class="acts">
                <a class="button" href="/domains/add">"Add domains"</a>
                " "
                <a class="plain" href="/domains/edit">"Edit domains"</a>
            </p>
        </div>
        {notices.into_iter().map(|finding| view! { <Notice finding/> }).collect_view()}
        <Open started waiting/>
        {(asked.page == 1 && asked.search.is_empty() && asked.status.is_none())
            .then(|| view! { <Broken broken=overview.broken today=overview.today/> })}
        <section aria-labelledby="domains">
            <div class="bar">
                <h2 id="domains">"Domains"</h2>
                <Filters asked=asked.clone()/>
            </div>
            {if matching == 0 {
                view! {
                    <p class="panel none">
                        "No domain is like this. " <a href="/">"Show all " {format::thousands(overview.domains)}</a>
                    </p>
                }
                    .into_any()
            } else {
                view! { <Rows rows=overview.rows today=overview.today days=asked.days/> }.into_any()
            }}
            <Pager matching page=overview.page to/>
            {(matching > 0).then(|| view! { <Exports list="domains" query=exported/> })}
        </section>
    }
    .into_any()
}

/// What is still to be done before reports come for all domains.
#[component]
pub fn Open(
    /// Whether all steps of Getting started were seen to be done.
    started: bool,
    /// Domains that wait for their record.
    waiting: u64,
) -> impl IntoView {
    let wait = if waiting == 1 { "domain still waits for its record" } else { "domains still wait for their record" };
    view! {
        {(!started).then(|| view! { <p class="hint">"Not all steps are done yet: " <a href="/start">"Getting started"</a></p> })}
        {(waiting > 0)
            .then(|| {
                view! {
                    <p class="hint">
                        <a href="/records?show=waiting">{format::thousands(waiting)}" "{wait}</a>
                    </p>
                }
            })}
    }
    .into_any()
}

/// Causes before rows: what is broken, where, and the first step to mend it.
#[component]
pub fn Broken(
    /// The causes; nothing is drawn when there are none.
    broken: BrokenNow,
    /// Today.
    today: Day,
) -> impl IntoView {
    if broken.first.is_empty() {
        return ().into_any();
    }
    let more = broken.causes - broken.first.len();
    let causes = broken.first.into_iter().map(|group| view! { <OneBroken group today/> }).collect_view();
    let more = (more > 0).then(|| {
        let causes = format!("All {}", format::counted(broken.causes as u64, "cause"));
        view! { <p class="hint"><a href="/incidents">{causes}</a></p> }
    });
    view! {
        <section aria-labelledby="now">
            <h2 id="now">"Broken now"</h2>
            {causes}
            {more}
        </section>
    }
    .into_any()
}

/// One cause that is not over.
#[component]
pub fn OneBroken(
    /// Which.
    group: Group,
    /// Today.
    today: Day,
) -> impl IntoView {
    let only = match &group.domains[..] {
        [one] if group.touched == 1 => Some(one.domain.clone()),
        _ => None,
    };
    let step = steps(&group.result_type, group.mx.as_deref(), only.as_ref()).into_iter().next();
    let help = format!("/help#{}", explain::result_type(&group.result_type).anchor);
    let more = group.touched - group.domains.len();
    let named = group
        .domains
        .iter()
        .enumerate()
        .map(|(i, one)| {
            let href = format!("/domains/{}", one.domain);
            view! { {if i == 0 { "" } else { ", " }}<a href=href>{one.domain.to_unicode().into_owned()}</a> }
        })
        .collect_view();
    let more = (more > 0).then(|| {
        let href = link("/incidents", &[("q", group.mx.as_deref().unwrap_or(group.result_type.as_str()))]);
        view! { " and "<a href=href>{format!("{} more", format::thousands(more as u64))}</a> }
    });
    let days = since(group.state, group.opened, group.earlier, group.last, today);
    let failed = format!(" · {} failed, {days}", format::counted(group.failed, "session"));
    view! {
        <article class=format!("cause {}", status_class(incident_status(group.state, group.impact)))>
            <header>
                <StateWord state=group.state impact=group.impact reopened=group.reopened/>
                <h3>{group.heading()}</h3>
                <p class="told">{named}{more}{failed}</p>
            </header>
            {step
                .map(|step| view! { <p><b>"What to do first: "</b>{step}" "<a href=help>"All steps"</a></p> })}
        </article>
    }
    .into_any()
}

/// Search, filter, order and range: a form that needs no script, since all of it stands in the URL.
#[component]
pub fn Filters(
    /// What was asked for.
    asked: OverviewQuery,
) -> impl IntoView {
    let statuses = STATUSES
        .into_iter()
        .map(|(word, status)| {
            view! { <option value=word selected=asked.status == Some(status)>{status.word()}</option> }
        })
        .collect_view();
    let sorts = SORTS
        .into_iter()
        .map(|(word, sort, label)| view! { <option value=word selected=asked.sort == sort>{label}</option> })
        .collect_view();
    let ranges = RANGES
        .into_iter()
        .map(|(days, label)| view! { <option value=days.to_string() selected=asked.days == days>{label}</option> })
        .collect_view();
    view! {
        <form class="filters" method="get" action="/" role="search">
            <label><span>"Find"</span><input type="search" name="q" value=asked.search placeholder="part of a name"/></label>
            <label><span>"Status"</span><select name="status"><option value="">"any"</option>{statuses}</select></label>
            <label><span>"Order"</span><select name="sort">{sorts}</select></label>
            <label><span>"Range"</span><select name="days">{ranges}</select></label>
            <button class="plain">"Show"</button>
        </form>
    }
    .into_any()
}

/// The domains.
#[component]
pub fn Rows(
    /// One for each domain.
    rows: Vec<DomainRow>,
    /// Today.
    today: Day,
    /// The range, kept in links.
    days: u16,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let path = format!("/domains/{}", row.name);
            let href = if days == USUAL_DAYS { path } else { link(&path, &[("days", &days.to_string())]) };
            let failed = row.totals.failed;
            view! {
                <tr>
                    <td class="how"><StatusWord status=row.status/></td>
                    <th scope="row"><a href=href>{row.name.to_unicode().into_owned()}</a><small>{row.reason}</small></th>
                    <td class="trend">
                        {if row.totals.sessions == 0 {
                            view! { <span class="none">"no sessions reported"</span> }.into_any()
                        } else {
                            view! { <Spark points=row.points/> }.into_any()
                        }}
                    </td>
                    <td class="n rate">{row.totals.rate_words()}</td>
                    <td class="n">
                        <span class="count">{format::thousands(row.totals.sessions)}</span>
                        {(failed > 0).then(|| view! { <small>{format::thousands(failed)}" failed"</small> })}
                    </td>
                    <td>{row.mode.map_or("—", mtasts::Mode::keyword)}</td>
                    <td class="n">{row.reporters}</td>
                    <td class="n">{row.last_report.map_or_else(|| "—".into_any(), |at| view! { <Date day=at.day() today/> }.into_any())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list domains">
            <thead>
                <tr>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"Sessions and failures"</th>
                    <th scope="col" class="n">"Success"</th>
                    <th scope="col" class="n">"Sessions"</th>
                    <th scope="col">"Mode"</th>
                    <th scope="col" class="n">"Reporters"</th>
                    <th scope="col" class="n">"Last report"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// What to do while there is no domain, and when something will be seen.
#[component]
pub fn Nothing(
    /// When the first report is due.
    due: Day,
    /// Today.
    today: Day,
) -> impl IntoView {
    view! {
        <Title text="Overview"/>
        <section class="notice">
            <h1>"No domain is watched yet"</h1>
            <p>
                "Sending servers report once a day how their TLS connections to your mail hosts went, if you ask them to. \
                 Three steps lead to the first report:"
            </p>
            <ol class="steps">
                <li><b>"Add your domains."</b>" Each gets a report address of its own."</li>
                <li><b>"Publish one TXT record for each."</b>" The next page shows it, ready to copy."</li>
                <li>
                    <b>"Wait for the end of the day."</b>" Senders report after midnight UTC. The first report is due by "
                    <Date day=due today/> ", if one of the senders that report (Google, Microsoft and others) writes to you."
                </li>
            </ol>
            <p><a class="button" href="/domains/add">"Add domains"</a>" "<a href="/start">"Getting started"</a></p>
            <p class="hint">"Want to see something at once? The Records tab of each domain has a test report to send by hand."</p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::Totals;

    use super::*;

    #[test]
    fn the_sentence_answers_whether_anything_is_broken() {
        let overview = |errors, warnings, sessions| Overview {
            range: model::DayRange::ending(Day(20_000), 30),
            today: Day(20_000),
            domains: 9,
            errors,
            warnings,
            broken: BrokenNow::default(),
            matching: 9,
            page: 1,
            rows: vec![],
            totals: Totals { sessions, failed: 0 },
            last_delivery: None,
            started: true,
            waiting: 0,
            complete_to: Day(19_998),
        };
        assert_eq!(verdict(&overview(0, 0, 5)).1, "Nothing is broken.");
        assert_eq!(verdict(&overview(0, 0, 0)).1, "No reports have arrived in this time.");
        assert_eq!(verdict(&overview(0, 2, 5)).1, "Mail arrives everywhere; 2 domains have warnings.");
        assert_eq!(verdict(&overview(1, 0, 5)), (Status::Error, "Some mail to 1 domain is not delivered.".to_owned()));
        assert_eq!(
            verdict(&overview(2, 1, 5)).1,
            "Some mail to 2 domains is not delivered; 1 other domain has a warning."
        );
    }

    #[test]
    fn what_was_asked_for_stands_in_the_links() {
        let asked = OverviewQuery {
            search: "a&b".to_owned(),
            status: Some(Status::CannotTell),
            sort: OverviewSort::Failed,
            days: 90,
            page: 1,
        };
        assert_eq!(page_link(&asked, 2), "/?q=a%26b&status=cannot-tell&sort=failed&days=90&page=2");
    }
}
