//! The reports of all domains, and what the lists of reports share: the filter, which stands in the URL, and the list itself.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Day, DomainName, Trust, format,
    report_list::{Failed, Looked, POLICY_TYPES, ReportList, ReportQuery, ReportSort},
};
use serde::Deserialize;
use tlsrpt::PolicyType;

use crate::{
    components::{Exports, Pager, ReportTable, TrustChoice, link, when_ready},
    context, http,
};

/// Where the reports of all domains are listed.
pub const PATH: &str = "/reports";

/// What the URL says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    from: String,
    to: String,
    failing: String,
    trust: String,
    policy: String,
    reporter: String,
    q: String,
    sort: String,
    page: String,
}

/// What the URL asks for; what it says in no word of ours asks for nothing.
pub(super) fn asked() -> ReportQuery {
    let asked: Asked = http::asked();
    ReportQuery {
        from: asked.from.parse().ok(),
        to: asked.to.parse().ok(),
        failed: Failed::from_key(&asked.failing),
        trust: Trust::from_word(&asked.trust),
        policy_type: POLICY_TYPES.into_iter().find(|known| known.as_str() == asked.policy),
        reporter: asked.reporter,
        domain: asked.q,
        sort: ReportSort::from_key(&asked.sort),
        page: asked.page.parse().unwrap_or(1).max(1),
    }
}

/// What a URL says of which reports are listed.
fn filter(asked: &ReportQuery) -> Vec<(&'static str, String)> {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        ("failing", asked.failed.map_or("", Failed::key).to_owned()),
        ("reporter", asked.reporter.clone()),
        ("q", asked.domain.clone()),
        ("policy", asked.policy_type.as_ref().map_or("", PolicyType::as_str).to_owned()),
        ("trust", asked.trust.map_or("", Trust::word).to_owned()),
        ("from", day(asked.from)),
        ("to", day(asked.to)),
    ]
}

/// A link to a list.
fn to(path: &str, asked: &ReportQuery) -> String {
    let page = if asked.page > 1 { asked.page.to_string() } else { String::new() };
    let mut query = filter(asked);
    query.extend([("sort", asked.sort.key().to_owned()), ("page", page)]);
    link(path, &query.iter().map(|(key, value)| (*key, value.as_str())).collect::<Vec<_>>())
}

