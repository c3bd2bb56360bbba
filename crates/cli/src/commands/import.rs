//! `databank import`: deposits files by a mapping.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use databank_deposit::brand::{Counts, Sizes};
use databank_deposit::import::{DryBlock, ImportContext, ImportProgress, ImportReport, ImportRequest, dry_run, import};
use databank_deposit::mapping::Mapping;
use databank_deposit::rejects::{MAPPING_NAME, import_corrected};
use databank_model::BrandSlug;
use serde_json::{Map, Value, json};

use crate::args::ImportArgs;
use crate::commands::CommandError;
use crate::commands::deed::Details;
use crate::context::Context;
use crate::printer::{Printer, Progress, Report};

/// Sends an import's progress to the printer. Reading is counted in bytes: rows in all are known only at the end.
struct ToPrinter {
    bytes: Option<Progress>,
    told: u64,
    printer: Printer,
    remarks: tokio::sync::mpsc::UnboundedSender<String>,
}

impl ImportProgress for ToPrinter {
    fn update(&mut self, bytes_read: u64, bytes: u64, _rows: u64) {
        let progress = self.bytes.get_or_insert_with(|| self.printer.progress("importing", "bytes", Some(bytes)));
        progress.add(bytes_read.saturating_sub(self.told));
        self.told = bytes_read.max(self.told);
    }

    fn phase(&mut self, text: &str) {
        self.bytes = Some(self.printer.progress(text, "", None));
    }

    fn warn(&mut self, text: &str) {
        // The receiver lives as long as the command.
        let _closed = self.remarks.send(text.to_owned());
    }
}

/// Imports, or shows what an import would do.
pub(crate) async fn run(context: &Context, args: ImportArgs, printer: &Printer) -> Result<Details, CommandError> {
    if args.dry_run {
        let Wanted::Mapped(request) = wanted(args)? else {
            return Err(CommandError::Usage("--dry-run shows what a mapping file gives; rejects have none".to_owned()));
        };
        let blocks = Box::pin(dry_run(&work(context, Sizes::default()), &request)).await?;
        show_dry_run(&blocks, printer).await?;
        return Ok(Details::new());
    }
    let started = Instant::now();
    let report = deposit(context, args, printer).await?;
    show(&report, started.elapsed().as_secs_f64(), printer).await?;
    Ok(details(&report))
}

/// Imports; shows progress and warnings, not the result.
pub(super) async fn deposit(
    context: &Context,
    args: ImportArgs,
    printer: &Printer,
) -> Result<ImportReport, CommandError> {
    let (chunk_rows, partition_rows, known_bytes) = (args.chunk_rows, args.partition_rows, args.known_bytes);
    let sizes = Sizes { chunk_rows, partition_rows, known_bytes, ..Sizes::default() };
    let work = work(context, sizes);
    let wanted = wanted(args)?;
    let mut writing = Vec::new();
    // One order for all, so that two imports never wait for each other's brands.
    for slug in wanted.brands() {
        writing.push(context.installation.write_brand(&slug).await);
    }
    let (sender, mut remarks) = tokio::sync::mpsc::unbounded_channel();
    let mut progress = ToPrinter { bytes: None, told: 0, printer: printer.clone(), remarks: sender };
    let outcome = match &wanted {
        Wanted::Mapped(request) => Box::pin(import(&work, request, &mut progress)).await,
        Wanted::Corrected(slug, paths) => Box::pin(import_corrected(&work, slug, paths, &mut progress)).await,
    };
    drop(progress);
    while let Ok(remark) = remarks.try_recv() {
        printer.warn(&remark).await;
    }
    Ok(outcome?)
}

/// What the command line asks for.
enum Wanted {
    /// Files by a mapping.
    Mapped(ImportRequest),
    /// Files of rejects, corrected.
    Corrected(BrandSlug, Vec<PathBuf>),
}

impl Wanted {
    /// The brands that are written to, each once, in order.
    fn brands(&self) -> BTreeSet<BrandSlug> {
        match self {
            Self::Mapped(request) => request.brands.iter().cloned().collect(),
            Self::Corrected(slug, _) => BTreeSet::from([slug.clone()]),
        }
    }
}

fn wanted(args: ImportArgs) -> Result<Wanted, CommandError> {
    let by_column = !args.target.brands.is_empty();
    let mut brands: Vec<BrandSlug> = args.target.brand.into_iter().chain(args.target.brands).collect();
    let mut seen = BTreeSet::new();
    brands.retain(|slug| seen.insert(slug.clone()));
    if args.mapping == Path::new(MAPPING_NAME) {
        return match <[BrandSlug; 1]>::try_from(brands) {
            Ok([slug]) => Ok(Wanted::Corrected(slug, args.paths)),
            Err(_) => Err(CommandError::Usage("--mapping rejects takes one --brand".to_owned())),
        };
    }
    let mut mapping = Mapping::load(&args.mapping).map_err(databank_deposit::DepositError::from)?;
    if let Some(source) = args.source {
        mapping.source = source;
    }
    Ok(Wanted::Mapped(ImportRequest { brands, by_column, mapping, paths: args.paths }))
}

