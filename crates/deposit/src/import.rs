//! Importing files: a mapping's rows into the vaults of one or several brands, as one deposit.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use databank_catalog::{Catalog, KeyPurpose, Keyring};
use databank_engine::reader::{DEFAULT_CURRENCY, DEFAULT_ZONE};
use databank_engine::{BrandReader, Limits};
use databank_history::publish::tidy;
use databank_identity::{IdKey, IdType, SealKey};
use databank_model::{BrandSlug, BusinessZone, Currency, DepositId};
use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

use crate::DepositError;
use crate::brand::publish::Published;
use crate::brand::{BrandDeposit, BrandKeys, Counts, DepositFacts, Sizes};
use crate::events::columns::Columns;
use crate::events::convert::Converter;
use crate::events::time::Clocks;
use crate::input::{InputLedger, UnreadableRow, UnreadableSink};
use crate::mapping::{BlockKind, CompiledBlock, Mapping, MappingOptions, MaxRejects, MissingId, OpenedMapping};
use crate::masters::{MasterConverter, kind_of};
use crate::reject::{REJECT, Reject, RowError, rejects_of};

/// Memory of the mapping's own sorts and joins.
const MAPPING_MEMORY: usize = 256 << 20;
/// Bytes of gathered rows over all brands, beyond which the fullest brand writes its chunk.
const GATHERED_BYTES: usize = 256 << 20;
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
}

/// One input's ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputCounts {
    /// Its SQL table.
    pub input: String,
    /// Records read, readable or not.
    pub read: u64,
    /// Records that could not be read.
    pub unreadable: u64,
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// The deposit.
    pub deposit: DepositId,
    /// Over all blocks and brands.
    pub total: Counts,
    /// Records read from files.
    pub input_rows: u64,
    /// By input.
    pub inputs: Vec<InputCounts>,
    /// By block.
    pub blocks: BTreeMap<String, Counts>,
    /// By brand.
    pub brands: BTreeMap<BrandSlug, Counts>,
    /// Vault version of each brand now.
    pub sequences: BTreeMap<BrandSlug, i64>,
    /// The first few refusals.
    pub first_rejects: Vec<Reject>,
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

