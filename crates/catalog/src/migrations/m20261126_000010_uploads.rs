//! Files that were sent and wait to be imported.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("uploads", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("uploads")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("bytes").big_integer().not_null())
            .col(ColumnDef::new("path").text().not_null())
            .col(ColumnDef::new("created_by").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("used_at").big_integer())
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("uploads_brand").table("uploads").col("brand").col("id").to_owned();
        manager.create_index(by_brand).await
    }
}
