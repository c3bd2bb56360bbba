//! A compiled block: from its SQL to rows that can be read any number of times.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use databank_engine::guarded::{FILE_COLUMN, GuardedQuery, GuardedTables, LINE_COLUMN, take_scan_error};
use datafusion::error::DataFusionError;
use datafusion::physical_plan::SendableRecordBatchStream;

use super::{Block, BlockKind, MappingError, UNCONVERTIBLE_COLUMN};

/// A block of a mapping, planned over its inputs.
#[derive(Debug, Clone)]
pub struct CompiledBlock {
    kind: BlockKind,
    number: usize,
    valid_from: Option<String>,
    schema: SchemaRef,
    query: GuardedQuery,
}

impl CompiledBlock {
    pub(super) async fn compile(block: &Block, tables: &GuardedTables) -> Result<Self, MappingError> {
        let fail = |reason: String| MappingError::Block { kind: block.kind, number: block.number, reason };
        let query = tables.compile(&block.sql).await.map_err(fail)?;
        Ok(Self {
            kind: block.kind,
            number: block.number,
            valid_from: block.valid_from.clone(),
            schema: query.schema(),
            query,
        })
    }

    /// Returns what the rows are.
    pub fn kind(&self) -> BlockKind {
        self.kind
    }

    /// Returns the block's 1-based number among the blocks of its kind.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns the date from which the block's facts hold, if the mapping declares it.
    pub fn valid_from(&self) -> Option<&str> {
        self.valid_from.as_deref()
    }

    /// Returns the schema of the stream: the query's columns, then `_file` and `_line` where they are known, then
    /// `_unconvertible`, the reason why a row could not be converted.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns the query's own columns, without the hidden ones.
    pub fn columns(&self) -> Schema {
        let hidden = [FILE_COLUMN, LINE_COLUMN, UNCONVERTIBLE_COLUMN];
        let own = |field: &&Arc<arrow::datatypes::Field>| !hidden.contains(&field.name().as_str());
        Schema::new(self.schema.fields().iter().filter(own).cloned().collect::<Vec<_>>())
    }

    /// Reads the rows, from the start. It must be called within a Tokio runtime.
    pub fn stream(&self) -> Result<SendableRecordBatchStream, MappingError> {
        self.query.stream().map_err(|error| self.explain(error))
    }

    /// Turns an error of the stream into one that names the file, or else the block.
    pub fn explain(&self, error: DataFusionError) -> MappingError {
        match take_scan_error(error) {
            Ok(error) => MappingError::Input(error),
            Err(error) => MappingError::Run { kind: self.kind, number: self.number, source: Box::new(error) },
        }
    }
}
