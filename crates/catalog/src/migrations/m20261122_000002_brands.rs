//! Brands, with their wrapped keys.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("brands")
            .col(ColumnDef::new("slug").text().not_null().primary_key())
            .col(ColumnDef::new("display_name").text().not_null())
            .col(ColumnDef::new("timezone").text())
            .col(ColumnDef::new("currency").text())
            .col(ColumnDef::new("settings_fixed_at").big_integer())
            .col(ColumnDef::new("wrapped_id_key").binary().not_null())
            .col(ColumnDef::new("wrapped_seal_key").binary().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await
    }
}
