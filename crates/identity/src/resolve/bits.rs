//! One bit per node: small enough to stay in the processor's cache.

use rayon::prelude::*;

use super::Node;

#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// No node has its bit set.
    pub(super) fn none(n_nodes: usize) -> Self {
        Self(vec![0; n_nodes.div_ceil(64)])
    }

    /// The weak nodes.
    pub(super) fn weak(nodes: &[Node]) -> Self {
        let word = |chunk: &[Node]| chunk.iter().rev().fold(0, |bits, node| bits << 1 | u64::from(node.weak));
        Self(nodes.par_chunks(64).map(word).collect())
    }

    pub(super) fn set(&mut self, node: u32) {
        self.0[node as usize / 64] |= 1 << (node % 64);
    }

    pub(super) fn has(&self, node: u32) -> bool {
        self.0[node as usize / 64] >> (node % 64) & 1 == 1
    }
}
