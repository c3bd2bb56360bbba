//! Opens a mapping over files: finds them, registers the inputs, compiles the blocks.

use futures::future::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::compile::{CompiledBlock, Compiler};
use super::memory::SharedPool;
use super::{Input, Mapping, MappingError};
use crate::input::{
    BATCH_BYTES, BATCH_ROWS, InputFile, InputLedger, InputTable, SinkSlot, UnreadableSink, find_files, given_files,
};

/// Up to this estimate of all rows in memory, joins may hash; beyond, they sort and merge, which can spill.
const HASH_JOIN_BYTES: u64 = 256 << 20;

/// The least rows of a batch, however wide they are.
const LEAST_ROWS: usize = 64;

/// How many threads of the engine one block uses.
const PARTITIONS: usize = 2;

/// The resources an opened mapping may use.
#[derive(Debug, Clone)]
pub struct MappingOptions {
    /// The memory its sorts, joins and aggregates may hold before they spill.
    pub memory_bytes: usize,
    /// The directory they spill to, made if it is missing; the system's unless given.
    pub temp_dir: Option<PathBuf>,
}

/// A mapping over its files, ready to be read.
#[derive(Debug)]
pub struct OpenedMapping {
    inputs: Vec<Arc<InputLedger>>,
    blocks: Vec<CompiledBlock>,
    sink: SinkSlot,
}

impl OpenedMapping {
    /// Finds the files of a mapping and compiles its blocks.
    ///
    /// `paths` is one directory, which the inputs are relative to, or the files of the mapping's only input.
    pub fn open<'a>(
        mapping: &'a Mapping,
        paths: &'a [PathBuf],
        options: &'a MappingOptions,
    ) -> BoxFuture<'a, Result<Self, MappingError>> {
        Box::pin(async move {
            let sink = SinkSlot::default();
            let tables = open_inputs(mapping, paths, &sink).await?;
            let context =
                context(&tables, options).map_err(|source| MappingError::Engine { source: Box::new(source) })?;
            for (input, table) in mapping.inputs.iter().zip(&tables) {
                context
                    .register_table(TableReference::bare(input.table.clone()), Arc::new(table.clone()))
                    .map_err(|source| MappingError::Engine { source: Box::new(source) })?;
            }
            let named = mapping.inputs.iter().map(|input| input.table.clone()).zip(tables.iter().cloned()).collect();
            let compiler = Compiler::new(context, named);
            let mut blocks = Vec::with_capacity(mapping.blocks.len());
            for block in &mapping.blocks {
                blocks.push(Box::pin(compiler.compile(block)).await?);
            }
            Ok(Self { inputs: tables.iter().map(|table| Arc::clone(table.ledger())).collect(), blocks, sink })
        })
    }

    /// Returns the blocks in declared order.
    pub fn blocks(&self) -> &[CompiledBlock] {
        &self.blocks
    }

    /// Returns the ledgers of the inputs in declared order.
    pub fn inputs(&self) -> &[Arc<InputLedger>] {
        &self.inputs
    }

    /// Sets what takes the unreadable records found from now on; without it they are only counted.
    pub fn set_unreadable_sink(&self, sink: Arc<dyn UnreadableSink>) {
        self.sink.set(sink);
    }
}

/// Opens the inputs on a thread that may wait for the disk.
async fn open_inputs(mapping: &Mapping, paths: &[PathBuf], sink: &SinkSlot) -> Result<Vec<InputTable>, MappingError> {
    let (inputs, paths, sink) = (mapping.inputs.clone(), paths.to_vec(), sink.clone());
    let opened = tokio::task::spawn_blocking(move || -> Result<Vec<InputTable>, MappingError> {
        let mut tables = Vec::with_capacity(inputs.len());
        for (input, files) in inputs.iter().zip(files_of(&inputs, &paths)?) {
            tables.push(InputTable::open(&input.table, files, &input.options, sink.clone())?);
        }
        Ok(tables)
    });
    opened
        .await
        .map_err(|error| MappingError::Engine { source: Box::new(DataFusionError::External(Box::new(error))) })?
}

fn files_of(inputs: &[Input], paths: &[PathBuf]) -> Result<Vec<Vec<InputFile>>, MappingError> {
    let refuse = |reason: String| Err(MappingError::Paths { reason });
    let names = || inputs.iter().map(|input| input.table.as_str()).collect::<Vec<_>>().join(", ");
    match paths {
        [] => refuse("give the directory of the files, or files".into()),
        [directory] if directory.is_dir() => find_all(inputs, directory),
        _ => match inputs {
            [_] => match paths.iter().find(|path| path.is_dir()) {
                Some(path) => refuse(format!("{}: give one directory, or only files", path.display())),
                None => Ok(vec![given_files(paths)?]),
            },
            _ => refuse(format!("the mapping has inputs {}: give the one directory that holds their files", names())),
        },
    }
}

fn find_all(inputs: &[Input], directory: &Path) -> Result<Vec<Vec<InputFile>>, MappingError> {
    inputs.iter().map(|input| Ok(find_files(&input.table, directory, &input.path)?)).collect()
}

fn context(tables: &[InputTable], options: &MappingOptions) -> Result<SessionContext, DataFusionError> {
    let bytes: u64 = tables.iter().map(InputTable::bytes_in_memory).sum();
    let is_small = bytes < HASH_JOIN_BYTES.min(options.memory_bytes as u64 / 8);
    // Sorts that spill hold a few batches at a time, so wide rows need batches of fewer rows.
    let row_bytes: u64 = tables.iter().map(InputTable::row_bytes).sum();
    let rows = usize::try_from(BATCH_BYTES as u64 / row_bytes.max(1)).unwrap_or(BATCH_ROWS);
    let batch_rows = if is_small { BATCH_ROWS } else { rows.clamp(LEAST_ROWS, BATCH_ROWS) };
    let mut config = SessionConfig::new().with_target_partitions(PARTITIONS).with_batch_size(batch_rows);
    let settings = config.options_mut();
    settings.sql_parser.enable_ident_normalization = false;
    // One text type everywhere: the inputs give Utf8, and so do casts to text.
    settings.sql_parser.map_string_types_to_utf8view = false;
    settings.optimizer.prefer_hash_join = is_small;
    let reservation = settings.execution.sort_spill_reservation_bytes.min(options.memory_bytes / 32);
    settings.execution.sort_spill_reservation_bytes = reservation;
    let mode = match &options.temp_dir {
        Some(directory) => {
            fs_err::create_dir_all(directory).map_err(DataFusionError::IoError)?;
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
