//! People of one brand during a deposit: tokens to profile numbers, links to consumers.

use std::collections::HashMap;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use databank_identity::{
    Assignment, IdType, Link, LinkKey, LinkRule, Node, NodeIndex, RowId, SealKey, Sighting, SourceId, Strength, Token,
    Tokenizer, resolve, row_links,
};
use databank_lake::runs::{Key, RunSet};
use databank_lake::{TableSnapshot, read_file};
use databank_model::{BrandSlug, ProfileId};
use rustc_hash::FxHashMap;

use crate::DepositError;
use crate::events::convert::RowIdentity;
use crate::flat::{self, Placed};

/// What is kept of a token: its profile number.
const TOKEN_VALUE: usize = 4;

/// A row for `profiles`.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// The number.
    pub profile: ProfileId,
    /// The token.
    pub token: Token,
    /// Type of the id.
    pub id_type: IdType,
    /// A digest's token beside the profile's own.
    pub alias: bool,
    /// The contact value, sealed.
    pub sealed: Option<Vec<u8>>,
}

/// A digest of a new profile's value.
struct Alias {
    digest: (Token, IdType),
    of: (Token, IdType),
    profile: ProfileId,
}

/// A row for `identity_log`.
#[derive(Debug, Clone)]
pub struct NewEdge {
    /// One end.
    pub a: (Token, IdType),
    /// The other end.
    pub b: (Token, IdType),
    /// When.
    pub ts_us: i64,
    /// Why.
    pub rule: LinkRule,
}

/// People of a brand, open for a deposit.
#[derive(Debug)]
pub struct People {
    brand: BrandSlug,
    tokenizer: Tokenizer,
    seal_key: SealKey,
    tokens: RunSet<TOKEN_VALUE>,
    ordinals: Vec<u32>,
    /// Sightings that the log holds, of this source, by link. Read when the first link comes.
    known_links: Option<FxHashMap<LinkKey, Sighting>>,
    source: String,
    new_profiles: Vec<NewProfile>,
    new_edges: FxHashMap<LinkKey, NewEdge>,
}

/// The number that this deposit's own source has among links; sources in the log are told apart by name.
const THIS_SOURCE: SourceId = SourceId(0);

impl People {
    /// Opens the people of a vault.
    pub fn open(
        brand: &BrandSlug,
        tokenizer: Tokenizer,
        seal_key: SealKey,
        index_directory: &Path,
        runs: &[String],
        ordinals: Vec<u32>,
        source: &str,
    ) -> Result<Self, DepositError> {
        Ok(Self {
            brand: brand.clone(),
            tokenizer,
            seal_key,
            tokens: RunSet::open(index_directory, "tokens", runs)?,
            ordinals,
            known_links: None,
            source: source.to_owned(),
            new_profiles: Vec::new(),
            new_edges: FxHashMap::default(),
        })
    }

    /// The brand's tokens.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Seals a text that belongs to the brand, such as a refused row.
    pub fn seal(&self, kind: &IdType, text: &str) -> Vec<u8> {
        self.seal_key.seal(&self.brand, kind, text, fill_random)
    }

    /// Opens a text that [`People::seal`] sealed.
    pub fn unseal(&self, kind: &IdType, sealed: &[u8]) -> Result<String, DepositError> {
        let opened = self.seal_key.open(&self.brand, kind, sealed);
        opened.map(|text| text.to_string()).map_err(|e| DepositError::Seal { reason: e.to_string() })
    }

