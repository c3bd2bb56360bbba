//! Guarded queries: SQL over streaming tables in which a value that fails to convert marks its row and stops nothing.
//!
//! [`GuardedTables`] holds the tables of one mapping; [`GuardedTables::compile`] checks a query (a SELECT, the same answer
//! each time, columns that can be told apart), rewrites its plan (see `guard`) and gives a [`GuardedQuery`] that streams
//! any number of times. The last column of every stream is [`UNCONVERTIBLE_COLUMN`].
//!
//! Everything that touches the planner's types is here and not with the callers: its generic code is built once.

mod checks;
mod explain;
mod guard;
mod memory;

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::future::BoxFuture;

use memory::SharedPool;

/// The name of the hidden text column of a table that says which file a row came from.
pub const FILE_COLUMN: &str = "_file";

/// The name of the hidden bigint column of a table that says on which line a row began.
pub const LINE_COLUMN: &str = "_line";

/// The name of the column that says why a row could not be converted (NULL for good rows).
pub const UNCONVERTIBLE_COLUMN: &str = "_unconvertible";

/// How many threads of the engine one query uses.
const PARTITIONS: usize = 2;

/// The resources of guarded queries.
#[derive(Debug, Clone)]
pub struct GuardedOptions {
    /// The memory that sorts, joins and aggregates may hold before they spill.
    pub memory_bytes: usize,
    /// The directory they spill to, made if it is missing; the system's unless given.
    pub spill_directory: Option<PathBuf>,
    /// Rows of a batch.
    pub batch_rows: usize,
    /// Whether joins may hash, which is fast and cannot spill; else they sort and merge.
    pub hash_joins: bool,
}

/// A table that queries may name.
#[derive(Debug, Clone)]
pub struct GuardedTable {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: Arc<dyn TableProvider>,
}

/// The tables of guarded queries and the session that these run in.
pub struct GuardedTables {
    context: SessionContext,
    tables: Vec<GuardedTable>,
}

impl std::fmt::Debug for GuardedTables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("GuardedTables").field("tables", &self.tables).finish_non_exhaustive()
    }
}

impl GuardedTables {
    /// Registers the tables in a session of their own.
    pub fn new(tables: Vec<GuardedTable>, options: &GuardedOptions) -> Result<Self, DataFusionError> {
        let context = context(options)?;
        for table in &tables {
            context.register_table(TableReference::bare(table.name.clone()), Arc::clone(&table.rows))?;
        }
        Ok(Self { context, tables })
    }

    /// Plans a query; the error says what is wrong and what would be right.
    pub fn compile<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Result<GuardedQuery, String>> {
        Box::pin(async move {
            let state = self.context.state();
            let fail = |error: DataFusionError| explain::message(&error);
            let plan = self.plan(&state, sql).await?;
            checks::check_plan(&plan)?;
            let analyzed = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {}).map_err(fail)?;
            checks::check_output(&analyzed)?;
            let guarded = guard::guard(analyzed).map_err(fail)?;
            let plan = state.create_physical_plan(&guarded).await.map_err(fail)?;
            Ok(GuardedQuery { plan, task: self.context.task_ctx() })
        })
    }

    fn plan<'a>(&'a self, state: &'a SessionState, sql: &'a str) -> BoxFuture<'a, Result<LogicalPlan, String>> {
        Box::pin(async move {
            let dialect = state.config_options().sql_parser.dialect;
            let statement = state.sql_to_statement(sql, &dialect).map_err(|error| explain::message(&error))?;
            checks::check_statement(&statement)?;
            let named = state.resolve_table_references(&statement).map_err(|error| explain::message(&error))?;
            for table in &named {
                if !self.tables.iter().any(|known| known.name == table.table()) {
                    return Err(explain::unknown_table(table.table(), &self.tables));
                }
            }
            let planned = Box::pin(state.statement_to_plan(statement)).await;
            planned.map_err(|error| explain::plan_error(&error, &named, &self.tables))
        })
    }
}

/// A planned query.
#[derive(Debug, Clone)]
pub struct GuardedQuery {
    plan: Arc<dyn ExecutionPlan>,
    task: Arc<TaskContext>,
}

impl GuardedQuery {
    /// The query's columns, then `_file` and `_line` where they are known, then `_unconvertible`.
    pub fn schema(&self) -> SchemaRef {
        self.plan.schema()
    }

    /// Reads the rows, from the start. It must be called within a Tokio runtime.
    pub fn stream(&self) -> Result<SendableRecordBatchStream, DataFusionError> {
        execute_stream(reset_plan_states(Arc::clone(&self.plan))?, Arc::clone(&self.task))
    }
}

/// Finds the error of a table's own scan (of type `E`) that an engine error wraps, or gives the engine's error back.
pub fn take_scan_error<E: std::error::Error + 'static>(error: DataFusionError) -> Result<E, DataFusionError> {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<E>() {
            Ok(found) => Ok(*found),
            Err(other) => match other.downcast::<DataFusionError>() {
                Ok(nested) => take_scan_error(*nested),
                Err(other) => Err(DataFusionError::External(other)),
            },
        },
        DataFusionError::Context(text, inner) => {
            take_scan_error(*inner).map_err(|inner| DataFusionError::Context(text, Box::new(inner)))
        }
        DataFusionError::Shared(inner) => match Arc::try_unwrap(inner) {
            Ok(inner) => take_scan_error(inner),
            Err(shared) => Err(DataFusionError::Shared(shared)),
        },
        other => Err(other),
    }
}

fn context(options: &GuardedOptions) -> Result<SessionContext, DataFusionError> {
    let mut config = SessionConfig::new().with_target_partitions(PARTITIONS).with_batch_size(options.batch_rows);
    let settings = config.options_mut();
    settings.sql_parser.enable_ident_normalization = false;
    // One text type everywhere: the tables give Utf8, and so do casts to text.
    settings.sql_parser.map_string_types_to_utf8view = false;
    settings.optimizer.prefer_hash_join = options.hash_joins;
    let reservation = settings.execution.sort_spill_reservation_bytes.min(options.memory_bytes / 32);
    settings.execution.sort_spill_reservation_bytes = reservation;
    let mode = match &options.spill_directory {
        Some(directory) => {
            std::fs::create_dir_all(directory).map_err(DataFusionError::IoError)?;
            DiskManagerMode::Directories(vec![directory.clone()])
        }
        None => DiskManagerMode::OsTmpDirectory,
    };
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(SharedPool::new(options.memory_bytes)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
        .build_arc()?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}
