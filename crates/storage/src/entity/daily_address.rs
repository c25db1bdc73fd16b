//! Roll-up: failed sessions by what `daily_failure` knows and by the addresses between which they failed, for as long as single
//! failures of their day are kept.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "daily_address")]
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
    /// Of the key as well; but it follows from the policy and the result type, and the ORM takes twelve columns.
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
    /// sending-mta-ip; empty where it is no address, or beyond those that are told apart of one report.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub sending: String,
    /// receiving-ip; the same.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub receiving: String,
    pub reports: i64,
    pub failed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
