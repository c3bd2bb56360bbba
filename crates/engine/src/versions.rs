//! Which past vault versions can be read, and for how long.
//!
//! A version is read until [`LIFE_US`] after the next one replaced it. Until then nothing that it names is deleted: files
//! that leave a table are kept as long (`lake/tidy`), counted from a moment that is not before the one counted from here.

use databank_catalog::VaultVersion;

use crate::{EngineError, VaultState};

/// How long a version can be read after the next one was made, µs: 24 hours. Bytes that are erased leave by then.
pub const LIFE_US: i64 = 24 * 3600 * 1_000_000;

/// A vault version that can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadableVersion {
    /// The version.
    pub version: VaultVersion,
    /// Until when, µs UTC; `None` of the newest, which nothing replaced yet.
    pub until_us: Option<i64>,
}

/// Those of a brand's versions (oldest first) that can be read.
pub fn readable(versions: Vec<VaultVersion>, now_us: i64) -> Vec<ReadableVersion> {
    let replaced: Vec<Option<i64>> = versions.iter().skip(1).map(|next| Some(next.created_at)).chain([None]).collect();
    versions
        .into_iter()
        .zip(replaced)
        .map(|(version, replaced)| ReadableVersion { version, until_us: replaced.map(|at| at.saturating_add(LIFE_US)) })
        .filter(|one| one.until_us.is_none_or(|until| until > now_us))
        .collect()
}

/// What a vault version names beside its tables.
pub fn state_of(version: &VaultVersion) -> Result<VaultState, EngineError> {
    serde_json::from_value(version.state.clone()).map_err(|e| EngineError::BadVersion {
        brand: version.brand.to_string(),
        sequence: version.sequence,
        reason: e.to_string(),
    })
}

/// Ascending version numbers as they are told: `3, 5 to 9`.
pub(crate) fn spoken(sequences: impl Iterator<Item = i64>) -> String {
    let sequences: Vec<i64> = sequences.collect();
    let stretches = sequences.chunk_by(|one, next| one + 1 == *next).filter_map(|stretch| match stretch {
        [] => None,
        [one] => Some(one.to_string()),
        [first, .., last] => Some(format!("{first} to {last}")),
    });
    stretches.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn version(sequence: i64, created_at: i64) -> VaultVersion {
        VaultVersion {
            brand: "acme".parse().unwrap(),
            sequence,
            deposit: None,
            tables: BTreeMap::new(),
            identity_sequence: 0,
            inbox_offset: None,
            last_event_day: None,
            state: serde_json::Value::Null,
            created_at,
        }
    }

    #[test]
    fn a_version_lives_a_day_from_the_moment_at_which_it_was_replaced() {
        let versions = vec![version(3, 0), version(4, 100), version(5, 200)];
        let read = |now_us: i64| -> Vec<(i64, Option<i64>)> {
            let readable = readable(versions.clone(), now_us);
            readable.into_iter().map(|one| (one.version.sequence, one.until_us)).collect()
        };
        let (third, fourth, fifth) = ((3, Some(LIFE_US + 100)), (4, Some(LIFE_US + 200)), (5, None));
        assert_eq!(read(LIFE_US + 99), [third, fourth, fifth]);
        assert_eq!(read(LIFE_US + 100), [fourth, fifth]);
        assert_eq!(read(i64::MAX), [fifth], "the newest is always there");
    }

    #[test]
    fn numbers_that_follow_each_other_are_told_as_a_range() {
        assert_eq!(spoken([3, 5, 6, 7].into_iter()), "3, 5 to 7");
        assert_eq!(spoken([].into_iter()), "");
    }
}
