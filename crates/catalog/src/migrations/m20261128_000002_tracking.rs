//! What a brand says of its own tracking: names of events, hosts that links lead to.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("tracking", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("tracking")
            .col(ColumnDef::new("brand").text().not_null().primary_key())
            .col(ColumnDef::new("names").text().not_null())
            .col(ColumnDef::new("click_hosts").text().not_null())
            .col(ColumnDef::new("updated_at").big_integer().not_null())
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await
    }
}
