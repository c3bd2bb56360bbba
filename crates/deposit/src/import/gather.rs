//! From mapped rows to work: a brand's rows are converted and gather in a chunk; refusals and facts go on at once.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use databank_identity::{IdType, KnownIds};

use super::settings::{Prepared, Settings};
use crate::DepositError;
use crate::brand::facts::Facts;
use crate::brand::{BrandDeposit, Chunk};
use crate::events::content::Keyer;
use crate::masters::{MasterRow, kind_of};
use crate::reject::{REJECT, Reject, rejects_of};
use crate::rows::size_bytes;

/// What a refusal or a fact takes beside its text.
const ROW_BYTES: usize = 200;
/// How often a refused row is there until it is written: read, as JSON, with its mapping, sealed, on its pages.
const REJECT_COPIES: usize = 16;

/// What comes for a brand, in this order.
pub(super) enum Arrived {
    /// Rows of a block.
    Rows(Arc<Prepared>, RecordBatch),
    /// Rows of the mapping that were refused before anybody converted them.
    Refused(Vec<Reject>),
    /// A line that could not be read, which is no row of the mapping.
    Unreadable(Reject),
}

impl Arrived {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Rows(_, batch) => size_bytes(batch),
            Self::Refused(rejects) => bytes_of(rejects),
            Self::Unreadable(reject) => bytes_of(std::slice::from_ref(reject)),
        }
    }

    /// Of refusals, the one that stands first in the files.
    pub(super) fn note_first(&self, first: &mut Option<Reject>) {
        match self {
            Self::Rows(..) => {}
            Self::Refused(rejects) => rejects.iter().for_each(|reject| note_first(first, reject)),
            Self::Unreadable(reject) => note_first(first, reject),
        }
    }

    /// Rows of the mapping.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Rows(_, batch) => batch.num_rows() as u64,
            Self::Refused(rejects) => rejects.len() as u64,
            Self::Unreadable(_) => 0,
        }
    }
}

/// What a brand has to do.
pub(super) enum Work {
    /// Settle events and write those that are new.
    Events(Chunk),
    /// Keep refused rows.
    Rejects(Vec<Reject>),
    /// Keep a line that could not be read.
    Unreadable(Reject),
    /// Take facts about people or things.
    Masters(Masters),
}

/// Rows of a block that is not of events.
pub(super) struct Masters {
    block: String,
    kind: &'static str,
    rows: Vec<MasterRow>,
    types: Arc<Vec<IdType>>,
    repairs: Vec<Option<String>>,
}

impl Work {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Events(chunk) => chunk.bytes(),
            Self::Rejects(rejects) => bytes_of(rejects),
            Self::Unreadable(reject) => bytes_of(std::slice::from_ref(reject)),
            Self::Masters(masters) => masters.rows.len() * ROW_BYTES,
        }
    }

    /// Does it. `expected` is how many rows the whole import may bring the brand.
    pub(super) fn run(self, brand: &mut BrandDeposit, expected: u64) -> Result<(), DepositError> {
        match self {
            Self::Events(chunk) => brand.take_events(chunk, expected),
            Self::Rejects(rejects) => brand.push_rejects(rejects),
            Self::Unreadable(reject) => brand.keep_rejects(vec![reject]),
            Self::Masters(Masters { block, kind, rows, types, repairs }) => {
                brand.push_facts(Facts { block: &block, kind, rows, types: &types, repairs: &repairs, arrivals: None })
            }
        }
    }
}

fn bytes_of(rejects: &[Reject]) -> usize {
    rejects.iter().map(|reject| REJECT_COPIES * reject.row.len() + ROW_BYTES).sum()
}

/// What became of rows that arrived.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) work: Vec<Work>,
    /// Rows that were refused.
    pub(super) refused: u64,
    /// Of them, the one that stands first in the files.
    pub(super) first_refused: Option<Reject>,
}

