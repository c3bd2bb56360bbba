//! Sums of the rows that answers depend on, and of the files that wait to be imported.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["vault_versions", "rule_sets"] {
            let sum = ColumnDef::new("checksum").text().null().to_owned();
            manager.alter_table(Table::alter().table(table).add_column(sum).to_owned()).await?;
        }
        let content = ColumnDef::new("content").text().null().to_owned();
        manager.alter_table(Table::alter().table("uploads").add_column(content).to_owned()).await
    }
}
