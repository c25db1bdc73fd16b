//! The lists that can be exported: their columns, and their rows some at a time.

use app::pages::overview;
use engine::{
    DeliveryFilter, DomainItem, Engine, FailurePlace, IncidentFilter, IncidentPlace, ReportFilter, ReportPlace,
};
use model::{
    Channel, Day, DayRange, DeliveryId, DeliveryOutcome, DomainName, ReportId, Timestamp, WorkspaceId,
    failing::FailureFilter,
    incident::State,
    report_list::{Failed, POLICY_TYPES},
    time,
    view::{DayPoint, DeliveryRow, DomainQuery, FailureRow, OverviewQuery, OverviewSort, ReportRow},
};
use mtasts::Mode;
use serde::Deserialize;
use tlsrpt::PolicyType;

use super::{
    format::Cell,
    incidents::{HISTORY, INCIDENTS, history_row, incident_row},
};
use crate::http::asked::{between, choice, day, failure_filter, trust, within};

/// Rows read at once.
const AT_ONCE: u32 = 1_000;

/// The values of a row, in the order of its list's columns.
pub(super) type Row = Vec<Cell>;

/// What a link to an export may say, as the pages' own links do.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    domain: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    failing: String,
    #[serde(default)]
    trust: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    days: String,
    /// What the page's search finds.
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    reporter: String,
    #[serde(default)]
    policy: String,
    #[serde(default, rename = "type")]
    result_type: String,
    #[serde(default)]
    mx: String,
    #[serde(default)]
    mode: String,
}

/// A list and how far it was read.
#[derive(Debug)]
pub(super) enum List {
    Domains {
        query: OverviewQuery,
        after: Option<DomainName>,
    },
    Reports {
        domain: DomainName,
        filter: ReportFilter,
        after: Option<ReportPlace>,
    },
    AllReports {
        filter: ReportFilter,
        after: Option<(DomainName, ReportPlace)>,
    },
    Failures {
        domain: DomainName,
        range: Option<DayRange>,
        filter: FailureFilter,
        after: Option<FailurePlace>,
    },
    /// The days of a domain, all of them at once.
    Days {
        domain: DomainName,
        asked: DomainQuery,
        done: bool,
    },
    Deliveries {
        filter: DeliveryFilter,
        before: Option<DeliveryId>,
    },
    Incidents {
        filter: IncidentFilter,
        after: Option<IncidentPlace>,
    },
    History {
        domain: DomainName,
        days: u16,
        read: bool,
    },
}

const DOMAINS: &[&str] = &[
    "domain",
    "status",
    "reason",
    "mode",
    "reporters",
    "sessions",
    "failed",
    "last_report",
    "tags",
    "customer",
    "added",
    "address",
];
const REPORTS: &[&str] = &[
    "report", "reporter", "start", "end", "received", "sessions", "failed", "trust", "state", "notes", "signer",
    "domain", "policies",
];
const FAILURES: &[&str] = &[
    "day",
    "report",
    "reporter",
    "policy_type",
    "mode",
    "policy_domain",
    "result_type",
    "impact",
    "failed",
    "sending_mta_ip",
    "receiving_mx_hostname",
    "receiving_mx_helo",
    "receiving_ip",
    "additional_information",
    "failure_reason_code",
];
const DAYS: &[&str] = &["day", "sessions", "failed", "first_cause", "complete"];
const DELIVERIES: &[&str] =
    &["delivery", "received", "channel", "remote", "domain", "outcome", "reason", "size", "reports", "trust", "signer"];

