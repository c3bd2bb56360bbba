//! The end of an import: every brand published, and what came of it all.

use std::collections::BTreeMap;

use databank_engine::Limits;
use databank_history::publish::tidy_up;
use databank_model::{BrandSlug, DepositId};

use super::settings::Settings;
use super::{ImportContext, ImportProgress, input_rows};
use crate::DepositError;
use crate::brand::publish::Published;
use crate::brand::{BrandDeposit, Counts};
use crate::mapping::OpenedMapping;
use crate::reject::Reject;

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

/// Progress of an import that can no longer be canceled.
struct Unstoppable<'a>(&'a mut dyn ImportProgress);

impl ImportProgress for Unstoppable<'_> {
    fn update(&mut self, bytes_read: u64, bytes: u64, rows: u64) {
        self.0.update(bytes_read, bytes, rows);
    }

    fn phase(&mut self, text: &str) {
        self.0.phase(text);
    }

    fn warn(&mut self, text: &str) {
        self.0.warn(text);
    }
}

/// Publishes every brand and gathers what became of its rows.
pub(super) async fn publish_all(
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
    for (brand, _) in brands {
        let slug = brand.reader.brand.slug.clone();
        // What was published for one brand stands, so the others follow: an import is canceled whole or not at all.
        let mut unstoppable = Unstoppable(progress);
        let watched: &mut dyn ImportProgress =
            if report.sequences.is_empty() { &mut *unstoppable.0 } else { &mut unstoppable };
        let Published { sequence, counts, closed, first_rejects } =
            Box::pin(brand.finish(context.catalog, &limits, input_rows(opened), watched)).await?;
        let mut total = Counts::default();
        for (block, counts) in counts {
            total.add(counts);
            report.blocks.entry(block).or_default().add(counts);
        }
        if !closed {
            let entry = total.for_catalog(input_rows(opened));
            context.catalog.deposits().finish(deposit, &slug, &entry, context.now_us).await?;
        }
        // The deposit is done whatever becomes of it.
        tidy_up(context.catalog, &context.data_directory, &slug, context.now_us).await;
        report.total.add(total);
        report.brands.insert(slug.clone(), total);
        report.sequences.insert(slug, sequence);
        report.first_rejects.extend(first_rejects);
    }
    Ok(report)
}
