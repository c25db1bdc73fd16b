//! Overview's rows: the domains of one page with their days.

use std::collections::HashMap;

use model::{DayRange, DomainId, view::DomainRow};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};

use crate::{Error, Standing, Storage, entity::daily_reporter};

impl Storage {
    /// Rows for these domains, in their order.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn overview_rows(&self, standings: &[Standing], range: DayRange) -> Result<Vec<DomainRow>, Error> {
        let domains: Vec<_> = standings.iter().map(|standing| standing.domain).collect();
        let (mut trends, reporters) =
            tokio::try_join!(self.trends(&domains, range), self.reporters_seen(&domains, range))?;
        let rows = standings.iter().map(|standing| DomainRow {
            name: standing.name.clone(),
            status: standing.status,
            reason: standing.reason.clone(),
            points: trends.remove(&standing.domain).unwrap_or_default(),
            totals: standing.totals,
            mode: standing.mode,
            reporters: reporters.get(&standing.domain).copied().unwrap_or(0),
            last_report: standing.last_report,
        });
        Ok(rows.collect())
    }

    /// How many reporters were seen in the range, by domain; those without any are left out.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reporters_seen(&self, domains: &[DomainId], range: DayRange) -> Result<HashMap<DomainId, u32>, Error> {
        use daily_reporter::{Column, Entity};
        let counts: Vec<(i64, i64)> = Entity::find()
            .select_only()
            .column(Column::DomainId)
            .column_as(Expr::col(Column::ReporterId).count_distinct(), "reporters")
            .filter(Column::DomainId.is_in(domains.iter().map(|domain| domain.0)))
            .filter(Column::Day.between(range.first.0, range.last.0))
            .filter(Column::Covering.gt(0))
            .group_by(Column::DomainId)
            .into_tuple()
            .all(self.database.read())
            .await?;
        let counts = counts.into_iter();
        Ok(counts.map(|(domain, seen)| (DomainId(domain), seen.try_into().unwrap_or(u32::MAX))).collect())
    }
}
