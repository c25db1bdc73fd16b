//! The part of one report document that speaks of one domain: a slim row that outlives its details.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub domain_id: i64,
    pub workspace_id: i64,
    pub delivery_id: i64,
    pub document_hash: Vec<u8>,
    pub content_key: Vec<u8>,
    pub identity_hash: Vec<u8>,
    pub reporter_id: i64,
    pub trust: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub signer: Option<String>,
    pub state: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub claimed_name: Option<String>,
    pub day: i32,
    pub last_day: i32,
    pub start_at: Option<i64>,
    pub end_at: Option<i64>,
    pub received: i64,
    pub arrivals: i64,
    pub sessions: i64,
    pub failed: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub organization_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_info: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub report_id: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub notes: Option<String>,
    pub note_count: i32,
    pub has_details: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
