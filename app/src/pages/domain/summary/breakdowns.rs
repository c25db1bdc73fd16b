//! Sessions by policy, and failed sessions by result type, MX host and reporter. Each name is a link to the failures it stands for.

use leptos::prelude::*;
use model::{
    explain,
    failing::{Group, OTHERS},
    format,
    view::{Failing, PolicyRow},
};
use tlsrpt::{PolicyType, ResultType};

use super::filters::host_words;
use crate::{chart::ShareBar, components::said, pages::domain::asked::Asked};

/// Sessions by policy.
#[component]
pub fn PolicyTable(
    /// One for each policy type and mode.
    rows: Vec<PolicyRow>,
    /// What is asked for.
    asked: Asked,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let (name, meaning) = explain::policy_type(&row.policy_type);
            let mode = row.mode.map(|mode| format!(", {}", mode.keyword())).unwrap_or_default();
            let words = format!("{}{mode}", said(name));
            let href = policy_link(&asked, &row);
            view! {
                <tr>
                    <th scope="row" title=meaning><Name words href/></th>
                    <td class="n">{format::thousands(row.totals.sessions)}</td>
                    <td class="n">{row.totals.rate_words()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h2>"By policy"</h2>
        <table class="plain-table">
            <thead>
                <tr><th scope="col">"Policy"</th><th scope="col" class="n">"Sessions"</th><th scope="col" class="n">"Success"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The failures under a policy; none where there are none, or where the row stands for several. Only `sts` has a mode.
fn policy_link(asked: &Asked, row: &PolicyRow) -> Option<String> {
    let (of, mode) = (row.policy_type.clone(), row.mode);
    let linked = row.totals.failed > 0 && of.as_str() != OTHERS;
    linked.then(|| {
        asked.filtered(|filter| {
            filter.mode = (of == PolicyType::Sts).then_some(mode);
            filter.policy_type = Some(of);
        })
    })
}

/// A name in a table, as a link where it leads anywhere.
#[component]
fn Name(words: String, href: Option<String>) -> impl IntoView {
    match href {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => words.into_any(),
    }
}

/// The failures, by result type, MX host and reporter.
#[component]
pub fn Failures(
    /// What failed.
    failing: Failing,
    /// What is asked for.
    asked: Asked,
    /// Where they are told by address, for who may see that.
    networks: Option<String>,
) -> impl IntoView {
    if failing.by_type.is_empty() {
        let words = if failing.filter.is_empty() {
            "No failure in this time."
        } else {
            "No failure in this time fits these filters."
        };
        return view! { <h2>"Failures"</h2><p class="none">{words}</p> }.into_any();
    }
    let by_mx = failing.by_mx.into_iter().map(|(mx, failed)| {
        let href = asked.filtered(|filter| filter.mx = Some(mx.clone()));
        Share { words: host_words(mx.as_deref()), href: (mx.as_deref() != Some(OTHERS)).then_some(href), failed }
    });
    let by_reporter = failing.by_reporter.into_iter().map(|(name, failed)| {
        let href = asked.filtered(|filter| filter.reporter = Some(name.clone()));
        Share { words: said(&name), href: (name != OTHERS).then_some(href), failed }
    });
    let networks = networks.map(|path| asked.elsewhere(&path));
    view! {
        <TypeTable rows=failing.by_type asked=asked.clone()/>
        <ShareTable heading="Failures by MX host" what="MX host" rows=by_mx.collect()/>
        <ShareTable heading="Failures by reporter" what="Reporter" rows=by_reporter.collect()/>
        {networks.map(|href| view! { <p class="hint"><a href=href>"By network and address"</a></p> })}
    }
    .into_any()
}

/// One name with its failed sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What is shown.
    pub words: String,
    /// Where it leads.
    pub href: Option<String>,
    /// How many.
    pub failed: u64,
}

/// Result types in groups, the group that failed most first.
fn groups(rows: Vec<(ResultType, u64)>) -> Vec<(Group, Vec<(ResultType, u64)>)> {
    let mut groups: Vec<(Group, Vec<(ResultType, u64)>)> = vec![];
    for row in rows {
        let group = Group::of(&row.0);
        match groups.iter_mut().find(|(seen, _)| *seen == group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((group, vec![row])),
        }
    }
    let sum = |rows: &[(ResultType, u64)]| rows.iter().map(|(_, failed)| *failed).fold(0, u64::saturating_add);
    groups.sort_by_key(|(_, rows)| std::cmp::Reverse(sum(rows)));
    groups
}

/// Failed sessions by result type, in groups.
#[component]
fn TypeTable(rows: Vec<(ResultType, u64)>, asked: Asked) -> impl IntoView {
    let most = rows.first().map_or(0, |(_, failed)| *failed);
    let groups = groups(rows)
        .into_iter()
        .map(|(group, rows)| {
            let rows = rows
                .into_iter()
                .map(|(of, failed)| {
                    let href = asked.filtered(|filter| filter.result_type = Some(of.clone()));
                    let href = (of.as_str() != OTHERS).then_some(href);
                    let words = said(of.as_str());
                    view! { <ShareRow share=Share { words, href, failed } most/> }
                })
                .collect_view();
            view! {
                <tbody>
                    <tr class="group"><th scope="rowgroup" colspan="3">{group.words()}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <h2>"Failures by result type"</h2>
        <table class="plain-table">
            <thead>
                <tr><th scope="col">"Result type"</th><th scope="col" class="n">"Failed"</th><td></td></tr>
            </thead>
            {groups}
        </table>
    }
    .into_any()
}

#[component]
fn ShareRow(share: Share, most: u64) -> impl IntoView {
    let Share { words, href, failed } = share;
    view! {
        <tr>
            <th scope="row" class="name"><Name words href/></th>
            <td class="n">{format::thousands(failed)}</td>
            <td class="bar-cell"><ShareBar part=failed whole=most first=true/></td>
        </tr>
    }
}

/// Failed sessions of some names, with bars.
#[component]
pub fn ShareTable(
    /// What the table shows.
    heading: &'static str,
    /// What the names are.
    what: &'static str,
    /// Most first.
    rows: Vec<Share>,
) -> impl IntoView {
    let most = rows.first().map_or(0, |share| share.failed);
    let rows = rows.into_iter().map(|share| view! { <ShareRow share most/> }).collect_view();
    view! {
        <h2>{heading}</h2>
        <table class="plain-table">
            <thead>
                <tr><th scope="col">{what}</th><th scope="col" class="n">"Failed"</th><td></td></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::Totals;
    use mtasts::Mode;

    use super::*;

    #[test]
    fn types_stand_in_groups() {
        let rows = vec![
            (ResultType::StsPolicyFetchError, 6),
            (ResultType::CertificateExpired, 5),
            (ResultType::StarttlsNotSupported, 4),
            (ResultType::Other("odd".into()), 1),
        ];
        let told: Vec<_> = groups(rows).into_iter().map(|(group, rows)| (group, rows.len())).collect();
        assert_eq!(told, [(Group::Tls, 2), (Group::MtaSts, 1), (Group::Other, 1)]);
    }

    #[test]
    fn a_policy_leads_to_its_failures_where_it_has_some() {
        let asked = Asked { path: "/d".to_owned(), ..Asked::default() };
        let row = |policy_type, mode, failed| PolicyRow { policy_type, mode, totals: Totals { sessions: 9, failed } };
        let link = |policy_type, mode, failed| policy_link(&asked, &row(policy_type, mode, failed));
        assert_eq!(link(PolicyType::Sts, Some(Mode::Enforce), 1).as_deref(), Some("/d?policy=sts&mode=enforce"));
        assert_eq!(link(PolicyType::Sts, None, 1).as_deref(), Some("/d?policy=sts&mode=-"));
        assert_eq!(link(PolicyType::Tlsa, None, 1).as_deref(), Some("/d?policy=tlsa"));
        assert_eq!(link(PolicyType::Tlsa, None, 0), None);
        assert_eq!(link(PolicyType::Other(OTHERS.to_owned()), None, 1), None);
    }
}
