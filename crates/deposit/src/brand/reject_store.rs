//! The rejects of one brand: each kept once, its row sealed, until it is repaired.

use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BinaryArray, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::filter_record_batch;
use databank_engine::BrandReader;
use databank_identity::{IdKey, IdType};
use databank_lake::{Change, FileWriter, Table, TableSnapshot, Vault, read_file};
use rustc_hash::{FxHashMap, FxHashSet};

use super::DepositFacts;
use crate::DepositError;
use crate::events::content::Keyer;
use crate::reject::{REJECT, Reject};

/// Rejects written at a time.
const WRITE_ROWS: usize = 4096;

/// Bytes of their rows from which on fewer are: a row may be as long as a record.
const WRITE_BYTES: usize = 16 << 20;

/// Where a sealed row keeps its message.
const MESSAGE: &str = "_message";

/// The kind under which refused rows are sealed: bound to it, a sealed row cannot pass for a contact value.
pub(crate) fn seal_kind() -> IdType {
    "reject_row".parse().expect("a valid id type name")
}

#[derive(Debug)]
struct Kept {
    id: String,
    reject: Reject,
    sealed: Vec<u8>,
}

/// Rejects of a deposit, beside those that the vault holds.
#[derive(Debug)]
pub(crate) struct RejectStore {
    stored: TableSnapshot,
    known: Option<FxHashSet<String>>,
    seen: FxHashMap<[u8; 16], u32>,
    buffer: Vec<Kept>,
    buffered_bytes: usize,
    writer: Option<FileWriter>,
    keyer: Keyer,
    /// The first few refusals, for the answer.
    pub(super) first: Vec<Reject>,
}

impl RejectStore {
    pub(super) fn open<'a>(reader: &'a BrandReader, key: &'a IdKey) -> BoxFuture<'a, Result<Self, DepositError>> {
        Box::pin(async move {
            Ok(Self {
                stored: reader.files(Table::Rejects).await?,
                known: None,
                seen: FxHashMap::default(),
                buffer: Vec::new(),
                buffered_bytes: 0,
                writer: None,
                keyer: Keyer::new(key),
                first: Vec::new(),
            })
        })
    }

    /// Keeps refused rows; one that is kept already, from an earlier import of the same rows, is not kept twice.
    pub(super) fn add(
        &mut self,
        vault: &Vault,
        facts: &DepositFacts,
        rejects: Vec<Reject>,
        seal: &mut dyn FnMut(&str) -> Vec<u8>,
    ) -> Result<(), DepositError> {
        if rejects.is_empty() {
            return Ok(());
        }
        if self.known.is_none() {
            self.known = Some(read_ids(&self.stored)?);
        }
        for mut reject in rejects {
            if self.first.len() < 5 {
                self.first.push(reject.clone());
            }
            // A correction that is refused again leaves what it should have repaired: kept twice, it would be two rows to
            // correct, and an unreadable line would lose its text.
            if let Some(repaired) = take_repaired(&mut reject)
                && self.known.as_ref().is_some_and(|known| known.contains(&repaired))
            {
                continue;
            }
            let source = reject.source.get_or_insert_with(|| Arc::clone(&facts.source));
            let said = format!("{source}\u{1f}{}\u{1f}{}", reject.block, reject.row);
            let content = self.keyer.of_content(&said, &[0; 16], None, 0);
            let ordinal = self.seen.entry(content).or_default();
            let id: String =
                self.keyer.of_content("reject", &content, None, *ordinal).iter().map(|b| format!("{b:02x}")).collect();
            *ordinal += 1;
            if self.known.as_ref().is_some_and(|known| known.contains(&id)) {
                continue;
            }
            reject.row = with_mapping(&reject, facts);
            reject.message = without_values(&reject.message);
            let sealed = seal(&reject.row);
            reject.row.clear();
            self.buffered_bytes += sealed.len();
            self.buffer.push(Kept { id, reject, sealed });
            if self.buffer.len() >= WRITE_ROWS || self.buffered_bytes >= WRITE_BYTES {
                self.write(vault, facts)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, vault: &Vault, facts: &DepositFacts) -> Result<(), DepositError> {
        let kept = std::mem::take(&mut self.buffer);
        self.buffered_bytes = 0;
        if kept.is_empty() {
            return Ok(());
        }
        let text = |of: &dyn Fn(&Kept) -> Option<String>| -> ArrayRef {
            Arc::new(kept.iter().map(of).collect::<StringArray>())
        };
        let columns: Vec<ArrayRef> = vec![
            text(&|k| Some(k.id.clone())),
            text(&|k| Some(k.reject.source.as_ref().unwrap_or(&facts.source).to_string())),
            text(&|k| Some(k.reject.block.clone())),
            text(&|k| k.reject.file.clone()),
            Arc::new(kept.iter().map(|k| k.reject.line).collect::<Int64Array>()),
            text(&|k| Some(k.reject.code.clone())),
            text(&|k| k.reject.field.clone()),
            text(&|k| Some(k.reject.message.clone())),
            Arc::new(BinaryArray::from_iter_values(kept.iter().map(|k| &k.sealed))),
            Arc::new(TimestampMicrosecondArray::from_value(facts.now_us, kept.len()).with_timezone("UTC")),
            Arc::new(Int64Array::from_value(facts.deposit.0, kept.len())),
        ];
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(vault.create_file(Table::Rejects, &[])?),
        };
        Ok(writer.write(&RecordBatch::try_new(Table::Rejects.schema(), columns)?)?)
    }

    /// The deposit's change of `rejects`: new ones in, repaired ones out.
    pub(super) fn finish(
        &mut self,
        vault: &Vault,
        facts: &DepositFacts,
        repaired: &BTreeSet<String>,
    ) -> Result<Change, DepositError> {
        self.write(vault, facts)?;
        let mut change = Change::default();
        change.added.extend(self.writer.take().map(FileWriter::finish).transpose()?);
        if repaired.is_empty() {
            return Ok(change);
        }
        let schema = Table::Rejects.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        for file in &self.stored.files {
            let mut remaining = Vec::new();
            let mut touched = false;
            for batch in read_file(file, &names, &[])? {
                let batch = batch?;
                let ids = batch.column(0).as_string::<i32>();
                let keep: BooleanArray =
                    ids.iter().map(|id| Some(id.is_none_or(|id| !repaired.contains(id)))).collect();
                touched |= keep.false_count() > 0;
                remaining.push(filter_record_batch(&batch, &keep)?);
            }
            if !touched {
                continue;
            }
            change.removed.push(file.clone());
            if remaining.iter().any(|batch| batch.num_rows() > 0) {
                let mut writer = vault.create_file(Table::Rejects, &[])?;
                for batch in &remaining {
                    writer.write(batch)?;
                }
                change.added.push(writer.finish()?);
            }
        }
        Ok(change)
    }
}

/// Takes the name of the stored reject that a refused row should have repaired out of it.
fn take_repaired(reject: &mut Reject) -> Option<String> {
    if !reject.row.contains(REJECT) {
        return None;
    }
    let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&reject.row).ok()?;
    let repaired = object.remove(REJECT)?.as_str()?.to_owned();
    reject.row = serde_json::Value::Object(object).to_string();
    Some(repaired)
}

