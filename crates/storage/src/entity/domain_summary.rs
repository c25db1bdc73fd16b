//! Roll-up: one row for each domain over all time.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "domain_summary")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: i64,
    pub reports: i64,
    pub sessions: i64,
    pub failed: i64,
    pub last_report: Option<i64>,
    pub mode: i16,
    pub mode_day: i32,
    /// An id that was taken for this change alone: while it is the same, so are all roll-ups of the domain.
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
