//! Users, with the hashes of their passwords.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("users")
            .col(ColumnDef::new("username").text().not_null().primary_key())
            .col(ColumnDef::new("display_name").text().not_null())
            .col(ColumnDef::new("password_hash").text().not_null())
            .col(ColumnDef::new("password_change_needed").boolean().not_null())
            .col(ColumnDef::new("disabled").boolean().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("last_signed_in_at").big_integer())
            .to_owned();
        manager.create_table(table).await
    }
}
