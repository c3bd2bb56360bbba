//! Deposits. The key is auto-incremented, so that the number of a deleted deposit is not given again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("deposits")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("source").text().not_null())
            .col(ColumnDef::new("started_at").big_integer().not_null())
            .to_owned();
        manager.create_table(table).await
    }
}
