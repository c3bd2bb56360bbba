//! The ids of consumers, masked.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, Int64Type};
use databank_identity::{IdType, Token};
use databank_lake::{RowChoice, read_chosen};
use databank_model::{ConsumerId, ProfileId};

use crate::mask::{fingerprint, mask};
use crate::{ConsumerDesk, ConsumerError, ConsumerKeys};

/// Ids that one consumer is shown with at most: a cookie that a whole shop shares may have more.
const MAX_IDS: usize = 500;

/// One id of a consumer, masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaskedId {
    /// Type of the id.
    pub id_type: IdType,
    /// Its profile.
    pub profile: ProfileId,
    /// Whether it is a digest under which the profile's value may arrive.
    pub alias: bool,
    /// What may be shown of it.
    pub masked: String,
}

impl ConsumerDesk {
    /// The ids of some consumers, strongest first, digests last.
    pub fn ids(
        &self,
        keys: &ConsumerKeys,
        consumers: &[ConsumerId],
    ) -> Result<BTreeMap<ConsumerId, Vec<MaskedId>>, ConsumerError> {
        let profiles = self.profiles_of(consumers);
        let mut found: BTreeMap<ConsumerId, Vec<MaskedId>> = BTreeMap::new();
        self.for_each_row_of(&profiles, &mut |profile, row| {
            let start = profiles.partition_point(|(held, _)| *held < profile.0);
            let owners = profiles.iter().skip(start).take_while(|(held, _)| *held == profile.0);
            let id = row.masked(keys, profile)?;
            for (_, consumer) in owners {
                let ids = found.entry(*consumer).or_default();
                if ids.len() < MAX_IDS {
                    ids.push(id.clone());
                }
            }
            Ok(())
        })?;
        for ids in found.values_mut() {
            ids.sort_unstable_by(|a, b| (a.alias, a).cmp(&(b.alias, b)));
            ids.dedup();
        }
        Ok(found)
    }

    fn for_each_row_of(
        &self,
        profiles: &[(u32, ConsumerId)],
        take: &mut dyn FnMut(ProfileId, ProfileRow<'_>) -> Result<(), ConsumerError>,
    ) -> Result<(), ConsumerError> {
        let choice = choice_of(profiles);
        for file in &self.profiles.files {
            let columns = ["profile", "token", "id_type", "alias", "sealed"];
            for batch in read_chosen(file, &columns, &["id_type"], &choice)? {
                let batch = batch?;
                let numbers = batch.column(0).as_primitive::<Int64Type>();
                let tokens = batch.column(1).as_binary::<i32>();
                let types = batch.column(2).as_dictionary::<Int32Type>();
                let names = types.values().as_string::<i32>();
                let (aliases, sealed) = (batch.column(3).as_boolean(), batch.column(4).as_binary::<i32>());
                for row in 0..batch.num_rows() {
                    let name = types.key(row).map_or("", |key| names.value(key));
                    let token = Token(tokens.value(row).first_chunk().copied().unwrap_or_default());
                    let sealed = sealed.is_valid(row).then(|| sealed.value(row));
                    let read = ProfileRow { name, token, alias: aliases.value(row), sealed };
                    take(ProfileId(numbers.value(row) as u32), read)?;
                }
            }
        }
        Ok(())
    }
}

/// Rows whose column `profile` is one of these.
pub(crate) fn choice_of(profiles: &[(u32, ConsumerId)]) -> RowChoice {
    RowChoice::new("profile", profiles.iter().map(|(profile, _)| i64::from(*profile)))
}

/// A row of `profiles`.
#[derive(Debug)]
struct ProfileRow<'a> {
    name: &'a str,
    token: Token,
    alias: bool,
    sealed: Option<&'a [u8]>,
}

impl ProfileRow<'_> {
    fn masked(&self, keys: &ConsumerKeys, profile: ProfileId) -> Result<MaskedId, ConsumerError> {
        let id_type: IdType =
            self.name.parse().map_err(|_| ConsumerError::StoredIdType { name: self.name.to_owned() })?;
        // What does not open (sealed under a key that is gone) is shown as what was never sealed.
        let opened = self.sealed.and_then(|sealed| keys.seal.open(&keys.brand, &id_type, sealed).ok());
        let masked = opened.map_or_else(|| fingerprint(self.token), |value| mask(&id_type, &value));
        Ok(MaskedId { id_type, profile, alias: self.alias, masked })
    }
}
