//! The policies of a report row, in the order of the document. Always look them up by domain and report.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policies")]
pub struct Model {
    pub domain_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub report_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub policy_type: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub policy_type_text: Option<String>,
    pub policy_label: i64,
    pub mode: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub policy_domain: Option<String>,
    pub mx_entry: bool,
    #[sea_orm(column_type = "Text")]
    pub policy_string: String,
    #[sea_orm(column_type = "Text")]
    pub mx_host: String,
    pub successful: i64,
    pub failed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