fn name_of(block: &CompiledBlock) -> String {
    format!("{} {}", block.kind(), block.number())
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
        let tokenizer = databank_identity::Tokenizer::new(&keys.id);
        let keyer = crate::events::content::Keyer::new(&keys.id);
        let mut shown = Vec::new();
        for block in opened.blocks() {
            let prepared = Prepared::of(block);
            let mut stream = block.stream()?;
            let Some(batch) = stream.next().await.transpose().map_err(|e| block.explain(e))? else { continue };
            let rows = batch.slice(0, batch.num_rows().min(DRY_ROWS));
            let converter = settings.converter(&prepared, &tokenizer, &keyer);
            let errors = match block.kind() {
                BlockKind::Events => converter.convert(&rows)?.1,
                _ => settings.master_converter(&prepared, block, &tokenizer, &keyer).convert(&rows)?.1,
            };
            shown.push(DryBlock { block: name_of(block), rows, errors });
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
        let outcome = deposit_all(context, request, &opened, deposit, progress).await;
        if outcome.is_err() {
            for slug in &request.brands {
                // Brands that were published before the failure have closed their accounts already.
                let counts = Counts::default().for_catalog(input_rows(&opened));
                deposits.fail(deposit, slug, &counts, context.now_us).await.ok();
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
    let mut run = Run { request, opened, brands, progress, refused: Vec::new() };
    run.read_all().await?;
    let Run { brands, progress, .. } = run;
    publish_all(context, opened, deposit, brands, progress).await
}

async fn publish_all(
    context: &ImportContext<'_>,
    opened: &OpenedMapping,
    deposit: DepositId,
    brands: Vec<(BrandDeposit, Settings)>,
    progress: &mut dyn ImportProgress,
) -> Result<ImportReport, DepositError> {
    let limits = Limits::standard(&context.data_directory);
    let inputs: Vec<InputCounts> = opened
        .inputs()
        .iter()
        .map(|input| InputCounts {
            input: input.table().to_owned(),
            read: input.records(),
            unreadable: input.unreadable(),
        })
        .collect();
    let mut report = ImportReport {
        deposit,
        total: Counts::default(),
        input_rows: inputs.iter().map(|input| input.read).sum(),
        inputs,
        blocks: BTreeMap::new(),
        brands: BTreeMap::new(),
        sequences: BTreeMap::new(),
        first_rejects: Vec::new(),
    };
    for input in opened.inputs() {
        let ignored = input.ignored_keys();
        if !ignored.is_empty() {
            progress.warn(&format!(
                "input {}: keys that first came after the first 1000 lines were left out: {}; name all in columns = […]",
                input.table(),
                ignored.join(", ")
            ));
        }
    }
    for (brand, settings) in brands {
        let slug = brand.reader.brand.slug.clone();
        // Only what is deposited fixes a brand's zone and currency, and only the first time.
        let currency = brand.reader.brand.currency.unwrap_or(settings.currency);
        context.catalog.brands().fix_zone_and_currency(&slug, brand.zone, currency, context.now_us).await?;
        progress.phase(&format!("{slug}: linking people and sweeping stage histories"));
        let Published { sequence, counts, closed, first_rejects } =
            Box::pin(brand.finish(context.catalog, &limits, input_rows(opened))).await?;
        let mut total = Counts::default();
        for (block, counts) in counts {
            total.add(counts);
            report.blocks.entry(block).or_default().add(counts);
        }
        if !closed {
            let entry = total.for_catalog(input_rows(opened));
            context.catalog.deposits().finish(deposit, &slug, &entry, context.now_us).await?;
        }
        let reader = BrandReader::open(context.catalog, &context.data_directory, &slug).await?;
        tidy(context.catalog, &reader, context.now_us).await?;
        report.total.add(total);
        report.brands.insert(slug.clone(), total);
        report.sequences.insert(slug, sequence);
        report.first_rejects.extend(first_rejects);
    }
    Ok(report)
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

/// What a brand and a mapping agree on.
#[derive(Debug, Clone)]
struct Settings {
    clocks: Clocks,
    currency: Currency,
    keep_anonymous: bool,
}

impl Settings {
    fn of(context: &ImportContext<'_>, request: &ImportRequest, reader: &BrandReader) -> Result<Self, DepositError> {
        let bad = |message: String| DepositError::BadRequest { message };
        let named = |text: &str| text.parse::<BusinessZone>().map_err(bad);
        let of_mapping = request.mapping.timezone.map(|zone| named(zone.name())).transpose()?;
        let brand = match (reader.brand.timezone, of_mapping) {
            (Some(zone), _) | (None, Some(zone)) => zone,
            (None, None) => named(DEFAULT_ZONE)?,
        };
        let currency_of = |text: &str| text.parse::<Currency>().map_err(|e| bad(e.to_string()));
        let currency = match (request.mapping.currency.as_deref(), reader.brand.currency) {
            (Some(text), _) => currency_of(text)?,
            (None, Some(currency)) => currency,
            (None, None) => currency_of(DEFAULT_CURRENCY)?,
        };
        Ok(Self {
            clocks: Clocks { mapping: of_mapping.unwrap_or(brand), brand, now_us: context.now_us },
            currency,
            keep_anonymous: request.mapping.missing_id == MissingId::Anonymous,
        })
    }

    fn converter<'a>(
        &self,
        prepared: &'a Prepared,
        tokenizer: &'a databank_identity::Tokenizer,
        keyer: &'a crate::events::content::Keyer,
    ) -> Converter<'a> {
        Converter {
            columns: &prepared.columns,
            id_types: Arc::clone(&prepared.id_types),
            clocks: self.clocks,
            currency: self.currency,
            keep_anonymous: self.keep_anonymous,
            tokenizer,
            keyer,
        }
    }

    fn master_converter<'a>(
        &self,
        prepared: &'a Prepared,
        block: &'a CompiledBlock,
        tokenizer: &'a databank_identity::Tokenizer,
        keyer: &'a crate::events::content::Keyer,
    ) -> MasterConverter<'a> {
        MasterConverter {
            kind: block.kind(),
            columns: &prepared.columns,
            declared: block.valid_from(),
            clocks: self.clocks,
            tokenizer,
            keyer,
        }
    }
}

/// A block with its columns sorted out.
#[derive(Debug)]
struct Prepared {
    name: String,
    columns: Columns,
    id_types: Arc<Vec<IdType>>,
}

impl Prepared {
    fn of(block: &CompiledBlock) -> Self {
        let columns = match block.kind() {
            BlockKind::Events => Columns::of_events(block.schema()),
            _ => Columns::of_masters(block.schema()),
        };
        let id_types = Arc::new(columns.ids.iter().map(|id| id.id_type.clone()).collect());
        Self { name: name_of(block), columns, id_types }
    }
}

