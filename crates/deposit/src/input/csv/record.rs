//! Splits one CSV record into fields.
//!
//! Strict where being lax would be silently wrong: text after a closing quote and a quote that is never closed are
//! errors. A quote inside an unquoted field is a character like any other. Lines end with `\n`, `\r\n` or `\r`.

use crate::input::unreadable::UnreadableCode;
use crate::input::{FIELD_BYTES, RECORD_BYTES};

/// The characters that structure a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
}

/// Where a field lies in its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether quotes are doubled in it.
    pub(crate) escaped: bool,
}

/// What is at the start of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    /// A record of `fields` fields (more than were stored, if it has too many), with its line end.
    Record { length: usize, lines: u64, fields: usize },
    /// An empty line.
    Blank { length: usize },
    /// A record that does not end in the data at hand.
    NeedMore,
    /// A record whose end cannot be told, and how far it was looked for.
    Broken { code: UnreadableCode, looked: usize },
}

impl Dialect {
    /// Scans the record at the start of `data`, storing at most `most` of its fields.
    pub(crate) fn scan(self, data: &[u8], at_end: bool, fields: &mut Vec<Field>, most: usize) -> Scan {
        fields.clear();
        let mut at = 0;
        let mut count = 0;
        let mut lines = 1;
        loop {
            let is_quoted = self.quote.is_some() && data.get(at) == self.quote.as_ref();
            let found =
                if is_quoted { self.quoted(data, at, at_end, &mut lines) } else { self.plain(data, at, at_end) };
            let (field, next) = match found {
                Ok(found) => found,
                Err(Scan::NeedMore) if at > RECORD_BYTES => return broken(UnreadableCode::FieldTooLong, at),
                Err(scan) => return scan,
            };
            if count < most {
                fields.push(field);
            }
            count += 1;
            let length = match data.get(next) {
                Some(&byte) if byte == self.delimiter => {
                    at = next + 1;
                    continue;
                }
                Some(b'\r') => match data.get(next + 1) {
                    Some(b'\n') => next + 2,
                    Some(_) => next + 1,
                    None if at_end => next + 1,
                    None => return Scan::NeedMore,
                },
                Some(_) => next + 1,
                None if at_end => next,
                None => return Scan::NeedMore,
            };
            if length > RECORD_BYTES {
                return broken(UnreadableCode::FieldTooLong, length);
            }
            if count == 1 && next == 0 {
                return Scan::Blank { length };
            }
            return Scan::Record { length, lines, fields: count };
        }
    }

    /// Finds the field that begins at `at` without a quote, and what follows it.
    fn plain(self, data: &[u8], at: usize, at_end: bool) -> Result<(Field, usize), Scan> {
        let rest = data.get(at..).unwrap_or_default();
        let looked = rest.get(..=FIELD_BYTES).unwrap_or(rest);
        match find_end(self.delimiter, looked) {
            Some(length) => Ok((Field { start: at, end: at + length, escaped: false }, at + length)),
            None if looked.len() < rest.len() => Err(broken(UnreadableCode::FieldTooLong, at + looked.len())),
            None if at_end => Ok((Field { start: at, end: data.len(), escaped: false }, data.len())),
            None => Err(Scan::NeedMore),
        }
    }

    /// Finds the field that begins with the quote at `at`, and what follows its closing quote.
    fn quoted(self, data: &[u8], at: usize, at_end: bool, lines: &mut u64) -> Result<(Field, usize), Scan> {
        let quote = self.quote.unwrap_or(b'"');
        let start = at + 1;
        let rest = data.get(start..).unwrap_or_default();
        let looked = rest.get(..=FIELD_BYTES).unwrap_or(rest);
        let mut escaped = false;
        let mut from = 0;
        let end = loop {
            let Some(found) = memchr::memchr(quote, looked.get(from..).unwrap_or_default()) else {
                // With a line end in it, a quote without its partner is likelier than a text of a megabyte.
                let is_one_line = memchr::memchr2(b'\n', b'\r', looked).is_none();
                return Err(match (looked.len() < rest.len(), at_end) {
                    (true, _) if is_one_line => broken(UnreadableCode::FieldTooLong, start + looked.len()),
                    (true, _) | (false, true) => broken(UnreadableCode::BadQuote, start + looked.len()),
                    (false, false) => Scan::NeedMore,
                });
            };
            let end = from + found;
            match rest.get(end + 1) {
                Some(&byte) if byte == quote => {
                    escaped = true;
                    from = end + 2;
                }
                Some(&byte) if byte == self.delimiter || byte == b'\n' || byte == b'\r' => break end,
                Some(_) => return Err(broken(UnreadableCode::BadQuote, start + end)),
                None if at_end => break end,
                None => return Err(Scan::NeedMore),
            }
        };
        *lines += line_ends(looked.get(..end).unwrap_or_default());
        Ok((Field { start, end: start + end, escaped }, start + end + 1))
    }
}

/// How many bytes of a field are looked at before the call of a vectorised search pays.
const SHORT: usize = 32;

/// Finds the first delimiter, `\n` or `\r`. Most fields are so short that eight bytes at a time in a register are faster
/// than a call; the arithmetic finds the first zero byte of each difference.
fn find_end(delimiter: u8, data: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let wanted = [delimiter, b'\n', b'\r'].map(|byte| u64::from(byte) * ONES);
    let mut at = 0;
    while at < SHORT {
        let Some(Ok(bytes)) = data.get(at..at + 8).map(<[u8; 8]>::try_from) else { break };
        let word = u64::from_le_bytes(bytes);
        let [delimiters, feeds, returns] = wanted.map(|byte| zeros(word ^ byte));
        let found = delimiters | feeds | returns;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr::memchr3(delimiter, b'\n', b'\r', data.get(at..)?).map(|found| at + found)
}

fn broken(code: UnreadableCode, looked: usize) -> Scan {
    Scan::Broken { code, looked }
}

/// Counts line ends: `\r\n` is one.
fn line_ends(text: &[u8]) -> u64 {
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
        let is_pair = rest.get(at..at + 2) == Some(b"\r\n");
        rest = rest.get(at + 1 + usize::from(is_pair)..).unwrap_or_default();
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests;
