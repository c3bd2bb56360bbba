//! Signed-in sessions, by the hash of their token.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut user = ForeignKey::create();
        user.from("sessions", "username").to("users", "username").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("sessions")
            .col(ColumnDef::new("token_hash").text().not_null().primary_key())
            .col(ColumnDef::new("username").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("last_seen_at").big_integer().not_null())
            .col(ColumnDef::new("authenticated_at").big_integer().not_null())
            .foreign_key(&mut user)
            .to_owned();
        manager.create_table(table).await?;

        let by_user = Index::create().name("sessions_username").table("sessions").col("username").to_owned();
        manager.create_index(by_user).await
    }
}
