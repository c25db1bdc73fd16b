//! The failures of a policy, in order, until retention deletes them. Always look them up by domain and report.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "failures")]
pub struct Model {
    pub domain_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub report_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub received_day: i32,
    pub result_type: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub result_type_text: Option<String>,
    pub result_label: i64,
    pub mx_label: i64,
    pub impact: i16,
    pub failed: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub sending_mta_ip: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub receiving_mx_hostname: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub receiving_mx_helo: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub receiving_ip: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub additional_information: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub failure_reason_code: Option<String>,
    /// The number of the network of `sending_mta_ip`; 0 where that is no address.
    pub network: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
