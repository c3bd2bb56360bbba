//! The files of one table version as a DataFusion table.
//!
//! Delta's own provider is not used for reads: its plans cannot travel to workers, and a version's list of files is all
//! that a scan needs.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use databank_lake::{CheckedFile, DataFile, TableSnapshot};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfigBuilder, ParquetFileReaderFactory, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::object_store::path::Path;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::future::BoxFuture;

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
        let mut files = HashMap::new();
        for file in &self.snapshot.files {
            // As a scan spells it after it has read the name once more.
            files.insert(Path::from(location_of(file)?).to_string(), file.clone());
        }
        let files = CheckedFiles { files };
        let mut source =
            ParquetSource::new(self.table_schema.clone()).with_parquet_file_reader_factory(Arc::new(files));
        if let Some(predicate) = datafusion::logical_expr::utils::conjunction(filters.to_vec()) {
            let schema = datafusion::common::DFSchema::try_from(self.schema())?;
            source = ParquetSource::with_predicate(&source, state.create_physical_expr(predicate, &schema)?);
        }
        let mut groups: Vec<Vec<PartitionedFile>> = vec![Vec::new(); state.config().target_partitions().max(1)];
        let n_groups = groups.len();
        for (index, file) in self.snapshot.files.iter().enumerate() {
            let values = self
                .snapshot
                .table
                .partition_columns()
                .iter()
                .map(|column| ScalarValue::Utf8(file.partition_value(column).map(str::to_owned)))
                .collect();
            let part = PartitionedFile::new(location_of(file)?, file.size_bytes as u64).with_partition_values(values);
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

/// How DataFusion names a file.
fn location_of(file: &DataFile) -> Result<String> {
    let Some(path) = file.path.to_str() else {
        return plan_err!("a data file's path is not UTF-8: {}", file.path.display());
    };
    Ok(Path::from_absolute_path(std::path::absolute(path)?)?.to_string())
}

/// Opens the files of a scan so that damaged bytes are an error.
#[derive(Debug)]
struct CheckedFiles {
    files: HashMap<String, DataFile>,
}

impl ParquetFileReaderFactory for CheckedFiles {
    fn create_reader(
        &self,
        _partition: usize,
        file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        _metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let location = file.object_meta.location.as_ref();
        let Some(file) = self.files.get(location) else { return internal_err!("a scan of another file: {location}") };
        let file = CheckedFile::open(file).map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Box::new(CheckedParquet(file)))
    }
}

/// Reads a local file at once: there is nothing to wait for.
struct CheckedParquet(CheckedFile);

impl AsyncFileReader for CheckedParquet {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        let bytes = self.0.read_range(range).map_err(|error| ParquetError::External(Box::new(error)));
        Box::pin(std::future::ready(bytes))
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        let options = options.cloned().unwrap_or_default();
        let read = ArrowReaderMetadata::load(&self.0, options).map(|metadata| Arc::clone(metadata.metadata()));
        Box::pin(std::future::ready(read))
    }
}
