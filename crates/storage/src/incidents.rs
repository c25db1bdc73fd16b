//! What incidents are made of, from roll-ups and sightings: who told of which cause on which days, who reported at all, and
//! what live checks saw. [`model::incident`] makes lives of it.
//!
//! Days come added up to one number for each sixty of them ([`model::incident::CHUNK`]), so that a domain costs rows by
//! its causes and reporters, whatever the number of days or reports.

use std::collections::HashMap;

use model::{
    Day, DayRange, DomainId, DomainName, Impact, ReporterId, Trust, WorkspaceId,
    incident::{CHUNK, Sighted, ToldAnything, ToldFailing},
};
use sea_orm::{FromQueryResult, Value};
use tlsrpt::ResultType;

use crate::{
    Error, Scope, Storage,
    codes::{self, Code as _},
    read,
    sightings::{self, SightingRow},
};

/// Rows of one domain: senders invent hosts, types and names, so the largest are enough.
const MOST: u32 = 2_000;
/// Days of causes of one domain, the largest first.
const MOST_DAYS: u32 = 20_000;

/// What the incidents of one domain are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentFacts {
    /// The domain.
    pub domain: DomainId,
    /// Its name.
    pub name: DomainName,
    /// Who told of which cause, and when.
    pub failing: Vec<ToldFailing>,
    /// Who reported at all, and when.
    pub anything: Vec<ToldAnything>,
    /// What live checks saw, oldest first.
    pub sighted: Vec<Sighted>,
}

/// A cause, a day, and its failed sessions.
pub type FailedOn = (ResultType, Option<String>, Day, u64);

// `{scope}` stands for a condition on domains, `{chunk}` for the days of a chunk, `{bit}` for one of them.
const FAILING: &str = "
    SELECT c.domain_id, c.name, c.result_type, r.text AS result_text, m.text AS mx, c.impact, c.reporter_id, c.chunk, c.days,
        c.failed
    FROM (
        SELECT d.id AS domain_id, d.name, f.result_type, f.result_label, f.mx_label, f.impact, f.reporter_id,
            f.day / {chunk} AS chunk, CAST(SUM({bit}) AS BIGINT) AS days, CAST(SUM(f.failed) AS BIGINT) AS failed,
            ROW_NUMBER() OVER (PARTITION BY d.id ORDER BY SUM(f.failed) DESC) AS place
        FROM domains d
        JOIN daily_failure f ON f.domain_id = d.id
        WHERE d.workspace_id = $1 {scope} AND f.day BETWEEN $2 AND $3 AND f.reports > 0 AND f.failed > 0
        GROUP BY d.id, d.name, f.result_type, f.result_label, f.mx_label, f.impact, f.reporter_id, f.day / {chunk}
    ) c
    LEFT JOIN labels r ON r.id = c.result_label
    LEFT JOIN labels m ON m.id = c.mx_label
    WHERE c.place <= {most}";

// A report counts on its first day, but covers each day of its period. What came before a domain's first failure tells nothing
// of its incidents, and of most domains that is nearly all.
const ANYTHING: &str = "
    WITH told AS MATERIALIZED (
        SELECT d.id, MIN(x.day) AS since
        FROM domains d
        JOIN daily_failure x ON x.domain_id = d.id
        WHERE d.workspace_id = $1 {scope} AND x.day BETWEEN $2 AND $3
        GROUP BY d.id
    )
    SELECT c.domain_id, c.reporter_id, r.name, c.trust, c.chunk, c.days, c.failing
    FROM (
        SELECT told.id AS domain_id, f.reporter_id, f.trust, f.day / {chunk} AS chunk, CAST(SUM({bit}) AS BIGINT) AS days,
            CAST(SUM(CASE WHEN f.failed > 0 THEN {bit} ELSE 0 END) AS BIGINT) AS failing,
            ROW_NUMBER() OVER (PARTITION BY told.id ORDER BY SUM(f.failed) DESC, SUM(f.sessions) DESC) AS place
        FROM told
        JOIN daily_reporter f ON f.domain_id = told.id
        WHERE f.day BETWEEN told.since AND $3 AND f.covering > 0
        GROUP BY told.id, f.reporter_id, f.trust, f.day / {chunk}
    ) c
    JOIN reporters r ON r.id = c.reporter_id
    WHERE c.place <= {most}";

const SIGHTED: &str = "
    SELECT f.domain_id, f.taken, f.confirmed, f.seen
    FROM domains d
    JOIN sightings f ON f.domain_id = d.id
    WHERE d.workspace_id = $1 {scope} AND {told} AND f.confirmed >= $4
    ORDER BY f.domain_id, f.taken";

