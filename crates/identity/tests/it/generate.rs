//! Small graphs, written down or at random.

use databank_identity::{Assignment, Link, Node, NodeIndex, Token, resolve};
use databank_model::ProfileId;
use proptest::prelude::*;

/// A strong id with this profile number and rank.
pub(crate) fn strong(profile: u32, rank: u32) -> Node {
    Node { profile: ProfileId(profile), rank, weak: false, token: Token([profile as u8; 16]) }
}

/// A weak id with this profile number and rank.
pub(crate) fn weak(profile: u32, rank: u32) -> Node {
    Node { weak: true, ..strong(profile, 1000 + rank) }
}

/// Reads better than `vec!` beside the two above.
pub(crate) fn graph<const N: usize>(nodes: [Node; N]) -> Vec<Node> {
    nodes.to_vec()
}

/// A link of the usual priority.
pub(crate) fn link(a: u32, b: u32, ts_us: i64) -> Link {
    Link { a: NodeIndex(a), b: NodeIndex(b), ts_us, priority: 100 }
}

/// Resolves what must resolve.
pub(crate) fn resolved(nodes: &[Node], links: &[Link]) -> Assignment {
    resolve(nodes, links, &[]).unwrap()
}

const HALF_DAY_US: i64 = 43_200_000_000;

/// Up to 14 nodes and 30 links whose instants often meet, in one half day or one day. Tokens and profile numbers
/// are in unrelated orders, as they are in life.
pub(crate) fn any_graph() -> impl Strategy<Value = (Vec<Node>, Vec<Link>)> {
    (2_usize..14).prop_flat_map(|n_nodes| {
        let tokens = Just((0..n_nodes as u8).collect::<Vec<_>>()).prop_shuffle();
        let profiles = Just((0..n_nodes as u32).map(|i| i * 40_000_000 + 7).collect::<Vec<_>>()).prop_shuffle();
        let kinds = prop::collection::vec((0_u32..3, prop::bool::weighted(0.6)), n_nodes);
        let nodes = (tokens, profiles, kinds).prop_map(|(tokens, profiles, kinds)| {
            (tokens.into_iter().zip(profiles).zip(kinds))
                .map(|((token, profile), (rank, weak))| Node {
                    profile: ProfileId(profile),
                    rank: rank + if weak { 1000 } else { 0 },
                    weak,
                    token: Token([token; 16]),
                })
                .collect::<Vec<_>>()
        });
        let end = 0..n_nodes as u32;
        let link = (end.clone(), end, -3_i64..4, 0_i64..3, 0_u32..2).prop_map(|(a, b, half_days, tick, priority)| {
            Link { a: NodeIndex(a), b: NodeIndex(b), ts_us: half_days * HALF_DAY_US + tick, priority }
        });
        (nodes, prop::collection::vec(link, 0..30))
    })
}
