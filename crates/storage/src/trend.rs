//! Days in a row: a domain's sessions on each day of a range, and how many of them the range's first cause made fail.

use std::collections::{BTreeMap, HashMap};

use model::{Day, DayRange, DomainId, Totals, view::DayPoint};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};

use crate::{
    Error, Storage,
    entity::{daily_domain, daily_failure},
    read,
};

/// A result type at a place, by the codes of its labels.
type CauseKey = (i16, i64, i64);

/// What is known of one domain's days.
#[derive(Debug, Default)]
struct Known {
    totals: HashMap<Day, Totals>,
    causes: BTreeMap<CauseKey, HashMap<Day, u64>>,
}

impl Storage {
    /// The days of some domains: one point for each day of the range, also where nothing was reported. The caller has
    /// the ids from a query of their workspace.
    pub(crate) async fn trends(
        &self,
        domains: &[DomainId],
        range: DayRange,
    ) -> Result<HashMap<DomainId, Vec<DayPoint>>, Error> {
        let (totals, failures) =
            tokio::try_join!(self.daily_totals(domains, range), self.daily_causes(domains, range))?;
        let mut known: HashMap<i64, Known> = domains.iter().map(|domain| (domain.0, Known::default())).collect();
        for (domain, day, sessions, failed) in totals {
            known.entry(domain).or_default().totals.insert(Day(day), read::totals(sessions, failed));
        }
        for (domain, day, result_type, result_label, mx_label, failed) in failures {
            let causes = &mut known.entry(domain).or_default().causes;
            let cause = causes.entry((result_type, result_label, mx_label)).or_default();
            cause.insert(Day(day), read::count(failed));
        }
        Ok(known.into_iter().map(|(domain, known)| (DomainId(domain), known.points(range))).collect())
    }

    pub(crate) async fn daily_totals(
        &self,
        domains: &[DomainId],
        range: DayRange,
    ) -> Result<Vec<(i64, i32, i64, i64)>, Error> {
        use daily_domain::{Column, Entity};
        let query = Entity::find()
            .select_only()
            .columns([Column::DomainId, Column::Day, Column::Sessions, Column::Failed])
            .filter(Column::DomainId.is_in(domains.iter().map(|domain| domain.0)))
            .filter(Column::Day.between(range.first.0, range.last.0));
        Ok(query.into_tuple().all(self.database.read()).await?)
    }

    async fn daily_causes(
        &self,
        domains: &[DomainId],
        range: DayRange,
    ) -> Result<Vec<(i64, i32, i16, i64, i64, i64)>, Error> {
        use daily_failure::{Column, Entity};
        use sea_orm::ExprTrait as _;

        let keys = [Column::DomainId, Column::Day, Column::ResultType, Column::ResultLabel, Column::MxLabel];
        let mut query = Entity::find()
            .select_only()
            .columns(keys)
            .column_as(Expr::col(Column::Failed).sum().cast_as("BIGINT"), "failed")
            .filter(Column::DomainId.is_in(domains.iter().map(|domain| domain.0)))
            .filter(Column::Day.between(range.first.0, range.last.0));
        for key in keys {
            query = query.group_by(key);
        }
        Ok(query.into_tuple().all(self.database.read()).await?)
    }
}

impl Known {
    fn points(&self, range: DayRange) -> Vec<DayPoint> {
        // Of causes that failed equally often, the one with the smallest key, so that a page looks the same twice.
        let first_cause =
            self.causes.values().rev().max_by_key(|days| days.values().copied().fold(0, u64::saturating_add));
        range
            .days()
            .map(|day| {
                let totals = self.totals.get(&day).copied().unwrap_or_default();
                let first_cause = first_cause.and_then(|days| days.get(&day)).copied().unwrap_or(0);
                DayPoint { day, totals, first_cause: first_cause.min(totals.failed) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let totals = HashMap::from([(Day(1), read::totals(100, 10)), (Day(3), read::totals(50, 4))]);
        let causes = BTreeMap::from([
            ((3, 0, 7), HashMap::from([(Day(1), 2)])),
            ((4, 0, 7), HashMap::from([(Day(1), 8), (Day(3), 9)])),
        ]);
        Known { totals, causes }
    }

    #[test]
    fn every_day_of_the_range_has_a_point() {
        let points = known().points(DayRange { first: Day(0), last: Day(4) });
        assert_eq!(points.iter().map(|point| point.day.0).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(points[2].totals, Totals::default());
    }

    #[test]
    fn the_first_cause_is_the_range_s_largest_and_never_more_than_failed() {
        let points = known().points(DayRange { first: Day(0), last: Day(4) });
        assert_eq!(points.iter().map(|point| point.first_cause).collect::<Vec<_>>(), [0, 8, 0, 4, 0]);
    }
}
