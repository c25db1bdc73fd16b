//! Reports as pages list them: of one domain, or of all domains of a workspace.
//!
//! A page costs the same at a thousand reports and at a million. Each domain's reports are in an index by day, so those of many
//! domains are found by going from domain to domain; how many are looked through is bounded by taking fewer days, from the
//! latest back, until they hold no more than [`LOOKED_THROUGH`]. Whatever only the rows tell (trust, reporter, policy type, and
//! every order but the usual one) is asked of those alone. What was left out is said, and found by asking for earlier days.

use model::{
    Day, DayRange, DomainId, Page, WorkspaceId,
    report_list::{Looked, ReportList, ReportQuery, ReportSort},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Error, ReportFilter, Storage, read,
    report_list::{COLUMNS, NAMES, Row},
};

/// Reports that one page looks through.
pub(crate) const LOOKED_THROUGH: u64 = 5_000;

/// How many days are tried when there are more reports than that, one after the other until they hold too many: where reports
/// are dense, the first try ends it.
const FEWER_DAYS: [i32; 9] = [1, 3, 7, 14, 30, 90, 180, 365, 730];

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// The latest day that has reports, the last of [`FEWER_DAYS`] that does not hold too many (the first where all do), and how
/// many these days hold.
#[derive(FromQueryResult)]
struct Dense {
    day: Option<i32>,
    days: i32,
    found: i64,
}

/// A report of the page, with how many there are in all.
#[derive(FromQueryResult)]
struct Matching {
    #[sea_orm(nested)]
    row: Row,
    matching: i64,
}

/// The reports that are asked for, before their days are bounded.
struct Asked {
    /// Conditions on domains.
    domains: String,
    /// What an index of reports answers.
    indexed: &'static str,
    /// What only a look at the rows tells.
    looked_at: String,
    /// All values, those of the conditions on domains in front.
    values: Vec<Value>,
    /// How many of them those are.
    of_domains: usize,
}

impl Asked {
    fn new(workspace: WorkspaceId, only: Option<DomainId>, filter: &ReportFilter) -> Self {
        let mut values: Vec<Value> = vec![workspace.0.into()];
        let domains = match only {
            Some(domain) => {
                values.push(domain.0.into());
                format!(" AND d.id = ${}", values.len())
            }
            // One that is being removed has no address any more.
            None => format!(
                "{} AND EXISTS (SELECT 1 FROM addresses a WHERE a.domain_id = d.id)",
                filter.on_domains(&mut values)
            ),
        };
        let of_domains = values.len();
        let looked_at = filter.looked_at(&mut values);
        Self { domains, indexed: filter.indexed(), looked_at, values, of_domains }
    }

    /// The values of a query that looks at no rows.
    fn domain_values(&self) -> Vec<Value> {
        self.values[..self.of_domains].to_vec()
    }

    /// Reports of some days, from domain to domain: `CROSS JOIN` keeps SQLite to that order. The days are numbers or names of
    /// columns, so they may stand in the text.
    fn of_days(&self, first: &str, last: &str) -> String {
        let Self { domains, indexed, .. } = self;
        // Of one day, the index has the reports in the order of the list.
        let days = if first == last { format!("= {first}") } else { format!("BETWEEN {first} AND {last}") };
        format!(
            "FROM domains d CROSS JOIN reports r WHERE d.workspace_id = $1{domains} AND r.domain_id = d.id \
             AND r.day {days}{indexed}"
        )
    }
}

