//! Importing files: a mapping's rows into the vaults of one or several brands, as one deposit.
//!
//! - `settings`: what a brand and a mapping agree on.
//! - `run`: reading: rows to their brands, refusals to their ledgers.
//! - `file_names`: which file rows came from, kept small.
//! - `split`: rows of several brands in one stream.
//! - `lanes`: each brand's part, done beside the reading: `gather`, from mapped rows to work, and the work.
//! - `publish`: the end: every brand published, several at a time.
//! - `report`: what came of it all.

mod file_names;
mod gather;
mod lanes;
pub(crate) mod publish;
mod report;
mod run;
mod settings;
mod split;

use std::cell::RefCell;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use databank_catalog::{Catalog, Keyring};
use databank_engine::BrandReader;
use databank_history::publish::delete_left_indexes;
use databank_identity::{KnownIds, Tokenizer};
use databank_model::{BrandSlug, DepositId};
use futures::StreamExt;
use futures::future::BoxFuture;

use crate::DepositError;
use crate::brand::{BrandDeposit, Counts, DepositFacts, Sizes};
use crate::events::content::Keyer;
use crate::mapping::{BlockKind, Mapping, MappingOptions, OpenedMapping};
use crate::reject::RowError;
use lanes::Lanes;
pub use report::{ImportReport, InputCounts};
use run::Run;
pub(crate) use settings::unwrap_keys;
use settings::{Prepared, Settings};

/// Memory of the mapping's own sorts and joins.
const MAPPING_MEMORY: usize = 256 << 20;
/// Rows that a dry run shows of each block.
const DRY_ROWS: usize = 10;

/// What an import works with.
#[derive(Debug)]
pub struct ImportContext<'a> {
    /// Control data.
    pub catalog: &'a Catalog,
    /// Brand keys.
    pub keyring: &'a Keyring,
    /// The data directory.
    pub data_directory: PathBuf,
    /// Now, µs UTC.
    pub now_us: i64,
    /// Sizes to work in.
    pub sizes: Sizes,
}

/// What to import.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The brands whose rows these are, each authorised by the caller.
    pub brands: Vec<BrandSlug>,
    /// Whether rows name their brand in a `brand` column.
    pub by_column: bool,
    /// The mapping.
    pub mapping: Mapping,
    /// A directory, or the files of the mapping's only input.
    pub paths: Vec<PathBuf>,
}

/// Progress of an import.
pub trait ImportProgress: Send {
    /// Bytes read of all bytes, and rows mapped, so far.
    fn update(&mut self, bytes_read: u64, bytes: u64, rows: u64);
    /// What is being done now that is not reading.
    fn phase(&mut self, text: &str);
    /// Something that the user should know.
    fn warn(&mut self, text: &str);
    /// Whether the import should stop. It is asked between batches and between phases; once it says so, nothing is
    /// published and the import ends in [`DepositError::Canceled`].
    fn is_canceled(&self) -> bool {
        false
    }
}

/// Ends an import that should stop.
pub(crate) fn check_canceled(progress: &dyn ImportProgress) -> Result<(), DepositError> {
    if progress.is_canceled() { Err(DepositError::Canceled) } else { Ok(()) }
}

/// The first rows of a block as the mapping gives them, and what would be refused of them.
#[derive(Debug)]
pub struct DryBlock {
    /// Block kind and number.
    pub block: String,
    /// Its first rows.
    pub rows: RecordBatch,
    /// Why some would be refused.
    pub errors: Vec<RowError>,
}

fn options(context: &ImportContext<'_>) -> MappingOptions {
    MappingOptions { memory_bytes: MAPPING_MEMORY, temp_dir: Some(context.data_directory.join("spill")) }
}

/// Shows the first rows of every block, and what would be refused of them, without depositing anything.
pub fn dry_run<'a>(
    context: &'a ImportContext<'a>,
    request: &'a ImportRequest,
) -> BoxFuture<'a, Result<Vec<DryBlock>, DepositError>> {
    Box::pin(async move {
        let opened = Box::pin(OpenedMapping::open(&request.mapping, &request.paths, &options(context))).await?;
        let Some(slug) = request.brands.first() else { return Ok(Vec::new()) };
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let settings = Settings::of(context, request, &reader)?;
        let keys = unwrap_keys(context, &reader)?;
        let known = RefCell::new(KnownIds::new(Tokenizer::new(&keys.id)));
        let keyer = Keyer::new(&keys.id);
        let mut shown = Vec::new();
        for block in opened.blocks() {
            let prepared = Prepared::of(block);
            let mut stream = block.stream()?;
            let Some(batch) = stream.next().await.transpose().map_err(|e| block.explain(e))? else { continue };
            let rows = batch.slice(0, batch.num_rows().min(DRY_ROWS));
            let converter = settings.converter(&prepared, &known, &keyer);
            let errors = match block.kind() {
                BlockKind::Events => converter.convert(&rows)?.1,
                _ => settings.master_converter(&prepared, &known, &keyer).convert(&rows)?.1,
            };
            shown.push(DryBlock { block: prepared.name, rows, errors });
        }
        Ok(shown)
    })
}

