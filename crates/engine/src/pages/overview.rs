//! Overview: which of a workspace's domains need attention, and what is broken now.

use std::{cmp::Reverse, collections::HashSet};

use model::{
    DayRange, DomainId, DomainName, Page, Status, Timestamp, WorkspaceId, time,
    view::{Overview, OverviewQuery, OverviewSort},
};
use storage::{DomainItem, Scope, Standing, Storage};

use super::{OfDomain, range};
use crate::{Engine, Error};

impl Engine {
    /// Overview of a workspace.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn overview(
        &self,
        workspace: WorkspaceId,
        query: &OverviewQuery,
        now: Timestamp,
    ) -> Result<Overview, Error> {
        let range = range(query.days, now);
        let search = query.search.trim();
        let glance = self.storage.glance(workspace, search).await?;
        let standings = self.standings.of(&self.storage, workspace, range, now, &glance.versions).await?;
        let broken = self.broken(workspace, now, &glance.versions).await?;
        let count = |status| standings.iter().filter(|standing| standing.status == status).count() as u64;
        let chosen = chosen(&standings, query, &glance.noted);
        let matching = chosen.len() as u64;
        let page = Page::of(query.page, matching);
        let on_page: Vec<Standing> = chosen.into_iter().skip(page.skip()).take(Page::ROWS).cloned().collect();
        let rows = self.storage.overview_rows(&on_page, range).await?;
        Ok(Overview {
            range,
            today: now.day(),
            domains: standings.len() as u64,
            errors: count(Status::Error),
            warnings: count(Status::Warning),
            broken,
            matching,
            page: page.number,
            rows,
            totals: standings.iter().map(|standing| standing.totals).sum(),
            last_delivery: glance.last_delivery,
            started: glance.started,
            waiting: if self.checks.runner().is_some() { glance.waiting } else { 0 },
            complete_to: time::complete_to(now),
        })
    }

    /// At most so many of the domains that Overview finds for a query, by name, from the first after this one; each with how many
    /// reporters were seen in its days.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn overview_after(
        &self,
        workspace: WorkspaceId,
        query: &OverviewQuery,
        after: Option<&DomainName>,
        most: u32,
        now: Timestamp,
    ) -> Result<Vec<(DomainItem, u32)>, Error> {
        let range = range(query.days, now);
        let glance = self.storage.glance(workspace, query.search.trim()).await?;
        let standings = self.standings.of(&self.storage, workspace, range, now, &glance.versions).await?;
        let by_name = OverviewQuery { sort: OverviewSort::Name, ..query.clone() };
        let chosen = chosen(&standings, &by_name, &glance.noted).into_iter();
        let some: Vec<Standing> = chosen
            .filter(|standing| after.is_none_or(|after| standing.name > *after))
            .take(most as usize)
            .cloned()
            .collect();
        let domains: Vec<_> = some.iter().map(|standing| standing.domain).collect();
        let reporters = self.storage.reporters_seen(&domains, range).await?;
        let items = self.storage.domain_items(workspace, some).await?.into_iter();
        Ok(items
            .map(|item| {
                let seen = reporters.get(&item.standing.domain).copied().unwrap_or(0);
                (item, seen)
            })
            .collect())
    }
}

/// The domains that match the query, in its order. The words of its search are also found in what is noted about some.
fn chosen<'a>(standings: &'a [Standing], query: &OverviewQuery, noted: &HashSet<DomainId>) -> Vec<&'a Standing> {
    let search = query.search.trim().to_lowercase();
    let found =
        |name: &DomainName| name.as_str().contains(&search) || name.to_unicode().to_lowercase().contains(&search);
    let mut chosen: Vec<_> = standings
        .iter()
        .filter(|standing| query.status.is_none_or(|status| standing.status == status))
        .filter(|standing| search.is_empty() || found(&standing.name) || noted.contains(&standing.domain))
        .collect();
    chosen.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    match query.sort {
        OverviewSort::Name => {}
        OverviewSort::Status => chosen.sort_by_key(|standing| urgency(standing.status)),
        OverviewSort::Sessions => chosen.sort_by_key(|standing| Reverse(standing.totals.sessions)),
        OverviewSort::Failed => chosen.sort_by_key(|standing| Reverse(standing.totals.failed)),
        OverviewSort::LastReport => chosen.sort_by_key(|standing| Reverse(standing.last_report)),
    }
    chosen
}

/// The place of a status when the worst comes first.
const fn urgency(status: Status) -> u8 {
    match status {
        Status::Error => 0,
        Status::Warning => 1,
        Status::CannotTell => 2,
        Status::Waiting => 3,
        Status::Suggestion => 4,
        Status::Ok => 5,
        Status::NotApplicable => 6,
    }
}

impl OfDomain for Standing {
    fn domain(&self) -> DomainId {
        self.domain
    }

    async fn compute(
        storage: &Storage,
        workspace: WorkspaceId,
        scope: Scope<'_>,
        range: DayRange,
        now: Timestamp,
    ) -> Result<Vec<Self>, storage::Error> {
        storage.standings(workspace, scope, range, now).await
    }
}

#[cfg(test)]
mod tests {
    use model::Totals;

    use super::*;

    fn standing(name: &str, status: Status, sessions: u64, failed: u64) -> Standing {
        Standing {
            domain: DomainId(1),
            name: name.parse().unwrap(),
            added: Timestamp(0),
            status,
            reason: String::new(),
            totals: Totals { sessions, failed },
            mode: None,
            last_report: (sessions > 0).then_some(Timestamp(i64::try_from(sessions).unwrap())),
        }
    }

    fn some() -> Vec<Standing> {
        vec![
            standing("b.example.com", Status::Ok, 5, 0),
            standing("a.example.com", Status::Ok, 7, 1),
            standing("bücher.example", Status::Waiting, 0, 0),
            standing("z.example.net", Status::Error, 6, 6),
        ]
    }

    fn names(search: &str, status: Option<Status>, sort: OverviewSort) -> Vec<String> {
        let query = OverviewQuery { search: search.into(), status, sort, days: 30, page: 1 };
        chosen(&some(), &query, &HashSet::new())
            .iter()
            .map(|standing| standing.name.to_unicode().into_owned())
            .collect()
    }

    #[test]
    fn the_worst_comes_first_and_then_the_name_decides() {
        let all = ["z.example.net", "bücher.example", "a.example.com", "b.example.com"];
        assert_eq!(names("", None, OverviewSort::Status), all);
    }

    #[test]
    fn each_order_is_what_it_says() {
        assert_eq!(names("", None, OverviewSort::Name)[..2], ["a.example.com", "b.example.com"]);
        assert_eq!(names("", None, OverviewSort::Sessions)[..2], ["a.example.com", "z.example.net"]);
        assert_eq!(names("", None, OverviewSort::Failed)[..2], ["z.example.net", "a.example.com"]);
        assert_eq!(names("", None, OverviewSort::LastReport)[3], "bücher.example", "none comes last");
    }

    #[test]
    fn search_and_filter_meet() {
        assert_eq!(names("EXAMPLE.COM", None, OverviewSort::Name), ["a.example.com", "b.example.com"]);
        assert_eq!(names("büch", None, OverviewSort::Name), ["bücher.example"]);
        assert_eq!(names("xn--b", None, OverviewSort::Name), ["bücher.example"]);
        assert_eq!(names("example", Some(Status::Error), OverviewSort::Name), ["z.example.net"]);
        assert!(names("%", None, OverviewSort::Name).is_empty());
    }
}