    /// Profile numbers of the given ids, one for each in their order; new ones for ids never seen. The ids may repeat.
    pub fn profiles(&mut self, ids: &[(&RowIdentity, &IdType)]) -> Result<Vec<ProfileId>, DepositError> {
        let mut placed: Vec<Placed> =
            ids.iter().zip(0..).map(|((id, _), place)| Placed::new(&id.token.0, place)).collect();
        flat::sort_by_key(&mut placed);
        let groups = || placed.chunk_by(Placed::is_beside);
        let probes: Vec<Key> = groups().filter_map(|group| group.first()).map(Placed::key).collect();
        let held = self.tokens.find(&probes)?;
        let mut numbers = vec![ProfileId(0); ids.len()];
        let mut records = Vec::new();
        let mut aliases = Vec::new();
        for (group, held) in groups().zip(held) {
            let Some((id, id_type)) = group.first().and_then(|one| ids.get(one.place as usize)) else { continue };
            let profile = match held {
                Some(value) => ProfileId(u32::from_le_bytes(value)),
                None => {
                    let profile = self.next_profile(id.token)?;
                    records.push((id.token.0, profile.0.to_le_bytes()));
                    self.add_profile(profile, id, id_type, &mut aliases);
                    profile
                }
            };
            for one in group {
                if let Some(number) = numbers.get_mut(one.place as usize) {
                    *number = profile;
                }
            }
        }
        self.register_aliases(aliases, &probes, &mut records)?;
        records.sort_unstable();
        self.tokens.push(&records)?;
        Ok(numbers)
    }

    /// Notes a new profile, and the digests under which its value may arrive.
    fn add_profile(&mut self, profile: ProfileId, id: &RowIdentity, id_type: &IdType, aliases: &mut Vec<Alias>) {
        let (token, value) = (id.token, id.value.as_deref());
        let sealed = value.filter(|_| id_type.contactable()).map(|value| self.seal(id_type, value));
        if let Some(value) = value {
            let digests = self.tokenizer.alias_tokens(id_type, value);
            let of = (token, id_type.clone());
            aliases.extend(digests.into_iter().map(|(kind, alias)| Alias {
                digest: (alias, kind),
                of: of.clone(),
                profile,
            }));
        }
        self.new_profiles.push(NewProfile { profile, token, id_type: id_type.clone(), alias: false, sealed });
    }

    fn next_profile(&mut self, token: Token) -> Result<ProfileId, DepositError> {
        let slot = token.slot();
        let full = || DepositError::SlotFull { slot };
        let ordinal = self.ordinals.get_mut(usize::from(slot)).ok_or_else(full)?;
        let profile = ProfileId::new(slot, *ordinal).ok_or_else(full)?;
        *ordinal += 1;
        Ok(profile)
    }

    /// A digest of a new value: where an upload brought the digest first, the two are one person; else the digest's token
    /// leads to the new profile from now on. `present` are the tokens of the same call, in order.
    fn register_aliases(
        &mut self,
        mut aliases: Vec<Alias>,
        present: &[Key],
        records: &mut Vec<(Key, [u8; TOKEN_VALUE])>,
    ) -> Result<(), DepositError> {
        aliases.sort_unstable_by_key(|alias| alias.digest.0);
        aliases.dedup_by_key(|alias| alias.digest.0);
        let probes: Vec<Key> = aliases.iter().map(|alias| alias.digest.0.0).collect();
        let held = self.tokens.find(&probes)?;
        for (Alias { digest, of, profile }, held) in aliases.into_iter().zip(held) {
            if held.is_some() || present.binary_search(&digest.0.0).is_ok() {
                self.add_edge(of, digest, 0, LinkRule::SameValue);
            } else {
                let (token, id_type) = digest;
                records.push((token.0, profile.0.to_le_bytes()));
                self.new_profiles.push(NewProfile { profile, token, id_type, alias: true, sealed: None });
            }
        }
        Ok(())
    }

    /// Whether links of the log have been read.
    pub fn knows_links(&self) -> bool {
        self.known_links.is_some()
    }

    /// Reads the log's links of this source, so that what it holds is not written again.
    pub fn read_links(&mut self, log: &TableSnapshot) -> Result<(), DepositError> {
        let mut known: FxHashMap<LinkKey, Sighting> = FxHashMap::default();
        for_each_edge(log, &mut |edge| {
            if edge.source == self.source {
                let (key, sighting) = key_of(&edge.a, &edge.b, edge.ts_us);
                let earliest = known.entry(key).or_insert(sighting);
                *earliest = (*earliest).min(sighting);
            }
        })?;
        self.known_links = Some(known);
        Ok(())
    }