impl List {
    /// The list of this name; none when there is no such list, and why not when the query does not fit.
    pub(super) fn named(name: &str, asked: &Asked, today: Day) -> Result<Option<Self>, String> {
        let domain = Some(asked.domain.as_str()).filter(|domain| !domain.is_empty()).map(DomainName::parse);
        let domain = domain.transpose().map_err(|_| "The query names something that is no domain.")?;
        let needed = "Say whose: ?domain=example.com";
        Ok(Some(match name {
            "domains" => {
                let status =
                    choice("status", &asked.status, &overview::STATUSES, |(word, _)| word)?.map(|(_, status)| status);
                let query = OverviewQuery {
                    search: asked.q.clone(),
                    status,
                    days: days(&asked.days)?,
                    sort: OverviewSort::Name,
                    page: 1,
                };
                Self::Domains { query, after: None }
            }
            "reports" => {
                let filter = asked.reports()?;
                match domain {
                    Some(domain) => Self::Reports { domain, filter, after: None },
                    None => Self::AllReports { filter, after: None },
                }
            }
            "failures" => {
                let range = between(&asked.from, &asked.to)?;
                Self::Failures { domain: domain.ok_or(needed)?, range, filter: asked.failures()?, after: None }
            }
            "days" => {
                let range = within("", &asked.from, &asked.to, today)?;
                let asked = DomainQuery::filtered(range, asked.failures()?);
                Self::Days { domain: domain.ok_or(needed)?, asked, done: false }
            }
            "deliveries" => {
                let (from, to) = (day(&asked.from)?, day(&asked.to)?);
                let outcome = choice("outcome", &asked.outcome, &DeliveryOutcome::ALL, |outcome| outcome.key())?;
                let channel = choice("channel", &asked.channel, &Channel::ALL, |channel| channel.key())?;
                let filter = DeliveryFilter { outcome, channel, domain, from, to, trust: trust(&asked.trust)? };
                Self::Deliveries { filter, before: None }
            }
            "incidents" => {
                let state = choice("state", &asked.state, &State::ALL, |state| state.key())?;
                let filter = IncidentFilter { domain, state, search: asked.q.clone() };
                Self::Incidents { filter, after: None }
            }
            "episodes" => Self::History { domain: domain.ok_or(needed)?, days: days(&asked.days)?, read: false },
            _ => return Ok(None),
        }))
    }

    /// What its file is called.
    pub(super) fn filename(&self) -> String {
        match self {
            Self::Domains { .. } => "domains".to_owned(),
            Self::Reports { domain, .. } => format!("reports-{domain}"),
            Self::AllReports { .. } => "reports".to_owned(),
            Self::Failures { domain, .. } => format!("failures-{domain}"),
            Self::Days { domain, .. } => format!("days-{domain}"),
            Self::Deliveries { .. } => "deliveries".to_owned(),
            Self::Incidents { .. } => "incidents".to_owned(),
            Self::History { domain, .. } => format!("episodes-{domain}"),
        }
    }

