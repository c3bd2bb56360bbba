//! What a flow comes to: who is new, deepened, kept, fell back, is lost, and what made most of the change.

use crate::FlowReport;

/// The largest parts of a change that are named.
const PARTS: usize = 3;

/// What a cell of the flow means for the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MoveKind {
    /// From outside the chain into it.
    New,
    /// To a deeper stage.
    Deepened,
    /// In the same stage on both days.
    Kept,
    /// To a shallower stage.
    FellBack,
    /// Out of the chain.
    Lost,
}

/// A part of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePart {
    /// What it means.
    pub kind: MoveKind,
    /// Stage on the first day; `None` is outside.
    pub from: Option<String>,
    /// Stage on the second day; `None` is outside.
    pub to: Option<String>,
    /// How many.
    pub consumers: i64,
    /// Their share of all who stand elsewhere than before.
    pub share_of_change: f64,
}

/// What a flow comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Movement {
    /// In the chain on the second day less those on the first: new less lost.
    pub net: i64,
    /// From outside.
    pub new: i64,
    /// Deeper than before.
    pub deepened: i64,
    /// Where they were.
    pub kept: i64,
    /// Shallower than before.
    pub fell_back: i64,
    /// Out of the chain.
    pub lost: i64,
    /// The three cells with the most people who moved, largest first.
    pub parts: Vec<ChangePart>,
}

/// What a flow comes to. `stages` are the rule set's, deepest first.
pub fn movement(stages: &[String], flow: &FlowReport) -> Movement {
    let depth = |code: &str| stages.iter().position(|held| held == code);
    let kind_of = |from: Option<&str>, to: Option<&str>| match (from, to) {
        (None, _) => MoveKind::New,
        (Some(_), None) => MoveKind::Lost,
        (Some(from), Some(to)) => match depth(to).cmp(&depth(from)) {
            std::cmp::Ordering::Less => MoveKind::Deepened,
            std::cmp::Ordering::Equal => MoveKind::Kept,
            std::cmp::Ordering::Greater => MoveKind::FellBack,
        },
    };
    let kinds: Vec<MoveKind> = flow.cells.iter().map(|c| kind_of(c.from.as_deref(), c.to.as_deref())).collect();
    let sum = |wanted: MoveKind| -> i64 {
        flow.cells.iter().zip(&kinds).filter(|(_, kind)| **kind == wanted).map(|(cell, _)| cell.consumers).sum()
    };
    let (new, deepened, kept) = (sum(MoveKind::New), sum(MoveKind::Deepened), sum(MoveKind::Kept));
    let (fell_back, lost) = (sum(MoveKind::FellBack), sum(MoveKind::Lost));
    let moved = new + deepened + fell_back + lost;
    let mut parts: Vec<ChangePart> = flow
        .cells
        .iter()
        .zip(&kinds)
        .filter(|(_, kind)| **kind != MoveKind::Kept)
        .map(|(cell, kind)| ChangePart {
            kind: *kind,
            from: cell.from.clone(),
            to: cell.to.clone(),
            consumers: cell.consumers,
            share_of_change: cell.consumers as f64 / moved.max(1) as f64,
        })
        .collect();
    // Stable: of cells with as many, the one nearest to the top of the matrix comes first.
    parts.sort_by_key(|part| std::cmp::Reverse(part.consumers));
    parts.truncate(PARTS);
    Movement { net: new - lost, new, deepened, kept, fell_back, lost, parts }
}
