//! The files of one table version as a DataFusion table.
//!
//! Delta's own provider is not used for reads: its plans cannot travel to workers, and a version's list of files is all
//! that a scan needs.

use std::sync::Arc;

use async_trait::async_trait;
use databank_lake::TableSnapshot;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

/// A fixed list of Parquet files with their partition values.
#[derive(Debug)]
pub struct FilesTable {
    snapshot: TableSnapshot,
    table_schema: TableSchema,
}

impl FilesTable {
    /// The table of a snapshot.
    pub fn new(snapshot: TableSnapshot) -> Self {
        let partition_columns: Vec<FieldRef> = snapshot
            .table
            .partition_columns()
            .iter()
            .map(|name| Arc::new(Field::new(*name, DataType::Utf8, true)))
            .collect();
        let table_schema =
            TableSchema::builder(snapshot.table.schema()).with_table_partition_cols(partition_columns).build();
        Self { snapshot, table_schema }
    }
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.table_schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Row groups are skipped by statistics; the rows themselves are filtered above.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut source = ParquetSource::new(self.table_schema.clone());
        if let Some(predicate) = datafusion::logical_expr::utils::conjunction(filters.to_vec()) {
            let schema = datafusion::common::DFSchema::try_from(self.schema())?;
            source = ParquetSource::with_predicate(&source, state.create_physical_expr(predicate, &schema)?);
        }
        let mut groups: Vec<Vec<PartitionedFile>> = vec![Vec::new(); state.config().target_partitions().max(1)];
        let n_groups = groups.len();
        for (index, file) in self.snapshot.files.iter().enumerate() {
            let Some(path) = file.path.to_str() else {
                return plan_err!("a data file's path is not UTF-8: {}", file.path.display());
            };
            let absolute = std::path::absolute(path)?;
            let values = self
                .snapshot
                .table
                .partition_columns()
                .iter()
                .map(|column| ScalarValue::Utf8(file.partition_value(column).map(str::to_owned)))
                .collect();
            let location = datafusion::object_store::path::Path::from_absolute_path(&absolute)?;
            let part = PartitionedFile::new(location.to_string(), file.size_bytes as u64).with_partition_values(values);
            if let Some(group) = groups.get_mut(index % n_groups) {
                group.push(part);
            }
        }
        let groups: Vec<FileGroup> = groups.into_iter().filter(|g| !g.is_empty()).map(FileGroup::new).collect();
        if groups.is_empty() {
            let schema =
                projection.map_or_else(|| Ok(self.schema()), |columns| self.schema().project(columns).map(Arc::new))?;
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
