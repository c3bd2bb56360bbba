//! Mappings that a brand has saved.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("saved_mappings", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("saved_mappings")
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("text").text().not_null())
            .col(ColumnDef::new("updated_by").text().not_null())
            .col(ColumnDef::new("updated_at").big_integer().not_null())
            .primary_key(Index::create().col("brand").col("name"))
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await
    }
}
