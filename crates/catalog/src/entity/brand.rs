//! `brands`: one brand, with its wrapped keys.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "brands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    pub display_name: String,
    pub timezone: Option<String>,
    pub currency: Option<String>,
    /// When the first deposit fixed zone and currency.
    pub settings_fixed_at: Option<i64>,
    pub wrapped_id_key: Vec<u8>,
    pub wrapped_seal_key: Vec<u8>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
