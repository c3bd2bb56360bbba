//! Tokens of ids that came before. The ids of a file are those of the same people again and again: to look a value up as it
//! is written costs a fraction of bringing it to its normal form and hashing it under the key.
//!
//! Values are compared whole, so that what is remembered changes nothing but the time it takes. They are kept as they came,
//! in memory alone, for as long as an import reads. What is not remembered, because it is too long or there is no more
//! room, costs what it always did.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::id_type::IdType;
use crate::token::{Token, Tokenizer};

/// Longest value that is remembered, in bytes: all usual ids are shorter.
const MAX_BYTES: usize = 64;

/// A value that is remembered: numbers count from zero, in the order in which values came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdNumber(std::num::NonZeroU32);

impl IdNumber {
    fn new(place: usize) -> Option<Self> {
        u32::try_from(place).ok()?.checked_add(1).and_then(std::num::NonZeroU32::new).map(Self)
    }

    /// The number, to keep something beside each value.
    pub fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A type of ids among those that are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeNumber(u8);

/// Where a value may be remembered.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    hash: u32,
    at: Option<u32>,
}

/// Where a value's record lies.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u32,
    at: u32,
}

/// Makes tokens under one brand's key, and remembers them.
///
/// As with [`Tokenizer`], keep it no longer than the brand is open.
pub struct KnownIds {
    tokenizer: Tokenizer,
    /// Keyed by a secret: nobody can make values whose places are all the same.
    hasher: FixedState,
    table: HashTable<Entry>,
    /// Of each value its number, token, type, length and bytes.
    records: Vec<u8>,
    types: Vec<IdType>,
    count: usize,
    may_grow: bool,
}

impl std::fmt::Debug for KnownIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownIds({} values)", self.count)
    }
}

impl KnownIds {
    /// Remembers nothing yet.
    pub fn new(tokenizer: Tokenizer) -> Self {
        let hasher = FixedState::with_seed(tokenizer.secret_number());
        let table = HashTable::new();
        Self { tokenizer, hasher, table, records: Vec::new(), types: Vec::new(), count: 0, may_grow: true }
    }

    /// Bytes that it takes, about.
    pub fn size_bytes(&self) -> usize {
        self.records.len() + self.table.capacity() * (size_of::<Entry>() + 1)
    }

    /// Says whether there is room for more values.
    pub fn set_may_grow(&mut self, may_grow: bool) {
        self.may_grow = may_grow;
    }

    /// Under what number values of a type are remembered; `None` for one type too many.
    pub fn type_number(&mut self, id_type: &IdType) -> Option<TypeNumber> {
        let place = self.types.iter().position(|held| held == id_type).unwrap_or_else(|| {
            self.types.push(id_type.clone());
            self.types.len() - 1
        });
        u8::try_from(place).ok().map(TypeNumber)
    }

    /// Where a value may be remembered. Values of a batch are looked for one after the other before any is compared: so the
    /// processor waits for many places of memory at a time.
    pub fn look(&self, id_type: Option<TypeNumber>, value: &str) -> Look {
        let (Some(id_type), true) = (id_type, value.len() <= MAX_BYTES) else { return Look { hash: 0, at: None } };
        let hash = Key { id_type: id_type.0, value: value.as_bytes() }.hash(&self.hasher);
        Look { hash, at: self.table.find(spread(hash), |entry| entry.hash == hash).map(|entry| entry.at) }
    }

    /// The token of a value as it is written, and its number if it is remembered. `make` gives the token of one that is not.
    /// `look` is what [`KnownIds::look`] said of it; others may have come since.
    pub fn token<E>(
        &mut self,
        look: Look,
        id_type: Option<TypeNumber>,
        value: &str,
        make: impl FnOnce(&Tokenizer) -> Result<Token, E>,
    ) -> Result<(Token, Option<IdNumber>), E> {
        let (Some(id_type), true) = (id_type, value.len() <= MAX_BYTES) else {
            return Ok((make(&self.tokenizer)?, None));
        };
        let key = Key { id_type: id_type.0, value: value.as_bytes() };
        let (hash, records) = (look.hash, &self.records);
        let seen = look.at.and_then(|at| Record::at(records, at)).filter(|record| record.key == key);
        // Another value may have the same hash, and the value itself may have come in the same batch.
        let is_same = |entry: &Entry| entry.hash == hash && Record::at(records, entry.at).is_some_and(|r| r.key == key);
        let held = || self.table.find(spread(hash), is_same).and_then(|entry| Record::at(records, entry.at));
        if let Some(record) = seen.or_else(held) {
            return Ok((record.token, IdNumber::new(record.place)));
        }
        let token = make(&self.tokenizer)?;
        Ok((token, self.remember(&key, hash, token)))
    }

    fn remember(&mut self, key: &Key<'_>, hash: u32, token: Token) -> Option<IdNumber> {
        if !self.may_grow {
            return None;
        }
        let at = u32::try_from(self.records.len()).ok()?;
        let number = IdNumber::new(self.count)?;
        self.records.extend_from_slice(&(self.count as u32).to_le_bytes());
        self.records.extend_from_slice(&token.0);
        self.records.extend_from_slice(&[key.id_type, key.value.len() as u8]);
        self.records.extend_from_slice(key.value);
        self.count += 1;
        self.table.insert_unique(spread(hash), Entry { hash, at }, |entry| spread(entry.hash));
        Some(number)
    }
}

/// What values are told apart by.
#[derive(Debug, PartialEq, Eq)]
struct Key<'a> {
    id_type: u8,
    value: &'a [u8],
}

impl Key<'_> {
    fn hash(&self, state: &FixedState) -> u32 {
        let mut hasher = state.build_hasher();
        hasher.write_u8(self.id_type);
        hasher.write(self.value);
        (hasher.finish() >> 32) as u32
    }
}

/// A value that is remembered.
struct Record<'a> {
    place: usize,
    token: Token,
    key: Key<'a>,
}

impl<'a> Record<'a> {
    fn at(records: &'a [u8], at: u32) -> Option<Self> {
        let (place, rest) = records.get(at as usize..)?.split_first_chunk()?;
        let (token, rest) = rest.split_first_chunk()?;
        let ([id_type, length], rest) = rest.split_first_chunk()?;
        let key = Key { id_type: *id_type, value: rest.get(..usize::from(*length))? };
        Some(Self { place: u32::from_le_bytes(*place) as usize, token: Token(*token), key })
    }
}

/// A hash of which all bits are of use to a table, from one of half its length.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
