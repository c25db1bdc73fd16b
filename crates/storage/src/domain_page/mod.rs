//! The page of one domain: its days, causes, policies and reporters. Roll-ups tell all of it, but for filters by policy, mode and
//! trust: these stand with single failures, of which no more than a fixed number is read.
//!
//! [`head`] says which domain, [`failing`] what failed, [`reporting`] who reports, [`by_address`] between which addresses.

mod by_address;
mod failing;
mod head;
mod reporting;

use model::{
    DayRange, DomainId, DomainName, Impact, Status, Timestamp, Totals, WorkspaceId,
    failing::{self as sums, FailingRow, FailureFilter, MOST_ROWS, OTHERS, shortened},
    readiness::{self, Readiness},
    rhythm,
    status::{self, RecentCause},
    time,
    view::{DayPoint, DomainPage, DomainQuery, Failing, PolicyRow},
};
use sea_orm::{FromQueryResult, Value};
use tlsrpt::ResultType;

use self::{failing::Rows, head::Head, reporting::Reporting};
use crate::{Error, Storage, codes, read};

/// Rows of a heat map.
const HEAT_ROWS: usize = 12;

// What is shown, and what the standing is told from.
const DAYS: &str = "
    SELECT day, sessions, failed
    FROM daily_domain
    WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND (day BETWEEN $4 AND $5 OR day BETWEEN $6 AND $7)";

const POLICIES: &str = "
    SELECT p.policy_type, l.text AS policy_text, p.mode, p.sessions, p.failed
    FROM (
        SELECT policy_type, policy_label, mode, CAST(SUM(sessions) AS BIGINT) AS sessions,
            CAST(SUM(failed) AS BIGINT) AS failed
        FROM daily_policy
        WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND reports > 0
        GROUP BY policy_type, policy_label, mode
    ) p
    LEFT JOIN labels l ON l.id = p.policy_label
    ORDER BY p.sessions DESC, p.policy_type, l.text, p.mode";

#[derive(FromQueryResult)]
struct DayRow {
    day: i32,
    sessions: i64,
    failed: i64,
}

#[derive(FromQueryResult)]
struct PolicySums {
    policy_type: i16,
    policy_text: Option<String>,
    mode: i16,
    sessions: i64,
    failed: i64,
}

impl Storage {
    /// The page of a domain; none when the workspace has no such domain.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_page(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        asked: &DomainQuery,
        now: Timestamp,
    ) -> Result<Option<DomainPage>, Error> {
        let Some(head) = Head::find(self, workspace, name).await? else { return Ok(None) };
        let DomainQuery { range, filter } = asked;
        let range = *range;
        let figures = Figures { storage: self, domain: head.id, range };
        let lately = DayRange { first: status::fortnight(now).first, last: now.day() };
        let (days, known, details, changes, policies, mut reporting) = tokio::try_join!(
            figures.days(lately),
            figures.failing(lately),
            figures.details(filter),
            self.changes(head.id, range),
            figures.policies(),
            figures.reporting(now),
        )?;
        let known = known.told(&reporting)?;
        let recent = in_range(&known.rows, status::recent(now));
        let clean = in_range(&known.rows, status::fortnight(now));
        let shown = in_range(&known.rows, range);
        let types = few(sums::sums(&shown, |row| row.result_type.clone()), || ResultType::Other(OTHERS.to_owned()));
        let hosts = few(sums::sums(&shown, |row| row.mx.as_deref().map(str::to_owned)), || Some(OTHERS.to_owned()));
        let filtered = match details {
            Some(details) => details.told(&reporting)?,
            None => Told { rows: shown, cut: known.cut },
        };
        let rows: Vec<FailingRow> = filtered.rows.into_iter().filter(|row| filter.admits(row)).collect();
        let (causes, first_cause) = sums::causes(&rows);
        let (status, reason) = head.judge(now, &days, &recent_causes(&recent));
        let readiness = ready(&head, now, &days, &clean, &reporting);
        let totals = days.within(range);
        let failed = sums::by_day(&rows, range);
        let points = range.days().zip(failed).map(|(day, matching)| {
            let mut totals = days.on(day);
            if !filter.is_empty() {
                totals.failed = matching.min(totals.failed);
            }
            let first_cause = first_cause.get(&day).copied().unwrap_or(0).min(totals.failed);
            DayPoint { day, totals, first_cause }
        });
        Ok(Some(DomainPage {
            status,
            reason,
            range,
            today: now.day(),
            complete_to: time::complete_to(now),
            totals,
            before: days.within(range.before()),
            points: points.collect(),
            changes,
            causes,
            failing: Failing {
                filter: filter.clone(),
                cut: filtered.cut,
                types: types.into_iter().map(|(of, _)| of).collect(),
                hosts: hosts.into_iter().map(|(host, _)| host).collect(),
                impacts: sums::impacts(&rows),
                by_type: few(sums::sums(&rows, |row| row.result_type.clone()), || ResultType::Other(OTHERS.to_owned())),
                by_mx: few(sums::sums(&rows, |row| row.mx.as_deref().map(str::to_owned)), || Some(OTHERS.to_owned())),
                by_reporter: few(sums::sums(&rows, |row| (*row.reporter).to_owned()), || OTHERS.to_owned()),
                mx_days: sums::heat(&rows, range, HEAT_ROWS, |row| row.mx.clone()),
                reporter_days: sums::heat(&rows, range, HEAT_ROWS, |row| Some(row.reporter.clone())),
            },
            policies,
            reporters: reporting.rows(range, now),
            readiness,
            mode: head.mode,
            reports: head.reports,
            name: head.name,
            added: head.added,
        }))
    }
}

/// The figures of one domain in one range.
#[derive(Clone, Copy)]
struct Figures<'a> {
    storage: &'a Storage,
    domain: DomainId,
    range: DayRange,
}

