//! Links between ids during a deposit: which of them are news to the identity log.
//!
//! Links wait, each once, in a table of bounded size. Settling it looks each up once in the index `links`, which holds
//! the earliest sighting of every link of every source; what is news goes to the log and into the index. So the memory
//! of an import does not grow with the links that it brings, nor with those of the log.

use std::path::Path;
use std::sync::Arc;

use databank_identity::{IdType, LinkKey, LinkRule, Sighting, SourceId, Token};
use databank_lake::TableSnapshot;
use databank_lake::runs::{Key, RunSet};
use rustc_hash::FxHashMap;

use super::log::{Types, for_each_link};
use crate::DepositError;

/// What is kept of a link: its earliest instant (8 bytes) and the priority there (4).
const LINK_VALUE: usize = 12;
/// Links that wait at most, each once: 31 MB.
const MAX_PENDING: usize = 200_000;
/// A source's number within the key of a link that is read from the log: in the index and in the log sources are told apart by
/// name.
const BY_NAME: SourceId = SourceId(0);

/// A link that a deposit brought. Small, because a chunk may bring a million.
#[derive(Debug, Clone, Copy)]
pub struct NewLink {
    /// The ends' tokens, the stronger id first.
    pub tokens: [Token; 2],
    /// The ends' types, as numbers among [`super::People::link_types`].
    pub types: [u16; 2],
    /// Who says so, as a number among [`super::People::link_sources`].
    pub source: u16,
    /// When.
    pub ts_us: i64,
    /// Why.
    pub rule: LinkRule,
}

/// Under what the index knows a source's link.
fn index_key(source: &str, key: &LinkKey, buffer: &mut Vec<u8>) -> Key {
    buffer.clear();
    buffer.extend(key.to_bytes());
    buffer.extend(source.as_bytes());
    blake3::hash(buffer).as_bytes().first_chunk().copied().unwrap_or_default()
}

fn value_of(sighting: Sighting) -> [u8; LINK_VALUE] {
    let mut value = [0; LINK_VALUE];
    value[..8].copy_from_slice(&sighting.ts_us.to_le_bytes());
    value[8..].copy_from_slice(&sighting.priority.to_le_bytes());
    value
}

fn sighting_of(value: [u8; LINK_VALUE]) -> Sighting {
    let [ts_us @ .., a, b, c, d] = value;
    Sighting { ts_us: i64::from_le_bytes(ts_us), priority: u32::from_le_bytes([a, b, c, d]) }
}

/// Links of a deposit.
#[derive(Debug)]
pub(super) struct Links {
    index: RunSet<LINK_VALUE>,
    /// The log of a vault that is older than the index: read when the first link comes.
    unread: Option<TableSnapshot>,
    /// Sources of this deposit, and the number of the one that speaks now.
    sources: Vec<Arc<str>>,
    source: u16,
    types: Types,
    /// Of each link its earliest sighting: a row says again what the one before it said.
    pending: FxHashMap<LinkKey, (Sighting, NewLink)>,
    /// What people said.
    said: Vec<NewLink>,
    news: bool,
}

impl Links {
    /// Opens the index. `log` is that of a vault which names no such index: it is made of the log once it is needed.
    pub(super) fn open(
        directory: &Path,
        runs: &[String],
        log: Option<TableSnapshot>,
        source: &Arc<str>,
    ) -> Result<Self, DepositError> {
        Ok(Self {
            index: RunSet::open(directory, "links", runs)?,
            unread: log.filter(|log| !log.files.is_empty()),
            sources: vec![Arc::clone(source)],
            source: 0,
            types: Types::default(),
            pending: FxHashMap::default(),
            said: Vec::new(),
            news: false,
        })
    }

    /// Says whether the index must survive a power cut.
    pub(super) fn lasting(self, lasts: bool) -> Self {
        Self { index: self.index.lasting(lasts), ..self }
    }

