//! Ids of rows: normal forms to tokens, strongest first.

use arrow::array::{Array, RecordBatch, StringArray};
use databank_identity::{IdNumber, KnownIds, Look, Token, TypeNumber, Unusable, normalize};

use super::{Converter, Errors};
use crate::DepositError;
use crate::events::columns::IdColumn;
use crate::events::texts::texts_of;
use crate::reject::RowError;

/// One id on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIdentity {
    /// Place of its type among the block's id columns.
    pub column: u16,
    /// Its token.
    pub token: Token,
    /// Under what the import remembers it, if it does.
    pub number: Option<IdNumber>,
    /// The normal form, where its type is contactable or hashable and a new profile would need it.
    pub value: Option<Box<str>>,
}

/// Ids of many rows, strongest first within a row.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    ends: Vec<u32>,
    entries: Vec<RowIdentity>,
}

impl Identities {
    /// The ids of a row.
    pub fn of(&self, row: usize) -> &[RowIdentity] {
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(row).copied().unwrap_or(0) as usize;
        self.entries.get(start..end).unwrap_or_default()
    }

    /// Adds a row.
    pub fn push(&mut self, ids: impl IntoIterator<Item = RowIdentity>) {
        self.entries.extend(ids);
        self.ends.push(self.entries.len() as u32);
    }

    pub(super) fn kept(&self, keep: &[bool]) -> Self {
        let mut kept = Self::default();
        for (row, keep) in keep.iter().enumerate() {
            if *keep {
                kept.push(self.of(row).iter().cloned());
            }
        }
        kept
    }
}

impl Converter<'_> {
    pub(super) fn identities(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<Identities, DepositError> {
        let mut known = self.known.borrow_mut();
        let ids = RowIds::read(raw, &self.columns.ids, &mut known)?;
        let mut identities = Identities::default();
        for row in 0..raw.num_rows() {
            let before = identities.entries.len();
            match ids.of_row(row, &mut known, &mut identities.entries) {
                Ok(()) if identities.entries.len() == before && !self.keep_anonymous => {
                    errors.add(self.no_identity(row));
                }
                Ok(()) => {}
                Err(error) => errors.add(error),
            }
            identities.ends.push(identities.entries.len() as u32);
        }
        Ok(identities)
    }

    fn no_identity(&self, row: usize) -> RowError {
        let given: Vec<&str> = self.columns.ids.iter().map(|c| c.name.as_str()).collect();
        let message = if given.is_empty() {
            "no id column; give at least one id.<type>, or set missing_id = \"anonymous\"".to_owned()
        } else {
            format!("no usable id in {}; empty and placeholder values are none", given.join(", "))
        };
        RowError { row, code: "no_identity", field: given.first().map(|n| (*n).to_owned()), message }
    }
}

/// An id column of a batch as texts.
#[derive(Debug)]
struct RowIdColumn<'a> {
    id: &'a IdColumn,
    number: Option<TypeNumber>,
    /// Whether a new profile would need the normal form.
    is_needed: bool,
    texts: StringArray,
    /// Where the ids may be remembered.
    looks: Vec<Look>,
}

/// Id columns of a batch as texts.
#[derive(Debug)]
pub(crate) struct RowIds<'a> {
    columns: Vec<RowIdColumn<'a>>,
}

impl<'a> RowIds<'a> {
    pub(crate) fn read(raw: &RecordBatch, ids: &'a [IdColumn], known: &mut KnownIds) -> Result<Self, DepositError> {
        let column = |id: &'a IdColumn| {
            let number = known.type_number(&id.id_type);
            let is_needed = id.id_type.contactable() || id.id_type.hashable();
            let texts = texts_of(raw.column(id.index))?;
            let looks = (0..texts.len()).map(|row| known.look(number, texts.value(row))).collect();
            Ok(RowIdColumn { id, number, is_needed, texts, looks })
        };
        Ok(Self { columns: ids.iter().map(column).collect::<Result<_, DepositError>>()? })
    }

    /// Adds the usable ids of a row, strongest first, to `found`; an id that is damaged refuses the row and adds none.
    pub(crate) fn of_row(
        &self,
        row: usize,
        known: &mut KnownIds,
        found: &mut Vec<RowIdentity>,
    ) -> Result<(), RowError> {
        let before = found.len();
        for (place, column) in self.columns.iter().enumerate() {
            if column.texts.is_null(row) {
                continue;
            }
            match column.identity(place as u16, row, known) {
                Ok(identity) => found.push(identity),
                Err(Unusable::NullLike) => {}
                Err(bad) if bad.code() == "placeholder_id" => {}
                Err(bad) => {
                    found.truncate(before);
                    return Err(RowError::new(row, "bad_id", &column.id.name, bad.to_string()));
                }
            }
        }
        Ok(())
    }
}

impl RowIdColumn<'_> {
    fn identity(&self, column: u16, row: usize, known: &mut KnownIds) -> Result<RowIdentity, Unusable> {
        let (id_type, text) = (&self.id.id_type, self.texts.value(row));
        // Also of a value that came before: the row that it came with may have been refused.
        let normal = if self.is_needed { Some(normalize(id_type, text)?) } else { None };
        let (token, number) = known.token(self.looks[row], self.number, text, |tokenizer| match &normal {
            Some(normal) => Ok(tokenizer.token(id_type, normal)),
            None => Ok(tokenizer.token(id_type, &normalize(id_type, text)?)),
        })?;
        Ok(RowIdentity { column, token, number, value: normal.map(Into::into) })
    }
}
