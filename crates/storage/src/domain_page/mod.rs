//! The page of one domain: its days, causes, policies and reporters. Roll-ups tell all of it.
//!
//! [`head`] says which domain, [`telling`] asks who told of what, [`failing`] what failed, [`reporting`] who reports,
//! [`by_address`] between which addresses.

mod by_address;
mod failing;
mod head;
mod reporting;
mod telling;

use std::collections::HashMap;

use model::{
    Day, DayRange, DomainId, DomainName, Status, Timestamp, Totals, WorkspaceId,
    failing::{self as sums, FailingRow, MOST_ROWS, OTHERS, shortened},
    readiness::{self, Readiness},
    rhythm,
    status::{self, RecentCause},
    time,
    view::{DayPoint, DomainPage, DomainQuery, Failing, HistoryEntry, PolicyRow},
};
use sea_orm::{FromQueryResult, Value};
use tlsrpt::ResultType;

use self::{failing::Told, head::Head, reporting::Reporting};
use crate::{Error, Storage, checks, codes, read};

/// Rows of a heat map.
const HEAT_ROWS: usize = 12;

// One query for what stands in few rows: the days shown and those that the standing is told from, the policies, what changed.
const FIGURES: &str = "
    SELECT {a_day} AS kind, CAST(day AS BIGINT) AS at, CAST(0 AS SMALLINT) AS policy_type, CAST(NULL AS TEXT) AS text,
        CAST(0 AS SMALLINT) AS mode, sessions, failed
    FROM daily_domain
    WHERE domain_id = $1 AND day BETWEEN $2 AND $3 AND (day BETWEEN $4 AND $5 OR day BETWEEN $6 AND $7)
    UNION ALL
    SELECT {a_policy}, 0, p.policy_type, l.text, p.mode, p.sessions, p.failed
    FROM (
        SELECT policy_type, policy_label, mode, CAST(SUM(sessions) AS BIGINT) AS sessions,
            CAST(SUM(failed) AS BIGINT) AS failed
        FROM daily_policy
        WHERE domain_id = $1 AND day BETWEEN $8 AND $9 AND reports > 0
        GROUP BY policy_type, policy_label, mode
    ) p
    LEFT JOIN labels l ON l.id = p.policy_label
    UNION ALL
    SELECT {a_change}, c.taken, CAST(0 AS SMALLINT), c.changes, CAST(0 AS SMALLINT), 0, 0
    FROM ({changes}) c";

const A_DAY: i32 = 0;
const A_POLICY: i32 = 1;
const A_CHANGE: i32 = 2;

/// A row of any kind. What the others do not have is empty.
#[derive(FromQueryResult)]
struct FigureRow {
    kind: i32,
    /// The day, or the instant of a change.
    at: i64,
    policy_type: i16,
    /// Of the policy, as written; or what changed.
    text: Option<String>,
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
        let DomainQuery { range, before, filter } = asked;
        let (range, before) = (*range, *before);
        let figures = Figures { storage: self, domain: head.id, range };
        let lately = DayRange { first: status::fortnight(now).first, last: now.day() };
        let ((days, policies, changes), (fails, reports)) = if head.reports == 0 {
            // Nobody has told anything yet, so there is no chart either on which to mark what changed.
            Default::default()
        } else {
            tokio::try_join!(figures.few(before, lately), telling::read(&figures, lately, rhythm::window(now)))?
        };
        let (known, mut reporting) = (Told::of(fails)?, Reporting::of(reports)?);
        let recent = in_range(&known.rows, status::recent(now));
        let clean = in_range(&known.rows, status::fortnight(now));
        let shown = in_range(&known.rows, range);
        let types = few(sums::sums(&shown, |row| row.result_type.clone()), || ResultType::Other(OTHERS.to_owned()));
        let hosts = few(sums::sums(&shown, |row| row.mx.as_deref().map(str::to_owned)), || Some(OTHERS.to_owned()));
        let rows: Vec<FailingRow> = shown.into_iter().filter(|row| filter.admits(row)).collect();
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
            before: days.within(before),
            points: points.collect(),
            changes,
            causes,
            failing: Failing {
                filter: filter.clone(),
                cut: known.cut,
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
            id: head.id,
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

/// Sessions by day.
#[derive(Default)]
struct Days(HashMap<Day, Totals>);

impl Days {
    fn on(&self, day: Day) -> Totals {
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
    /// What stands in few rows.
    async fn few(
        &self,
        before: DayRange,
        lately: DayRange,
    ) -> Result<(Days, Vec<PolicyRow>, Vec<HistoryEntry>), Error> {
        let shown = DayRange { first: before.first.min(self.range.first), last: self.range.last };
        let query = [("{a_day}", A_DAY), ("{a_policy}", A_POLICY), ("{a_change}", A_CHANGE)]
            .into_iter()
            .fold(FIGURES.to_owned(), |query, (kind, code)| query.replace(kind, &code.to_string()))
            .replace("{changes}", &checks::changes_between("$8", "$9"));
        let days = [shown.first.min(lately.first), shown.last.max(lately.last)];
        let days = days.into_iter().chain([shown.first, shown.last, lately.first, lately.last]);
        let days = days.chain([self.range.first, self.range.last]);
        let values = std::iter::once(Value::from(self.domain.0)).chain(days.map(|day| day.0.into()));
        let (mut days, mut policies, mut changes) = (HashMap::new(), vec![], vec![]);
        for row in self.storage.rows::<FigureRow>(&query, values).await? {
            let totals = read::totals(row.sessions, row.failed);
            match row.kind {
                A_DAY => {
                    days.insert(Day(i32::try_from(row.at).unwrap_or(i32::MAX)), totals);
                }
                A_POLICY => policies.push(PolicyRow {
                    policy_type: codes::to_policy_type(row.policy_type, row.text)?,
                    mode: codes::to_mode(row.mode)?,
                    totals,
                }),
                _ => changes.push(checks::change(row.at, row.text.as_deref().unwrap_or("[]"))?),
            }
        }
        policies.sort_by(|a, b| {
            let place = |row: &PolicyRow| {
                let (code, text) = codes::of_policy_type(&row.policy_type);
                (code, text.map(str::to_owned), row.mode)
            };
            b.totals.sessions.cmp(&a.totals.sessions).then_with(|| place(a).cmp(&place(b)))
        });
        let policies = shortened(policies, MOST_ROWS, |rest| {
            Some(PolicyRow {
                policy_type: tlsrpt::PolicyType::Other(OTHERS.to_owned()),
                mode: None,
                totals: rest.iter().map(|row| row.totals).sum(),
            })
        });
        changes.sort_by_key(|change| change.at);
        Ok((Days(days), policies, changes))
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
