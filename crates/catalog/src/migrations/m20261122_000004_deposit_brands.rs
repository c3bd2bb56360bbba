//! Each brand's part in a deposit, with its accounts.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut deposit = ForeignKey::create();
        deposit.from("deposit_brands", "deposit").to("deposits", "id").on_delete(ForeignKeyAction::Cascade);
        let mut brand = ForeignKey::create();
        brand.from("deposit_brands", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let count = |name: &'static str| ColumnDef::new(name).big_integer().not_null().default(0).take();
        let table = Table::create()
            .table("deposit_brands")
            .col(ColumnDef::new("deposit").big_integer().not_null())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("status").text().not_null())
            .col(count("input_rows"))
            .col(count("read"))
            .col(count("accepted"))
            .col(count("duplicate"))
            .col(count("rejected"))
            .col(count("suppressed"))
            .col(ColumnDef::new("started_at").big_integer().not_null())
            .col(ColumnDef::new("finished_at").big_integer())
            .primary_key(Index::create().col("deposit").col("brand"))
            .foreign_key(&mut deposit)
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("deposit_brands_brand").table("deposit_brands").col("brand").to_owned();
        manager.create_index(by_brand).await
    }
}
