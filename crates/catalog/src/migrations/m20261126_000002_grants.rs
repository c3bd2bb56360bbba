//! Which role a user has on a brand, or on all of them (`*`).

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut user = ForeignKey::create();
        user.from("grants", "username").to("users", "username").on_delete(ForeignKeyAction::Cascade);

        // No foreign key to brands: `*` is none of them.
        let table = Table::create()
            .table("grants")
            .col(ColumnDef::new("username").text().not_null())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("role").text().not_null())
            .primary_key(Index::create().col("username").col("brand"))
            .foreign_key(&mut user)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("grants_brand").table("grants").col("brand").to_owned();
        manager.create_index(by_brand).await
    }
}
