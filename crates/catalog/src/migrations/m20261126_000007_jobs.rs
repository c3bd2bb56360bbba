//! Long work that somebody asked for.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut brand = ForeignKey::create();
        brand.from("jobs", "brand").to("brands", "slug").on_delete(ForeignKeyAction::Cascade);

        let table = Table::create()
            .table("jobs")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("brand").text().not_null())
            .col(ColumnDef::new("kind").text().not_null())
            .col(ColumnDef::new("actor").text().not_null())
            .col(ColumnDef::new("status").text().not_null())
            .col(ColumnDef::new("request").text().not_null())
            .col(ColumnDef::new("result").text())
            .col(ColumnDef::new("problem").text())
            .col(ColumnDef::new("notes").text().not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("started_at").big_integer())
            .col(ColumnDef::new("finished_at").big_integer())
            .foreign_key(&mut brand)
            .to_owned();
        manager.create_table(table).await?;

        let by_brand = Index::create().name("jobs_brand").table("jobs").col("brand").col("id").to_owned();
        manager.create_index(by_brand).await?;
        let by_status = Index::create().name("jobs_status").table("jobs").col("status").to_owned();
        manager.create_index(by_status).await
    }
}
