//! Who is which consumer, and since when: what [`crate::resolve`] finds out.
//!
//! Only profiles that are not their own consumer are stored: 8 bytes each, 16 per stretch of a weak id that several
//! people used. Look-ups are binary searches. Fine to some hundred million profiles per brand; beyond that, split by
//! slot.

mod codec;
mod diff;

use databank_model::{ConsumerId, ProfileId};

pub use codec::AssignmentError;
pub use diff::diff;

/// A versioned `profile → consumer` map. Two maps are equal exactly when they answer every question alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assignment {
    /// Profiles with one consumer for all time: `profile << 32 | consumer`, ascending, never its own consumer.
    singles: Vec<u64>,
    /// Profiles with several: ascending by (profile, from), at least two per profile, the first from `i64::MIN`,
    /// neighbours of one profile never with the same consumer.
    stretches: Vec<Stretch>,
}

/// From when on a profile's events are a consumer's, until the profile's next stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stretch {
    /// The profile of a weak id.
    pub profile: ProfileId,
    /// First instant, µs UTC; `i64::MIN` for the first stretch.
    pub from_us: i64,
    /// Whose its events are.
    pub consumer: ConsumerId,
}

impl Assignment {
    /// Sorts and takes over what the resolver found.
    pub(crate) fn from_parts(mut singles: Vec<u64>, mut stretches: Vec<Stretch>) -> Self {
        // A caller that numbers its nodes by profile has them in order already.
        if !singles.is_sorted() {
            singles.sort_unstable();
        }
        if !stretches.is_sorted() {
            stretches.sort_unstable();
        }
        let assignment = Self { singles, stretches };
        debug_assert!(assignment.is_canonical(), "the resolver gives every profile once");
        assignment
    }

    /// The consumer whose an event of this profile at this instant is.
    pub fn consumer_of(&self, profile: ProfileId, ts_us: i64) -> ConsumerId {
        if let Some(&single) =
            self.singles.get(self.place_of(profile)).filter(|&&single| single_profile(single) == profile)
        {
            return single_consumer(single);
        }
        let after = self.stretches.partition_point(|stretch| (stretch.profile, stretch.from_us) <= (profile, ts_us));
        match after.checked_sub(1).map(|last| self.stretches[last]) {
            Some(stretch) if stretch.profile == profile => stretch.consumer,
            _ => profile.into(),
        }
    }

    /// All consumers whose events of this profile are, over all time.
    pub fn consumers_of(&self, profile: ProfileId) -> Vec<ConsumerId> {
        let first = self.stretches.partition_point(|stretch| stretch.profile < profile);
        let own = self.stretches[first..].iter().take_while(|stretch| stretch.profile == profile);
        let several: Vec<ConsumerId> = own.map(|stretch| stretch.consumer).collect();
        // Without stretches any instant will do.
        if several.is_empty() { vec![self.consumer_of(profile, 0)] } else { several }
    }

    /// Profiles that belong to one other consumer for all time, ascending.
    pub fn singles(&self) -> impl ExactSizeIterator<Item = (ProfileId, ConsumerId)> + '_ {
        self.singles_from(ProfileId(0))
    }

    /// Those of them from a profile on: who asks for many profiles in their order finds them one after the other.
    pub fn singles_from(&self, profile: ProfileId) -> impl ExactSizeIterator<Item = (ProfileId, ConsumerId)> + '_ {
        self.singles[self.place_of(profile)..].iter().map(|&single| (single_profile(single), single_consumer(single)))
    }

    /// Stretches of profiles that belong to several consumers in turn, ascending by (profile, from).
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// Bytes that the map takes in memory.
    pub fn size_bytes(&self) -> usize {
        self.singles.len() * size_of::<u64>() + self.stretches.len() * size_of::<Stretch>()
    }

    /// Whether every profile is its own consumer.
    pub fn is_identity(&self) -> bool {
        self.singles.is_empty() && self.stretches.is_empty()
    }

    /// Where among the singles a profile is, or would be.
    fn place_of(&self, profile: ProfileId) -> usize {
        self.singles.partition_point(|&single| (single >> 32) < u64::from(profile.0))
    }

    /// Whether the parts keep what the fields promise.
    fn is_canonical(&self) -> bool {
        let singles_ascend = self.singles.windows(2).all(|pair| pair[0] >> 32 < pair[1] >> 32);
        let no_identity = self.singles.iter().all(|&single| single_profile(single).0 != single_consumer(single).0);
        let groups_fit = self.stretches.chunk_by(|one, next| one.profile == next.profile).all(|group| {
            group.len() > 1
                && group[0].from_us == i64::MIN
                && group
                    .windows(2)
                    .all(|pair| pair[0].from_us < pair[1].from_us && pair[0].consumer != pair[1].consumer)
                && self.singles.binary_search_by_key(&u64::from(group[0].profile.0), |single| single >> 32).is_err()
        });
        let groups_ascend = self.stretches.windows(2).all(|pair| pair[0].profile <= pair[1].profile);
        singles_ascend && no_identity && groups_fit && groups_ascend
    }
}

pub(crate) fn single(profile: ProfileId, consumer: ConsumerId) -> u64 {
    u64::from(profile.0) << 32 | u64::from(consumer.0)
}

fn single_profile(single: u64) -> ProfileId {
    ProfileId((single >> 32) as u32)
}

fn single_consumer(single: u64) -> ConsumerId {
    ConsumerId(single as u32)
}
