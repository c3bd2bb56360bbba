//! The brands' rule sets, every saved version.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("rule_sets", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("rule_sets")
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("version").integer().not_null())
            .col(ColumnDef::new("text").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .primary_key(Index::create().col("brand").col("name").col("version"))
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await
    }
}
