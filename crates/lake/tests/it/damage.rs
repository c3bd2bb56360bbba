//! Damaged bytes of a data file are an error, whichever they are.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use databank_lake::sums::{BlockSummer, LARGE_BLOCK_BYTES};
use databank_lake::{
    CheckedFile, DataFile, LakeError, OpenFile, Part, RowChoice, Table, Vault, read_chosen, read_file,
};

fn profiles(vault: &Vault, rows: i64) -> DataFile {
    let token = |number: i64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()).to_le_bytes();
    let tokens: Vec<[u8; 8]> = (0..rows).map(token).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(0..rows)),
        Arc::new(BinaryArray::from_iter_values(&tokens)),
        Arc::new(StringArray::from_iter_values(
            (0..rows).map(|number| if number % 3 == 0 { "phone" } else { "cookie" }),
        )),
        Arc::new((0..rows).map(|number| Some(number % 2 == 0)).collect::<BooleanArray>()),
        Arc::new(BinaryArray::from_iter_values(&tokens)),
        Arc::new(Int64Array::from_iter_values((0..rows).map(|_| 1))),
    ];
    let mut writer = vault.create_file(Table::Profiles, &[]).unwrap();
    writer.write(&RecordBatch::try_new(Table::Profiles.schema(), columns).unwrap()).unwrap();
    writer.finish().unwrap()
}

const COLUMNS: [&str; 3] = ["profile", "token", "id_type"];

/// Reads a file in each of the ways there are.
fn read(file: &DataFile) -> Result<usize, LakeError> {
    let mut rows = 0;
    for batch in read_file(file, &COLUMNS, &["id_type"])? {
        rows += batch?.num_rows();
    }
    for batch in read_chosen(file, &COLUMNS, &[], &RowChoice::new("profile", [3, 4]))? {
        rows += batch?.num_rows();
    }
    let open = OpenFile::open(file)?;
    let part = Part { row_groups: vec![0], rows: Some(vec![5..9, 20..21]), batch_rows: 4 };
    for batch in open.read(&COLUMNS, part)? {
        rows += batch?.num_rows();
    }
    Ok(rows)
}

#[test]
fn every_flipped_byte_and_every_cut_of_a_data_file_is_found_and_named() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().join("vault"));
    let file = profiles(&vault, 30);
    let whole = std::fs::read(&file.path).unwrap();
    assert_eq!(read(&file).unwrap(), 30 + 2 + 5);
    let names = |error: &LakeError, path: &str| {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(next) = cause {
            text.push_str(&next.to_string());
            cause = next.source();
        }
        text.contains(path)
    };
    for at in 0..whole.len() * 2 {
        let mut bytes = whole.clone();
        if at < whole.len() {
            bytes[at] ^= 1 << (at % 8);
        } else {
            bytes.truncate(at - whole.len());
        }
        // A name of its own: what this process found whole is not read for damage again.
        let path = directory.path().join(format!("{at}.parquet"));
        std::fs::write(&path, bytes).unwrap();
        let damaged = DataFile { path: path.clone(), ..file.clone() };
        let error = read(&damaged).expect_err(&format!("{at}"));
        assert!(names(&error, path.to_str().unwrap()), "{at}: {error}");
        assert!(CheckedFile::open(&damaged).and_then(|file| file.check_all()).is_err(), "{at}");
    }
}

#[test]
fn a_block_that_no_reader_needs_is_not_read_and_the_one_that_is_damaged_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::at(directory.path().join("vault"));
    let file = profiles(&vault, 60_000);
    let mut bytes = std::fs::read(&file.path).unwrap();
    assert!(bytes.len() > 3 * 262_144, "{}", bytes.len());
    let mut earlier = BlockSummer::new(LARGE_BLOCK_BYTES);
    earlier.update(&bytes);
    let earlier = earlier.finish().to_string();
    bytes[300_000] ^= 1;
    // As files are written, and as they were when blocks were larger.
    for (name, sums, block) in [("now", file.sums.clone(), 65_536), ("earlier", Some(earlier), 262_144)] {
        // Of another name, because this process has just written the first and takes it for whole.
        let file = DataFile { path: directory.path().join(name), sums, ..file.clone() };
        std::fs::write(&file.path, &bytes).unwrap();
        let checked = CheckedFile::open(&file).unwrap();
        assert_eq!(checked.read_range(0..262_144).unwrap().len(), 262_144);
        let end = 262_144 + block;
        for range in [262_144..262_145, 262_143..262_145, end - 1..end] {
            let error = checked.read_range(range).unwrap_err().to_string();
            let wanted = format!("bytes 262144 to {} are not those that were written", end - 1);
            assert!(error.ends_with(&wanted), "{error}");
        }
        assert!(checked.read_range(end..end + 2).is_ok());
        assert!(checked.check_all().is_err());
    }
}
