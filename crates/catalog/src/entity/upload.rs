//! `uploads`: a file that was sent and waits to be imported.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub brand: String,
    pub name: String,
    pub bytes: i64,
    pub path: String,
    pub created_by: String,
    pub created_at: i64,
    pub used_at: Option<i64>,
    /// What names the file's content.
    pub content: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
