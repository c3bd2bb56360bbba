//! What a history is made of, at one moment of a vault.

use crate::BoxFuture;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_engine::BrandReader;
use databank_identity::Assignment;
use databank_lake::sums::read_named;
use databank_lake::tracks::key_of_text;
use databank_lake::{DataFile, Table, TableSnapshot, read_file};
use databank_model::rules::StatusKind;
use databank_model::{Day, ProfileId, SlotRange};
use rustc_hash::FxHashMap;

use crate::HistoryError;

/// One stay in a membership programme, as a `memberships` row states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// Who, by the number of the consumer.
    pub consumer: u32,
    /// Key of the programme's name.
    pub programme: u64,
    /// First day.
    pub joined: Day,
    /// First day no longer.
    pub left: Day,
}

impl Membership {
    /// The status that it gives.
    pub const KIND: StatusKind = StatusKind::Member;
}

/// Events, memberships and partitions at one vault version (or of a deposit about to become one).
#[derive(Debug, Clone)]
pub struct HistorySource {
    /// Files of `events`.
    pub events: TableSnapshot,
    /// The slot ranges that events lie in.
    pub partitions: Vec<SlotRange>,
    /// Stays that `memberships` rows state, by consumer.
    pub memberships: Arc<Vec<Membership>>,
    /// Whether any refund names an order.
    pub has_refunds: bool,
}

impl HistorySource {
    /// The source of a published vault version.
    pub fn of_reader<'a>(reader: &'a BrandReader) -> BoxFuture<'a, Result<Self, HistoryError>> {
        Box::pin(async move {
            let events = reader.files(Table::Events).await?;
            let masters = reader.files(Table::Masters).await?;
            let identity = load_identity(reader.vault.directory(), reader.state.identity_map.as_deref())?;
            let memberships = Arc::new(read_memberships(&masters, &identity)?);
            Ok(Self { events, partitions: reader.partitions(), memberships, has_refunds: reader.state.has_refunds })
        })
    }

    /// The event files of a partition.
    pub fn files_of(&self, range: SlotRange) -> Vec<DataFile> {
        let name = range.to_string();
        self.events.files.iter().filter(|f| f.partition_value("slots") == Some(name.as_str())).cloned().collect()
    }
}

/// Reads the identity map that a vault version names; without one every profile stands for itself.
pub fn load_identity(vault: &Path, name: Option<&str>) -> Result<Assignment, HistoryError> {
    let Some(name) = name else { return Ok(Assignment::default()) };
    let path = vault.join(name);
    let bytes = read_named(&path)?;
    Assignment::from_bytes(&bytes)
        .map_err(|error| HistoryError::IdentityMap { reason: format!("{}: {error}", path.display()) })
}

/// The stays in force: per (profile, key, attribute) the newest value.
pub fn read_memberships(masters: &TableSnapshot, identity: &Assignment) -> Result<Vec<Membership>, HistoryError> {
    type Newest = (i64, i64, Option<String>);
    let mut attributes: FxHashMap<(u32, String), FxHashMap<String, Newest>> = FxHashMap::default();
    for file in &masters.files {
        let columns = ["kind", "key", "profile", "attribute", "value", "valid_from", "deposit"];
        for batch in read_file(file, &columns, &[])? {
            let batch = batch?;
            let text = |i: usize| batch.column(i).as_string::<i32>();
            let (kinds, keys, names, values) = (text(0), text(1), text(3), text(4));
            let profiles = batch.column(2).as_primitive::<Int64Type>();
            let valid_from = batch.column(5).as_primitive::<TimestampMicrosecondType>();
            let deposits = batch.column(6).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                if kinds.value(row) != "memberships" {
                    continue;
                }
                let stay = attributes.entry((profiles.value(row) as u32, keys.value(row).to_owned())).or_default();
                let value = values.is_valid(row).then(|| values.value(row).to_owned());
                let fresh = (valid_from.value(row), deposits.value(row), value);
                let held = stay.entry(names.value(row).to_owned()).or_insert_with(|| fresh.clone());
                if *held < fresh {
                    *held = fresh;
                }
            }
        }
    }
    let mut stays: Vec<Membership> = attributes
        .into_iter()
        .filter_map(|((profile, _), stay)| {
            let value = |name: &str| stay.get(name).and_then(|(_, _, value)| value.clone());
            let joined: Day = value("joined")?.parse().ok()?;
            let left = value("left").and_then(|text| text.parse().ok()).unwrap_or(Day::OPEN_END);
            let programme = key_of_text(&value("programme").unwrap_or_default());
            let consumer = identity.consumer_of(ProfileId(profile), i64::MAX).0;
            Some(Membership { consumer, programme, joined, left })
        })
        .collect();
    stays.sort_unstable();
    Ok(stays)
}

/// Consumers with a stay in one of two sorted lists that the other lacks.
pub fn changed_members<'a>(before: &'a [Membership], after: &'a [Membership]) -> impl Iterator<Item = u32> + 'a {
    let lacking = |stays: &'a [Membership], others: &'a [Membership]| {
        stays.iter().filter(move |stay| others.binary_search(stay).is_err()).map(|stay| stay.consumer)
    };
    lacking(before, after).chain(lacking(after, before))
}
