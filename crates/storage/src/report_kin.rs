//! What stands beside a report: those that say they are the same one, other parts of its document, the ways it came, the
//! reports of the same reporter before and after it, and the policies that were published in its days. Several lists, and one
//! query.

use model::{
    Channel, Day, DeliveryId, DomainName, ReportId, Timestamp,
    check::Check,
    policy_seen::PublishedPolicy,
    view::{CameBy, ReportRow},
};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, QueryResult, Statement};
use serde::Deserialize;

use crate::{
    Error, Storage,
    codes::Code as _,
    entity::reports,
    read,
    report_list::{self, Kinds, Row},
};

/// How many reports of the same identity are told.
const CONFLICTS: usize = 50;
/// How many arrivals are told.
const ARRIVALS: usize = 100;
/// How many of a domain's reports, on either side, are searched for one of the same reporter.
const NEIGHBOURS: u32 = 2_000;
/// A domain's policy seldom changes: what is older than so many changes was seen by nobody who still reports it.
const SNAPSHOTS: u32 = 60;

/// The kinds of rows.
const CONFLICT: i32 = 0;
const SIBLING: i32 = 1;
const ARRIVAL: i32 = 2;
const PREVIOUS: i32 = 3;
const NEXT: i32 = 4;
const SNAPSHOT: i32 = 5;
const POLICY: i32 = 6;

/// The lists.
#[derive(Debug, Default)]
pub(crate) struct Kin {
    /// Other reports of the same reporter with the same report-id and period.
    pub(crate) conflicts: Vec<ReportRow>,
    /// Parts of the same document that speak of other domains.
    pub(crate) siblings: Vec<(ReportId, DomainName)>,
    /// Its arrivals, the first one in front.
    pub(crate) came: Vec<CameBy>,
    /// The last report before it of the same reporter to the same domain, with its day.
    pub(crate) previous: Option<(ReportId, Day)>,
    /// The first one after it.
    pub(crate) next: Option<(ReportId, Day)>,
    /// What looks at its domain saw of the policy up to the end of its days, oldest first; the same in a row only once.
    pub(crate) published: Vec<PublishedPolicy>,
}

/// Of all that a look saw, the policy.
#[derive(Default, Deserialize)]
#[serde(default)]
struct OfFacts {
    policy: Option<Body>,
    unseen: Vec<Check>,
}

#[derive(Deserialize)]
struct Body {
    body: String,
}

impl Storage {
    /// What stands beside a report.
    pub(crate) async fn kin(&self, report: &reports::Model) -> Result<Kin, Error> {
        let values = [
            report.id.into(),
            report.workspace_id.into(),
            report.domain_id.into(),
            report.identity_hash.clone().into(),
            report.delivery_id.into(),
            report.document_hash.clone().into(),
            report.day.into(),
            report.reporter_id.into(),
            Day(report.last_day).plus(1).start().0.into(),
        ];
        let read = self.database.read();
        let rows = read.query_all_raw(Statement::from_sql_and_values(read.get_database_backend(), select(), values));
        let (mut kin, mut conflicts, mut snapshots) = (Kin::default(), vec![], vec![]);
        let mut kinds = Kinds::default();
        for row in rows.await? {
            match row.try_get("", "kind")? {
                CONFLICT => conflicts.push(Row::from_query_result(&row, "")?),
                SIBLING => kin.siblings.push(sibling(&row)?),
                ARRIVAL => kin.came.push(arrival(&row)?),
                PREVIOUS => kin.previous = Some(neighbour(&row)?),
                NEXT => kin.next = Some(neighbour(&row)?),
                SNAPSHOT => snapshots.push(snapshot(&row)?),
                _ => kinds.learn(
                    row.try_get("", "id")?,
                    row.try_get("", "channel")?,
                    row.try_get("", "domain")?,
                    row.try_get("", "state")?,
                )?,
            }
        }
        kin.conflicts = conflicts.into_iter().map(|row: Row| row.view(&mut kinds)).collect::<Result<_, _>>()?;
        snapshots.sort_by_key(|(taken, _)| *taken);
        kin.published = published(snapshots);
        // A union keeps no order.
        kin.conflicts.sort_by_key(|row| row.id);
        kin.siblings.sort_by(|(a, name), (b, other)| name.cmp(other).then(a.cmp(b)));
        kin.came.sort_by_key(|came| came.delivery);
        Ok(kin)
    }
}

