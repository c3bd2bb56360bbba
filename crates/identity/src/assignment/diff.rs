//! What a new map changes: whose numbers must be computed again.

use databank_model::ProfileId;

use super::{Assignment, Stretch, single_consumer, single_profile};

/// The profiles whose consumer differs at any instant, ascending. Both maps are walked once.
pub fn diff(old: &Assignment, new: &Assignment) -> Vec<ProfileId> {
    let mut changed = Vec::new();
    let (mut old_entries, mut new_entries) = (entries(old).peekable(), entries(new).peekable());
    loop {
        let profile = match (old_entries.peek(), new_entries.peek()) {
            (Some(old), Some(new)) => old.profile.min(new.profile),
            (Some(only), None) | (None, Some(only)) => only.profile,
            (None, None) => return changed,
        };
        // A map without an entry says "its own consumer", which no entry does: so one missing side is a change.
        let before = old_entries.next_if(|entry| entry.profile == profile);
        let after = new_entries.next_if(|entry| entry.profile == profile);
        if before != after {
            changed.push(profile);
        }
    }
}

#[derive(PartialEq)]
struct Entry<'a> {
    profile: ProfileId,
    owners: Owners<'a>,
}

#[derive(PartialEq)]
enum Owners<'a> {
    One(databank_model::ConsumerId),
    Several(&'a [Stretch]),
}

/// Both parts of a map as one ascending sequence.
fn entries(assignment: &Assignment) -> impl Iterator<Item = Entry<'_>> {
    let mut singles = assignment
        .singles
        .iter()
        .map(|&single| Entry { profile: single_profile(single), owners: Owners::One(single_consumer(single)) })
        .peekable();
    let mut groups = assignment
        .stretches
        .chunk_by(|one, next| one.profile == next.profile)
        .map(|group| Entry { profile: group[0].profile, owners: Owners::Several(group) })
        .peekable();
    std::iter::from_fn(move || match (singles.peek(), groups.peek()) {
        (Some(single), Some(group)) if group.profile < single.profile => groups.next(),
        (None, _) => groups.next(),
        (Some(_), _) => singles.next(),
    })
}
