//! Sets of numbers.

/// Each number leads to its set's root, which is one of its numbers: whoever joins two sets says which.
pub(super) struct UnionFind {
    /// With path halving it costs no more in practice to make any root the parent than to choose by size, and saves an array.
    parents: Vec<u32>,
}

impl UnionFind {
    /// Each number alone.
    pub(super) fn alone(n: usize) -> Self {
        Self { parents: (0..n as u32).collect() }
    }

    /// Of each number's root; a root's root is itself.
    pub(super) fn of_roots(roots: Vec<u32>) -> Self {
        Self { parents: roots }
    }

    pub(super) fn find(&mut self, mut number: u32) -> u32 {
        loop {
            let parent = self.parents[number as usize];
            if parent == number {
                return number;
            }
            let grandparent = self.parents[parent as usize];
            self.parents[number as usize] = grandparent;
            number = grandparent;
        }
    }

    /// Makes one set of the sets of two roots, with the first as its root.
    pub(super) fn join(&mut self, root: u32, other: u32) {
        self.parents[other as usize] = root;
    }

    /// Makes every number's parent its root.
    pub(super) fn flatten(&mut self) {
        for number in 0..self.parents.len() as u32 {
            self.parents[number as usize] = self.find(number);
        }
    }

    /// The root of each number. Only right after [`Self::flatten`].
    pub(super) fn roots(&self) -> &[u32] {
        &self.parents
    }

    /// Says anew which set a number is in; to be used for whole sets only.
    pub(super) fn put(&mut self, number: u32, root: u32) {
        self.parents[number as usize] = root;
    }
}
