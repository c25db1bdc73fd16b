//! How domains stand: the facts of the roll-ups, put before [`model::status::judge`].
//!
//! Overview needs this of every domain at once, so each fact is one query over all of them, or over those that have changed
//! since (`glance` tells which); a single domain is the same queries over one id.

use std::{collections::HashMap, fmt::Write as _};

use model::{
    Day, DayRange, DomainId, DomainName, Status, Timestamp, Totals, WorkspaceId,
    status::{self, Facts, RecentCause},
};
use mtasts::Mode;
use sea_orm::{FromQueryResult, Value};

use crate::{
    Error, Storage,
    codes::{self, Code as _},
    read,
};

/// How one domain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The domain.
    pub domain: DomainId,
    /// Its name.
    pub name: DomainName,
    /// When it was added.
    pub added: Timestamp,
    /// How it stands now.
    pub status: Status,
    /// Why, in a few words; empty when all is well.
    pub reason: String,
    /// The sessions of the range asked for.
    pub totals: Totals,
    /// MTA-STS mode last reported.
    pub mode: Option<Mode>,
    /// When the last counted report arrived.
    pub last_report: Option<Timestamp>,
}

// `{scope}` stands for a condition on domains.
const DOMAINS: &str = "
    SELECT d.id, d.name, d.created, d.no_mail, d.archived IS NOT NULL AS archived,
        (d.trusted OR d.proven IS NOT NULL) AS enough, s.mode, s.last_report,
        (SELECT f.day FROM daily_domain f WHERE f.domain_id = d.id AND f.reports > 0 ORDER BY f.day DESC LIMIT 1)
            AS last_day
    FROM domains d
    LEFT JOIN domain_summary s ON s.domain_id = d.id
    WHERE d.workspace_id = $1 {scope} AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id)";

const SUMS: &str = "
    SELECT d.id AS domain_id, CAST(SUM(f.sessions) AS BIGINT) AS sessions, CAST(SUM(f.failed) AS BIGINT) AS failed,
        COUNT(*) AS days
    FROM domains d
    JOIN daily_domain f ON f.domain_id = d.id
    WHERE d.workspace_id = $1 {scope} AND f.day BETWEEN $2 AND $3
    GROUP BY d.id";

// Only who is in testing (mode 2) can be told to go on to enforce.
const SUMS_IN_TESTING: &str = "
    SELECT d.id AS domain_id, CAST(SUM(f.sessions) AS BIGINT) AS sessions, CAST(SUM(f.failed) AS BIGINT) AS failed,
        COUNT(*) AS days
    FROM domains d
    JOIN domain_summary s ON s.domain_id = d.id AND s.mode = 2
    JOIN daily_domain f ON f.domain_id = d.id AND f.sessions > 0
    WHERE d.workspace_id = $1 {scope} AND f.day BETWEEN $2 AND $3
    GROUP BY d.id";

const CAUSES: &str = "
    SELECT c.domain_id, c.result_type, r.text AS result_text, m.text AS mx, c.impact, c.failed
    FROM (
        SELECT d.id AS domain_id, f.result_type, f.result_label, f.mx_label, MIN(f.impact) AS impact,
            CAST(SUM(f.failed) AS BIGINT) AS failed
        FROM domains d
        JOIN daily_failure f ON f.domain_id = d.id
        WHERE d.workspace_id = $1 {scope} AND f.day BETWEEN $2 AND $3
        GROUP BY d.id, f.result_type, f.result_label, f.mx_label
        HAVING SUM(f.failed) > 0
    ) c
    LEFT JOIN labels r ON r.id = c.result_label
    LEFT JOIN labels m ON m.id = c.mx_label";

#[derive(FromQueryResult)]
struct DomainFacts {
    id: i64,
    name: String,
    created: i64,
    no_mail: bool,
    archived: bool,
    enough: bool,
    mode: Option<i16>,
    last_report: Option<i64>,
    last_day: Option<i32>,
}

#[derive(FromQueryResult)]
struct Sums {
    domain_id: i64,
    sessions: i64,
    failed: i64,
    days: i64,
}

#[derive(FromQueryResult)]
struct CauseRow {
    domain_id: i64,
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    failed: i64,
}

/// Which domains of a workspace are asked about.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// All that are not archived.
    All,
    /// These alone.
    Only(&'a [DomainId]),
}

