//! Keys of programs, by the hash of their secret. Numbers are not given again.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("api_keys", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("api_keys")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("name").text().not_null())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("scopes").text().not_null())
            .col(ColumnDef::new("secret_hash").text().not_null())
            .col(ColumnDef::new("created_by").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("expires_at").big_integer())
            .col(ColumnDef::new("last_used_at").big_integer())
            .col(ColumnDef::new("revoked_at").big_integer())
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("api_keys_brand").table("api_keys").col("brand").to_owned();
        manager.create_index(by_brand).await
    }
}
