//! Compiles a block: from its SQL to a plan that can be run any number of times.

use futures::future::BoxFuture;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionContext;

use super::{Block, BlockKind, MappingError, UNCONVERTIBLE_COLUMN, guard};
use crate::input::{FILE_COLUMN, InputError, InputTable, LINE_COLUMN};

mod checks;
mod explain;

/// A block of a mapping, planned over its inputs.
#[derive(Debug, Clone)]
pub struct CompiledBlock {
    kind: BlockKind,
    number: usize,
    valid_from: Option<String>,
    schema: SchemaRef,
    plan: Arc<dyn ExecutionPlan>,
    task: Arc<TaskContext>,
}

impl CompiledBlock {
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
        let plan = reset_plan_states(Arc::clone(&self.plan));
        plan.and_then(|plan| execute_stream(plan, Arc::clone(&self.task))).map_err(|error| self.explain(error))
    }

    /// Turns an error of the stream into one that names the file, or else the block.
    pub fn explain(&self, error: DataFusionError) -> MappingError {
        match take_input_error(error) {
            Ok(error) => MappingError::Input(error),
            Err(error) => MappingError::Run { kind: self.kind, number: self.number, source: Box::new(error) },
        }
    }
}

/// Finds the input error that an engine error wraps.
fn take_input_error(error: DataFusionError) -> Result<InputError, DataFusionError> {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<InputError>() {
            Ok(found) => Ok(*found),
            Err(other) => match other.downcast::<DataFusionError>() {
                Ok(nested) => take_input_error(*nested),
                Err(other) => Err(DataFusionError::External(other)),
            },
        },
        DataFusionError::Context(text, inner) => {
            take_input_error(*inner).map_err(|inner| DataFusionError::Context(text, Box::new(inner)))
        }
        DataFusionError::Shared(inner) => match Arc::try_unwrap(inner) {
            Ok(inner) => take_input_error(inner),
            Err(shared) => Err(DataFusionError::Shared(shared)),
        },
        other => Err(other),
    }
}

/// Compiles the blocks of one opened mapping.
pub(super) struct Compiler {
    context: SessionContext,
    inputs: Vec<(String, InputTable)>,
}

impl Compiler {
    pub(super) fn new(context: SessionContext, inputs: Vec<(String, InputTable)>) -> Self {
        Self { context, inputs }
    }

    pub(super) fn compile<'a>(&'a self, block: &'a Block) -> BoxFuture<'a, Result<CompiledBlock, MappingError>> {
        Box::pin(async move {
            let fail = |reason: String| MappingError::Block { kind: block.kind, number: block.number, reason };
            let state = self.context.state();
            let plan = self.plan(&state, &block.sql).await.map_err(fail)?;
            checks::check_plan(&plan).map_err(fail)?;
            let analyzed = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {});
            let analyzed = analyzed.map_err(|error| fail(explain::message(&error)))?;
            checks::check_output(&analyzed).map_err(fail)?;
            let guarded = guard::guard(analyzed).map_err(|error| fail(explain::message(&error)))?;
            let plan = state.create_physical_plan(&guarded).await.map_err(|error| fail(explain::message(&error)))?;
            Ok(CompiledBlock {
                kind: block.kind,
                number: block.number,
                valid_from: block.valid_from.clone(),
                schema: plan.schema(),
                plan,
                task: self.context.task_ctx(),
            })
        })
    }

    /// Plans a query; the error says what is wrong and what would be right.
    fn plan<'a>(&'a self, state: &'a SessionState, sql: &'a str) -> BoxFuture<'a, Result<LogicalPlan, String>> {
        Box::pin(async move {
            let dialect = state.config_options().sql_parser.dialect;
            let statement = state.sql_to_statement(sql, &dialect).map_err(|error| explain::message(&error))?;
            checks::check_statement(&statement)?;
            let tables = state.resolve_table_references(&statement).map_err(|error| explain::message(&error))?;
            for table in &tables {
                if !self.inputs.iter().any(|(name, _)| name == table.table()) {
                    return Err(explain::unknown_input(table.table(), &self.inputs));
                }
            }
            let planned = Box::pin(state.statement_to_plan(statement)).await;
            planned.map_err(|error| explain::plan_error(&error, &tables, &self.inputs))
        })
    }
}