    /// Links the ids of one row.
    pub fn link_row(&mut self, ids: &[RowIdentity], types: &[IdType], ts_us: i64) {
        if ids.len() < 2 {
            return;
        }
        let of = |id: &RowIdentity| types.get(usize::from(id.column)).map(|t| (id.token, t.clone()));
        let row: Vec<(Token, IdType)> = ids.iter().filter_map(of).collect();
        let ranks: Vec<RowId> = row.iter().map(|(token, t)| RowId { rank: t.priority(), token: *token }).collect();
        for link in row_links(&ranks) {
            if let (Some(a), Some(b)) = (row.get(link.strongest), row.get(link.other)) {
                self.add_edge(a.clone(), b.clone(), ts_us, LinkRule::SameRow);
            }
        }
    }

    fn add_edge(&mut self, a: (Token, IdType), b: (Token, IdType), ts_us: i64, rule: LinkRule) {
        let (key, sighting) = key_of(&a, &b, ts_us);
        let known = self.known_links.as_ref().and_then(|known| known.get(&key)).copied();
        let added = self.new_edges.get(&key).map(|edge| key_of(&edge.a, &edge.b, edge.ts_us).1);
        let earliest = known.into_iter().chain(added).min();
        if key.is_news(earliest, sighting) {
            self.new_edges.insert(key, NewEdge { a, b, ts_us, rule });
        }
    }

    /// Whether this deposit has brought links.
    pub fn has_new_links(&self) -> bool {
        !self.new_edges.is_empty()
    }

    /// Who is one person, from all links, old and new. `profiles` holds this deposit's new ones already.
    pub fn resolve(&self, log: &TableSnapshot, profiles: &TableSnapshot) -> Result<Assignment, DepositError> {
        let mut nodes: Vec<Node> = Vec::new();
        let mut by_profile: FxHashMap<u32, NodeIndex> = FxHashMap::default();
        let mut by_token: FxHashMap<Token, NodeIndex> = FxHashMap::default();
        let mut aliases: Vec<(Token, u32)> = Vec::new();
        let mut add = |profile: u32, token: Token, id_type: &IdType, alias: bool| {
            if alias {
                aliases.push((token, profile));
                return;
            }
            let index = NodeIndex(nodes.len() as u32);
            let (rank, weak) = (id_type.priority(), id_type.weak());
            nodes.push(Node { profile: ProfileId(profile), rank, weak, token });
            by_profile.insert(profile, index);
            by_token.insert(token, index);
        };
        let mut types: HashMap<String, IdType> = HashMap::new();
        for file in &profiles.files {
            for batch in read_file(&file.path, &["profile", "token", "id_type", "alias"], &[])? {
                let batch = batch?;
                let numbers = batch.column(0).as_primitive::<Int64Type>();
                let (tokens, names) = (batch.column(1).as_binary::<i32>(), batch.column(2).as_string::<i32>());
                let alias = batch.column(3).as_boolean();
                for row in 0..batch.num_rows() {
                    let Some(token) = token_of(tokens.value(row)) else { continue };
                    let name = names.value(row);
                    if !types.contains_key(name) {
                        types.insert(name.to_owned(), known_type(name)?);
                    }
                    if let Some(id_type) = types.get(name) {
                        add(numbers.value(row) as u32, token, id_type, alias.value(row));
                    }
                }
            }
        }
        for (token, profile) in aliases {
            if let Some(index) = by_profile.get(&profile) {
                by_token.entry(token).or_insert(*index);
            }
        }
        let mut links = Vec::new();
        let mut link = |a: &(Token, IdType), b: &(Token, IdType), ts_us: i64| {
            if let (Some(left), Some(right)) = (by_token.get(&a.0), by_token.get(&b.0)) {
                links.push(Link { a: *left, b: *right, ts_us, priority: a.1.priority().max(b.1.priority()) });
            }
        };
        for_each_edge(log, &mut |edge| link(&edge.a, &edge.b, edge.ts_us))?;
        for edge in self.new_edges.values() {
            link(&edge.a, &edge.b, edge.ts_us);
        }
        Ok(resolve(&nodes, &links, &[])?)
    }

