//! Which stored rows must leave their place: because their consumer changed, or because a higher revision replaces them.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Int64Array, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_identity::{Assignment, diff};
use databank_lake::runs::Key;
use databank_lake::{OpenFile, Part};
use databank_model::{ConsumerId, ProfileId, SlotRange};
use rustc_hash::FxHashSet;

use super::merge::Order;
use crate::DepositError;
use crate::events::dedupe::NO_REVISION;

/// Rows of a batch of few columns.
pub(super) const NARROW_ROWS: usize = 16 * 1024;

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef, DepositError> {
    let missing = || arrow::error::ArrowError::SchemaError(format!("a file of events lacks the column {name}"));
    Ok(batch.column_by_name(name).ok_or_else(missing)?)
}

/// Whose the rows of a batch are.
#[derive(Debug)]
pub(super) struct Owners {
    instants: TimestampMicrosecondArray,
    profiles: Int64Array,
    consumers: Int64Array,
}

impl Owners {
    /// The columns that it needs.
    pub(super) const COLUMNS: [&'static str; 3] = ["ts", "profile", "consumer"];

    pub(super) fn of(batch: &RecordBatch) -> Result<Self, DepositError> {
        Ok(Self {
            instants: column(batch, "ts")?.as_primitive::<TimestampMicrosecondType>().clone(),
            profiles: column(batch, "profile")?.as_primitive::<Int64Type>().clone(),
            consumers: column(batch, "consumer")?.as_primitive::<Int64Type>().clone(),
        })
    }
}

/// Which versions of which events the rows of a batch are.
#[derive(Debug)]
pub(super) struct Versions {
    keys: BinaryArray,
    revisions: Int64Array,
}

impl Versions {
    pub(super) fn of(batch: &RecordBatch) -> Result<Self, DepositError> {
        Ok(Self {
            keys: column(batch, "event_key")?.as_binary::<i32>().clone(),
            revisions: column(batch, "revision")?.as_primitive::<Int64Type>().clone(),
        })
    }

    fn at(&self, row: usize) -> (Key, i64) {
        let revision = if self.revisions.is_valid(row) { self.revisions.value(row) } else { NO_REVISION };
        (key_of(self.keys.value(row)), revision)
    }
}

/// Where the rows of a batch lie.
#[derive(Debug)]
pub(super) struct Places {
    keys: BinaryArray,
    instants: TimestampMicrosecondArray,
    consumers: Int64Array,
}

impl Places {
    pub(super) fn of(batch: &RecordBatch) -> Result<Self, DepositError> {
        Ok(Self {
            keys: column(batch, "event_key")?.as_binary::<i32>().clone(),
            instants: column(batch, "ts")?.as_primitive::<TimestampMicrosecondType>().clone(),
            consumers: column(batch, "consumer")?.as_primitive::<Int64Type>().clone(),
        })
    }

    /// A row's place among the rows of its partition.
    pub(super) fn order(&self, row: usize) -> Order {
        let consumer = if self.consumers.is_valid(row) { self.consumers.value(row).cast_unsigned() } else { u64::MAX };
        (consumer, self.instants.value(row), key_of(self.keys.value(row)))
    }

