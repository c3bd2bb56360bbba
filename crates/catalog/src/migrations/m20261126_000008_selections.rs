//! Consumers that somebody picked out, by definition.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("selections", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("selections")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("definition").text().not_null())
            .col(ColumnDef::new("rule_set").text().not_null())
            .col(ColumnDef::new("consumers").big_integer().not_null())
            .col(ColumnDef::new("vault_version").big_integer().not_null())
            .col(ColumnDef::new("created_by").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("selections_brand").table("selections").col("brand").col("id").to_owned();
        manager.create_index(by_brand).await
    }
}
