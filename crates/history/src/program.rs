//! A rule set bound to event columns: which behaviours set which condition bits, under which filters.

use std::collections::BTreeMap;

use databank_engine::RowFilter;
use databank_model::rules::{EntityKind, RuleSet};
use databank_stages::Program;

use crate::HistoryError;

/// A compiled rule set with its filters.
#[derive(Debug)]
pub struct RuleProgram {
    /// The rule set's name.
    pub name: String,
    /// Stage codes, deepest first.
    pub stages: Vec<String>,
    /// The pure sweep.
    pub program: Program,
    /// Bits of the conditions without a filter, by behaviour.
    plain: BTreeMap<String, u64>,
    /// Conditions with a filter: bits, behaviours, filter.
    pub(crate) filtered: Vec<(u64, Vec<String>, RowFilter)>,
}

impl RuleProgram {
    /// Compiles a rule set for histories of an entity kind, with its `where` texts.
    pub fn compile(rules: &RuleSet, entity: EntityKind) -> Result<Self, HistoryError> {
        let bad = |reason: String| HistoryError::BadRules { name: rules.name().to_owned(), reason };
        let program = Program::compile(rules, entity);
        let (mut plain, mut filtered) = (BTreeMap::new(), Vec::new());
        for (bits, leaf) in program.leaves() {
            let behaviors: Vec<String> = leaf.behaviors.iter().map(|b| b.as_str().to_owned()).collect();
            match &leaf.filter {
                None => behaviors.into_iter().for_each(|b| *plain.entry(b).or_insert(0) |= bits),
                Some(text) => {
                    let filter = RowFilter::compile(text).map_err(|e| bad(e.to_string()))?;
                    filtered.push((bits, behaviors, filter));
                }
            }
        }
        let stages = rules.stages().iter().map(|s| s.code.clone()).collect();
        Ok(Self { name: rules.name().to_owned(), stages, program, plain, filtered })
    }

    /// Bits that a behaviour sets by itself.
    pub(crate) fn plain_bits(&self, behavior: &str) -> u64 {
        self.plain.get(behavior).copied().unwrap_or(0)
    }

    /// Event columns that the filters read.
    pub(crate) fn filter_columns(&self) -> impl Iterator<Item = &str> {
        self.filtered.iter().flat_map(|(_, _, filter)| filter.columns().iter().map(String::as_str))
    }
}
