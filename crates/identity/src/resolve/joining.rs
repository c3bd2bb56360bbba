//! Sets of numbers that are joined by all cores at once.
//!
//! A number's parent is never larger than the number, and only ever replaced by one of the numbers above it, which stay above it:
//! whatever the threads see of one another's work, no circle comes about, and in the end each set's root is its smallest number.
//! ("Linking by index" with path halving: Jayanti and Tarjan, *Concurrent disjoint set union*, 2021.)

use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};

use rayon::prelude::*;

use super::union_find::UnionFind;
use super::{Node, SHARE};

/// Numbers that are looked at ahead. They lie anywhere in memory: a processor then waits for many places at once and not for one
/// after another.
const AHEAD: usize = 64;

pub(super) struct Joining {
    parents: Vec<AtomicU32>,
}

impl Joining {
    /// Each number alone.
    pub(super) fn alone(n: usize) -> Self {
        Self { parents: (0..n as u32).into_par_iter().map(AtomicU32::new).collect() }
    }

    /// Joins the sets of the two numbers of each pair.
    pub(super) fn join_all(&self, pairs: impl Iterator<Item = (u32, u32)>) {
        let mut taken = Vec::with_capacity(AHEAD);
        let mut pairs = pairs.peekable();
        while pairs.peek().is_some() {
            taken.clear();
            taken.extend(pairs.by_ref().take(AHEAD));
            let near = |(a, b): &(u32, u32)| (self.parent(*a), self.parent(*b));
            let far = |(a, b): (u32, u32)| u64::from(self.parent(a)) + u64::from(self.parent(b));
            black_box(taken.iter().map(near).map(far).sum::<u64>());
            for (a, b) in &taken {
                self.join(*a, *b);
            }
        }
    }

    fn join(&self, mut a: u32, mut b: u32) {
        loop {
            (a, b) = (self.find(a), self.find(b));
            if a == b {
                return;
            }
            let (root, other) = (a.min(b), a.max(b));
            // Unless another thread was quicker to give it a parent.
            if self.parents[other as usize].compare_exchange(other, root, Relaxed, Relaxed).is_ok() {
                return;
            }
        }
    }

    fn find(&self, mut number: u32) -> u32 {
        loop {
            let parent = self.parent(number);
            let grandparent = self.parent(parent);
            if parent == grandparent {
                return parent;
            }
            self.parents[number as usize].store(grandparent, Relaxed);
            number = grandparent;
        }
    }

    /// As [`Self::find`], and sets nothing.
    fn root(&self, mut number: u32) -> u32 {
        loop {
            let parent = self.parent(number);
            if parent == number {
                return number;
            }
            number = parent;
        }
    }

    fn parent(&self, number: u32) -> u32 {
        self.parents[number as usize].load(Relaxed)
    }

    /// The sets, with the first of each by [`Node::order`] as its root.
    pub(super) fn led_by_firsts(self, nodes: &[Node]) -> UnionFind {
        let n = self.parents.len();
        // Each is set by one thread alone: what another has set on its way would be no root.
        shares(n).for_each(|numbers| {
            numbers.for_each(|number| self.parents[number as usize].store(self.root(number), Relaxed));
        });
        let roots: Vec<u32> = self.parents.into_par_iter().map(AtomicU32::into_inner).collect();
        let firsts: Vec<AtomicU64> = (0..n as u32)
            .into_par_iter()
            .zip(nodes)
            .map(|(number, node)| AtomicU64::new(u64::from(head(node)) << 32 | u64::from(number)))
            .collect();
        let is_before = |one: u64, other: u64| {
            let node = |of: u64| &nodes[of as u32 as usize];
            let heads = (one >> 32).cmp(&(other >> 32));
            heads.then_with(|| node(one).order().cmp(&node(other).order())).is_lt()
        };
        roots.par_chunks(SHARE).enumerate().for_each(|(share, roots)| {
            let numbered =
                ((share * SHARE) as u32..).zip(roots.iter().copied()).filter(|(number, root)| number != root);
            let numbered: Vec<(u32, u32)> = numbered.collect();
            for numbered in numbered.chunks(AHEAD) {
                black_box(numbered.iter().fold(0, |all, (_, root)| all ^ firsts[*root as usize].load(Relaxed)));
                for (number, root) in numbered {
                    let own = firsts[*number as usize].load(Relaxed);
                    let first = &firsts[*root as usize];
                    let mut held = first.load(Relaxed);
                    while is_before(own, held) {
                        match first.compare_exchange_weak(held, own, Relaxed, Relaxed) {
                            Ok(_) => break,
                            Err(other) => held = other,
                        }
                    }
                }
            }
        });
        UnionFind::of_roots(roots.into_par_iter().map(|root| firsts[root as usize].load(Relaxed) as u32).collect())
    }
}

/// Ranges of numbers below `n`, for a thread each.
fn shares(n: usize) -> impl ParallelIterator<Item = Range<u32>> {
    (0..n.div_ceil(SHARE))
        .into_par_iter()
        .map(move |share| (share * SHARE) as u32..(share * SHARE + SHARE).min(n) as u32)
}

/// The beginning of [`Node::order`]: of two nodes with different ones the one with the smaller is before the other.
fn head(node: &Node) -> u32 {
    const RANKS: u32 = u8::MAX as u32;
    let [one, two, three, ..] = node.token.0;
    // Of larger ranks the head says no more than that.
    if node.rank < RANKS { u32::from_be_bytes([node.rank as u8, one, two, three]) } else { RANKS << 24 }
}

#[cfg(test)]
mod tests {
    use databank_model::ProfileId;
    use proptest::prelude::*;

    use super::*;
    use crate::token::Token;

    fn node(number: u32, rank: u32, token: u8) -> Node {
        // Heads that differ, that are the same, and of ranks that a head cannot say.
        let mut bytes = [0; 16];
        (bytes[0], bytes[15]) = (token / 8, token % 8);
        Node { profile: ProfileId(number), rank, kind: 0, weak: false, token: Token(bytes) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Threads in one another's way: pairs taken in shares far smaller than usual, of few numbers and in long chains.
        #[test]
        fn all_cores_join_what_one_would(
            ranks in prop::collection::vec((prop::sample::select(vec![1_u32, 2, 254, 255, 256, 70_000]), any::<u8>()), 1..300),
            pairs in prop::collection::vec((any::<u32>(), any::<u32>()), 0..400),
            chain in any::<bool>(),
        ) {
            let nodes: Vec<Node> = (0..).zip(&ranks).map(|(number, (rank, token))| node(number, *rank, *token)).collect();
            let n = nodes.len() as u32;
            let mut pairs: Vec<(u32, u32)> = pairs.into_iter().map(|(a, b)| (a % n, b % n)).collect();
            if chain {
                pairs.extend((1..n).rev().map(|number| (number, number - 1)));
            }
            let joining = Joining::alone(nodes.len());
            pairs.par_chunks(3).for_each(|pairs| joining.join_all(pairs.iter().copied()));

            let mut labels: Vec<u32> = (0..n).collect();
            for (a, b) in &pairs {
                let (kept, gone) = (labels[*a as usize], labels[*b as usize]);
                labels.iter_mut().filter(|label| **label == gone).for_each(|label| *label = kept);
            }
            let first = |label: &u32| {
                let of_set = (0..n).filter(|number| labels[*number as usize] == *label);
                of_set.min_by_key(|number| nodes[*number as usize].order()).unwrap()
            };
            let firsts: Vec<u32> = labels.iter().map(first).collect();
            let sets = joining.led_by_firsts(&nodes);
            prop_assert_eq!(sets.roots(), firsts);
        }
    }
}
