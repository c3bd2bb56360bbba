//! The identity log: which edges a row gives, and which sightings of an edge are worth keeping.

use databank_model::DepositId;

use crate::id_type::{IdType, Strength};
use crate::token::Token;

const DAY_US: i64 = 86_400_000_000;

/// The UTC day of an instant, in days since 1970: how finely the log keeps sightings of weak ids.
pub fn utc_day(ts_us: i64) -> i64 {
    ts_us.div_euclid(DAY_US)
}

/// A declared source, by its number in the brand's identity log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Why two ids are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkRule {
    /// Both stood on one row.
    SameRow,
    /// One is a digest of the other's value.
    SameValue,
    /// Somebody said that they are not of one person, whatever rows say.
    Cut,
    /// Somebody took that back.
    Uncut,
}

impl LinkRule {
    /// The rule's name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameRow => "same_row",
            Self::SameValue => "same_value",
            Self::Cut => "cut",
            Self::Uncut => "uncut",
        }
    }

    /// The rule of a name in the log; what is not known there is a row.
    pub fn of_name(name: &str) -> Self {
        [Self::SameValue, Self::Cut, Self::Uncut]
            .into_iter()
            .find(|rule| rule.as_str() == name)
            .unwrap_or(Self::SameRow)
    }
}

/// One end of an edge.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EdgeEnd {
    /// The id's token.
    pub token: Token,
    /// The id's type.
    pub id_type: IdType,
}

/// One row of the identity log: somebody said, at a time, that two ids are of one person or were used together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The end with the smaller token.
    pub a: EdgeEnd,
    /// The other end.
    pub b: EdgeEnd,
    /// Event time, µs UTC.
    pub ts_us: i64,
    /// Who said so.
    pub source: SourceId,
    /// The deposit that it came with.
    pub deposit: DepositId,
    /// Why.
    pub rule: LinkRule,
}

impl Edge {
    /// Puts the ends in order, so that an edge reads the same from both sides.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        if self.b.token < self.a.token {
            std::mem::swap(&mut self.a, &mut self.b);
        }
        self
    }

    /// The edge's priority: that of its weaker end, since no link proves more than that.
    pub fn priority(&self) -> u32 {
        self.a.id_type.priority().max(self.b.id_type.priority())
    }

    /// Of which sightings this is one.
    pub fn key(&self) -> LinkKey {
        let end = |end: &EdgeEnd| (end.token, end.id_type.strength());
        LinkKey::new(end(&self.a), end(&self.b), self.source, self.ts_us)
    }

    /// When and how strongly it was seen.
    pub fn sighting(&self) -> Sighting {
        Sighting { ts_us: self.ts_us, priority: self.priority() }
    }
}

/// Sightings of a link of which the log needs the earliest only.
///
/// Between strong ids: one per pair and source, since repeating "the same person" adds nothing. With a weak end: one
/// per pair, source and UTC day, since a shared device goes back and forth between its people; [`crate::resolve`]
/// looks no closer than that, so what the log leaves out cannot change any answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkKey {
    a: Token,
    b: Token,
    source: SourceId,
    /// `None` between strong ids.
    day: Option<i64>,
}

impl LinkKey {
    /// The key of a sighting; the order of the ends does not matter.
    pub fn new(a: (Token, Strength), b: (Token, Strength), source: SourceId, ts_us: i64) -> Self {
        let strong = a.1 == Strength::Strong && b.1 == Strength::Strong;
        let day = if strong { None } else { Some(utc_day(ts_us)) };
        Self { a: a.0.min(b.0), b: a.0.max(b.0), source, day }
    }

    /// The key as bytes, without its source: both tokens, then nothing or the day. Stable for ever: indexes are made of it.
    pub fn to_bytes(&self) -> [u8; 41] {
        let mut bytes = [0; 41];
        bytes[..16].copy_from_slice(&self.a.0);
        bytes[16..32].copy_from_slice(&self.b.0);
        if let Some(day) = self.day {
            bytes[32] = 1;
            bytes[33..].copy_from_slice(&day.to_le_bytes());
        }
        bytes
    }

