//! What came of an import.

use std::collections::BTreeMap;

use databank_model::{BrandSlug, DepositId};

use super::ImportProgress;
use crate::brand::Counts;
use crate::brand::publish::Published;
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

impl ImportReport {
    /// Of an import that has published nothing yet. Warns of what its files held and nobody asked for.
    pub(super) fn new(opened: &OpenedMapping, deposit: DepositId, progress: &mut dyn ImportProgress) -> Self {
        let inputs: Vec<InputCounts> = opened
            .inputs()
            .iter()
            .map(|input| InputCounts {
                input: input.table().to_owned(),
                read: input.records(),
                unreadable: input.unreadable(),
            })
            .collect();
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
        Self {
            deposit,
            total: Counts::default(),
            input_rows: inputs.iter().map(|input| input.read).sum(),
            inputs,
            blocks: BTreeMap::new(),
            brands: BTreeMap::new(),
            sequences: BTreeMap::new(),
            first_rejects: Vec::new(),
        }
    }

    /// Adds what became of a brand's rows.
    pub(super) fn add(&mut self, slug: BrandSlug, published: Published) {
        let total = of_brand(&published);
        for (block, counts) in published.counts {
            self.blocks.entry(block).or_default().add(counts);
        }
        self.total.add(total);
        self.brands.insert(slug.clone(), total);
        self.sequences.insert(slug, published.sequence);
        self.first_rejects.extend(published.first_rejects);
    }
}

/// All blocks' rows of a brand.
pub(super) fn of_brand(published: &Published) -> Counts {
    let mut total = Counts::default();
    published.counts.values().for_each(|counts| total.add(*counts));
    total
}
