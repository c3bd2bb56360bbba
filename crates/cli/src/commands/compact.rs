//! `databank compact`: files merged and partitions split where a brand needs it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use databank_deposit::brand::Sizes;
use databank_deposit::brand::compact::{BeforeAndAfter, CompactContext, CompactProgress, Compacted, compact};
use databank_lake::cores::apart;
use databank_model::BrandSlug;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::CompactArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Progress, Report};

#[derive(Debug, Serialize)]
struct Counted {
    before: u64,
    after: u64,
}

impl From<BeforeAndAfter> for Counted {
    fn from(BeforeAndAfter { before, after }: BeforeAndAfter) -> Self {
        Self { before, after }
    }
}

#[derive(Debug, Serialize)]
struct CompactView {
    brand: String,
    vault_version: i64,
    /// Whether that version is a new one.
    changed: bool,
    partitions: Counted,
    files: Counted,
    rows_rewritten: u64,
    bytes_written: u64,
    seconds: f64,
}

impl CompactView {
    fn new(slug: &BrandSlug, compacted: Compacted, seconds: f64) -> Self {
        Self {
            brand: slug.to_string(),
            vault_version: compacted.sequence,
            changed: compacted.published,
            partitions: compacted.partitions.into(),
            files: compacted.files.into(),
            rows_rewritten: compacted.rows_rewritten,
            bytes_written: compacted.bytes_written,
            seconds,
        }
    }

    fn row(&self) -> Vec<Value> {
        let Self { brand, vault_version, changed, partitions, files, rows_rewritten, seconds, .. } = self;
        let both = |counted: &Counted| json!(format!("{} → {}", counted.before, counted.after));
        vec![
            json!(brand),
            json!(vault_version),
            json!(changed),
            both(partitions),
            both(files),
            json!(rows_rewritten),
            json!(seconds),
        ]
    }
}

const COLUMNS: [&str; 7] = ["brand", "vault_version", "changed", "partitions", "files", "rows_rewritten", "seconds"];

/// Shows what is being done. Whoever asks for a compaction by name waits for it, so it gives way to nobody.
struct ToPrinter {
    printer: Printer,
    present: Mutex<Option<Progress>>,
}

impl CompactProgress for ToPrinter {
    fn phase(&self, text: &str) {
        let next = self.printer.progress(text, "", None);
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
    }
}

/// Compacts one brand, or each: one after the other, as each takes all cores.
pub(crate) async fn run(context: &Context, args: CompactArgs, printer: &Printer) -> Result<(), CommandError> {
    let mut views = Vec::new();
    for slug in super::brands_of(context, &args.brands).await? {
        let started = Instant::now();
        let compacted = one(context, &slug, args.partition_rows, printer).await?;
        views.push(CompactView::new(&slug, compacted, started.elapsed().as_secs_f64()));
    }
    let rows = views.iter().map(CompactView::row).collect();
    let report = match views.as_slice() {
        [view] if !args.brands.all_brands => Report::new(view, &COLUMNS, rows)?,
        all => Report::new(&all, &COLUMNS, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}

async fn one(
    context: &Context,
    slug: &BrandSlug,
    partition_rows: u64,
    printer: &Printer,
) -> Result<Compacted, CommandError> {
    let (installation, slug) = (Arc::clone(&context.installation), slug.clone());
    let progress = ToPrinter { printer: printer.clone(), present: Mutex::default() };
    // It blocks its thread, and others' commands go on beside it.
    let compacted = apart(async move {
        let _writing = installation.write_brand(&slug).await;
        let context = CompactContext {
            catalog: &installation.catalog,
            data_directory: installation.path(),
            now_us: installation.clock.now(),
            sizes: Sizes { partition_rows, ..Sizes::default() },
        };
        compact(&context, &slug, &progress).await
    });
    Ok(compacted.await?)
}
