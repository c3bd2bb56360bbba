//! What became of tracked events, by source and minute.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("collected", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);
        let count = |name: &'static str| ColumnDef::new(name).big_integer().not_null().to_owned();

        let table = Table::create()
            .table("collected")
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("source").text().not_null())
            .col(ColumnDef::new("minute").big_integer().not_null())
            .col(count("received"))
            .col(count("accepted"))
            .col(count("duplicate"))
            .col(count("rejected"))
            .col(count("suppressed"))
            .primary_key(Index::create().col("brand").col("minute").col("source"))
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        // Asked at every start, of all versions: without their states.
        let offsets = Index::create()
            .name("vault_versions_inbox")
            .table("vault_versions")
            .col("brand")
            .col("inbox_offset")
            .to_owned();
        manager.create_index(offsets).await
    }
}
