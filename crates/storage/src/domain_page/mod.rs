//! The page of one domain: its days, causes, policies and reporters, all from roll-ups.

use std::collections::{BTreeMap, HashMap};

use model::{
    Day, DayRange, DomainId, DomainName, Impact, Timestamp, Totals, Trust, WorkspaceId, time,
    view::{Cause, DomainPage, DomainSetup, PolicyRow, ReporterRow, RollCall},
};
use sea_orm::FromQueryResult;
use tlsrpt::ResultType;

use crate::{
    Error, Scope, Storage,
    codes::{self, Code as _},
    read,
};

/// Rows of a table on the page. Senders invent names, so what comes after the largest is put together.
const ROWS: usize = 50;

/// The name of what is put together.
const OTHERS: &str = "(other)";

// While an address is being rotated a domain has two; the newest is its own.
const DOMAIN: &str = "
    SELECT d.id, s.reports
    FROM domains d
    JOIN addresses a ON a.domain_id = d.id AND a.retired IS NULL
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    WHERE d.workspace_id = $1 AND d.name = $2
    ORDER BY a.created DESC
    LIMIT 1";

const BEFORE: &str = "
    SELECT CAST(SUM(sessions) AS BIGINT) AS sessions, CAST(SUM(failed) AS BIGINT) AS failed
    FROM daily_domain
    WHERE domain_id = $1 AND day BETWEEN $2 AND $3";

// MIN(impact) is the worst. How far a cause can be believed is not in its own roll-up; what its reporters' failing reports of
// those days were trusted is in theirs.
const CAUSES: &str = "
    SELECT c.result_type, r.text AS result_text, m.text AS mx, c.impact, c.failed, c.first_day, c.last_day, c.reporters,
        c.trust
    FROM (
        SELECT result_type, result_label, mx_label, MIN(impact) AS impact, CAST(SUM(failed) AS BIGINT) AS failed,
            MIN(day) AS first_day, MAX(day) AS last_day, COUNT(DISTINCT reporter_id) AS reporters,
            CAST(MAX(COALESCE((
                SELECT MAX(t.trust) FROM daily_reporter t
                WHERE t.domain_id = f.domain_id AND t.day = f.day AND t.reporter_id = f.reporter_id AND t.failed > 0
            ), 0)) AS SMALLINT) AS trust
        FROM daily_failure f
        WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND reports > 0
        GROUP BY result_type, result_label, mx_label
    ) c
    LEFT JOIN labels r ON r.id = c.result_label
    LEFT JOIN labels m ON m.id = c.mx_label
    ORDER BY c.failed DESC, c.result_type, r.text, m.text";

const IMPACTS: &str = "
    SELECT impact, CAST(SUM(failed) AS BIGINT) AS failed
    FROM daily_failure
    WHERE domain_id = $1 AND day BETWEEN $2 AND $3
    GROUP BY impact
    HAVING SUM(failed) > 0
    ORDER BY impact";

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

// A report counts on its first day, but covers each day of its period.
const REPORTERS: &str = "
    SELECT f.reporter_id, r.name, f.day, f.trust, f.covering, f.failing, f.sessions, f.failed
    FROM daily_reporter f
    JOIN reporters r ON r.id = f.reporter_id
    WHERE f.domain_id = $1 AND f.day BETWEEN $2 AND $3 AND f.covering > 0";

#[derive(FromQueryResult)]
struct DomainFacts {
    id: i64,
    reports: Option<i64>,
}

#[derive(FromQueryResult)]
struct Sums {
    sessions: Option<i64>,
    failed: Option<i64>,
}

#[derive(FromQueryResult)]
struct CauseRow {
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    failed: i64,
    first_day: i32,
    last_day: i32,
    reporters: i64,
    trust: i16,
}

#[derive(FromQueryResult)]
struct ImpactRow {
    impact: i16,
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

#[derive(FromQueryResult)]
struct ReporterDay {
    reporter_id: i64,
    name: String,
    day: i32,
    trust: i16,
    failing: i64,
    sessions: i64,
    failed: i64,
}

impl Storage {
    /// The page of a domain; none when the workspace has no such domain. `setup` says where its reports arrive.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn domain_page(
        &self,
        workspace: WorkspaceId,
        name: &DomainName,
        range: DayRange,
        now: Timestamp,
        setup: DomainSetup,
    ) -> Result<Option<DomainPage>, Error> {
        let found = self.rows::<DomainFacts>(DOMAIN, [workspace.0.into(), name.as_str().into()]).await?.pop();
        let Some(DomainFacts { id, reports }) = found else { return Ok(None) };
        let domain = DomainId(id);
        let figures = Figures { storage: self, domain, range };
        let domains = [domain];
        let (mut standings, mut trends, before, changes, causes, impacts, policies, reporters) = tokio::try_join!(
            self.standings(workspace, Scope::Only(&domains), range, now),
            self.trends(&domains, range),
            figures.before(),
            self.changes(domain, range),
            figures.causes(),
            figures.impacts(),
            figures.policies(),
            figures.reporters(),
        )?;
        let Some(standing) = standings.pop() else { return Ok(None) };
        Ok(Some(DomainPage {
            name: standing.name,
            added: standing.added,
            status: standing.status,
            reason: standing.reason,
            range,
            today: now.day(),
            complete_to: time::complete_to(now),
            totals: standing.totals,
            before,
            impacts,
            points: trends.remove(&domain).unwrap_or_default(),
            changes,
            causes,
            policies,
            reporters,
            mode: standing.mode,
            reports: read::count(reports),
            setup,
        }))
    }
}

/// The figures of one domain in one range.
struct Figures<'a> {
    storage: &'a Storage,
    domain: DomainId,
    range: DayRange,
}