    /// The names of its columns.
    pub(super) const fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Domains { .. } => DOMAINS,
            Self::Reports { .. } | Self::AllReports { .. } => REPORTS,
            Self::Failures { .. } => FAILURES,
            Self::Days { .. } => DAYS,
            Self::Deliveries { .. } => DELIVERIES,
            Self::Incidents { .. } => INCIDENTS,
            Self::History { .. } => HISTORY,
        }
    }

    /// The next rows; no rows after the last, and none when the workspace has no such domain.
    pub(super) async fn next(
        &mut self,
        engine: &Engine,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Option<Vec<Row>>, engine::Error> {
        Ok(match self {
            Self::Domains { query, after } => {
                let items = engine.overview_after(workspace, query, after.as_ref(), AT_ONCE, now).await?;
                if let Some((last, _)) = items.last() {
                    *after = Some(last.standing.name.clone());
                }
                Some(items.into_iter().map(domain_row).collect())
            }
            Self::Reports { domain, filter, after } => {
                let rows = engine.reports_after(workspace, domain, filter, *after, AT_ONCE).await?;
                rows.map(|rows| {
                    *after = rows.last().map(|(place, _)| *place);
                    rows.into_iter().map(|(_, row)| report_row(row)).collect()
                })
            }
            Self::AllReports { filter, after } => {
                let rows = engine.all_reports_after(workspace, filter, after.as_ref(), AT_ONCE).await?;
                *after = rows.last().and_then(|(place, row)| Some((row.domain.clone()?, *place)));
                Some(rows.into_iter().map(|(_, row)| report_row(row)).collect())
            }
            Self::Failures { domain, range, filter, after } => {
                let rows = engine.failures_after(workspace, domain, *range, filter, *after, AT_ONCE).await?;
                rows.map(|rows| {
                    *after = rows.last().map(|(place, _)| *place);
                    rows.into_iter().map(|(_, row)| failure_row(row)).collect()
                })
            }
            // A year of one domain is read in one go.
            Self::Days { done: true, .. } | Self::History { read: true, .. } => Some(vec![]),
            Self::Days { domain, asked, done } => {
                *done = true;
                let complete_to = time::complete_to(now);
                let page = engine.domain_page(workspace, domain, asked, now).await?;
                page.map(|page| page.points.into_iter().map(|point| day_row(point, complete_to)).collect())
            }
            Self::Deliveries { filter, before } => {
                let rows = engine.deliveries_before(workspace, filter, *before, AT_ONCE).await?;
                *before = rows.last().map(|row| row.id);
                Some(rows.into_iter().map(delivery_row).collect())
            }
            Self::Incidents { filter, after } => {
                let items = engine.incidents_after(workspace, filter, after.as_ref(), AT_ONCE, now).await?;
                if let Some(last) = items.last() {
                    *after = Some(last.place());
                }
                Some(items.into_iter().map(incident_row).collect())
            }
            Self::History { domain, days, read } => {
                *read = true;
                let history = engine.incident_history(workspace, domain, *days, now).await?;
                history.map(|(_, rows)| rows.into_iter().map(|row| history_row(domain, &row)).collect())
            }
        })
    }
}

impl Asked {
    /// Which reports, as the filter of their page writes it.
    fn reports(&self) -> Result<ReportFilter, String> {
        Ok(ReportFilter {
            range: between(&self.from, &self.to)?,
            failed: choice("failing", &self.failing, &Failed::ALL, |failed| failed.key())?,
            trust: trust(&self.trust)?,
            policy_type: choice("policy", &self.policy, &POLICY_TYPES, PolicyType::as_str)?,
            reporter: self.reporter.clone(),
            domain: self.q.clone(),
        })
    }

    /// Which failures, as the filter of a domain's page writes it.
    fn failures(&self) -> Result<FailureFilter, String> {
        failure_filter(|key| match key {
            "type" => &self.result_type,
            "mx" => &self.mx,
            "reporter" => &self.reporter,
            "policy" => &self.policy,
            "mode" => &self.mode,
            "trust" => &self.trust,
            _ => "",
        })
    }
}

/// Days as the range picker writes them; 30 when left out.
fn days(text: &str) -> Result<u16, &'static str> {
    if text.is_empty() {
        return Ok(30);
    }
    text.parse().ok().filter(|days| (1..=366).contains(days)).ok_or("The query names no number of days from 1 to 366.")
}

fn signer(signer: Option<DomainName>) -> Cell {
    signer.map(|signer| signer.to_string()).into()
}

fn at(instant: Option<Timestamp>) -> Cell {
    instant.map(|at| at.to_string()).into()
}

fn domain_row((item, reporters): (DomainItem, u32)) -> Row {
    let DomainItem { standing, address, notes, .. } = item;
    vec![
        standing.name.to_string().into(),
        standing.status.word().into(),
        standing.reason.into(),
        standing.mode.map(Mode::keyword).into(),
        u64::from(reporters).into(),
        standing.totals.sessions.into(),
        standing.totals.failed.into(),
        at(standing.last_report),
        notes.particulars.tags.join(" ").into(),
        notes.particulars.customer.into(),
        at(Some(standing.added)),
        address.into(),
    ]
}