impl Scope<'_> {
    /// The condition that stands for `{scope}`. Ids are numbers, so they may stand in the text; as values they would have
    /// to be given to each query again.
    pub(crate) fn condition(self) -> String {
        let Self::Only(domains) = self else { return "AND d.archived IS NULL".to_owned() };
        let mut ids = String::new();
        for domain in domains {
            let _ = write!(ids, "{}{}", if ids.is_empty() { "" } else { ", " }, domain.0);
        }
        format!("AND d.id IN ({ids})")
    }
}

impl Storage {
    /// How domains of a workspace stand, with their sessions in a range; in no order.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn standings(
        &self,
        workspace: WorkspaceId,
        scope: Scope<'_>,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Vec<Standing>, Error> {
        let query = Query { workspace, scope: scope.condition() };
        let (recent, fortnight) = (status::recent(now), status::fortnight(now));
        let (domains, in_range, in_recent, in_fortnight, causes) = tokio::try_join!(
            self.domain_facts(&query),
            self.sums(SUMS, &query, range),
            self.sums(SUMS, &query, recent),
            self.sums(SUMS_IN_TESTING, &query, fortnight),
            self.recent_causes(&query, recent),
        )?;
        let totals = |sums: &HashMap<i64, Sums>, id| sums.get(&id).map_or_else(Totals::default, Sums::totals);
        domains
            .into_iter()
            .map(|domain| {
                let mode = codes::to_mode(domain.mode.unwrap_or(0))?;
                let facts = Facts {
                    now,
                    added: Timestamp(domain.created),
                    last_report: domain.last_day.map(Day),
                    mode,
                    recent: totals(&in_recent, domain.id),
                    causes: causes.get(&domain.id).map_or(&[], Vec::as_slice),
                    fortnight: totals(&in_fortnight, domain.id),
                    fortnight_days: in_fortnight.get(&domain.id).map_or(0, |s| s.days.try_into().unwrap_or(u16::MAX)),
                };
                let (status, reason) = match (domain.archived, domain.enough, domain.no_mail) {
                    (true, ..) => (Status::NotApplicable, status::ARCHIVED.to_owned()),
                    (false, false, _) => (Status::Waiting, status::WAITS_FOR_PROOF.to_owned()),
                    (false, true, true) => (Status::NotApplicable, status::NO_MAIL.to_owned()),
                    (false, true, false) => status::judge(&facts),
                };
                Ok(Standing {
                    domain: DomainId(domain.id),
                    name: read::name(&domain.name)?,
                    added: Timestamp(domain.created),
                    status,
                    reason,
                    totals: totals(&in_range, domain.id),
                    mode,
                    last_report: domain.last_report.map(Timestamp),
                })
            })
            .collect()
    }

    async fn domain_facts(&self, query: &Query) -> Result<Vec<DomainFacts>, Error> {
        self.rows(&query.text(DOMAINS), [query.workspace.0.into()]).await
    }

    async fn sums(&self, select: &str, query: &Query, range: DayRange) -> Result<HashMap<i64, Sums>, Error> {
        let rows = self.rows::<Sums>(&query.text(select), query.values(range)).await?;
        Ok(rows.into_iter().map(|row| (row.domain_id, row)).collect())
    }

    async fn recent_causes(&self, query: &Query, range: DayRange) -> Result<HashMap<i64, Vec<RecentCause>>, Error> {
        let mut causes = HashMap::<_, Vec<_>>::new();
        for row in self.rows::<CauseRow>(&query.text(CAUSES), query.values(range)).await? {
            causes.entry(row.domain_id).or_default().push(RecentCause {
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx,
                impact: model::Impact::from_code(row.impact)?,
                failed: read::count(row.failed),
            });
        }
        Ok(causes)
    }
}

/// What is the same of all queries.
struct Query {
    workspace: WorkspaceId,
    scope: String,
}

impl Query {
    fn text(&self, select: &str) -> String {
        select.replace("{scope}", &self.scope)
    }

    fn values(&self, range: DayRange) -> [Value; 3] {
        [self.workspace.0.into(), range.first.0.into(), range.last.0.into()]
    }
}

impl Sums {
    fn totals(&self) -> Totals {
        read::totals(self.sessions, self.failed)
    }
}
