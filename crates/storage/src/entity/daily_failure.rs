//! Roll-up: failed sessions by result type, MX host, impact, reporter, policy, trust and network; they overlap.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "daily_failure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub result_type: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub result_label: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mx_label: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub impact: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub reporter_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy_type: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy_label: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mode: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub trust: i16,
    /// The number of the network from which the sessions of a report came; 0 where it does not say, or says several.
    #[sea_orm(primary_key, auto_increment = false)]
    pub network: i64,
    pub reports: i64,
    pub failed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
