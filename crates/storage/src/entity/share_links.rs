//! With which people without an account see one domain's summary. Only the hash of a link's last part is here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share_links")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: i64,
    pub domain_id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub hash: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    pub created: i64,
    pub created_by: i64,
    pub expires: i64,
    pub last_opened: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