/// The query. The columns are those of a report in a list, and what only arrivals have.
fn select() -> String {
    // Each half says which of the two indexes finds it.
    let half = |state: &str| {
        format!(
            "SELECT * FROM reports WHERE domain_id = $3 AND identity_hash = $4 AND workspace_id = $2 AND id <> $1 AND {state}"
        )
    };
    let (counted, others) = (half("state = 0"), half("state <> 0"));
    let (columns, names) = (report_list::COLUMNS, report_list::NAMES);
    let side = |kind: i32, compared: &str, order: &str| {
        format!(
            "SELECT {kind}, s.id, NULL, s.day, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM (
                SELECT n.id, n.day FROM (
                    SELECT id, day, reporter_id FROM reports
                    WHERE domain_id = $3 AND workspace_id = $2 AND (day, id) {compared} ($7, $1)
                    ORDER BY day {order}, id {order} LIMIT {NEIGHBOURS}
                ) n WHERE n.reporter_id = $8 ORDER BY n.day {order}, n.id {order} LIMIT 1
            ) s"
        )
    };
    let (previous, next) = (side(PREVIOUS, "<", "DESC"), side(NEXT, ">", "ASC"));
    // Parts of one document come by one delivery, whose links are few. Later arrivals are links to the same row.
    format!(
        "SELECT {CONFLICT} AS kind, c.*, CAST(NULL AS SMALLINT) AS channel, CAST(NULL AS TEXT) AS remote FROM (
            SELECT {columns} FROM ({counted} UNION ALL {others}) r {names}
            ORDER BY r.id LIMIT {CONFLICTS}
        ) c
        UNION ALL
        SELECT {SIBLING}, r.id, NULL, NULL, d.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM deliveries y
        JOIN delivery_reports l ON l.domain_id = y.domain_id AND l.delivery_id = y.id
        JOIN reports r ON r.id = l.report_id
        JOIN domains d ON d.id = r.domain_id
        WHERE y.id = $5 AND r.workspace_id = $2 AND r.document_hash = $6 AND r.id <> $1
        UNION ALL
        SELECT {ARRIVAL}, a.id, NULL, NULL, NULL, NULL, NULL, NULL, a.received, NULL, NULL, NULL, NULL, NULL, NULL, a.channel,
            a.remote FROM (
            SELECT y.id, y.received, y.channel, y.remote
            FROM delivery_reports l
            JOIN deliveries y ON y.domain_id = l.domain_id AND y.id = l.delivery_id
            WHERE l.report_id = $1 AND y.workspace_id = $2
            ORDER BY y.id LIMIT {ARRIVALS}
        ) a
        UNION ALL {previous} UNION ALL {next}
        UNION ALL
        SELECT {SNAPSHOT}, NULL, NULL, NULL, s.facts, NULL, NULL, NULL, s.taken, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM (
            SELECT taken, facts FROM snapshots WHERE domain_id = $3 AND taken < $9 ORDER BY taken DESC LIMIT {SNAPSHOTS}
        ) s
        UNION ALL
        SELECT {POLICY}, p.report_id, NULL, NULL, p.policy_type_text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, p.mode, NULL,
            p.policy_type, NULL
        FROM (SELECT id FROM ({counted} UNION ALL {others}) r ORDER BY id LIMIT {CONFLICTS}) c
        JOIN policies p ON p.domain_id = $3 AND p.report_id = c.id"
    )
}

/// When a look was taken, and what it saw of the policy; none where that could not be told.
fn snapshot(row: &QueryResult) -> Result<(i64, Option<PublishedPolicy>), Error> {
    let (taken, facts): (i64, String) = (row.try_get("", "received")?, row.try_get("", "domain")?);
    let facts: OfFacts = read::json(&facts)?;
    let seen = !facts.unseen.contains(&Check::Policy);
    let body = facts.policy.map(|policy| policy.body);
    Ok((taken, seen.then_some(PublishedPolicy { from: Timestamp(taken), body })))
}

/// The policies of some looks in their order, the same in a row only once.
fn published(snapshots: Vec<(i64, Option<PublishedPolicy>)>) -> Vec<PublishedPolicy> {
    let mut all: Vec<PublishedPolicy> = vec![];
    for policy in snapshots.into_iter().filter_map(|(_, policy)| policy) {
        if all.last().is_none_or(|last| last.body != policy.body) {
            all.push(policy);
        }
    }
    all
}

fn sibling(row: &QueryResult) -> Result<(ReportId, DomainName), Error> {
    let name: String = row.try_get("", "domain")?;
    Ok((ReportId(row.try_get("", "id")?), read::name(&name)?))
}

fn neighbour(row: &QueryResult) -> Result<(ReportId, Day), Error> {
    Ok((ReportId(row.try_get("", "id")?), Day(row.try_get("", "day")?)))
}

fn arrival(row: &QueryResult) -> Result<CameBy, Error> {
    Ok(CameBy {
        delivery: DeliveryId(row.try_get("", "id")?),
        received: Timestamp(row.try_get("", "received")?),
        channel: Channel::from_code(row.try_get("", "channel")?)?,
        remote: row.try_get("", "remote")?,
    })
}