fn work(context: &Context, sizes: Sizes) -> ImportContext<'_> {
    ImportContext {
        catalog: &context.installation.catalog,
        keyring: &context.installation.keyring,
        data_directory: context.installation.data_directory.clone(),
        now_us: context.installation.clock.now(),
        sizes,
    }
}

/// What the audit log says of an import: its number and its sums.
pub(super) fn details(report: &ImportReport) -> Details {
    let mut details = counts_json(report.total);
    details.insert("deposit".to_owned(), json!(report.deposit.to_string()));
    details
}

fn counts_json(counts: Counts) -> Map<String, Value> {
    let pairs = [
        ("read", counts.read),
        ("accepted", counts.accepted),
        ("duplicate", counts.duplicate),
        ("rejected", counts.rejected),
        ("suppressed", counts.suppressed),
    ];
    pairs.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect()
}

fn counts_row(name: &str, counts: Counts) -> Vec<Value> {
    let Counts { read, accepted, duplicate, rejected, suppressed } = counts;
    vec![json!(name), json!(read), json!(accepted), json!(duplicate), json!(rejected), json!(suppressed)]
}

async fn show(report: &ImportReport, seconds: f64, printer: &Printer) -> Result<(), CommandError> {
    let mut document = counts_json(report.total);
    document.insert("deposit".to_owned(), json!(report.deposit.to_string()));
    document.insert("seconds".to_owned(), json!(seconds));
    document.insert("input_rows".to_owned(), json!(report.input_rows));
    let inputs: Vec<Value> = report
        .inputs
        .iter()
        .map(|input| json!({ "input": input.input, "read": input.read, "unreadable": input.unreadable }))
        .collect();
    document.insert("inputs".to_owned(), Value::from(inputs));
    let named = |name: &str, of: &str, counts: Counts| {
        let mut object = counts_json(counts);
        object.insert(name.to_owned(), json!(of));
        Value::Object(object)
    };
    let blocks: Vec<Value> = report.blocks.iter().map(|(block, counts)| named("block", block, *counts)).collect();
    document.insert("blocks".to_owned(), Value::from(blocks));
    let brands: Vec<Value> = report
        .brands
        .iter()
        .map(|(slug, counts)| {
            let mut object = counts_json(*counts);
            object.insert("brand".to_owned(), json!(slug.as_str()));
            object.insert("vault_version".to_owned(), json!(report.sequences.get(slug)));
            Value::Object(object)
        })
        .collect();
    document.insert("brands".to_owned(), Value::from(brands));
    let mut rows: Vec<Vec<Value>> =
        report.blocks.iter().map(|(block, counts)| counts_row(&format!("[[{block}]]"), *counts)).collect();
    if report.brands.len() > 1 {
        rows.extend(report.brands.iter().map(|(slug, counts)| counts_row(slug.as_str(), *counts)));
    }
    rows.push(counts_row("all", report.total));
    let columns = ["of", "read", "accepted", "duplicate", "rejected", "suppressed"];
    printer.report(&Report::new(&document, &columns, rows)?).await?;
    for input in report.inputs.iter().filter(|input| input.unreadable > 0) {
        let text = format!("input {}: {} of {} lines could not be read", input.input, input.unreadable, input.read);
        printer.note(&text).await;
    }
    for reject in &report.first_rejects {
        let place = match (&reject.file, reject.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: "),
            _ => String::new(),
        };
        let field = reject.field.as_ref().map(|field| format!(" {field}:")).unwrap_or_default();
        printer.note(&format!("refused: {place}{}:{field} {}", reject.code, reject.message)).await;
    }
    if report.total.rejected > 0 {
        printer.note("`databank rejects` shows all; --export writes them to a file for correction").await;
    }
    Ok(())
}

async fn show_dry_run(blocks: &[DryBlock], printer: &Printer) -> Result<(), CommandError> {
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    for block in blocks {
        for (index, object) in databank_engine::sql::batch_as_json(&block.rows)?.into_iter().enumerate() {
            let error = block.errors.iter().find(|error| error.row == index);
            let refused = error.map(|e| json!({ "code": e.code, "field": e.field, "message": e.message }));
            let text = error.map(|e| format!("{}: {}", e.code, e.message));
            let row_text = Value::Object(object.clone()).to_string();
            rows.push(vec![json!(block.block), json!(row_text), json!(text)]);
            documents.push(json!({ "block": block.block, "row": object, "refused": refused }));
        }
    }
    printer.report(&Report::new(&documents, &["block", "row", "refused"], rows)?).await?;
    Ok(())
}
