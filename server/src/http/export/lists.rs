//! The lists that can be exported: their columns, and their rows some at a time.

use app::pages::overview;
use engine::{
    DeliveryFilter, DomainItem, Engine, FailurePlace, IncidentFilter, IncidentPlace, ReportFilter, ReportPlace,
};
use http::Uri;
use model::{
    Channel, Day, DayRange, DeliveryId, DeliveryOutcome, DomainName, ReportId, Timestamp, WorkspaceId,
    failing::FailureFilter,
    incident::State,
    report_list::{Failed, POLICY_TYPES},
    span::USUAL_DAYS,
    time,
    view::{DayPoint, DeliveryRow, DomainQuery, FailureRow, OverviewQuery, OverviewSort, ReportRow},
};
use mtasts::Mode;
use tlsrpt::PolicyType;

use super::{
    format::Cell,
    incidents::{HISTORY, INCIDENTS, history_row, incident_row},
};
use crate::http::asked::Asked;

/// Rows read at once.
const AT_ONCE: u32 = 1_000;

/// The values of a row, in the order of its list's columns.
pub(super) type Row = Vec<Cell>;

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
        query: DomainQuery,
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
    pub(super) fn named(name: &str, uri: &Uri, today: Day) -> Result<Option<Self>, String> {
        let asked = |keys: &[&str]| Asked::read(uri, keys);
        Ok(Some(match name {
            "domains" => {
                let asked = asked(&["q", "status", "days"])?;
                let status = asked.choice("status", &overview::STATUSES, |(word, _)| word)?;
                let query = OverviewQuery {
                    search: asked.get("q").to_owned(),
                    status: status.map(|(_, status)| status),
                    days: asked.days()?.unwrap_or(USUAL_DAYS),
                    sort: OverviewSort::Name,
                    page: 1,
                };
                Self::Domains { query, after: None }
            }
            "reports" => {
                let asked = asked(&["domain", "from", "to", "failing", "trust", "policy", "reporter", "q"])?;
                let filter = ReportFilter {
                    range: asked.between()?,
                    failed: asked.choice("failing", &Failed::ALL, |failed| failed.key())?,
                    trust: asked.trust()?,
                    policy_type: asked.choice("policy", &POLICY_TYPES, PolicyType::as_str)?,
                    reporter: asked.get("reporter").to_owned(),
                    domain: asked.get("q").to_owned(),
                };
                match domain(&asked)? {
                    Some(domain) => Self::Reports { domain, filter, after: None },
                    None => Self::AllReports { filter, after: None },
                }
            }
            "failures" => {
                let asked = asked(&[&["domain", "from", "to"][..], &FailureFilter::KEYS].concat())?;
                Self::Failures {
                    domain: whose(&asked)?,
                    range: asked.between()?,
                    filter: asked.failures()?,
                    after: None,
                }
            }
            "days" => {
                let asked = asked(&[&["domain", "days", "from", "to"][..], &FailureFilter::KEYS].concat())?;
                let query = DomainQuery::filtered(asked.within(today)?, asked.failures()?);
                Self::Days { domain: whose(&asked)?, query, done: false }
            }
            "deliveries" => {
                let asked = asked(&["domain", "outcome", "channel", "from", "to", "trust"])?;
                let filter = DeliveryFilter {
                    outcome: asked.choice("outcome", &DeliveryOutcome::ALL, |outcome| outcome.key())?,
                    channel: asked.choice("channel", &Channel::ALL, |channel| channel.key())?,
                    domain: domain(&asked)?,
                    from: asked.day("from")?,
                    to: asked.day("to")?,
                    trust: asked.trust()?,
                };
                Self::Deliveries { filter, before: None }
            }
            "incidents" => {
                let asked = asked(&["domain", "state", "q"])?;
                let filter = IncidentFilter {
                    domain: domain(&asked)?,
                    state: asked.choice("state", &State::ALL, |state| state.key())?,
                    search: asked.get("q").to_owned(),
                };
                Self::Incidents { filter, after: None }
            }
            "episodes" => {
                let asked = asked(&["domain", "days"])?;
                let days = asked.days()?.unwrap_or(USUAL_DAYS);
                Self::History { domain: whose(&asked)?, days, read: false }
            }
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
            Self::Days { domain, query, done } => {
                *done = true;
                let complete_to = time::complete_to(now);
                let page = engine.domain_page(workspace, domain, query, now).await?;
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

/// The domain that a list is about, if it is about one.
fn domain(asked: &Asked) -> Result<Option<DomainName>, &'static str> {
    let name = Some(asked.get("domain")).filter(|domain| !domain.is_empty());
    name.map(DomainName::parse).transpose().map_err(|_| "The query names something that is no domain.")
}

/// The domain of a list that is about one.
fn whose(asked: &Asked) -> Result<DomainName, &'static str> {
    domain(asked)?.ok_or("Say whose: ?domain=example.com")
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

    fn named(name: &str, query: &str) -> Result<Option<List>, String> {
        List::named(name, &format!("/export/{name}.csv?{query}").parse().unwrap(), TODAY)
    }

    #[test]
    fn a_list_needs_what_it_is_about() {
        assert!(matches!(named("reports", "domain=Example.COM"), Ok(Some(List::Reports { .. }))));
        assert!(matches!(named("reports", ""), Ok(Some(List::AllReports { .. }))));
        assert!(named("failures", "domain=no+domain").is_err());
        assert!(named("days", "").is_err());
        assert!(named("episodes", "").is_err());
        assert!(matches!(named("people", ""), Ok(None)));
    }

    #[test]
    fn a_list_is_what_its_query_asks_for() {
        let days = |query| match named("days", query) {
            Ok(Some(List::Days { query, .. })) => (query.range.last, query.range.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(days("domain=example.com"), (TODAY, 30));
        assert_eq!(days("domain=example.com&days=7"), (TODAY, 7));
        let Ok(Some(List::Deliveries { filter, .. })) = named("deliveries", "outcome=in-part") else { panic!() };
        assert_eq!(filter.outcome, Some(DeliveryOutcome::InPart));
        let list = named("incidents", "domain=example.com&state=fix-seen");
        assert!(matches!(list, Ok(Some(List::Incidents { filter, .. })) if filter.state == Some(State::FixSeen)));
        let list = named("episodes", "domain=example.com&days=365");
        assert!(matches!(list, Ok(Some(List::History { days: 365, .. }))));
    }

    #[test]
    fn what_a_list_cannot_be_asked_is_refused() {
        for (name, query) in [
            ("reports", "failing=odd"),
            ("reports", "mx=mx1.example.com"),
            ("deliveries", "outcome=lost"),
            ("incidents", "state=closed"),
            ("episodes", "domain=example.com&days=367"),
        ] {
            assert!(named(name, query).is_err(), "{name}?{query}");
        }
    }
}