/// Imports: all of it, or nothing when anything but single rows is wrong.
pub fn import<'a>(
    context: &'a ImportContext<'a>,
    request: &'a ImportRequest,
    progress: &'a mut (dyn ImportProgress + 'a),
) -> BoxFuture<'a, Result<ImportReport, DepositError>> {
    Box::pin(async move {
        let opened = Box::pin(OpenedMapping::open(&request.mapping, &request.paths, &options(context))).await?;
        check_columns(&opened, request)?;
        let source = request.mapping.source.clone();
        let deposits = context.catalog.deposits();
        let deposit = deposits.begin("import", &source, context.now_us).await?;
        for slug in &request.brands {
            deposits.begin_brand(deposit, slug, context.now_us).await?;
        }
        let outcome = Box::pin(deposit_all(context, request, &opened, deposit, progress)).await;
        if outcome.is_err() {
            for slug in &request.brands {
                // Brands that were published before the failure have closed their accounts already.
                let counts = Counts::default().for_catalog(input_rows(&opened));
                deposits.fail(deposit, slug, &counts, context.now_us).await.ok();
                // Their room may be what was lacking; what cannot go now goes with the next deposit.
                if let Ok(reader) = BrandReader::open(context.catalog, &context.data_directory, slug).await {
                    delete_left_indexes(context.catalog, &reader).await.ok();
                }
            }
        }
        outcome
    })
}

async fn deposit_all(
    context: &ImportContext<'_>,
    request: &ImportRequest,
    opened: &OpenedMapping,
    deposit: DepositId,
    progress: &mut dyn ImportProgress,
) -> Result<ImportReport, DepositError> {
    let mut brands = Vec::new();
    for slug in &request.brands {
        brands.push(open_brand(context, request, slug, deposit, progress).await?);
    }
    check_canceled(progress)?;
    let mut run = Run::new(request, opened, Lanes::new(brands, context.sizes), progress);
    run.read_all().await?;
    let Run { lanes, progress, .. } = run;
    publish::publish_all(context, opened, deposit, lanes.into_ready(), progress).await
}

fn input_rows(opened: &OpenedMapping) -> i64 {
    opened.inputs().iter().map(|input| input.records() as i64).sum()
}

fn check_columns(opened: &OpenedMapping, request: &ImportRequest) -> Result<(), DepositError> {
    for block in opened.blocks() {
        for field in block.columns().fields() {
            if matches!(field.data_type(), DataType::Struct(_) | DataType::Map(..) | DataType::Union(..)) {
                let message = format!(
                    "[[{}]] block {}: column {} is a {}; take its parts or write it as text",
                    block.kind(),
                    block.number(),
                    field.name(),
                    field.data_type()
                );
                return Err(DepositError::BadRequest { message });
            }
        }
        let names_brand = block.columns().field_with_name("brand").is_ok();
        let message = match (names_brand, request.by_column) {
            (true, false) => format!(
                "[[{}]] block {} has a brand column: import with --brands a,b,… that it may name",
                block.kind(),
                block.number()
            ),
            (false, true) => {
                format!("--brands needs a brand column; [[{}]] block {} has none", block.kind(), block.number())
            }
            _ => continue,
        };
        return Err(DepositError::BadRequest { message });
    }
    Ok(())
}

async fn open_brand(
    context: &ImportContext<'_>,
    request: &ImportRequest,
    slug: &BrandSlug,
    deposit: DepositId,
    progress: &mut dyn ImportProgress,
) -> Result<(BrandDeposit, Settings), DepositError> {
    let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
    let settings = Settings::of(context, request, &reader)?;
    let Settings { clocks, currency, .. } = &settings;
    if clocks.mapping != clocks.brand {
        progress.warn(&format!(
            "{slug} counts days in {}, the mapping reads times in {}: an event late in one zone's day falls on the other's next",
            clocks.brand, clocks.mapping
        ));
    }
    let keys = unwrap_keys(context, &reader)?;
    let facts = DepositFacts {
        deposit,
        source: request.mapping.source.as_str().into(),
        now_us: context.now_us,
        mapping: serde_json::json!({
            "source": request.mapping.source,
            "timezone": clocks.mapping.name(),
            "currency": currency.as_str(),
            "missing_id": if settings.keep_anonymous { "anonymous" } else { "reject" },
        }),
        sizes: context.sizes,
    };
    delete_left_indexes(context.catalog, &reader).await?;
    let brand = BrandDeposit::open(reader, keys, facts, clocks.brand, *currency).await?;
    Ok((brand, settings))
}
