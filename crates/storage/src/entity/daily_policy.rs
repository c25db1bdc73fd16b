//! Roll-up: sessions by policy type and mode, each by itself, never to be added up.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "daily_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub domain_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy_type: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy_label: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mode: i16,
    pub reports: i64,
    pub sessions: i64,
    pub failed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
