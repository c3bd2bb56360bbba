//! What a vault version names beside the versions of its tables.

use std::collections::BTreeMap;

use databank_model::{Day, SLOTS, SlotRange};
use serde::{Deserialize, Serialize};

/// A saved rule-set version, written `aipl@1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleReference {
    /// The rule set's name.
    pub name: String,
    /// Its version, from 1.
    pub version: i64,
}

impl std::fmt::Display for RuleReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// What made a vault version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeBy {
    /// Rows, masters or links came in.
    Deposit,
    /// Files were merged or partitions split; the answers are the same.
    Compaction,
    /// The history was built again.
    Rebuild,
    /// Other rules.
    Rules,
}

/// The derived state that belongs to exactly one vault version; stored with it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultState {
    /// Format of this record.
    pub format: u32,
    /// Slot ranges of the partitions, such as `000-255`.
    pub partitions: Vec<String>,
    /// The default rule set whose history this version holds.
    pub rules: Option<RuleReference>,
    /// Index name to run files, oldest first.
    pub indexes: BTreeMap<String, Vec<String>>,
    /// File of the profile-to-consumer map, relative to the vault; `None` while every profile stands for itself.
    pub identity_map: Option<String>,
    /// Next free ordinal of each slot.
    pub ordinals: Vec<u32>,
    /// Kind of master to the attributes that it has had.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// First business day of any event.
    pub first_event_day: Option<Day>,
    /// How the stored history was made: a later way may read events otherwise, so a history of another way is not extended.
    #[serde(default)]
    pub history_way: u32,
    /// Table name to what names its list of files: the log must say the same. Tables of earlier deposits have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, String>,
    /// What made it: versions of earlier programs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MadeBy>,
    /// Whether any refund names an order: a refund may change the stage of somebody in another partition.
    pub has_refunds: bool,
}

impl Default for VaultState {
    fn default() -> Self {
        Self {
            format: 1,
            partitions: vec![SlotRange::ALL.to_string()],
            rules: None,
            indexes: BTreeMap::new(),
            identity_map: None,
            ordinals: vec![0; SLOTS],
            attributes: BTreeMap::new(),
            first_event_day: None,
            history_way: 0,
            tables: BTreeMap::new(),
            made_by: None,
            has_refunds: false,
        }
    }
}

impl VaultState {
    /// The partitions as slot ranges.
    pub fn slot_ranges(&self) -> Vec<SlotRange> {
        self.partitions.iter().filter_map(|text| text.parse().ok()).collect()
    }
}
