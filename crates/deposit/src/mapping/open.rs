//! Opens a mapping over files: finds them, registers the inputs, compiles the blocks.

use futures::future::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use databank_engine::guarded::{GuardedOptions, GuardedTable, GuardedTables};
use datafusion::error::DataFusionError;

use super::compile::CompiledBlock;
use super::{Input, Mapping, MappingError};
use crate::input::{
    BATCH_BYTES, BATCH_ROWS, InputFile, InputLedger, InputTable, SinkSlot, UnreadableSink, find_files, given_files,
};

/// Up to this estimate of all rows in memory, joins may hash; beyond, they sort and merge, which can spill.
const HASH_JOIN_BYTES: u64 = 256 << 20;

/// From this width of a row on, the batches of small inputs have fewer rows too: filters gather rows until a batch is full.
const WIDE_ROW_BYTES: u64 = 64 << 10;

/// The least rows of a batch, however wide they are.
const LEAST_ROWS: usize = 16;

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
            let named = mapping
                .inputs
                .iter()
                .zip(&tables)
                .map(|(input, table)| GuardedTable { name: input.table.clone(), rows: Arc::new(table.clone()) });
            let guarded = GuardedTables::new(named.collect(), &resources(&tables, options))
                .map_err(|source| MappingError::Engine { source: Box::new(source) })?;
            let mut blocks = Vec::with_capacity(mapping.blocks.len());
            for block in &mapping.blocks {
                blocks.push(CompiledBlock::compile(block, &guarded).await?);
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

/// Resources that fit the inputs' size.
fn resources(tables: &[InputTable], options: &MappingOptions) -> GuardedOptions {
    let bytes: u64 = tables.iter().map(InputTable::bytes_in_memory).sum();
    let is_small = bytes < HASH_JOIN_BYTES.min(options.memory_bytes as u64 / 8);
    // Sorts that spill hold a few batches at a time, so wide rows need batches of fewer rows.
    let row_bytes: u64 = tables.iter().map(InputTable::row_bytes).sum();
    let rows = usize::try_from(BATCH_BYTES as u64 / row_bytes.max(1)).unwrap_or(BATCH_ROWS);
    GuardedOptions {
        memory_bytes: options.memory_bytes,
        spill_directory: options.temp_dir.clone(),
        batch_rows: if is_small && row_bytes < WIDE_ROW_BYTES {
            BATCH_ROWS
        } else {
            rows.clamp(LEAST_ROWS, BATCH_ROWS)
        },
        hash_joins: is_small,
    }
}
