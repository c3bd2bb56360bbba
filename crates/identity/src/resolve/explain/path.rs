//! The fewest links from one id to another.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::{Judged, ToldLink};
use crate::resolve::{Link, NodeIndex};

/// The fewest of these links that lead from one node to the other; of equally short ways the one whose links come first.
pub(super) fn shortest(counted: &[&Judged], from: NodeIndex, to: NodeIndex) -> Option<Vec<ToldLink>> {
    let mut by_node: FxHashMap<NodeIndex, Vec<ToldLink>> = FxHashMap::default();
    for judged in counted {
        let told = judged.told();
        let back = Link { a: told.link.b, b: told.link.a, ..told.link };
        by_node.entry(told.link.a).or_default().push(told);
        by_node.entry(told.link.b).or_default().push(ToldLink { link: back, ..told });
    }
    let mut reached_by: FxHashMap<NodeIndex, Option<ToldLink>> = FxHashMap::default();
    reached_by.insert(from, None);
    let mut waiting = VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        if node == to {
            let steps = std::iter::successors(reached_by[&to], |step| reached_by[&step.link.a]);
            let mut path: Vec<ToldLink> = steps.collect();
            path.reverse();
            return Some(path);
        }
        for step in by_node.get(&node).into_iter().flatten() {
            reached_by.entry(step.link.b).or_insert_with(|| {
                waiting.push_back(step.link.b);
                Some(*step)
            });
        }
    }
    None
}
