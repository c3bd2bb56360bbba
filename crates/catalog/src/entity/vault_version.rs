//! `vault_versions`: which table versions make up a brand's vault.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vault_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub brand: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    pub deposit: Option<i64>,
    /// JSON object: table name to table version.
    pub tables: String,
    pub identity_sequence: i64,
    pub inbox_offset: Option<i64>,
    /// `YYYY-MM-DD`.
    pub last_event_day: Option<String>,
    /// JSON that the vault's writers leave to each other.
    pub state: String,
    pub created_at: i64,
    /// Of all else that the row says.
    pub checksum: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
