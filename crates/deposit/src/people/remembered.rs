//! What is remembered of ids that the import has numbered: whose profile each is, and with which id it was linked last. Rows
//! say again and again what rows before them said.

use databank_identity::{IdNumber, Strength, utc_day};
use databank_model::ProfileId;

/// No profile yet. There may be a profile of this number: it is looked up each time.
const NO_PROFILE: u32 = u32::MAX;
/// No link yet; ids are counted from one here.
const NO_ID: u32 = 0;

/// What is remembered of one id.
#[derive(Debug, Clone, Copy)]
struct Id {
    profile: u32,
    /// The id that it was linked with last.
    linked: u32,
    /// When that was.
    linked_us: i64,
}

const NOTHING: Id = Id { profile: NO_PROFILE, linked: NO_ID, linked_us: 0 };

/// What is remembered, by the numbers of ids.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    ids: Vec<Id>,
}

/// A link of a row, between ids that both have numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberedLink {
    /// The row's strongest id.
    pub(super) strongest: IdNumber,
    /// The other one.
    pub(super) other: IdNumber,
    /// Weak when either end is: such a link is kept for each day.
    pub(super) strength: Strength,
    /// When the row happened.
    pub(super) ts_us: i64,
}

impl Remembered {
    /// The profile of an id.
    pub(super) fn profile(&self, id: IdNumber) -> Option<ProfileId> {
        self.ids.get(id.place()).map(|id| id.profile).filter(|number| *number != NO_PROFILE).map(ProfileId)
    }

    /// Remembers the profile of an id.
    pub(super) fn set_profile(&mut self, id: IdNumber, profile: ProfileId) {
        self.of(id).profile = profile.0;
    }

    /// Whether the link was said before, no later than now: then it is no news whatever becomes of it. Remembers it otherwise.
    pub(super) fn was_said(&mut self, link: NumberedLink) -> bool {
        let NumberedLink { strongest, other, strength, ts_us } = link;
        let held = self.of(other);
        let with = strongest.place() as u32 + 1;
        let same_day = || strength == Strength::Strong || utc_day(held.linked_us) == utc_day(ts_us);
        if held.linked == with && held.linked_us <= ts_us && same_day() {
            return true;
        }
        (held.linked, held.linked_us) = (with, ts_us);
        false
    }

    /// Forgets what was linked.
    pub(super) fn forget_links(&mut self) {
        self.ids.iter_mut().for_each(|id| id.linked = NO_ID);
    }

    fn of(&mut self, id: IdNumber) -> &mut Id {
        let place = id.place();
        if self.ids.len() <= place {
            self.ids.resize(place + 1, NOTHING);
        }
        &mut self.ids[place]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use databank_identity::{IdKey, IdType, KnownIds, LinkKey, SourceId, Token, Tokenizer};
    use proptest::prelude::*;

    use super::*;

    const DAY_US: i64 = 86_400_000_000;

    /// Numbered ids, with their tokens.
    fn ids(count: usize) -> Vec<(IdNumber, Token)> {
        let mut known = KnownIds::new(Tokenizer::new(&IdKey::new([1; 32])));
        let id_type: IdType = "cookie".parse().unwrap();
        let number = known.type_number(&id_type);
        let mut numbered = |value: usize| {
            let text = value.to_string();
            let look = known.look(number, &text);
            let made =
                known.token(look, number, &text, |tokenizer| Ok::<_, Infallible>(tokenizer.token(&id_type, &text)));
            let Ok((token, number)) = made;
            (number.unwrap(), token)
        };
        (0..count).map(&mut numbered).collect()
    }

    proptest! {
        #[test]
        fn what_was_said_before_is_no_news(
            rows in prop::collection::vec((0_usize..3, 0_usize..3, -3_i64..3, 0_i64..3), 1..80),
        ) {
            let ids = ids(6);
            let mut remembered = Remembered::default();
            let (mut all, mut told) = (BTreeMap::new(), BTreeMap::new());
            for (strongest, other, day, of_day) in rows {
                let (strongest, other) = (ids[strongest], ids[3 + other]);
                // Whether a link is weak is the types' affair, and so one and the same for each pair.
                let strength = if other.0.place() % 2 == 0 { Strength::Weak } else { Strength::Strong };
                let ts_us = day * DAY_US + of_day;
                let key = LinkKey::new((strongest.1, Strength::Strong), (other.1, strength), SourceId(0), ts_us);
                let link = NumberedLink { strongest: strongest.0, other: other.0, strength, ts_us };
                let earliest = |held: &mut i64| *held = (*held).min(ts_us);
                all.entry(key).and_modify(earliest).or_insert(ts_us);
                if !remembered.was_said(link) {
                    told.entry(key).and_modify(earliest).or_insert(ts_us);
                }
                // After each row, whenever links are settled.
                prop_assert_eq!(&all, &told);
            }
        }
    }

    #[test]
    fn profiles_are_those_that_were_set() {
        let ids = ids(3);
        let mut remembered = Remembered::default();
        remembered.set_profile(ids[2].0, ProfileId(7));
        // Cannot be told from none: it is asked for again.
        remembered.set_profile(ids[1].0, ProfileId(u32::MAX));
        assert_eq!(
            ids.iter().map(|(id, _)| remembered.profile(*id)).collect::<Vec<_>>(),
            [None, None, Some(ProfileId(7))]
        );
    }
}