    /// Syncs the index; its runs; `None` while it does not hold all of the log.
    pub(super) fn seal(&mut self) -> Result<Option<Vec<String>>, DepositError> {
        Ok(if self.unread.is_none() { Some(self.index.seal()?) } else { None })
    }

    /// The types that new links name by number.
    pub(super) fn types(&self) -> &[IdType] {
        self.types.list()
    }

    pub(super) fn add(&mut self, a: (Token, &IdType), b: (Token, &IdType), ts_us: i64, rule: LinkRule) {
        let source = SourceId(self.source.into());
        let key = LinkKey::new((a.0, a.1.strength()), (b.0, b.1.strength()), source, ts_us);
        let sighting = Sighting { ts_us, priority: a.1.priority().max(b.1.priority()) };
        let types = [self.types.number_of(a.1), self.types.number_of(b.1)];
        let seen = (sighting, NewLink { tokens: [a.0, b.0], types, source: self.source, ts_us, rule });
        self.pending
            .entry(key)
            .and_modify(|held| {
                if sighting < held.0 {
                    *held = seen;
                }
            })
            .or_insert(seen);
    }

    /// Says who sends the rows that follow; whether that is another than before.
    pub(super) fn set_source(&mut self, source: &Arc<str>) -> bool {
        let held = self.sources.iter().position(|held| held == source);
        let place = held.unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        // A brand has few sources: keys are made by people.
        let number = u16::try_from(place).unwrap_or(u16::MAX);
        std::mem::replace(&mut self.source, number) != number
    }

    /// The sources that new links name by number.
    pub(super) fn sources(&self) -> &[Arc<str>] {
        &self.sources
    }

    /// Notes what somebody says of two ids: every word of theirs goes to the log.
    pub(super) fn say(&mut self, a: (Token, &IdType), b: (Token, &IdType), ts_us: i64, rule: LinkRule) {
        let types = [self.types.number_of(a.1), self.types.number_of(b.1)];
        self.said.push(NewLink { tokens: [a.0, b.0], types, source: self.source, ts_us, rule });
        self.news = true;
    }

    /// Whether as many links wait as may.
    pub(super) fn are_many(&self) -> bool {
        self.pending.len() >= MAX_PENDING
    }

    /// Whether any of this deposit's settled links was news.
    pub(super) fn brought_news(&self) -> bool {
        self.news
    }

    /// Settles the links that wait: returns those that the log must be told.
    pub(super) fn settle(&mut self) -> Result<Vec<NewLink>, DepositError> {
        if self.pending.is_empty() {
            return Ok(std::mem::take(&mut self.said));
        }
        self.read_log()?;
        let pending: Vec<(LinkKey, (Sighting, NewLink))> = std::mem::take(&mut self.pending).into_iter().collect();
        let mut buffer = Vec::new();
        let mut keyed: Vec<(Key, u32)> = (0_u32..)
            .zip(&pending)
            .map(|(place, (key, (_, link)))| {
                let source = self.sources.get(usize::from(link.source)).map_or("", AsRef::as_ref);
                (index_key(source, key, &mut buffer), place)
            })
            .collect();
        keyed.sort_unstable();
        let probes: Vec<Key> = keyed.iter().map(|(key, _)| *key).collect();
        let held = self.index.find(&probes)?;
        let (mut news, mut records) = (std::mem::take(&mut self.said), Vec::new());
        for ((key, place), held) in keyed.into_iter().zip(held) {
            let Some((link_key, (sighting, link))) = pending.get(place as usize) else { continue };
            if link_key.is_news(held.map(sighting_of), *sighting) {
                news.push(*link);
                records.push((key, value_of(*sighting)));
            }
        }
        self.index.push(&records)?;
        self.news |= !news.is_empty();
        Ok(news)
    }

