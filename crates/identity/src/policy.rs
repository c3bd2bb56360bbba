//! How much one person may become: the limits under which [`crate::resolve`] joins ids.
//!
//! Types are numbered by the caller, densely and as it likes; a [`crate::Node`] carries its type's number as `kind`.
//! The numbers change nothing but which of several exceeded caps a conflict names.

use crate::id_type::{IdType, UNKNOWN_PER_PERSON};

/// Limits of persons and of ids. [`Policy::default`] knows no types: each has the cap of an unknown strong one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// By kind: how many strong ids of it one person may have.
    pub caps: Vec<Cap>,
    /// Cap of kinds beyond the list.
    pub other_cap: u32,
    /// How many strong ids one person may have, of all kinds together; from 65,535 on it is no limit.
    pub max_ids_per_person: u32,
    /// A strong id that is linked to more distinct strong ids of one other kind than this, and than a person may have of that
    /// kind, is a hub.
    pub max_strong_per_id: u32,
    /// A weak id that is linked to more distinct strongly known persons is a hub.
    pub max_people_per_weak_id: u32,
    /// An id that is linked to more distinct weak ids is a hub among them.
    pub max_weak_per_id: u32,
    /// How many conflicts are told one by one; the others are only counted.
    pub max_conflicts: usize,
}

/// How many ids of one kind a person may have. It has no say over weak ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cap {
    /// The most; 0 is taken for 1, since an id is a person of its own at least, and from 65,535 on it is no limit.
    pub max: u32,
    /// The kind as which ids of this kind are counted: that of the value for a digest, else the kind itself. The cap of that
    /// kind holds.
    pub counts_as: u16,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            caps: Vec::new(),
            other_cap: UNKNOWN_PER_PERSON,
            max_ids_per_person: 500,
            max_strong_per_id: 10,
            max_people_per_weak_id: 100,
            max_weak_per_id: 10_000,
            max_conflicts: 10_000,
        }
    }
}

impl Policy {
    /// The usual limits, for types whose places in the list are their kinds. Digests count as their values if both are there,
    /// and all digests of one type together.
    pub fn for_types(types: &[IdType]) -> Self {
        let cap = |(kind, id_type): (usize, &IdType)| {
            let base = id_type.base_name();
            let first = types.iter().position(|other| other.base_name() == base).unwrap_or(kind);
            Cap { max: id_type.max_per_person(), counts_as: first as u16 }
        };
        Self { caps: types.iter().enumerate().map(cap).collect(), ..Self::default() }
    }

    /// No limits at all: whatever is linked is joined.
    pub fn unlimited() -> Self {
        Self {
            caps: Vec::new(),
            other_cap: u32::MAX,
            max_ids_per_person: u32::MAX,
            max_strong_per_id: u32::MAX,
            max_people_per_weak_id: u32::MAX,
            max_weak_per_id: u32::MAX,
            max_conflicts: Self::default().max_conflicts,
        }
    }

    /// Says how many ids of a kind one person may have, whatever the type's own cap is.
    #[must_use]
    pub fn with_cap(mut self, kind: u16, max: u32) -> Self {
        for next in self.caps.len()..=usize::from(kind) {
            self.caps.push(Cap { max: self.other_cap, counts_as: next as u16 });
        }
        self.caps[usize::from(kind)].max = max;
        self
    }

    /// The kind as which ids of a kind are counted.
    pub(crate) fn counts_as(&self, kind: u16) -> u16 {
        self.caps.get(usize::from(kind)).map_or(kind, |cap| cap.counts_as)
    }

    /// The cap of a kind as which ids are counted; `u32::MAX` is no limit.
    pub(crate) fn cap(&self, counts_as: u16) -> u32 {
        limit(self.caps.get(usize::from(counts_as)).map_or(self.other_cap, |cap| cap.max))
    }

    /// How many ids of all kinds one person may have; `u32::MAX` is no limit.
    pub(crate) fn cap_of_all(&self) -> u32 {
        limit(self.max_ids_per_person)
    }

    /// So many strong ids no cap forbids, whatever their kinds.
    pub(crate) fn always_allowed(&self) -> u32 {
        let caps = self.caps.iter().map(|cap| limit(cap.max)).chain([limit(self.other_cap), self.cap_of_all()]);
        caps.min().unwrap_or(1)
    }
}

/// A limit as it is applied: counts are kept in 16 bits.
fn limit(limit: u32) -> u32 {
    if limit < u32::from(u16::MAX) { limit.max(1) } else { u32::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_count_as_their_values() {
        let names = ["cookie", "email_md5", "phone", "openid_b", "phone_sha256", "email_sha256", "shop_no"];
        let types: Vec<IdType> = names.iter().map(|name| name.parse().unwrap()).collect();
        let policy = Policy::for_types(&types);
        let counted: Vec<u16> = (0..9).map(|kind| policy.counts_as(kind)).collect();
        assert_eq!(counted, [0, 1, 2, 3, 2, 1, 6, 7, 8]);
        let caps: Vec<u32> = (0..9).map(|kind| policy.cap(kind)).collect();
        assert_eq!(caps, [u32::MAX, 5, 5, 20, 5, 5, 10, 10, 10]);
        assert_eq!(policy.always_allowed(), 5);
    }

    #[test]
    fn a_cap_can_be_set_for_any_kind() {
        let policy = Policy::default().with_cap(2, 1);
        assert_eq!([0, 1, 2, 3].map(|kind| policy.cap(kind)), [10, 10, 1, 10]);
        assert_eq!(policy.clone().with_cap(2, 0).cap(2), 1);
        assert_eq!([65_534, 65_535].map(|max| policy.clone().with_cap(2, max).cap(2)), [65_534, u32::MAX]);
        assert_eq!(Policy::unlimited().always_allowed(), u32::MAX);
    }
}
