//! From an id as people write it to the consumer whose it is.

use databank_identity::{IdType, normalize};
use databank_lake::runs::{RunSet, TOKEN_INDEX, TOKEN_VALUE};
use databank_model::{ConsumerId, ProfileId};

use crate::{ConsumerDesk, ConsumerError, ConsumerKeys};

impl ConsumerDesk {
    /// The consumer whose id `TYPE:VALUE` is, or was last when it passed from one to another; `None` when the brand never
    /// saw it. The value may be written in any way that a deposit would take.
    pub fn look_up(&self, keys: &ConsumerKeys, text: &str) -> Result<Option<ConsumerId>, ConsumerError> {
        let (name, value) = text.split_once(':').ok_or(ConsumerError::NotAnId)?;
        let id_type: IdType =
            name.trim().parse().map_err(|_| ConsumerError::BadType { name: name.chars().take(80).collect() })?;
        let bad = |reason| ConsumerError::BadValue { id_type: id_type.name().to_owned(), reason };
        let normal = normalize(&id_type, value).map_err(bad)?;
        let token = keys.tokenizer.token(&id_type, &normal);
        let runs = self.reader.state.indexes.get(TOKEN_INDEX).map(Vec::as_slice).unwrap_or_default();
        let index = RunSet::<TOKEN_VALUE>::open(&self.reader.vault.index_directory(), TOKEN_INDEX, runs)?;
        let found = index.find(&[token.0])?.into_iter().flatten().next();
        Ok(found.map(|value| self.identity.consumer_of(ProfileId(u32::from_le_bytes(value)), i64::MAX)))
    }
}
