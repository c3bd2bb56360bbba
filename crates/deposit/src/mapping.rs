//! Mappings: any file to rows of canonical records, in SQL.
//!
//! A [`Mapping`] is what a mapping file says. [`OpenedMapping::open`] finds its files, makes each input a streaming
//! table (see [`crate::input`]) and compiles each block into a [`CompiledBlock`], whose [`stream`](CompiledBlock::stream)
//! gives the block's rows. Compiling finds every mistake that does not depend on the data: unknown inputs and columns,
//! anything but a SELECT, functions that give another answer each time, an id that is a floating-point number.
//!
//! A value that fails to convert inside the SQL marks its row instead of stopping the import: see [`databank_engine::guarded`]. Such a row
//! comes out of the block once, with the reason in [`UNCONVERTIBLE_COLUMN`]. Blocks that read one input without
//! grouping also give `_file` and `_line`.
//!
//! Memory is bounded by [`MappingOptions::memory_bytes`]: joins of large inputs sort and merge, and spill to disk.

mod compile;
mod error;
mod open;
mod parse;

pub use compile::CompiledBlock;
pub use databank_engine::guarded::UNCONVERTIBLE_COLUMN;
pub use error::MappingError;
pub use open::{MappingOptions, OpenedMapping};

use std::fmt;
use std::path::Path;

use chrono_tz::Tz;

use crate::input::InputOptions;

/// What a mapping file says.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The mapping's name.
    pub name: String,
    /// The name of the source whose events these are; the mapping's name unless given.
    pub source: String,
    /// The zone of timestamps without an offset.
    pub timezone: Option<Tz>,
    /// The currency of amounts without one.
    pub currency: Option<String>,
    /// What happens to an event without a person.
    pub missing_id: MissingId,
    /// How many rejects stop the import.
    pub max_rejects: Option<MaxRejects>,
    /// The inputs in declared order.
    pub inputs: Vec<Input>,
    /// The blocks in declared order.
    pub blocks: Vec<Block>,
}

/// What happens to an event without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingId {
    /// It is rejected.
    #[default]
    Reject,
    /// It counts in money and quantity, never in people.
    Anonymous,
}

/// How many rejects stop an import.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejects {
    /// This share of the rows, from 0 to 1.
    Share(f64),
    /// This number of rows.
    Number(u64),
}

/// An input as a mapping declares it.
#[derive(Debug, Clone)]
pub struct Input {
    /// The name of its SQL table.
    pub table: String,
    /// The file or pattern, relative to the import's path.
    pub path: String,
    /// How its files are read.
    pub options: InputOptions,
}

/// A block of a mapping: one query whose rows are records of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What its rows are.
    pub kind: BlockKind,
    /// Its 1-based number among the blocks of its kind.
    pub number: usize,
    /// The query.
    pub sql: String,
    /// The date from which the file's facts hold, if it is declared.
    pub valid_from: Option<String>,
}

/// What the rows of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockKind {
    /// Events.
    Events,
    /// Attributes of consumers.
    Consumers,
    /// Items.
    Items,
    /// Stores.
    Stores,
    /// Campaigns.
    Campaigns,
    /// Memberships.
    Memberships,
}

impl BlockKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Events, Self::Consumers, Self::Items, Self::Stores, Self::Campaigns, Self::Memberships];

    /// Returns the name of the kind's blocks in a mapping file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Consumers => "consumers",
            Self::Items => "items",
            Self::Stores => "stores",
            Self::Campaigns => "campaigns",
            Self::Memberships => "memberships",
        }
    }
}

impl fmt::Display for BlockKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Mapping {
    /// Reads a mapping file.
    pub fn load(path: &Path) -> Result<Self, MappingError> {
        let file = path.display().to_string();
        let text = fs_err::read_to_string(path).map_err(|source| MappingError::Load { file: file.clone(), source })?;
        Self::parse(&text, &file)
    }

    /// Parses the text of a mapping file; `file` is its name in error messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        parse::parse(text, file)
    }
}