impl Gathered {
    fn refuse(&mut self, rejects: Vec<Reject>) {
        self.refused += rejects.len() as u64;
        for reject in &rejects {
            note_first(&mut self.first_refused, reject);
        }
        if !rejects.is_empty() {
            self.work.push(Work::Rejects(rejects));
        }
    }
}

/// Keeps a refusal if it stands before the one that was first. Rows of several brands are not converted in their files'
/// order.
pub(super) fn note_first(first: &mut Option<Reject>, reject: &Reject) {
    if first.as_ref().is_none_or(|first| place(reject) < place(first)) {
        *first = Some(reject.clone());
    }
}

fn place(reject: &Reject) -> (bool, Option<&str>, Option<i64>) {
    (reject.file.is_none(), reject.file.as_deref(), reject.line)
}

/// Converts one brand's rows.
pub(super) struct Gatherer {
    settings: Settings,
    /// Ids that came before.
    known: RefCell<KnownIds>,
    keyer: Keyer,
    chunk_rows: usize,
    /// Events that gather.
    pub(super) chunk: Chunk,
}

impl Gatherer {
    pub(super) fn new(brand: &BrandDeposit, settings: Settings, chunk_rows: usize) -> Self {
        let known = RefCell::new(KnownIds::new(brand.tokenizer().clone()));
        Self { settings, known, keyer: brand.keyer.clone(), chunk_rows, chunk: Chunk::default() }
    }

    /// Bytes of the ids that it remembers.
    pub(super) fn known_bytes(&self) -> usize {
        self.known.borrow().size_bytes()
    }

    /// Takes what arrived; chunks that are full and all that is no event become work. `has_room` says whether it may
    /// remember more ids.
    pub(super) fn take(&mut self, arrived: Vec<Arrived>, has_room: bool) -> Result<Gathered, DepositError> {
        self.known.borrow_mut().set_may_grow(has_room);
        let mut gathered = Gathered::default();
        for arrived in arrived {
            match arrived {
                Arrived::Rows(prepared, batch) => self.convert(&prepared, &batch, &mut gathered)?,
                Arrived::Refused(rejects) => gathered.refuse(rejects),
                Arrived::Unreadable(reject) => gathered.work.push(Work::Unreadable(reject)),
            }
        }
        Ok(gathered)
    }

    fn convert(
        &mut self,
        prepared: &Prepared,
        batch: &RecordBatch,
        gathered: &mut Gathered,
    ) -> Result<(), DepositError> {
        let errors = match kind_of(prepared.kind) {
            None => {
                let (staged, errors) = self.settings.converter(prepared, &self.known, &self.keyer).convert(batch)?;
                let repairs = repairs_of(&staged.raw)?;
                self.chunk.push(&prepared.name, staged, repairs);
                if self.chunk.is_full(self.chunk_rows) {
                    gathered.work.extend(self.close());
                }
                errors
            }
            Some((kind, _)) => {
                let (rows, errors) =
                    self.settings.master_converter(prepared, &self.known, &self.keyer).convert(batch)?;
                let (block, types) = (prepared.name.clone(), Arc::clone(&prepared.id_types));
                gathered.work.push(Work::Masters(Masters { block, kind, rows, types, repairs: repairs_of(batch)? }));
                errors
            }
        };
        gathered.refuse(rejects_of(batch, &prepared.name, &errors)?);
        Ok(())
    }

    /// Makes work of the events that gathered.
    pub(super) fn close(&mut self) -> Option<Work> {
        let chunk = std::mem::take(&mut self.chunk);
        (chunk.bytes() > 0).then_some(Work::Events(chunk))
    }
}

/// The stored rejects that the rows of a batch repair.
fn repairs_of(batch: &RecordBatch) -> Result<Vec<Option<String>>, DepositError> {
    let Some(column) = batch.column_by_name(REJECT) else { return Ok(Vec::new()) };
    let column = cast(column, &DataType::Utf8)?;
    Ok(column.as_string::<i32>().iter().map(|id| id.map(str::to_owned)).collect())
}