    /// Makes the index of a log that was kept before there was one.
    fn read_log(&mut self) -> Result<(), DepositError> {
        let Some(log) = self.unread.take() else { return Ok(()) };
        let index = &mut self.index;
        let mut seen: Vec<(Key, Sighting)> = Vec::new();
        let mut buffer = Vec::new();
        for_each_link(&log, &mut |link| {
            if matches!(link.rule, LinkRule::Cut | LinkRule::Uncut) {
                return Ok(());
            }
            let key = LinkKey::new(link.ends[0], link.ends[1], BY_NAME, link.sighting.ts_us);
            seen.push((index_key(link.source, &key, &mut buffer), link.sighting));
            if seen.len() >= MAX_PENDING { keep_earliest(index, std::mem::take(&mut seen)) } else { Ok(()) }
        })?;
        keep_earliest(index, seen)
    }
}

fn keep_earliest(index: &mut RunSet<LINK_VALUE>, mut seen: Vec<(Key, Sighting)>) -> Result<(), DepositError> {
    seen.sort_unstable();
    seen.dedup_by_key(|(key, _)| *key);
    let probes: Vec<Key> = seen.iter().map(|(key, _)| *key).collect();
    let held = index.find(&probes)?;
    let records: Vec<(Key, [u8; LINK_VALUE])> = seen
        .into_iter()
        .zip(held)
        .filter(|((_, new), held)| held.is_none_or(|held| *new < sighting_of(held)))
        .map(|((key, new), _)| (key, value_of(new)))
        .collect();
    Ok(index.push(&records)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use databank_lake::{DataFile, Table, Vault};
    use databank_model::DepositId;

    use super::*;
    use crate::brand::write::LinkWriter;
    use crate::brand::{DepositFacts, Sizes};

    const DAY_US: i64 = 86_400_000_000;

    fn token(n: u8) -> Token {
        Token([n; 16])
    }

    fn links(directory: &Path, runs: &[String], log: Option<TableSnapshot>) -> Links {
        Links::open(directory, runs, log, &"shop".into()).unwrap()
    }

    fn id_type(name: &str) -> IdType {
        name.parse().unwrap()
    }

    /// A phone and a member card, or a phone and a cookie, at an instant.
    fn see(links: &mut Links, strong: bool, person: u8, ts_us: i64) {
        let other = if strong { id_type("member_card") } else { id_type("cookie") };
        links.add((token(person), &id_type("phone")), (token(100 + person), &other), ts_us, LinkRule::SameRow);
    }

    fn instants(news: &[NewLink]) -> Vec<i64> {
        let mut instants: Vec<i64> = news.iter().map(|link| link.ts_us).collect();
        instants.sort_unstable();
        instants
    }

    #[test]
    fn the_log_is_told_of_a_strong_link_once_and_of_a_weak_one_once_a_day() {
        let directory = tempfile::tempdir().unwrap();
        let mut held = links(directory.path(), &[], None);
        for ts_us in [5, 7, 5 + DAY_US] {
            see(&mut held, true, 1, ts_us);
            see(&mut held, false, 2, ts_us);
        }
        assert_eq!(instants(&held.settle().unwrap()), [5, 5, 5 + DAY_US]);
        assert!(held.brought_news());
        // Opened again: nothing of it is news, but what was earlier is.
        let runs = held.seal().unwrap().unwrap();
        let mut held = links(directory.path(), &runs, None);
        for ts_us in [6, 5 + DAY_US, 9 + DAY_US] {
            see(&mut held, true, 1, ts_us);
            see(&mut held, false, 2, ts_us);
        }
        assert_eq!(instants(&held.settle().unwrap()), [0_i64; 0]);
        assert!(!held.brought_news());
        see(&mut held, false, 2, 4 + DAY_US);
        see(&mut held, true, 1, 4);
        assert_eq!(instants(&held.settle().unwrap()), [4, 4 + DAY_US]);
        // Another source says it for itself.
        let runs = held.seal().unwrap().unwrap();
        let mut other = Links::open(directory.path(), &runs, None, &"till".into()).unwrap();
        see(&mut other, true, 1, 50);
        assert_eq!(other.settle().unwrap().len(), 1);
    }

    /// A log as a deposit of `source` writes it.
    fn write_log(vault: &Vault, source: &str, types: &[IdType], new: &[NewLink]) -> DataFile {
        let facts = DepositFacts {
            deposit: DepositId(1),
            source: source.into(),
            now_us: 0,
            mapping: serde_json::Value::Null,
            sizes: Sizes::default(),
        };
        let mut writer = LinkWriter::default();
        writer.write(vault, &facts, new, types, &[source.into()]).unwrap();
        writer.finish().unwrap().unwrap()
    }

    #[test]
    fn a_vault_that_is_older_than_the_index_gets_one_of_its_log() {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::at(directory.path().join("vault"));
        let mut files = Vec::new();
        for (source, ts_us) in [("shop", 9), ("till", 3), ("shop", 7), ("shop", 8)] {
            let mut held = links(&directory.path().join(ts_us.to_string()), &[], None);
            see(&mut held, true, 1, ts_us);
            see(&mut held, false, 2, ts_us);
            let new = held.settle().unwrap();
            files.push(write_log(&vault, source, held.types(), &new));
        }
        let log = TableSnapshot { table: Table::IdentityLog, version: 0, files };
        let indexes = directory.path().join("index");
        let mut held = links(&indexes, &[], Some(log.clone()));
        // Not read before a link comes: a deposit without links leaves the vault as old as it was.
        assert!(held.settle().unwrap().is_empty());
        assert_eq!(held.seal().unwrap(), None);
        see(&mut held, true, 1, 7);
        see(&mut held, false, 2, 8);
        assert_eq!(instants(&held.settle().unwrap()), [0_i64; 0]);
        see(&mut held, true, 1, 6);
        see(&mut held, false, 2, 5);
        assert_eq!(instants(&held.settle().unwrap()), [5, 6]);
        let runs = held.seal().unwrap().unwrap();
        assert!(!runs.is_empty());
        let mut till = Links::open(&indexes, &runs, None, &"till".into()).unwrap();
        see(&mut till, true, 1, 3);
        assert_eq!(instants(&till.settle().unwrap()), [0_i64; 0]);
        // An empty log needs no reading.
        let none = TableSnapshot { files: Vec::new(), ..log };
        assert_eq!(links(&indexes, &[], Some(none)).seal().unwrap(), Some(Vec::new()));
    }

    #[test]
    fn however_links_are_cut_into_chunks_the_log_ends_with_the_earliest_of_each() {
        let mut number = 7_u64;
        let mut below = |bound: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % bound
        };
        let seen: Vec<(bool, u8, i64)> = (0..3000)
            .map(|_| (below(2) == 0, below(20) as u8, below(5 * DAY_US.cast_unsigned()).cast_signed()))
            .collect();
        let mut wanted: BTreeMap<(bool, u8, i64), i64> = BTreeMap::new();
        for (strong, person, ts_us) in &seen {
            let day = if *strong { 0 } else { ts_us.div_euclid(DAY_US) };
            let earliest = wanted.entry((*strong, *person, day)).or_insert(*ts_us);
            *earliest = (*earliest).min(*ts_us);
        }
        for size in [1, 17, 500, 3000] {
            let directory = tempfile::tempdir().unwrap();
            let mut held = links(directory.path(), &[], None);
            let mut log: BTreeMap<(bool, u8, i64), i64> = BTreeMap::new();
            for chunk in seen.chunks(size) {
                for (strong, person, ts_us) in chunk {
                    see(&mut held, *strong, *person, *ts_us);
                }
                for link in held.settle().unwrap() {
                    let strong = held.types()[usize::from(link.types[1])].name() == "member_card";
                    let day = if strong { 0 } else { link.ts_us.div_euclid(DAY_US) };
                    let before = log.insert((strong, link.tokens[0].0[0], day), link.ts_us);
                    assert!(before.is_none_or(|before| before > link.ts_us), "only what is earlier is news");
                }
            }
            assert_eq!(log, wanted, "chunks of {size}");
        }
    }
}