impl Storage {
    /// The reports of a workspace, or of one of its domains, as far as they can be looked through at once.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reports(
        &self,
        workspace: WorkspaceId,
        only: Option<DomainId>,
        query: &ReportQuery,
    ) -> Result<ReportList, Error> {
        let filter = ReportFilter::from(query);
        let asked = Asked::new(workspace, only, &filter);
        let (days, looked, found) = self.bounded(&asked, filter.days()).await?;
        let some = asked.of_days(&days.first.0.to_string(), &days.last.0.to_string());
        let latest_first = if days.first == days.last { "d.name, r.id DESC" } else { "r.day DESC, d.name, r.id DESC" };
        let looked_at = &asked.looked_at;
        if looked_at.is_empty() && query.sort == ReportSort::Period {
            // The index has all of this order: only the rows of the page are looked at.
            let page = Page::of(query.page, found);
            let select = format!(
                "SELECT {COLUMNS} FROM (SELECT r.id, r.domain_id {some} ORDER BY {latest_first} LIMIT {} OFFSET {}) k \
                 JOIN reports r ON r.domain_id = k.domain_id AND r.id = k.id {NAMES} ORDER BY {latest_first}",
                Page::ROWS,
                page.skip()
            );
            let rows = self.rows::<Row>(&select, asked.values).await?;
            return Ok(ReportList { matching: found, looked, page: page.number, rows: self.report_rows(rows).await? });
        }
        // Of too many, those that come first.
        let first =
            if looked == Looked::AtSomeOf(days.last) { format!("ORDER BY {latest_first}") } else { String::new() };
        let reports = format!(
            "(SELECT r.id, r.domain_id {some} {first} LIMIT {LOOKED_THROUGH}) k \
             JOIN reports r ON r.domain_id = k.domain_id AND r.id = k.id {NAMES} WHERE 1 = 1{looked_at}"
        );
        let order = order(query.sort);
        let listed = async |page: Page| {
            let select = format!(
                "SELECT {COLUMNS}, COUNT(*) OVER () AS matching FROM {reports} ORDER BY {order} LIMIT {} OFFSET {}",
                Page::ROWS,
                page.skip()
            );
            self.rows::<Matching>(&select, asked.values.clone()).await
        };
        let mut page = Page::of(query.page, found);
        let mut rows = listed(page).await?;
        if rows.is_empty() && page.number > 1 {
            // So many do not fit: the last page is what there is.
            let count = format!("SELECT COUNT(*) AS count FROM {reports}");
            let matching = self.rows::<Count>(&count, asked.values.clone()).await?.pop();
            page = Page::of(query.page, matching.map_or(0, |row| read::count(row.count)));
            rows = listed(page).await?;
        }
        let matching = rows.first().map_or(0, |row| read::count(row.matching));
        let rows = self.report_rows(rows.into_iter().map(|row| row.row).collect()).await?;
        Ok(ReportList { matching, looked, page: page.number, rows })
    }

    /// As many of the days, from the latest back, as can be looked through, and how many reports they have.
    async fn bounded(&self, asked: &Asked, days: DayRange) -> Result<(DayRange, Looked, u64), Error> {
        let all = self.count(asked, days).await?;
        if all <= LOOKED_THROUGH {
            return Ok((days, Looked::AtAll, all));
        }
        let (first, last) = (days.first.0, days.last.0);
        // The latest day of each domain is the end of its index.
        let latest = format!(
            "SELECT MAX((SELECT r.day FROM reports r WHERE r.domain_id = d.id AND r.day BETWEEN {first} AND {last}{} \
             ORDER BY r.day DESC LIMIT 1)) AS day FROM domains d WHERE d.workspace_id = $1{}",
            asked.indexed, asked.domains
        );
        let more = LOOKED_THROUGH + 1;
        let tried = FEWER_DAYS.windows(2).map(|days| {
            let some = asked.of_days(&format!("latest.day - {}", days[1] - 1), "latest.day");
            format!("WHEN (SELECT COUNT(*) FROM (SELECT 1 {some} LIMIT {more}) m) = {more} THEN {}", days[0])
        });
        let (tried, most) = (tried.collect::<Vec<_>>().join(" "), FEWER_DAYS[FEWER_DAYS.len() - 1]);
        let chosen = asked.of_days("chosen.day - chosen.days + 1", "chosen.day");
        let dense = format!(
            "WITH latest AS MATERIALIZED ({latest}), \
             chosen AS MATERIALIZED (SELECT latest.day, CASE {tried} ELSE {most} END AS days FROM latest) \
             SELECT chosen.day, chosen.days, (SELECT COUNT(*) FROM (SELECT 1 {chosen} AND r.day >= {first} LIMIT {more}) m) \
             AS found FROM chosen"
        );
        let dense = self.rows::<Dense>(&dense, asked.domain_values()).await?.pop();
        let Some(Dense { day: Some(latest), days: fewer, found }) = dense else { return Ok((days, Looked::AtAll, 0)) };
        let some = DayRange { first: Day(latest - (fewer - 1)).max(days.first), last: Day(latest) };
        let found = read::count(found);
        if found > LOOKED_THROUGH {
            return Ok((some, Looked::AtSomeOf(some.last), LOOKED_THROUGH));
        }
        Ok((some, Looked::Since(some.first), found))
    }

    /// How many reports some days have, as far as one more than can be looked through.
    async fn count(&self, asked: &Asked, days: DayRange) -> Result<u64, Error> {
        let some = asked.of_days(&days.first.0.to_string(), &days.last.0.to_string());
        let count = format!("SELECT COUNT(*) AS count FROM (SELECT 1 {some} LIMIT {}) m", LOOKED_THROUGH + 1);
        Ok(self.rows::<Count>(&count, asked.domain_values()).await?.pop().map_or(0, |row| read::count(row.count)))
    }
}

/// The order of rows that were looked at.
const fn order(sort: ReportSort) -> &'static str {
    match sort {
        ReportSort::Period => "r.day DESC, d.name, r.id DESC",
        ReportSort::Received => "r.received DESC, r.id DESC",
        ReportSort::Sessions => "r.sessions DESC, r.day DESC, d.name, r.id DESC",
        ReportSort::Failed => "r.failed DESC, r.day DESC, d.name, r.id DESC",
        // Without a session there is no rate.
        ReportSort::Rate => {
            "CASE WHEN r.sessions = 0 THEN -1.0 ELSE 1.0 * r.failed / r.sessions END DESC, r.failed DESC, r.day DESC, d.name, \
             r.id DESC"
        }
    }
}
