//! One thing received, with what became of it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub domain_id: i64,
    pub workspace_id: i64,
    pub body_id: i64,
    pub received: i64,
    pub channel: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub remote: Option<String>,
    pub outcome: i16,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub size: i64,
    pub trust: i16,
    #[sea_orm(column_type = "Text", nullable)]
    pub signer: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub verdict: Option<String>,
    pub mailed: Option<i64>,
    pub admitted: bool,
    pub tries: i16,
    pub next_try: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
