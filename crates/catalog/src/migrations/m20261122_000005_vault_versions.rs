//! Which table versions make up each brand's vault.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("vault_versions", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);
        let mut deposit = ForeignKey::create();
        deposit.from("vault_versions", "deposit").to("deposits", "id").on_delete(ForeignKeyAction::Restrict);

        let table = Table::create()
            .table("vault_versions")
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("sequence").big_integer().not_null())
            .col(ColumnDef::new("deposit").big_integer())
            .col(ColumnDef::new("tables").text().not_null())
            .col(ColumnDef::new("identity_sequence").big_integer().not_null())
            .col(ColumnDef::new("inbox_offset").big_integer())
            .col(ColumnDef::new("last_event_day").text())
            .col(ColumnDef::new("state").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .primary_key(Index::create().col("brand").col("sequence"))
            .foreign_key(&mut brand)
            .foreign_key(&mut deposit)
            .to_owned();
        manager.create_table(table).await
    }
}