impl Figures<'_> {
    async fn rows<R: FromQueryResult>(&self, query: &str, range: DayRange) -> Result<Vec<R>, Error> {
        self.storage.rows(query, [self.domain.0.into(), range.first.0.into(), range.last.0.into()]).await
    }

    async fn before(&self) -> Result<Totals, Error> {
        let sums = self.rows::<Sums>(BEFORE, self.range.before()).await?.pop();
        Ok(sums.map_or_else(Totals::default, |sums| read::totals(sums.sessions, sums.failed)))
    }

    async fn causes(&self) -> Result<Vec<Cause>, Error> {
        let rows = self.rows::<CauseRow>(CAUSES, self.range).await?;
        let causes = rows.into_iter().map(|row| {
            Ok(Cause {
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx,
                impact: Impact::from_code(row.impact)?,
                failed: read::count(row.failed),
                first: Day(row.first_day),
                last: Day(row.last_day),
                reporters: row.reporters.try_into().unwrap_or(u32::MAX),
                trust: Trust::from_code(row.trust)?,
            })
        });
        let causes: Vec<_> = causes.collect::<Result<_, Error>>()?;
        Ok(shortened(causes, |rest| Cause {
            result_type: ResultType::Other(OTHERS.to_owned()),
            mx: None,
            impact: rest.iter().map(|cause| cause.impact).min().unwrap_or(Impact::NotKnown),
            failed: rest.iter().map(|cause| cause.failed).fold(0, u64::saturating_add),
            first: rest.iter().map(|cause| cause.first).min().unwrap_or(self.range.first),
            last: rest.iter().map(|cause| cause.last).max().unwrap_or(self.range.last),
            reporters: rest.iter().map(|cause| cause.reporters).max().unwrap_or(0),
            trust: rest.iter().map(|cause| cause.trust).max().unwrap_or(Trust::Unverified),
        }))
    }

    async fn impacts(&self) -> Result<Vec<(Impact, u64)>, Error> {
        let rows = self.rows::<ImpactRow>(IMPACTS, self.range).await?;
        rows.into_iter().map(|row| Ok((Impact::from_code(row.impact)?, read::count(row.failed)))).collect()
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
        Ok(shortened(policies, |rest| PolicyRow {
            policy_type: tlsrpt::PolicyType::Other(OTHERS.to_owned()),
            mode: None,
            totals: rest.iter().map(|row| row.totals).sum(),
        }))
    }

    async fn reporters(&self) -> Result<Vec<ReporterRow>, Error> {
        let mut calls = BTreeMap::<i64, Call>::new();
        for row in self.rows::<ReporterDay>(REPORTERS, self.range).await? {
            let trust = Trust::from_code(row.trust)?;
            let call = calls.entry(row.reporter_id).or_insert_with(|| Call::new(row.name, trust));
            call.trust = call.trust.max(trust);
            call.totals = [call.totals, read::totals(row.sessions, row.failed)].into_iter().sum();
            *call.failing.entry(Day(row.day)).or_default() |= row.failing > 0;
        }
        let mut calls: Vec<_> = calls.into_values().collect();
        calls.sort_by(|a, b| b.totals.sessions.cmp(&a.totals.sessions).then_with(|| a.name.cmp(&b.name)));
        let calls =
            shortened(calls, |rest| rest.into_iter().fold(Call::new(OTHERS.to_owned(), Trust::Unverified), Call::with));
        Ok(calls.into_iter().map(|call| call.row(self.range)).collect())
    }
}

/// One reporter in the range: whether it reported failures, for each day it reported on.
struct Call {
    name: String,
    trust: Trust,
    totals: Totals,
    failing: HashMap<Day, bool>,
}

impl Call {
    fn new(name: String, trust: Trust) -> Self {
        Self { name, trust, totals: Totals::default(), failing: HashMap::new() }
    }

    /// Both as one reporter.
    fn with(mut self, other: Self) -> Self {
        self.trust = self.trust.max(other.trust);
        self.totals = [self.totals, other.totals].into_iter().sum();
        for (day, failing) in other.failing {
            *self.failing.entry(day).or_default() |= failing;
        }
        self
    }

    fn row(self, range: DayRange) -> ReporterRow {
        let mark = |day| match self.failing.get(&day) {
            None => RollCall::Silent,
            Some(false) => RollCall::Well,
            Some(true) => RollCall::Failures,
        };
        ReporterRow { days: range.days().map(mark).collect(), name: self.name, trust: self.trust, totals: self.totals }
    }
}

/// At most [`ROWS`] rows, the last of which may stand for all that are left.
fn shortened<T>(mut rows: Vec<T>, together: impl FnOnce(Vec<T>) -> T) -> Vec<T> {
    if rows.len() > ROWS {
        let rest = rows.split_off(ROWS - 1);
        rows.push(together(rest));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_the_largest_is_put_together() {
        let sum = |rest: Vec<u32>| rest.into_iter().sum::<u32>();
        assert_eq!(shortened(vec![1; 50], sum), vec![1; 50]);
        let rows = shortened(vec![1; 60], sum);
        assert_eq!((rows.len(), rows[49]), (50, 11));
    }

    #[test]
    fn reporters_put_together_fail_on_the_days_on_which_one_failed() {
        let call = |days: &[(i32, bool)]| Call {
            failing: days.iter().map(|(day, failing)| (Day(*day), *failing)).collect(),
            ..Call::new("r".into(), Trust::Unsigned)
        };
        let row = call(&[(1, false), (2, true)])
            .with(call(&[(1, true), (3, false)]))
            .row(DayRange { first: Day(0), last: Day(3) });
        assert_eq!(row.days, [RollCall::Silent, RollCall::Failures, RollCall::Failures, RollCall::Well]);
    }
}