    /// Whether a sighting must be kept, given the earliest one kept under its key so far.
    ///
    /// Keeping what is news and forgetting the rest ends, in any order of arrival, with the minimum under every key.
    pub fn is_news(&self, earliest: Option<Sighting>, new: Sighting) -> bool {
        earliest.is_none_or(|earliest| new < earliest)
    }
}

/// When and how strongly a link was seen; the smaller one comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sighting {
    /// Event time, µs UTC.
    pub ts_us: i64,
    /// Priority of the link, lower is stronger.
    pub priority: u32,
}

/// One id of a row: its type's priority and its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId {
    /// Priority of the id's type.
    pub rank: u32,
    /// The id's token.
    pub token: Token,
}

/// A link between two ids of a row, by their places on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowLink {
    /// Place of the row's strongest id.
    pub strongest: usize,
    /// Place of the other id.
    pub other: usize,
    /// Priority of the link: the rank of its weaker end.
    pub priority: u32,
}

/// The links of one row: a star from its strongest id. An id that stands on the row twice is linked once. Two ids of one type
/// are linked as any two; a caller that does not want them to be leaves the second one out.
pub fn row_links(ids: &[RowId]) -> impl Iterator<Item = RowLink> + '_ {
    let strongest = (0..ids.len()).min_by_key(|&place| ids[place]).unwrap_or(0);
    ids.iter().enumerate().filter_map(move |(other, id)| {
        let repeated = ids[..other].iter().any(|earlier| earlier.token == id.token);
        let itself = ids[strongest].token == id.token;
        (!repeated && !itself).then_some(RowLink { strongest, other, priority: id.rank.max(ids[strongest].rank) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(rank: u32, byte: u8) -> RowId {
        RowId { rank, token: Token([byte; 16]) }
    }

    #[test]
    fn a_row_is_a_star_from_its_strongest_id() {
        let row = [id(1110, 1), id(100, 9), id(400, 3), id(1110, 1), id(100, 9)];
        let links: Vec<_> = row_links(&row).map(|link| (link.strongest, link.other, link.priority)).collect();
        assert_eq!(links, [(1, 0, 1110), (1, 2, 400)]);
        assert_eq!(row_links(&[]).count(), 0);
        assert_eq!(row_links(&[id(100, 1)]).count(), 0);
    }

    #[test]
    fn edges_read_the_same_from_both_sides() {
        let end = |name: &str, byte| EdgeEnd { token: Token([byte; 16]), id_type: name.parse().unwrap() };
        let edge = |a, b| {
            let (source, deposit, rule) = (SourceId(1), DepositId(2), LinkRule::SameRow);
            Edge { a, b, ts_us: -1, source, deposit, rule }.ordered()
        };
        let there = edge(end("phone", 9), end("cookie", 1));
        let back = edge(end("cookie", 1), end("phone", 9));
        assert_eq!(there, back);
        assert_eq!(there.key(), back.key());
        assert_eq!(there.priority(), 1110);
    }

    #[test]
    fn only_weak_links_are_kept_by_day() {
        use Strength::{Strong, Weak};
        let key =
            |strength, ts_us| LinkKey::new((Token([1; 16]), Strong), (Token([2; 16]), strength), SourceId(1), ts_us);
        assert_eq!(key(Strong, 0), key(Strong, DAY_US));
        assert_eq!(key(Weak, 0), key(Weak, DAY_US - 1));
        assert_ne!(key(Weak, 0), key(Weak, DAY_US));
        assert_ne!(key(Weak, 0), key(Weak, -1));
    }

    #[test]
    fn the_bytes_of_keys_differ_as_the_keys_do() {
        use Strength::{Strong, Weak};
        let ends = [(Token([1; 16]), Strong), (Token([2; 16]), Strong), (Token([3; 16]), Weak), (Token([4; 16]), Weak)];
        let mut keys: Vec<LinkKey> = Vec::new();
        for ts_us in [-DAY_US, 0, 1, DAY_US] {
            keys.extend(ends.iter().flat_map(|a| ends.map(|b| LinkKey::new(*a, b, SourceId(0), ts_us))));
        }
        for (one, other) in keys.iter().flat_map(|one| keys.iter().map(move |other| (one, other))) {
            assert_eq!(one == other, one.to_bytes() == other.to_bytes(), "{one:?} {other:?}");
        }
    }
}
