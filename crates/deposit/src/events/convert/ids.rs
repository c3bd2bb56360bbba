//! Ids of rows: normal forms to tokens, strongest first.

use arrow::array::{Array, RecordBatch, StringArray};
use databank_identity::{Token, Tokenizer, Unusable, normalize};

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
        let ids = RowIds::read(raw, &self.columns.ids)?;
        let mut identities = Identities::default();
        for row in 0..raw.num_rows() {
            let before = identities.entries.len();
            match ids.of_row(row, self.tokenizer, &mut identities.entries) {
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

/// Id columns of a batch as texts.
#[derive(Debug)]
pub(crate) struct RowIds<'a> {
    columns: Vec<(&'a IdColumn, StringArray)>,
}

impl<'a> RowIds<'a> {
    pub(crate) fn read(raw: &RecordBatch, ids: &'a [IdColumn]) -> Result<Self, DepositError> {
        let columns =
            ids.iter().map(|id| Ok((id, texts_of(raw.column(id.index))?))).collect::<Result<_, DepositError>>()?;
        Ok(Self { columns })
    }

    /// Adds the usable ids of a row, strongest first, to `found`; an id that is damaged refuses the row and adds none.
    pub(crate) fn of_row(
        &self,
        row: usize,
        tokenizer: &Tokenizer,
        found: &mut Vec<RowIdentity>,
    ) -> Result<(), RowError> {
        let before = found.len();
        for (place, (id, column)) in self.columns.iter().enumerate() {
            if column.is_null(row) {
                continue;
            }
            let normal = match normalize(&id.id_type, column.value(row)) {
                Ok(normal) => normal,
                Err(Unusable::NullLike) => continue,
                Err(bad) if bad.code() == "placeholder_id" => continue,
                Err(bad) => {
                    found.truncate(before);
                    return Err(RowError::new(row, "bad_id", &id.name, bad.to_string()));
                }
            };
            let token = tokenizer.token(&id.id_type, &normal);
            let needed = id.id_type.contactable() || id.id_type.hashable();
            let value = needed.then(|| normal.as_ref().into());
            found.push(RowIdentity { column: place as u16, token, value });
        }
        Ok(())
    }
}
