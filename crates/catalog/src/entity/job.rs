//! `jobs`: long work that somebody asked for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub brand: String,
    pub kind: String,
    pub actor: String,
    pub status: String,
    /// JSON.
    pub request: String,
    /// JSON.
    pub result: Option<String>,
    /// JSON.
    pub problem: Option<String>,
    /// JSON array of texts.
    pub notes: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
