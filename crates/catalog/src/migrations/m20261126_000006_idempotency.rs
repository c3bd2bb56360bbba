//! Answers to requests that may be sent again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("idempotency", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("idempotency")
            .col(ColumnDef::new("actor").text().not_null())
            .col(ColumnDef::new("key").text().not_null())
            .col(ColumnDef::new("brand").text())
            .col(ColumnDef::new("method").text().not_null())
            .col(ColumnDef::new("path").text().not_null())
            .col(ColumnDef::new("request_hash").text().not_null())
            .col(ColumnDef::new("status").integer())
            .col(ColumnDef::new("body").text())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .primary_key(Index::create().col("actor").col("key"))
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_age = Index::create().name("idempotency_created_at").table("idempotency").col("created_at").to_owned();
        manager.create_index(by_age).await
    }
}