/// Adds to a refused row what it must be read under again (source, zone, currency), and the message: it may quote the row,
/// and is sealed like it.
fn with_mapping(reject: &Reject, facts: &DepositFacts) -> String {
    match serde_json::from_str::<serde_json::Value>(&reject.row) {
        Ok(serde_json::Value::Object(mut object)) => {
            let mut mapping = facts.mapping.clone();
            if let Some(source) = &reject.source {
                mapping["source"] = serde_json::Value::from(source.as_ref());
            }
            object.insert("_mapping".to_owned(), mapping);
            object.insert(MESSAGE.to_owned(), serde_json::Value::from(reject.message.as_str()));
            serde_json::Value::Object(object).to_string()
        }
        _ => reject.row.clone(),
    }
}

/// Takes the message out of an opened row.
pub(crate) fn take_message(row: &str) -> Option<(String, String)> {
    let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).ok()?;
    let message = object.remove(MESSAGE)?.as_str()?.to_owned();
    Some((message, serde_json::Value::Object(object).to_string()))
}

/// A message without what it quotes of a row, for the column that is stored in clear: quoted texts, long numbers and
/// addresses become `…`.
fn without_values(message: &str) -> String {
    let mut clear = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, quoted) = rest.split_at(at);
        push_without_numbers(&mut clear, before);
        let quote = quoted.chars().next().unwrap_or('"');
        let mut escaped = false;
        let end = quoted.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        clear.push(quote);
        clear.push('…');
        clear.push(quote);
        rest = end.map_or("", |(end, _)| &quoted[end + 1..]);
    }
    push_without_numbers(&mut clear, rest);
    clear
}

fn push_without_numbers(clear: &mut String, text: &str) {
    for word in text.split_inclusive(' ') {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if digits > 4 || word.contains('@') {
            clear.push('…');
            clear.push_str(if word.ends_with(' ') { " " } else { "" });
        } else {
            clear.push_str(word);
        }
    }
}

fn read_ids(stored: &TableSnapshot) -> Result<FxHashSet<String>, DepositError> {
    let mut ids = FxHashSet::default();
    for file in &stored.files {
        for batch in read_file(file, &["reject"], &[])? {
            let batch = batch?;
            ids.extend(batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned));
        }
    }
    Ok(ids)
}

/// A kept reject with its row opened.
#[derive(Debug, Clone)]
pub struct StoredReject {
    /// Its id: naming it in a repaired row removes it.
    pub id: String,
    /// Declared source of the import that refused it.
    pub source: String,
    /// When it was refused, µs UTC.
    pub received_at_us: i64,
    /// The reject, its row as a JSON object with `_mapping`.
    pub reject: Reject,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_clear_quotes_nothing_of_its_row() {
        let cases = [
            ("\"139 0000 0001\" is no time; write RFC 3339", "\"…\" is no time; write RFC 3339"),
            (
                "Cannot cast string '13900000001' to value of Int64 type",
                "Cannot cast string '…' to value of Int64 type",
            ),
            ("column \"a\\\"b\": 13900000001 is long", "column \"…\": … is long"),
            ("write to me@example.com now", "write to … now"),
            ("never closed \"139", "never closed \"…\""),
            ("3 fields where there are 4 columns", "3 fields where there are 4 columns"),
        ];
        for (message, clear) in cases {
            assert_eq!(without_values(message), clear);
        }
    }
}