/// Only of domains with failures is asked what checks saw.
const TOLD: &str = "EXISTS (SELECT 1 FROM daily_failure x WHERE x.domain_id = d.id AND x.day BETWEEN $2 AND $3)";

const FAILED_ON: &str = "
    SELECT c.result_type, r.text AS result_text, m.text AS mx, c.day, c.failed
    FROM (
        SELECT f.result_type, f.result_label, f.mx_label, f.day, CAST(SUM(f.failed) AS BIGINT) AS failed
        FROM daily_failure f
        WHERE f.domain_id = $1 AND f.day BETWEEN $2 AND $3 AND f.reports > 0 AND f.failed > 0
        GROUP BY f.result_type, f.result_label, f.mx_label, f.day
    ) c
    LEFT JOIN labels r ON r.id = c.result_label
    LEFT JOIN labels m ON m.id = c.mx_label
    ORDER BY c.failed DESC LIMIT {most_days}";

#[derive(FromQueryResult)]
struct FailingRow {
    domain_id: i64,
    name: String,
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    reporter_id: i64,
    chunk: i32,
    days: i64,
    failed: i64,
}

#[derive(FromQueryResult)]
struct AnythingRow {
    domain_id: i64,
    reporter_id: i64,
    name: String,
    trust: i16,
    chunk: i32,
    days: i64,
    failing: i64,
}

#[derive(FromQueryResult)]
struct FailedOnRow {
    result_type: i16,
    result_text: Option<String>,
    mx: Option<String>,
    day: i32,
    failed: i64,
}

impl Storage {
    /// What the incidents of domains are made of, in a range of days; only domains with failures, in no order.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn incident_facts(
        &self,
        workspace: WorkspaceId,
        scope: Scope<'_>,
        range: DayRange,
    ) -> Result<Vec<IncidentFacts>, Error> {
        let scope = scope.condition();
        let text = |select: &str| {
            let bit = format!("(CAST(1 AS BIGINT) << (f.day % {CHUNK}))");
            let select = select.replace("{scope}", &scope).replace("{told}", TOLD);
            select.replace("{chunk}", &CHUNK.to_string()).replace("{bit}", &bit).replace("{most}", &MOST.to_string())
        };
        let values = || -> [Value; 3] { [workspace.0.into(), range.first.0.into(), range.last.0.into()] };
        let since: [Value; 1] = [range.first.start().0.into()];
        let (failing, anything, sighted) = tokio::try_join!(
            async { self.rows::<FailingRow>(&text(FAILING), values()).await },
            async { self.rows::<AnythingRow>(&text(ANYTHING), values()).await },
            async { self.rows::<SightingRow>(&text(SIGHTED), values().into_iter().chain(since)).await },
        )?;
        let mut all = HashMap::<i64, IncidentFacts>::new();
        for row in failing {
            let facts = match all.entry(row.domain_id) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(new) => new.insert(IncidentFacts {
                    domain: DomainId(row.domain_id),
                    name: read::name(&row.name)?,
                    failing: vec![],
                    anything: vec![],
                    sighted: vec![],
                }),
            };
            facts.failing.push(ToldFailing {
                result_type: codes::to_result_type(row.result_type, row.result_text)?,
                mx: row.mx,
                impact: Impact::from_code(row.impact)?,
                reporter: ReporterId(row.reporter_id),
                chunk: row.chunk,
                days: row.days.cast_unsigned(),
                failed: read::count(row.failed),
            });
        }
        for row in anything {
            let Some(facts) = all.get_mut(&row.domain_id) else { continue };
            facts.anything.push(ToldAnything {
                reporter: ReporterId(row.reporter_id),
                name: row.name,
                trust: Trust::from_code(row.trust)?,
                chunk: row.chunk,
                days: row.days.cast_unsigned(),
                failing: row.failing.cast_unsigned(),
            });
        }
        for (domain, sighted) in sightings::by_domain(sighted)? {
            if let Some(facts) = all.get_mut(&domain) {
                facts.sighted = sighted;
            }
        }
        Ok(all.into_values().collect())
    }

    /// The failed sessions of each cause of a domain on each day of a range. The caller has the id from a query of its
    /// workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn failed_on(&self, domain: DomainId, range: DayRange) -> Result<Vec<FailedOn>, Error> {
        let values = [domain.0.into(), range.first.0.into(), range.last.0.into()];
        let rows = self.rows::<FailedOnRow>(&FAILED_ON.replace("{most_days}", &MOST_DAYS.to_string()), values).await?;
        rows.into_iter()
            .map(|row| {
                let result_type = codes::to_result_type(row.result_type, row.result_text)?;
                Ok((result_type, row.mx, Day(row.day), read::count(row.failed)))
            })
            .collect()
    }
}