    /// A row's slot: that of its consumer; anonymous rows are spread by their keys.
    pub(super) fn slot(&self, row: usize) -> u8 {
        if self.consumers.is_valid(row) {
            ConsumerId(self.consumers.value(row) as u32).slot()
        } else {
            self.keys.value(row).first().copied().unwrap_or_default()
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.keys.len()
    }
}

fn key_of(bytes: &[u8]) -> Key {
    bytes.try_into().unwrap_or_default()
}

/// What makes stored rows leave their place.
#[derive(Debug)]
pub(super) struct Stale<'a> {
    assignment: &'a Assignment,
    /// Profiles whose consumer changed, ascending.
    moved: Vec<ProfileId>,
    /// Consumers that they had, ascending: rows to move stand under one of them.
    left: Vec<i64>,
    superseded: FxHashSet<(Key, i64)>,
}

impl<'a> Stale<'a> {
    /// What changes from the map under which rows are stored to the new one; and versions of events that are replaced.
    pub(super) fn new(stored: &Assignment, assignment: &'a Assignment, superseded: Vec<(Key, i64)>) -> Self {
        let moved = diff(stored, assignment);
        let of_stretch = |profile: &ProfileId| moved.binary_search(profile).is_ok();
        let stretches = stored.stretches().iter().filter(|stretch| of_stretch(&stretch.profile));
        let mut left: Vec<i64> = moved
            .iter()
            .map(|profile| stored.consumer_of(*profile, i64::MIN))
            .chain(stretches.map(|stretch| stretch.consumer))
            .map(|consumer| i64::from(consumer.0))
            .collect();
        left.sort_unstable();
        left.dedup();
        Self { assignment, moved, left, superseded: superseded.into_iter().collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.superseded.is_empty()
    }

    pub(super) fn moves_any(&self) -> bool {
        !self.moved.is_empty()
    }

    pub(super) fn replaces_any(&self) -> bool {
        !self.superseded.is_empty()
    }

    /// Whether rows of consumers within the bounds may have to move.
    pub(super) fn may_move(&self, bounds: Option<(i64, i64)>) -> bool {
        bounds.is_some_and(|(least, greatest)| {
            let first = self.left.partition_point(|consumer| *consumer < least);
            self.left.get(first).is_some_and(|consumer| *consumer <= greatest)
        })
    }

    /// Calls `take(row, consumer)` for each row that is not stored under its consumer.
    pub(super) fn for_each_moved(&self, owners: &Owners, take: &mut dyn FnMut(usize, ConsumerId)) {
        // Rows of one profile mostly stand together.
        let mut known: Option<(ProfileId, bool)> = None;
        for row in 0..owners.profiles.len() {
            if owners.profiles.is_null(row) {
                continue;
            }
            let profile = ProfileId(owners.profiles.value(row) as u32);
            let is_moved = match known {
                Some((last, is_moved)) if last == profile => is_moved,
                _ => self.moved.binary_search(&profile).is_ok(),
            };
            known = Some((profile, is_moved));
            if is_moved {
                let consumer = self.assignment.consumer_of(profile, owners.instants.value(row));
                if i64::from(consumer.0) != owners.consumers.value(row) {
                    take(row, consumer);
                }
            }
        }
    }

    pub(super) fn is_superseded(&self, versions: &Versions, row: usize) -> bool {
        self.superseded.contains(&versions.at(row))
    }

    /// Whether a file holds rows that are replaced; adds their consumers.
    pub(super) fn add_replaced(&self, file: &OpenFile, replaced: &mut FxHashSet<u32>) -> Result<bool, DepositError> {
        if !self.replaces_any() {
            return Ok(false);
        }
        let mut any = false;
        let row_groups = file.row_groups("consumer").iter().map(|group| group.place).collect();
        let part = Part { row_groups, rows: None, batch_rows: NARROW_ROWS };
        for batch in file.read(&["event_key", "revision", "consumer"], part)? {
            let batch = batch?;
            let versions = Versions::of(&batch)?;
            let consumers = column(&batch, "consumer")?.as_primitive::<Int64Type>();
            for row in (0..versions.keys.len()).filter(|row| self.is_superseded(&versions, *row)) {
                any = true;
                replaced.extend(consumers.is_valid(row).then(|| consumers.value(row) as u32));
            }
        }
        Ok(any)
    }
}

/// Lets through the rows of a file that stay in a partition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sieve<'a> {
    /// What leaves.
    pub(super) stale: &'a Stale<'a>,
    /// The partition, when the file may hold rows of others.
    pub(super) partition: Option<SlotRange>,
}

impl Sieve<'_> {
    /// The rows that stay, ascending; `None` when all do.
    pub(super) fn kept(&self, batch: &RecordBatch, places: &Places) -> Result<Option<Vec<u32>>, DepositError> {
        let mut stays = vec![true; batch.num_rows()];
        if self.stale.moves_any() {
            self.stale.for_each_moved(&Owners::of(batch)?, &mut |row, _| {
                if let Some(stays) = stays.get_mut(row) {
                    *stays = false;
                }
            });
        }
        if self.stale.replaces_any() {
            let versions = Versions::of(batch)?;
            for (row, stays) in stays.iter_mut().enumerate() {
                *stays &= !self.stale.is_superseded(&versions, row);
            }
        }
        if let Some(partition) = self.partition {
            for (row, stays) in stays.iter_mut().enumerate() {
                *stays &= partition.contains(places.slot(row));
            }
        }
        if stays.iter().all(|stays| *stays) {
            return Ok(None);
        }
        Ok(Some((0_u32..).zip(stays).filter(|(_, stays)| *stays).map(|(row, _)| row).collect()))
    }
}