/// The page.
#[component]
pub fn AllReportsPage() -> impl IntoView {
    let asked = asked();
    let (visitor, engine, now) = (context::visitor(), context::engine(), context::now());
    when_ready(async move {
        let list = engine.all_reports(visitor?.workspace, &asked).await?;
        Ok(view! { <AllReportsView list asked today=now.day()/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn AllReportsView(
    /// The reports.
    list: ReportList,
    /// Which ones were asked for.
    asked: ReportQuery,
    /// Today.
    today: Day,
) -> impl IntoView {
    view! {
        <Title text="Reports"/>
        <div class="title">
            <h1>"Reports"</h1>
            <p class="lede">"What senders report about your domains, latest period first. Each leads to what it says in words."</p>
        </div>
        <Listed path=PATH.to_owned() list asked today/>
    }
    .into_any()
}

/// A list of reports with its filter.
#[component]
pub fn Listed(
    /// The page on which it stands.
    path: String,
    /// Whose reports they are, where of one domain.
    #[prop(optional_no_strip)]
    only: Option<DomainName>,
    /// The reports.
    list: ReportList,
    /// Which ones were asked for.
    asked: ReportQuery,
    /// Today.
    today: Day,
) -> impl IntoView {
    let choices = [(None, "All"), (Some(Failed::Some), "With failures")].map(|(failed, label)| {
        let href = to(&path, &ReportQuery { failed, page: 1, ..asked.clone() });
        view! { <a href=href aria-current=(failed == asked.failed).then_some("true")>{label}</a> }
    });
    let anything = ReportQuery { sort: asked.sort, page: asked.page, ..ReportQuery::default() } != asked;
    let mut exported = filter(&asked);
    exported.extend(only.as_ref().map(|name| ("domain", name.to_string())));
    exported.rotate_right(usize::from(only.is_some()));
    let exports = (!list.rows.is_empty()).then(|| view! { <Exports list="reports" query=exported/> });
    let empty = match (anything, list.looked) {
        (false, _) => {
            "No report has arrived yet. The Records tab of a domain says what to publish, and how to send a test report."
        }
        (true, Looked::AtAll) => "No report is like this.",
        (true, _) => "None of those that were looked through is like this.",
    };
    let page_link = {
        let (path, asked) = (path.clone(), asked.clone());
        move |page: u32| to(&path, &ReportQuery { page, ..asked.clone() })
    };
    let all = path.clone();
    view! {
        <div class="bar">
            <nav class="range" aria-label="Which reports">{choices.collect_view()}</nav>
            <p class="none">{format::counted(list.matching, "report")}</p>
        </div>
        <Filter path=path.clone() of_all=only.is_none() asked=asked.clone()/>
        <HowFar looked=list.looked path asked today/>
        {if list.rows.is_empty() {
            view! { <p class="panel none">{empty}{anything.then(|| view! { " "<a href=all>"Show all"</a> })}</p> }.into_any()
        } else {
            view! { <ReportTable rows=list.rows of_all=only.is_none() today/> }.into_any()
        }}
        <Pager matching=list.matching page=list.page to=page_link/>
        {exports}
    }
    .into_any()
}

/// The form that narrows a list down.
#[component]
fn Filter(path: String, of_all: bool, asked: ReportQuery) -> impl IntoView {
    let failed = Failed::ALL.map(|failed| {
        view! { <option value=failed.key() selected=asked.failed == Some(failed)>{failed.words()}</option> }
    });
    let policies = POLICY_TYPES.map(|kind| {
        let selected = asked.policy_type.as_ref() == Some(&kind);
        view! { <option value=kind.as_str().to_owned() selected=selected>{model::explain::policy_type(&kind).0}</option> }
    });
    let sorts = ReportSort::ALL.map(|sort| {
        view! { <option value=sort.key() selected=asked.sort == sort>{sort.words()}</option> }
    });
    let (from, until) = (asked.from.map(|day| day.to_string()), asked.to.map(|day| day.to_string()));
    let domain = of_all.then(|| {
        view! {
            <label><span>"Domain"</span><input type="search" name="q" value=asked.domain maxlength="300" spellcheck="false"/></label>
        }
    });
    view! {
        <form class="filters" method="get" action=path role="search">
            <label>
                <span>"Reporter"</span>
                <input type="search" name="reporter" value=asked.reporter maxlength="200" spellcheck="false"/>
            </label>
            {domain}
            <label>
                <span>"Failed sessions"</span>
                <select name="failing"><option value="">"any"</option>{failed}</select>
            </label>
            <label>
                <span>"Policy"</span>
                <select name="policy"><option value="">"any"</option>{policies}</select>
            </label>
            <TrustChoice asked=asked.trust/>
            <label><span>"From day"</span><input type="date" name="from" value=from/></label>
            <label><span>"To day"</span><input type="date" name="to" value=until/></label>
            <label>
                <span>"Order"</span>
                <select name="sort">{sorts}</select>
            </label>
            <button class="plain">"Show"</button>
        </form>
    }
    .into_any()
}

/// What was not looked through, and the way there.
#[component]
fn HowFar(looked: Looked, path: String, asked: ReportQuery, today: Day) -> impl IntoView {
    let (words, first) = match looked {
        Looked::AtAll => return ().into_any(),
        Looked::Since(day) => (
            format!(
                "There are more reports than are looked through at once. These are of {} and later.",
                day.in_words(today)
            ),
            day,
        ),
        Looked::AtSomeOf(day) => (
            format!(
                "{} alone has more reports than are looked through at once. These are the first of them by domain: narrow \
                 them down.",
                day.in_words(today)
            ),
            day,
        ),
    };
    let earlier = to(&path, &ReportQuery { to: Some(first.plus(-1)), page: 1, ..asked });
    view! { <p class="hint">{words}" "<a href=earlier>"Earlier ones"</a></p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_all_that_was_asked_for_and_nothing_else() {
        assert_eq!(to(PATH, &ReportQuery { page: 1, ..ReportQuery::default() }), "/reports");
        let asked = ReportQuery {
            from: Day::from_ymd(2026, 11, 1),
            failed: Some(Failed::All),
            policy_type: Some(PolicyType::NoPolicyFound),
            reporter: "a&b".to_owned(),
            sort: ReportSort::Rate,
            page: 2,
            ..ReportQuery::default()
        };
        assert_eq!(
            to(PATH, &asked),
            "/reports?failing=all&reporter=a%26b&policy=no-policy-found&from=2026-11-01&sort=rate&page=2"
        );
    }
}
