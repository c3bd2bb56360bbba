//! The people of a brand at one vault version.

use std::pin::Pin;
use std::sync::Arc;

use databank_engine::BrandReader;
use databank_identity::Assignment;
use databank_lake::{Numbers, Table, TableSnapshot};
use databank_model::{ConsumerId, ProfileId};

use crate::ConsumerError;

/// Answers questions about single consumers of a brand at one vault version. Opening it names files, answering reads
/// them: all answers block.
#[derive(Debug, Clone)]
pub struct ConsumerDesk {
    pub(crate) reader: BrandReader,
    pub(crate) identity: Arc<Assignment>,
    pub(crate) events: TableSnapshot,
    pub(crate) profiles: TableSnapshot,
    pub(crate) masters: TableSnapshot,
}

impl ConsumerDesk {
    /// Opens the desk. `identity` is the map that this vault version names
    /// ([`databank_history::source::load_identity`]).
    pub fn open(
        reader: BrandReader,
        identity: Arc<Assignment>,
    ) -> Pin<Box<dyn Future<Output = Result<Self, ConsumerError>> + Send>> {
        Box::pin(async move {
            let events = reader.files(Table::Events).await?;
            let profiles = reader.files(Table::Profiles).await?;
            let masters = reader.files(Table::Masters).await?;
            Ok(Self::of_snapshots(reader, identity, [events, profiles, masters]))
        })
    }

    /// A desk over tables whose files are known: `events`, `profiles`, `masters`.
    pub fn of_snapshots(reader: BrandReader, identity: Arc<Assignment>, tables: [TableSnapshot; 3]) -> Self {
        let [events, profiles, masters] = tables;
        Self { reader, identity, events, profiles, masters }
    }

    /// The version that answers come from.
    pub fn reader(&self) -> &BrandReader {
        &self.reader
    }

    /// The consumer of a profile's number; a consumer's own number leads to itself, that of an id which passed from one
    /// to another to its last. `None` when no id ever got the number.
    pub fn consumer_of(&self, number: u32) -> Option<ConsumerId> {
        let profile = ProfileId(number);
        let given = self.reader.state.ordinals.get(usize::from(profile.slot())).copied().unwrap_or(0);
        if profile.ordinal() >= given {
            return None;
        }
        let owners = self.identity.consumers_of(profile);
        owners.iter().find(|owner| owner.0 == number).or(owners.last()).copied()
    }

    /// The profiles of some consumers, each with the consumer: pairs in the order of profiles. A weak id that several
    /// people used in turn is a profile of each.
    pub(crate) fn profiles_of(&self, consumers: &[ConsumerId]) -> Vec<(u32, ConsumerId)> {
        let wanted = Numbers::new(consumers.iter().map(|consumer| i64::from(consumer.0)));
        let is_wanted = |consumer: ConsumerId| wanted.contains(i64::from(consumer.0));
        let mut profiles: Vec<(u32, ConsumerId)> = consumers.iter().map(|consumer| (consumer.0, *consumer)).collect();
        let singles = self.identity.singles().filter(|(_, consumer)| is_wanted(*consumer));
        profiles.extend(singles.map(|(profile, consumer)| (profile.0, consumer)));
        let stretches = self.identity.stretches().iter().filter(|stretch| is_wanted(stretch.consumer));
        profiles.extend(stretches.map(|stretch| (stretch.profile.0, stretch.consumer)));
        profiles.sort_unstable();
        profiles.dedup();
        profiles
    }
}
