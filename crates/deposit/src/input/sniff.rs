//! How a text file seems to be written, for a proposal that people look at before anything is read by it.
//!
//! The readers themselves never guess: what is found here ends up in a mapping, in the open.

use std::io::Read;
use std::sync::Arc;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16LE, WINDOWS_1252};

use super::decode::open_text;
use super::files::InputFile;
use super::table::has_parquet_magic;
use super::{Format, InputError, InputOptions};

/// How much of a file is looked at.
const HEAD_BYTES: u64 = 256 << 10;

/// How many of its lines.
const LINES: usize = 50;

/// Delimiters that exports use, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Looks at the beginning of a file: its format, encoding, delimiter and whether its first line names the columns.
pub(crate) fn sniff(file: &InputFile) -> Result<(Format, InputOptions), InputError> {
    if file.bytes > 0 && has_parquet_magic(file)? {
        return Ok((Format::Parquet, InputOptions::default()));
    }
    let mut head = Vec::new();
    let io = |source| InputError::Io { file: file.name.to_string(), source };
    open_text(file, None, Arc::default())?.take(HEAD_BYTES).read_to_end(&mut head).map_err(io)?;
    let (encoding, text) = decode(&head);
    let mut options = InputOptions { encoding: (encoding != UTF_8).then_some(encoding), ..InputOptions::default() };
    let text = text.trim_start_matches('\u{feff}');
    let named = Format::of_name(&file.name);
    let format = if text.trim_start().starts_with('{') { Format::Jsonl } else { named };
    if format != named {
        options.format = Some(format);
    }
    if format == Format::Csv {
        describe_csv(&file.name, text, &mut options);
    }
    Ok((format, options))
}

/// Decodes a beginning by the first encoding in which all of it is text.
fn decode(head: &[u8]) -> (&'static Encoding, String) {
    // The last character may be cut.
    let whole = |error: std::str::Utf8Error| error.error_len().is_none().then(|| error.valid_up_to());
    let end = std::str::from_utf8(head).map_or_else(whole, |text| Some(text.len()));
    let zeros = head.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    if zeros > head.len() / 4 {
        return (UTF_16LE, UTF_16LE.decode_without_bom_handling(head).0.into_owned());
    }
    if let Some(end) = end {
        return (UTF_8, String::from_utf8_lossy(head.get(..end).unwrap_or_default()).into_owned());
    }
    let cut = head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |at| at + 1);
    let lines = head.get(..cut).unwrap_or_default();
    for encoding in [GB18030, WINDOWS_1252] {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(lines) {
            return (encoding, text.into_owned());
        }
    }
    (UTF_8, String::from_utf8_lossy(lines).into_owned())
}

fn describe_csv(name: &str, text: &str, options: &mut InputOptions) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect();
    let name = super::options::plain_name(name);
    let is_tsv = std::path::Path::new(&name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
    let default = if is_tsv { b'\t' } else { b',' };
    let delimiter = delimiter_of(&lines).unwrap_or(default);
    if delimiter != default {
        options.delimiter = Some(delimiter);
    }
    let Some(first) = lines.first() else { return };
    let fields = split(first, delimiter);
    if !is_header(&fields) {
        options.header = Some(false);
        options.columns = Some((1..=fields.len()).map(|number| format!("c{number}")).collect());
    }
}

/// The delimiter that splits most lines into equally many fields.
fn delimiter_of(lines: &[&str]) -> Option<u8> {
    let score = |delimiter: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| split(line, delimiter).len()).collect();
        let first = *counts.first()?;
        let alike = counts.iter().filter(|count| **count == first).count();
        (first > 1 && alike * 10 >= counts.len() * 8).then_some((alike, first))
    };
    let scored = DELIMITERS.iter().rev().filter_map(|delimiter| Some((score(*delimiter)?, *delimiter)));
    scored.max_by_key(|(score, _)| *score).map(|(_, delimiter)| delimiter)
}

/// Splits a line, quotes kept together.
fn split(line: &str, delimiter: u8) -> Vec<&str> {
    let mut fields = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in line.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == delimiter && !quoted {
            fields.extend(line.get(start..at));
            start = at + 1;
        }
    }
    fields.extend(line.get(start..));
    fields.into_iter().map(|field| field.trim().trim_matches('"')).collect()
}

/// Whether fields look like names: none is a number, a date or an address, and none comes twice.
fn is_header(fields: &[&str]) -> bool {
    let is_value = |field: &&str| {
        let starts_like_number = field.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        let is_number = starts_like_number && field.bytes().all(|b| b.is_ascii_digit() || b"+-.:/ TZeE".contains(&b));
        is_number || field.contains('@')
    };
    let mut named: Vec<&&str> = fields.iter().filter(|field| !field.is_empty()).collect();
    let some = !named.is_empty() && !named.iter().any(|field| is_value(field));
    named.sort_unstable();
    let count = named.len();
    named.dedup();
    some && named.len() == count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(name: &str, text: &str) -> (Option<u8>, Option<bool>) {
        let mut options = InputOptions::default();
        describe_csv(name, text, &mut options);
        (options.delimiter, options.header)
    }

    #[test]
    fn delimiters_and_headers_are_told_from_the_first_lines() {
        assert_eq!(csv("a.csv", "id,name\n1,x\n2,y\n"), (None, None));
        assert_eq!(csv("a.csv", "id;price\n1;1,50\n2;2,50\n"), (Some(b';'), None));
        assert_eq!(csv("a.txt", "id\tname, given\n1\tx\n2\ty\n"), (Some(b'\t'), None));
        assert_eq!(csv("a.tsv", "id\tname\n1\tx\n"), (None, None));
        assert_eq!(
            csv("a.csv", "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,pv,1511561733\n"),
            (None, Some(false))
        );
        assert_eq!(csv("a.csv", "\"a, b\",\"c\"\n1,2\n"), (None, None));
        assert_eq!(csv("a.csv", "me@x.org,2026-01-02\n"), (None, Some(false)));
    }

    #[test]
    fn encodings_are_told_from_the_bytes() {
        assert_eq!(decode("订单号,手机号\n".as_bytes()).0, UTF_8);
        let cut = "订单号".as_bytes();
        assert_eq!(decode(&cut[..cut.len() - 1]).1, "订单");
        let (bytes, ..) = GB18030.encode("订单号,手机号\n1,2\n");
        assert_eq!(decode(&bytes), (GB18030, "订单号,手机号\n1,2\n".to_owned()));
        let wide: Vec<u8> = "id,name\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide), (UTF_16LE, "id,name\n".to_owned()));
    }
}