/// Unwraps a brand's keys.
pub(crate) fn unwrap_keys(context: &ImportContext<'_>, reader: &BrandReader) -> Result<BrandKeys, DepositError> {
    let brand = &reader.brand;
    let failed = |e: databank_catalog::KeyringError| DepositError::BadRequest { message: e.to_string() };
    let id = context.keyring.unwrap(&brand.slug, KeyPurpose::Id, &brand.wrapped_id_key).map_err(failed)?;
    let seal = context.keyring.unwrap(&brand.slug, KeyPurpose::Seal, &brand.wrapped_seal_key).map_err(failed)?;
    Ok(BrandKeys { id: IdKey::new(*id.as_bytes()), seal: SealKey::new(1, *seal.as_bytes()) })
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
        source: request.mapping.source.clone(),
        now_us: context.now_us,
        mapping: serde_json::json!({
            "source": request.mapping.source,
            "timezone": clocks.mapping.name(),
            "currency": currency.as_str(),
            "missing_id": if settings.keep_anonymous { "anonymous" } else { "reject" },
        }),
        sizes: context.sizes,
    };
    let brand = BrandDeposit::open(reader, keys, facts, clocks.brand, *currency).await?;
    Ok((brand, settings))
}

/// Hands unreadable records from reading threads to the import.
struct ToImport(mpsc::UnboundedSender<UnreadableRow>);

impl UnreadableSink for ToImport {
    fn unreadable(&self, row: UnreadableRow) {
        // The import has ended with an error of its own when nobody listens any more.
        let _ended = self.0.send(row);
    }
}

struct Run<'a> {
    request: &'a ImportRequest,
    opened: &'a OpenedMapping,
    brands: Vec<(BrandDeposit, Settings)>,
    progress: &'a mut dyn ImportProgress,
    refused: Vec<String>,
}

