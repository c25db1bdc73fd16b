//! With what programs use the API. Only the hash of a token is here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub hash: Vec<u8>,
    #[sea_orm(column_type = "Text")]
    pub hint: String,
    pub scope: i16,
    pub created: i64,
    pub created_by: Option<i64>,
    pub expires: i64,
    pub last_used: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
