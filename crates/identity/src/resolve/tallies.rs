//! How many ids of each kind the sets of a union-find have.

use super::Refusal;
use crate::policy::Policy;

/// A row of counts for each set, at its root's place: one for each kind that occurs, ascending, and their sum. Scale: 2 bytes
/// for each member and kind; brands have a dozen kinds.
pub(super) struct Tallies {
    kinds: Vec<u16>,
    /// The most that each count of a row may be; `u16::MAX` is no limit.
    caps: Vec<u16>,
    counts: Vec<u16>,
}

impl Tallies {
    /// Of sets of one member each, by the members' kinds.
    pub(super) fn of(members: impl Iterator<Item = u16> + Clone, policy: &Policy) -> Self {
        let mut columns = vec![None; usize::from(u16::MAX) + 1];
        members.clone().for_each(|kind| columns[usize::from(kind)] = Some(0));
        let kinds: Vec<u16> = (0..=u16::MAX).filter(|kind| columns[usize::from(*kind)].is_some()).collect();
        for (column, kind) in kinds.iter().enumerate() {
            columns[usize::from(*kind)] = Some(column);
        }
        let limits = kinds.iter().map(|kind| policy.cap(*kind)).chain([policy.cap_of_all()]);
        let caps: Vec<u16> = limits.map(|limit| u16::try_from(limit).unwrap_or(u16::MAX)).collect();
        let mut counts = Vec::new();
        for kind in members {
            let row = counts.len();
            counts.resize(row + caps.len(), 0);
            if let (Some(column), Some(sum)) = (columns[usize::from(kind)], counts.len().checked_sub(1)) {
                counts[row + column] = 1;
                counts[sum] = 1;
            }
        }
        Self { kinds, caps, counts }
    }

    /// Why the sets of two roots cannot be one; of several kinds the smallest number is named.
    pub(super) fn refusal(&self, a: u32, b: u32) -> Option<Refusal> {
        let both = self.row(a).iter().zip(self.row(b)).map(|(one, other)| one.saturating_add(*other));
        let column = both.zip(&self.caps).position(|(count, cap)| count > *cap)?;
        Some(self.kinds.get(column).map_or(Refusal::TooManyIds, |kind| Refusal::Cap { kind: *kind }))
    }

    /// Adds the counts of the set of `other` to those of the set of `root`.
    pub(super) fn join(&mut self, root: u32, other: u32) {
        let width = self.caps.len();
        let (root, other) = (root as usize * width, other as usize * width);
        for column in 0..width {
            self.counts[root + column] = self.counts[root + column].saturating_add(self.counts[other + column]);
        }
    }

    fn row(&self, root: u32) -> &[u16] {
        let width = self.caps.len();
        &self.counts[root as usize * width..][..width]
    }
}
