//! What a footer claims, held against its own size before the decoder builds anything from it.
//!
//! The decoder reserves room for as many row groups as a list claims to have and goes down a schema by recursion: a lie
//! there ends the process, which no error and no caught panic can.

use super::thrift::{Fields, Reader, Refusal, kind};

/// The most elements of a schema: columns, and what is nested in them.
const MOST_ELEMENTS: usize = 65_536;

/// The deepest nesting of a schema.
const MOST_DEPTH: usize = 32;

/// The most column chunks, of all row groups together: the decoder keeps about a kilobyte of each.
const MOST_CHUNKS: usize = 250_000;

const FILE: Fields = &[
    (1, kind::I32),
    (2, kind::LIST),
    (3, kind::I64),
    (4, kind::LIST),
    (5, kind::LIST),
    (6, kind::BINARY),
    (7, kind::LIST),
    (8, kind::STRUCT),
    (9, kind::BINARY),
];
const ELEMENT: Fields = &[
    (1, kind::I32),
    (2, kind::I32),
    (3, kind::I32),
    (4, kind::BINARY),
    (5, kind::I32),
    (6, kind::I32),
    (7, kind::I32),
    (8, kind::I32),
    (9, kind::I32),
    (10, kind::STRUCT),
];
const ROW_GROUP: Fields =
    &[(1, kind::LIST), (2, kind::I64), (3, kind::I64), (4, kind::LIST), (5, kind::I64), (6, kind::I64), (7, kind::I16)];
const CHUNK: Fields = &[
    (1, kind::BINARY),
    (2, kind::I64),
    (3, kind::STRUCT),
    (4, kind::I64),
    (5, kind::I32),
    (6, kind::I64),
    (7, kind::I32),
    (8, kind::STRUCT),
    (9, kind::BINARY),
];
const CHUNK_DATA: Fields = &[
    (1, kind::I32),
    (2, kind::LIST),
    (3, kind::LIST),
    (4, kind::I32),
    (5, kind::I64),
    (6, kind::I64),
    (7, kind::I64),
    (8, kind::LIST),
    (9, kind::I64),
    (10, kind::I64),
    (11, kind::I64),
    (12, kind::STRUCT),
    (13, kind::LIST),
    (14, kind::I64),
    (15, kind::I32),
    (16, kind::STRUCT),
    (17, kind::STRUCT),
];

/// A union of records, by the number of its variants; those that are not empty have fields of their own.
const LOGICAL_TYPE: Fields = &[
    (1, kind::STRUCT),
    (2, kind::STRUCT),
    (3, kind::STRUCT),
    (4, kind::STRUCT),
    (5, kind::STRUCT),
    (6, kind::STRUCT),
    (7, kind::STRUCT),
    (8, kind::STRUCT),
    (10, kind::STRUCT),
    (11, kind::STRUCT),
    (12, kind::STRUCT),
    (13, kind::STRUCT),
    (14, kind::STRUCT),
    (15, kind::STRUCT),
    (16, kind::STRUCT),
    (17, kind::STRUCT),
    (18, kind::STRUCT),
];
const TIME_UNIT: Fields = &[(1, kind::STRUCT), (2, kind::STRUCT), (3, kind::STRUCT)];

/// Checks a footer's counts: of columns and of what nests in them, of row groups and of their parts.
pub(super) fn check(footer: &[u8]) -> Result<(), Refusal> {
    let mut chunks = 0;
    Reader::new(footer).record(FILE, &mut |id, reader| {
        match id {
            2 => schema(reader)?,
            4 => row_groups(reader, &mut chunks)?,
            _ => return Ok(false),
        }
        Ok(true)
    })
}

fn records(reader: &mut Reader<'_>) -> Result<usize, Refusal> {
    match reader.list()? {
        (_, 0) => Ok(0),
        (kind::STRUCT, count) => Ok(count),
        (other, _) => Err(format!("a list has elements of type {other} instead of records")),
    }
}

fn schema(reader: &mut Reader<'_>) -> Result<(), Refusal> {
    let count = records(reader)?;
    if count > MOST_ELEMENTS {
        return Err(format!("its schema has {count} elements, more than {MOST_ELEMENTS}"));
    }
    // How many children are still to come, of each element that is open.
    let mut open: Vec<usize> = Vec::new();
    for _ in 0..count {
        let mut children = 0;
        reader.record(ELEMENT, &mut |id, reader| {
            match id {
                5 => children = reader.i32()?,
                10 => logical_type(reader)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if let Some(left) = open.last_mut() {
            *left = left.saturating_sub(1);
        }
        match usize::try_from(children) {
            Ok(0) => {}
            Ok(children) if children < count => open.push(children),
            _ => return Err(format!("an element of its schema claims {children} children")),
        }
        if open.len() > MOST_DEPTH {
            return Err(format!("its columns nest deeper than {MOST_DEPTH} levels"));
        }
        while open.last() == Some(&0) {
            open.pop();
        }
    }
    Ok(())
}

fn logical_type(reader: &mut Reader<'_>) -> Result<(), Refusal> {
    reader.record(LOGICAL_TYPE, &mut |id, reader| {
        let fields: Fields = match id {
            // Decimal.
            5 => &[(1, kind::I32), (2, kind::I32)],
            // Time, timestamp.
            7 | 8 => &[(1, kind::FALSE), (2, kind::STRUCT)],
            // Whole number.
            10 => &[(1, kind::BYTE), (2, kind::FALSE)],
            // Variant, geometry, geography.
            16 => &[(1, kind::BYTE)],
            17 => &[(1, kind::BINARY)],
            18 => &[(1, kind::BINARY), (2, kind::I32)],
            _ => &[],
        };
        reader.record(fields, &mut |field, reader| {
            let is_unit = matches!((id, field), (7 | 8, 2));
            if is_unit {
                reader.record(TIME_UNIT, &mut |_, _| Ok(false))?;
            }
            Ok(is_unit)
        })?;
        Ok(true)
    })
}

fn row_groups(reader: &mut Reader<'_>, chunks: &mut usize) -> Result<(), Refusal> {
    let count = records(reader)?;
    if count > usize::from(i16::MAX.unsigned_abs()) {
        return Err(format!("it claims {count} row groups, more than {}", i16::MAX));
    }
    for _ in 0..count {
        reader.record(ROW_GROUP, &mut |id, reader| {
            if id != 1 {
                return Ok(false);
            }
            let columns = records(reader)?;
            *chunks += columns;
            if *chunks > MOST_CHUNKS {
                return Err(format!(
                    "its row groups have more than {MOST_CHUNKS} columns together; write fewer row groups"
                ));
            }
            for _ in 0..columns {
                reader.record(CHUNK, &mut |id, reader| {
                    if id == 3 {
                        reader.record(CHUNK_DATA, &mut |_, _| Ok(false))?;
                    }
                    Ok(id == 3)
                })?;
            }
            Ok(true)
        })?;
    }
    Ok(())
}
