//! `deposit_brands`: one brand's part in a deposit: the atomic unit, with its accounts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deposit_brands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub deposit: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub brand: String,
    pub status: String,
    pub input_rows: i64,
    pub read: i64,
    pub accepted: i64,
    pub duplicate: i64,
    pub rejected: i64,
    pub suppressed: i64,
    pub started_at: i64,
    pub finished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