impl Run<'_> {
    async fn read_all(&mut self) -> Result<(), DepositError> {
        let (sender, mut unreadable) = mpsc::unbounded_channel();
        self.opened.set_unreadable_sink(Arc::new(ToImport(sender)));
        for block in self.opened.blocks() {
            let prepared = Prepared::of(block);
            let mut stream = block.stream()?;
            loop {
                tokio::select! {
                    biased;
                    Some(row) = unreadable.recv() => self.keep_unreadable(row)?,
                    batch = stream.next() => {
                        let Some(batch) = batch else { break };
                        let batch = batch.map_err(|e| block.explain(e))?;
                        self.take(block, &prepared, &batch)?;
                        self.check_rejects(false)?;
                        self.report_progress();
                    }
                }
            }
        }
        while let Ok(row) = unreadable.try_recv() {
            self.keep_unreadable(row)?;
        }
        self.check_rejects(true)?;
        self.report_progress();
        Ok(())
    }

    fn bytes(&self) -> (u64, u64) {
        let sum = |of: fn(&InputLedger) -> u64| self.opened.inputs().iter().map(|input| of(input)).sum();
        (sum(InputLedger::bytes_read), sum(InputLedger::bytes))
    }

    fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.brands.iter().for_each(|(brand, _)| total.add(brand.total()));
        total
    }

    fn report_progress(&mut self) {
        let (read, bytes) = self.bytes();
        let rows = self.total().read;
        self.progress.update(read, bytes, rows);
        if read > 0 {
            // How many rows the rest may bring, from how many the part read has brought.
            let expected = (rows as f64 * (bytes.max(read) as f64 / read as f64)) as u64;
            for (brand, _) in &mut self.brands {
                let share = brand.total().read as f64 / rows.max(1) as f64;
                brand.expect_rows((expected as f64 * share) as u64);
            }
        }
    }

    /// Stops an import that refuses more than its mapping allows. A share is judged at the end only: a file may begin with
    /// its worst rows.
    fn check_rejects(&self, at_end: bool) -> Result<(), DepositError> {
        let Some(limit) = self.request.mapping.max_rejects else { return Ok(()) };
        let total = self.total();
        let unreadable: u64 = self.opened.inputs().iter().map(|input| input.unreadable()).sum();
        let (rejected, read) = (total.rejected + unreadable, total.read + unreadable);
        let too_many = match limit {
            MaxRejects::Number(number) => rejected > number,
            MaxRejects::Share(share) => at_end && rejected as f64 > share * read as f64,
        };
        if too_many {
            let first = self.refused.first().cloned().unwrap_or_default();
            return Err(DepositError::TooManyRejects { rejected, read, first });
        }
        Ok(())
    }

    /// Keeps an unreadable line with the first brand: a line that cannot be read names no brand.
    fn keep_unreadable(&mut self, row: UnreadableRow) -> Result<(), DepositError> {
        let reject = Reject {
            block: format!("input {}", row.table),
            file: Some(row.file.to_string()),
            line: Some(row.line as i64),
            code: row.code.as_str().to_owned(),
            field: None,
            message: row.message,
            row: serde_json::json!({ "_raw": row.raw }).to_string(),
        };
        self.note(&reject);
        match self.brands.first_mut() {
            Some((brand, _)) => brand.keep_rejects(vec![reject]),
            None => Ok(()),
        }
    }

    fn note(&mut self, reject: &Reject) {
        if self.refused.is_empty() {
            let place = match (&reject.file, reject.line) {
                (Some(file), Some(line)) => format!("{file}:{line}: "),
                _ => String::new(),
            };
            self.refused.push(format!("{place}{}: {}", reject.code, reject.message));
        }
    }

    fn take(&mut self, block: &CompiledBlock, prepared: &Prepared, batch: &RecordBatch) -> Result<(), DepositError> {
        if self.request.by_column {
            let column = cast(
                batch
                    .column_by_name("brand")
                    .ok_or_else(|| DepositError::BadRequest { message: "--brands needs a brand column".to_owned() })?,
                &DataType::Utf8,
            )?;
            let texts = column.as_string::<i32>();
            let slugs: Vec<String> = self.brands.iter().map(|(brand, _)| brand.reader.brand.slug.to_string()).collect();
            let mut unnamed = vec![true; batch.num_rows()];
            for (place, slug) in slugs.iter().enumerate() {
                let mine: BooleanArray = texts.iter().map(|text| Some(text == Some(slug.as_str()))).collect();
                for (row, flag) in unnamed.iter_mut().enumerate() {
                    *flag &= !mine.value(row);
                }
                if mine.true_count() > 0 {
                    self.take_for(place, block, prepared, &filter_record_batch(batch, &mine)?)?;
                }
            }
            self.refuse_unnamed(prepared, batch, &unnamed, &slugs)?;
        } else {
            self.take_for(0, block, prepared, batch)?;
        }
        let held: usize = self.brands.iter().map(|(brand, _)| brand.held_bytes()).sum();
        if held > GATHERED_BYTES
            && let Some((fullest, _)) = self.brands.iter_mut().max_by_key(|(brand, _)| brand.held_bytes())
        {
            fullest.flush()?;
        }
        Ok(())
    }

    /// Rows of brands that were not named stay with the first named brand: nobody else may see them.
    fn refuse_unnamed(
        &mut self,
        prepared: &Prepared,
        batch: &RecordBatch,
        unnamed: &[bool],
        slugs: &[String],
    ) -> Result<(), DepositError> {
        let message = format!("brand is not one of those named with --brands: {}", slugs.join(", "));
        let errors: Vec<RowError> = unnamed
            .iter()
            .enumerate()
            .filter(|(_, unnamed)| **unnamed)
            .map(|(row, _)| RowError::new(row, "unknown_brand", "brand", message.clone()))
            .collect();
        let rejects = rejects_of(batch, &prepared.name, &errors)?;
        if let Some(first) = rejects.first() {
            let first = first.clone();
            self.note(&first);
        }
        match self.brands.first_mut() {
            Some((brand, _)) => brand.push_rejects(rejects),
            None => Ok(()),
        }
    }

    fn take_for(
        &mut self,
        place: usize,
        block: &CompiledBlock,
        prepared: &Prepared,
        batch: &RecordBatch,
    ) -> Result<(), DepositError> {
        let Some((brand, settings)) = self.brands.get_mut(place) else { return Ok(()) };
        let settings = settings.clone();
        let errors = match kind_of(block.kind()) {
            None => {
                let converter = settings.converter(prepared, brand.tokenizer(), &brand.keyer);
                let (staged, errors) = converter.convert(batch)?;
                let repairs = repairs_of(&staged.raw)?;
                brand.push_events(&prepared.name, staged, repairs)?;
                errors
            }
            Some((kind, _)) => {
                let converter = settings.master_converter(prepared, block, brand.tokenizer(), &brand.keyer);
                let (rows, errors) = converter.convert(batch)?;
                brand.push_masters(&prepared.name, kind, rows, &prepared.id_types, &repairs_of(batch)?)?;
                errors
            }
        };
        let rejects = rejects_of(batch, &prepared.name, &errors)?;
        let first = rejects.first().cloned();
        brand.push_rejects(rejects)?;
        if let Some(first) = first {
            self.note(&first);
        }
        Ok(())
    }
}

/// The stored rejects that the rows of a batch repair.
fn repairs_of(batch: &RecordBatch) -> Result<Vec<Option<String>>, DepositError> {
    let Some(column) = batch.column_by_name(REJECT) else { return Ok(Vec::new()) };
    let column = cast(column, &DataType::Utf8)?;
    Ok(column.as_string::<i32>().iter().map(|id| id.map(str::to_owned)).collect())
}