    /// Profiles first seen since the last call: they are written as they come, since a first import may bring millions.
    pub fn take_new_profiles(&mut self) -> Vec<NewProfile> {
        std::mem::take(&mut self.new_profiles)
    }

    /// Links to write, in an order of their own that does not depend on arrival.
    pub fn new_edges(&self) -> Vec<&NewEdge> {
        let mut edges: Vec<&NewEdge> = self.new_edges.values().collect();
        edges.sort_unstable_by_key(|edge| (edge.a.0, edge.b.0, edge.ts_us));
        edges
    }

    /// Next free ordinals, for the vault version.
    pub fn ordinals(&self) -> &[u32] {
        &self.ordinals
    }

    /// Runs of the token index, for the vault version.
    pub fn token_runs(&self) -> Vec<String> {
        self.tokens.names()
    }
}

fn known_type(name: &str) -> Result<IdType, DepositError> {
    name.parse().map_err(|_| DepositError::StoredIdType { name: name.to_owned() })
}

fn token_of(bytes: &[u8]) -> Option<Token> {
    bytes.try_into().ok().map(Token)
}

fn key_of(a: &(Token, IdType), b: &(Token, IdType), ts_us: i64) -> (LinkKey, Sighting) {
    let end = |(token, id_type): &(Token, IdType)| -> (Token, Strength) { (*token, id_type.strength()) };
    let key = LinkKey::new(end(a), end(b), THIS_SOURCE, ts_us);
    (key, Sighting { ts_us, priority: a.1.priority().max(b.1.priority()) })
}

struct StoredEdge {
    a: (Token, IdType),
    b: (Token, IdType),
    ts_us: i64,
    source: String,
}

fn for_each_edge(log: &TableSnapshot, take: &mut dyn FnMut(&StoredEdge)) -> Result<(), DepositError> {
    let mut types: HashMap<String, IdType> = HashMap::new();
    let mut type_named = |name: &str| -> Result<IdType, DepositError> {
        if let Some(known) = types.get(name) {
            return Ok(known.clone());
        }
        let known = known_type(name)?;
        types.insert(name.to_owned(), known.clone());
        Ok(known)
    };
    for file in &log.files {
        for batch in read_file(&file.path, &["token_a", "type_a", "token_b", "type_b", "ts", "source"], &[])? {
            let batch = batch?;
            let (a, b) = (batch.column(0).as_binary::<i32>(), batch.column(2).as_binary::<i32>());
            let (type_a, type_b) = (batch.column(1).as_string::<i32>(), batch.column(3).as_string::<i32>());
            let instants = batch.column(4).as_primitive::<TimestampMicrosecondType>();
            let sources = batch.column(5).as_string::<i32>();
            for row in 0..batch.num_rows() {
                let (Some(left), Some(right)) = (token_of(a.value(row)), token_of(b.value(row))) else { continue };
                take(&StoredEdge {
                    a: (left, type_named(type_a.value(row))?),
                    b: (right, type_named(type_b.value(row))?),
                    ts_us: instants.value(row),
                    source: if sources.is_valid(row) { sources.value(row).to_owned() } else { String::new() },
                });
            }
        }
    }
    Ok(())
}

/// Fills a buffer from the operating system's random source.
fn fill_random(buffer: &mut [u8]) {
    // Without randomness nothing may be sealed: a repeated nonce would open the seal.
    getrandom::fill(buffer).expect("the operating system has a random source");
}
