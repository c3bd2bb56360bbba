//! An input as a table of the SQL engine.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result as DataFusionResult, Statistics, project_schema};
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions,
    SendableRecordBatchStream,
};
use tokio::sync::mpsc::Sender;

use super::files::InputFile;
use super::ledger::InputLedger;
use super::table::Source;
use super::unreadable::SinkSlot;
use super::{InputError, InputOptions};

/// Files smaller than this together are read one after the other.
const PARALLEL_BYTES: u64 = 4 << 20;

/// How many batches a scan reads ahead.
const BATCHES_AHEAD: usize = 2;

/// One input of a mapping: its files, ready to be scanned any number of times.
#[derive(Debug, Clone)]
pub struct InputTable {
    files: Arc<[InputFile]>,
    source: Arc<Source>,
    schema: SchemaRef,
    row_bytes: u64,
    ledger: Arc<InputLedger>,
}

impl InputTable {
    /// Looks into the files of an input, and settles its columns.
    pub(crate) fn open(
        table: &str,
        files: Vec<InputFile>,
        options: &InputOptions,
        sink: SinkSlot,
    ) -> Result<Self, InputError> {
        let source = Source::settle(table, &files, options)?;
        let ledger = Arc::new(InputLedger::new(table, &files, sink));
        let row_bytes = source.row_bytes(&files)?;
        Ok(Self { files: files.into(), schema: source.schema(), source: Arc::new(source), row_bytes, ledger })
    }

    /// Returns the ledger, shared by all scans of the input.
    pub fn ledger(&self) -> &Arc<InputLedger> {
        &self.ledger
    }

    /// Returns the columns of the table, `_file` and `_line` last.
    pub fn columns(&self) -> &SchemaRef {
        &self.schema
    }

    /// Estimates the bytes of one row.
    pub(crate) fn row_bytes(&self) -> u64 {
        self.row_bytes
    }

    pub(crate) fn bytes_in_memory(&self) -> u64 {
        self.source.bytes_in_memory(&self.files)
    }

    /// Reads the rows of all files on this thread, in order, until there are no more or `each` has seen enough.
    pub(crate) fn read_rows(&self, each: &mut dyn FnMut(&RecordBatch) -> bool) -> Result<(), InputError> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        for (index, file) in self.files.iter().enumerate() {
            let mut reader = self.source.read(file, index, &self.ledger, (&self.schema, all.as_slice()))?;
            loop {
                let next = reader.next_batch();
                let (records, found) = reader.report();
                self.ledger.count(index, records, found);
                match next? {
                    Some(batch) if !each(&batch) => return Ok(()),
                    Some(_) => {}
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// Splits the files into runs of about the same size, in order.
    fn partitions(&self, most: usize) -> Vec<Vec<usize>> {
        let total: u64 = self.files.iter().map(|file| file.bytes).sum();
        let count = if total < PARALLEL_BYTES { 1 } else { most.clamp(1, self.files.len().max(1)) };
        let mut partitions = vec![Vec::new(); count];
        let mut before = 0;
        for (index, file) in self.files.iter().enumerate() {
            // The file's middle decides, so that a huge file does not draw its followers along.
            let middle = u128::from(before) + u128::from(file.bytes / 2);
            let at = usize::try_from(middle * count as u128 / u128::from(total.max(1))).unwrap_or(0).min(count - 1);
            if let Some(partition) = partitions.get_mut(at) {
                partition.push(index);
            }
            before += file.bytes;
        }
        partitions
    }
}

#[async_trait]
impl TableProvider for InputTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let schema = project_schema(&self.schema, projection)?;
        let all = || (0..self.schema.fields().len()).collect();
        let partitions = self.partitions(state.config().target_partitions());
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions.len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let mut statistics = Statistics::new_unknown(&schema);
        statistics.total_byte_size = Precision::Inexact(usize::try_from(self.bytes_in_memory()).unwrap_or(usize::MAX));
        Ok(Arc::new(InputScan {
            input: self.clone(),
            projection: projection.cloned().unwrap_or_else(all).into(),
            schema,
            partitions,
            limit,
            properties: Arc::new(properties),
            statistics: Arc::new(statistics),
        }))
    }
}

/// A scan of an input's files.
#[derive(Debug)]
struct InputScan {
    input: InputTable,
    projection: Arc<[usize]>,
    schema: SchemaRef,
    /// The indexes of the files of each partition.
    partitions: Vec<Vec<usize>>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    statistics: Arc<Statistics>,
}

impl DisplayAs for InputScan {
    fn fmt_as(&self, _format: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        write!(formatter, "InputScan: {} [{}]", self.input.ledger.table(), names.join(", "))
    }
}

impl ExecutionPlan for InputScan {
    fn name(&self) -> &'static str {
        "InputScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _context: Arc<TaskContext>) -> DataFusionResult<SendableRecordBatchStream> {
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), BATCHES_AHEAD);
        let batches = builder.tx();
        let files = self.partitions.get(partition).cloned().unwrap_or_default();
        let (input, projection) = (self.input.clone(), Arc::clone(&self.projection));
        let (schema, limit) = (Arc::clone(&self.schema), self.limit);
        builder.spawn_blocking(move || {
            read_files(&input, &files, (&schema, &projection), limit, &batches)
                .map_err(|error| DataFusionError::External(Box::new(error)))
        });
        Ok(builder.build())
    }

    fn partition_statistics(&self, _partition: Option<usize>) -> DataFusionResult<Arc<Statistics>> {
        Ok(Arc::clone(&self.statistics))
    }
}

/// Reads files on a blocking thread until they end, the limit is reached or nobody listens.
fn read_files(
    input: &InputTable,
    files: &[usize],
    projection: (&SchemaRef, &[usize]),
    limit: Option<usize>,
    batches: &Sender<DataFusionResult<RecordBatch>>,
) -> Result<(), InputError> {
    let mut left = limit.unwrap_or(usize::MAX);
    for &index in files {
        let Some(file) = input.files.get(index) else { continue };
        let mut reader = input.source.read(file, index, &input.ledger, projection)?;
        while left > 0 {
            let next = reader.next_batch();
            // What was found up to an error is reported too: it may explain the error.
            let (records, found) = reader.report();
            input.ledger.count(index, records, found);
            let Some(batch) = next? else { break };
            left = left.saturating_sub(batch.num_rows());
            if batch.num_rows() > 0 && batches.blocking_send(Ok(batch)).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
