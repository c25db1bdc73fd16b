//! What incidents are made of, from roll-ups and sightings: who told of which cause on which days, who reported at all, and
//! what live checks saw. [`model::incident`] makes lives of it.
//!
//! Days come added up to one number for each sixty of them ([`model::incident::CHUNK`]), so that a domain costs rows by
//! its causes and reporters, whatever the number of days or reports.

use std::collections::{HashMap, hash_map::Entry};

use model::{
    Day, DayRange, DomainId, DomainName, Impact, ReporterId, Timestamp, Trust, WorkspaceId,
    by_address::Network,
    incident::{CHUNK, Sighted, ToldAnything, ToldFailing},
};
use sea_orm::{FromQueryResult, Value};
use tlsrpt::ResultType;

use crate::{
    Error, Scope, Storage,
    checks::read_json,
    codes::{self, Code as _},
    read,
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

// All of it in one query, as rows of three kinds. `{scope}` stands for a condition on domains, `{chunk}` for the days of a
// chunk, `{bit}` for one of them.
//
// A day may have several rows of one cause, which add its bit once.
//
// A report counts on its first day, but covers each day of its period. What came before a domain's first failure tells nothing
// of its incidents, and of most domains that is nearly all. Only of domains with failures is asked what checks saw.
const FACTS: &str = "
    WITH told AS MATERIALIZED (
        SELECT d.id, MIN(x.day) AS since
        FROM domains d
        JOIN daily_failure x ON x.domain_id = d.id
        WHERE d.workspace_id = $1 {scope} AND x.day BETWEEN $2 AND $3
        GROUP BY d.id
    )
    SELECT {failing} AS kind, c.domain_id, c.name, c.result_type AS code, r.text AS result_text, m.text AS mx, c.impact,
        c.reporter_id, c.chunk, c.days, c.failed AS number, c.network, CAST(NULL AS TEXT) AS seen
    FROM (
        SELECT d.id AS domain_id, d.name, f.result_type, f.result_label, f.mx_label, f.impact, f.reporter_id,
            f.day / {chunk} AS chunk, CAST(SUM(DISTINCT {bit}) AS BIGINT) AS days,
            CAST(SUM(f.failed) AS BIGINT) AS failed,
            CASE WHEN MIN(f.network) = MAX(f.network) THEN MIN(f.network) ELSE CAST(0 AS BIGINT) END AS network,
            ROW_NUMBER() OVER (PARTITION BY d.id ORDER BY SUM(f.failed) DESC) AS place
        FROM domains d
        JOIN daily_failure f ON f.domain_id = d.id
        WHERE d.workspace_id = $1 {scope} AND f.day BETWEEN $2 AND $3 AND f.reports > 0 AND f.failed > 0
        GROUP BY d.id, d.name, f.result_type, f.result_label, f.mx_label, f.impact, f.reporter_id, f.day / {chunk}
    ) c
    LEFT JOIN labels r ON r.id = c.result_label
    LEFT JOIN labels m ON m.id = c.mx_label
    WHERE c.place <= {most}
    UNION ALL
    SELECT {anything}, c.domain_id, r.name, c.trust, NULL, NULL, CAST(0 AS SMALLINT), c.reporter_id, c.chunk, c.days, c.failing,
        CAST(0 AS BIGINT), NULL
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
    WHERE c.place <= {most}
    UNION ALL
    SELECT {sighted}, f.domain_id, '', CAST(0 AS SMALLINT), NULL, NULL, CAST(0 AS SMALLINT), 0, 0, f.taken, f.confirmed,
        CAST(0 AS BIGINT), f.seen
    FROM told
    JOIN sightings f ON f.domain_id = told.id
    WHERE f.confirmed >= $4";

/// Who told of which cause, on which days of a chunk.
const FAILING: i32 = 0;
/// Who reported at all.
const ANYTHING: i32 = 1;
/// What checks saw, from when until when.
const SIGHTED: i32 = 2;

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

/// A row of any kind. What the others do not have is empty.
#[derive(FromQueryResult)]
struct FactRow {
    kind: i32,
    domain_id: i64,
    /// Of the domain that fails; of the reporter who reported.
    name: String,
    /// A result type, or a trust.
    code: i16,
    result_text: Option<String>,
    mx: Option<String>,
    impact: i16,
    reporter_id: i64,
    chunk: i32,
    /// As bits; or the instant from which on something was seen.
    days: i64,
    /// Failed sessions; days with failures, as bits; or the instant until which something was seen.
    number: i64,
    /// The one from which all sessions came that failed; 0 where it is not known to be one.
    network: i64,
    seen: Option<String>,
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
        let bit = format!("(CAST(1 AS BIGINT) << (f.day % {CHUNK}))");
        let kinds = [("{failing}", FAILING), ("{anything}", ANYTHING), ("{sighted}", SIGHTED)];
        let select = FACTS.replace("{scope}", &scope.condition()).replace("{bit}", &bit);
        let select = select.replace("{chunk}", &CHUNK.to_string()).replace("{most}", &MOST.to_string());
        let select = kinds.iter().fold(select, |select, (kind, code)| select.replace(kind, &code.to_string()));
        let values: [Value; 4] =
            [workspace.0.into(), range.first.0.into(), range.last.0.into(), range.first.start().0.into()];
        let (failing, others): (Vec<_>, Vec<_>) =
            self.rows::<FactRow>(&select, values).await?.into_iter().partition(|row| row.kind == FAILING);
        let mut all = HashMap::<i64, IncidentFacts>::new();
        for row in failing {
            let facts = match all.entry(row.domain_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(IncidentFacts {
                    domain: DomainId(row.domain_id),
                    name: read::name(&row.name)?,
                    failing: vec![],
                    anything: vec![],
                    sighted: vec![],
                }),
            };
            facts.failing.push(ToldFailing {
                result_type: codes::to_result_type(row.code, row.result_text)?,
                mx: row.mx,
                impact: Impact::from_code(row.impact)?,
                reporter: ReporterId(row.reporter_id),
                chunk: row.chunk,
                days: row.days.cast_unsigned(),
                failed: read::count(row.number),
                network: Network::from_number(row.network),
            });
        }
        for row in others {
            let Some(facts) = all.get_mut(&row.domain_id) else { continue };
            if row.kind == ANYTHING {
                facts.anything.push(ToldAnything {
                    reporter: ReporterId(row.reporter_id),
                    name: row.name,
                    trust: Trust::from_code(row.code)?,
                    chunk: row.chunk,
                    days: row.days.cast_unsigned(),
                    failing: row.number.cast_unsigned(),
                });
            } else {
                facts.sighted.push(Sighted {
                    from: Timestamp(row.days),
                    until: Timestamp(row.number),
                    sightings: read_json(row.seen.as_deref().unwrap_or("[]"))?,
                });
            }
        }
        for facts in all.values_mut() {
            facts.sighted.sort_by_key(|seen| seen.from);
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
