//! The audit log: entries that are added and never changed.

use sea_orm_migration::prelude::*;

use super::append_only;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("audit")
            .col(ColumnDef::new("sequence").big_integer().not_null().primary_key())
            .col(ColumnDef::new("at").big_integer().not_null())
            .col(ColumnDef::new("actor_kind").text().not_null())
            .col(ColumnDef::new("actor_name").text().not_null())
            .col(ColumnDef::new("action").text().not_null())
            .col(ColumnDef::new("brand").text())
            .col(ColumnDef::new("target").text())
            .col(ColumnDef::new("outcome").text().not_null())
            .col(ColumnDef::new("details").text().not_null())
            .col(ColumnDef::new("address").text())
            .col(ColumnDef::new("previous").text().not_null())
            .col(ColumnDef::new("hash").text().not_null())
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("audit_brand").table("audit").col("brand").col("sequence").to_owned();
        manager.create_index(by_brand).await?;
        append_only::apply(manager).await
    }
}