fn report_row(row: ReportRow) -> Row {
    // `sts:enforce tlsa`
    let policies: Vec<_> = row
        .policies
        .iter()
        .map(|(kind, mode)| match mode {
            Some(mode) => format!("{}:{}", kind.as_str(), mode.keyword()),
            None => kind.as_str().to_owned(),
        })
        .collect();
    vec![
        row.id.to_string().into(),
        row.reporter.into(),
        at(row.start),
        at(row.end),
        at(Some(row.received)),
        row.totals.sessions.into(),
        row.totals.failed.into(),
        row.trust.word().into(),
        row.state.word().into(),
        u64::from(row.notes).into(),
        signer(row.signer),
        row.domain.map(|domain| domain.to_string()).into(),
        policies.join(" ").into(),
    ]
}

fn day_row(point: DayPoint, complete_to: Day) -> Row {
    vec![
        point.day.to_string().into(),
        point.totals.sessions.into(),
        point.totals.failed.into(),
        point.first_cause.into(),
        if point.day > complete_to { "no" } else { "yes" }.into(),
    ]
}

fn failure_row(row: FailureRow) -> Row {
    vec![
        row.day.to_string().into(),
        row.report.to_string().into(),
        row.reporter.into(),
        row.policy_type.as_str().into(),
        row.mode.map(Mode::keyword).into(),
        row.policy_domain.into(),
        row.result_type.as_str().into(),
        row.impact.words().into(),
        row.failed.into(),
        row.at.sending_mta_ip.into(),
        row.at.receiving_mx_hostname.into(),
        row.at.receiving_mx_helo.into(),
        row.at.receiving_ip.into(),
        row.additional_information.into(),
        row.failure_reason_code.into(),
    ]
}

fn delivery_row(row: DeliveryRow) -> Row {
    let reports: Vec<_> = row.reports.iter().map(ReportId::to_string).collect();
    vec![
        row.id.to_string().into(),
        at(Some(row.received)),
        row.channel.word().into(),
        row.remote.into(),
        row.domain.map(|domain| domain.to_string()).into(),
        row.outcome.word().into(),
        row.reason.into(),
        row.size.into(),
        reports.join(" ").into(),
        row.trust.word().into(),
        signer(row.signer),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day(20_000);

    fn named(name: &str, domain: &str, outcome: &str) -> Result<Option<List>, String> {
        let asked = Asked { domain: domain.to_owned(), outcome: outcome.to_owned(), ..Asked::default() };
        List::named(name, &asked, TODAY)
    }

    #[test]
    fn a_list_needs_what_it_is_about() {
        assert!(matches!(named("reports", "Example.COM", ""), Ok(Some(List::Reports { .. }))));
        assert!(matches!(named("reports", "", ""), Ok(Some(List::AllReports { .. }))));
        let odd = Asked { failing: "odd".to_owned(), ..Asked::default() };
        assert!(List::named("reports", &odd, TODAY).is_err());
        assert!(named("failures", "no domain", "").is_err());
        assert!(named("days", "", "").is_err());
        let Ok(Some(List::Days { asked: DomainQuery { range, .. }, .. })) = named("days", "example.com", "") else {
            panic!()
        };
        assert_eq!((range.last, range.len()), (TODAY, 30));
        assert!(matches!(named("people", "", ""), Ok(None)));
        let Ok(Some(List::Deliveries { filter, .. })) = named("deliveries", "", "in-part") else { panic!() };
        assert_eq!(filter.outcome, Some(DeliveryOutcome::InPart));
        assert!(named("deliveries", "", "lost").is_err());
        assert!(named("episodes", "", "").is_err());
        let asked = |state: &str, days: &str| {
            let (state, days) = (state.to_owned(), days.to_owned());
            Asked { domain: "example.com".to_owned(), state, days, ..Asked::default() }
        };
        let state = Some(State::FixSeen);
        let list = List::named("incidents", &asked("fix-seen", ""), TODAY);
        assert!(matches!(list, Ok(Some(List::Incidents { filter, .. })) if filter.state == state));
        assert!(List::named("incidents", &asked("closed", ""), TODAY).is_err());
        assert!(matches!(List::named("episodes", &asked("", "365"), TODAY), Ok(Some(List::History { days: 365, .. }))));
        assert!(List::named("episodes", &asked("", "367"), TODAY).is_err());
    }
}