/// Failing rows with what trust their reporters had.
struct Told {
    rows: Vec<FailingRow>,
    cut: bool,
}

/// Sessions by day.
struct Days(std::collections::HashMap<model::Day, Totals>);

impl Days {
    fn on(&self, day: model::Day) -> Totals {
        self.0.get(&day).copied().unwrap_or_default()
    }

    fn within(&self, range: DayRange) -> Totals {
        self.0.iter().filter(|(day, _)| range.contains(**day)).map(|(_, totals)| *totals).sum()
    }

    /// How many days had sessions.
    fn with_sessions(&self, range: DayRange) -> u16 {
        let days = self.0.iter().filter(|(day, totals)| range.contains(**day) && totals.sessions > 0).count();
        u16::try_from(days).unwrap_or(u16::MAX)
    }
}

impl Figures<'_> {
    async fn rows<R: FromQueryResult>(&self, query: &str, range: DayRange) -> Result<Vec<R>, Error> {
        self.storage.rows(query, [self.domain.0.into(), range.first.0.into(), range.last.0.into()]).await
    }

    /// The rows of a query over two ranges: from the first to the last day of both, and in one of them.
    async fn rows_of_both<R: FromQueryResult>(
        &self,
        query: &str,
        one: DayRange,
        other: DayRange,
    ) -> Result<Vec<R>, Error> {
        let (first, last) = (one.first.min(other.first), one.last.max(other.last));
        let days = [first, last, one.first, one.last, other.first, other.last];
        let values = std::iter::once(Value::from(self.domain.0)).chain(days.into_iter().map(|day| day.0.into()));
        self.storage.rows(query, values).await
    }

    async fn days(&self, lately: DayRange) -> Result<Days, Error> {
        let shown = DayRange { first: self.range.before().first, last: self.range.last };
        let rows = self.rows_of_both::<DayRow>(DAYS, shown, lately).await?;
        let days = rows.into_iter().map(|row| (model::Day(row.day), read::totals(row.sessions, row.failed)));
        Ok(Days(days.collect()))
    }

    async fn failing(&self, lately: DayRange) -> Result<Rows, Error> {
        Rows::of_roll_up(self, lately).await
    }

    /// What single failures tell, where the filter asks for what roll-ups do not know.
    async fn details(&self, filter: &FailureFilter) -> Result<Option<Rows>, Error> {
        if filter.needs_details() { Rows::of_details(self, filter).await.map(Some) } else { Ok(None) }
    }

    async fn policies(&self) -> Result<Vec<PolicyRow>, Error> {
        let rows = self.rows::<PolicySums>(POLICIES, self.range).await?;
        let policies = rows.into_iter().map(|row| {
            Ok(PolicyRow {
                policy_type: codes::to_policy_type(row.policy_type, row.policy_text)?,
                mode: codes::to_mode(row.mode)?,
                totals: read::totals(row.sessions, row.failed),
            })
        });
        let policies: Vec<_> = policies.collect::<Result<_, Error>>()?;
        Ok(shortened(policies, MOST_ROWS, |rest| {
            Some(PolicyRow {
                policy_type: tlsrpt::PolicyType::Other(OTHERS.to_owned()),
                mode: None,
                totals: rest.iter().map(|row| row.totals).sum(),
            })
        }))
    }

    async fn reporting(&self, now: Timestamp) -> Result<Reporting, Error> {
        Reporting::read(self, rhythm::window(now)).await
    }
}

fn in_range(rows: &[FailingRow], range: DayRange) -> Vec<FailingRow> {
    rows.iter().filter(|row| range.contains(row.day)).cloned().collect()
}

/// A breakdown of at most [`MOST_ROWS`] rows.
fn few<K>(rows: Vec<(K, u64)>, others: impl FnOnce() -> K) -> Vec<(K, u64)> {
    let together =
        |rest: Vec<(K, u64)>| Some((others(), rest.iter().map(|(_, failed)| *failed).fold(0, u64::saturating_add)));
    shortened(rows, MOST_ROWS, together)
}

/// The causes of the recent days, as the standing is judged by.
fn recent_causes(rows: &[FailingRow]) -> Vec<RecentCause> {
    let (causes, _) = sums::causes(rows);
    let causes = causes.into_iter().filter(|cause| cause.failed > 0).map(|cause| RecentCause {
        result_type: cause.result_type,
        mx: cause.mx,
        impact: cause.impact,
        failed: cause.failed,
    });
    causes.collect()
}

fn ready(head: &Head, now: Timestamp, days: &Days, rows: &[FailingRow], reporting: &Reporting) -> Readiness {
    let fortnight = status::fortnight(now);
    let failures = sums::sums(rows, |row| row.result_type.clone());
    readiness::judge(&readiness::Facts {
        no_mail: head.no_mail,
        published: head.published,
        reported: head.mode,
        sections: &head.sections,
        fortnight: days.within(fortnight),
        days: days.with_sessions(fortnight),
        reporters: reporting.with_sessions(fortnight),
        failures: &failures,
    })
}

/// How a domain stands, where that does not follow from its figures.
fn set_apart(head: &Head) -> Option<(Status, String)> {
    match (head.archived, head.enough, head.no_mail) {
        (true, ..) => Some((Status::NotApplicable, status::ARCHIVED.to_owned())),
        (false, false, _) => Some((Status::Waiting, status::WAITS_FOR_PROOF.to_owned())),
        (false, true, true) => Some((Status::NotApplicable, status::NO_MAIL.to_owned())),
        (false, true, false) => None,
    }
}

/// What something did to mail, from its code.
fn impact(code: i16) -> Result<Impact, Error> {
    codes::Code::from_code(code)
}
