//! Rows that numbers choose, from files with and without an order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use databank_lake::{RowChoice, Table, Vault, read_chosen};
use proptest::prelude::*;

/// A file of `profiles` with these numbers; its rows are told apart by `deposit`.
fn file_of(vault: &Vault, profiles: &[Option<i64>]) -> databank_lake::DataFile {
    let mut writer = vault.create_file(Table::Profiles, &[]).unwrap();
    for (start, slice) in profiles.chunks(10_000).enumerate() {
        let rows = slice.len();
        let first = start as i64 * 10_000;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(slice.to_vec())),
            Arc::new(BinaryArray::from_iter_values((0..rows).map(|row| [row as u8; 16]))),
            Arc::new(StringArray::from_iter_values((0..rows).map(|_| "phone"))),
            Arc::new(BooleanArray::from(vec![false; rows])),
            Arc::new((0..rows).map(|_| None::<&[u8]>).collect::<BinaryArray>()),
            Arc::new(Int64Array::from_iter_values(first..first + rows as i64)),
        ];
        writer.write(&RecordBatch::try_new(Table::Profiles.schema(), columns).unwrap()).unwrap();
    }
    writer.finish().unwrap()
}

/// What a reader that looks at every row would find: profile and row.
fn naive(profiles: &[Option<i64>], wanted: &[i64]) -> Vec<(i64, i64)> {
    let rows = profiles.iter().enumerate().filter_map(|(row, profile)| Some(((*profile)?, row as i64)));
    rows.filter(|(profile, _)| wanted.contains(profile)).collect()
}

fn chosen(file: &databank_lake::DataFile, wanted: &[i64]) -> Vec<(i64, i64)> {
    let choice = RowChoice::new("profile", wanted.iter().copied());
    let mut found = Vec::new();
    for batch in read_chosen(file, &["profile", "id_type", "deposit"], &["id_type"], &choice).unwrap() {
        let batch = batch.unwrap();
        let (profiles, rows) =
            (batch.column(0).as_primitive::<Int64Type>(), batch.column(2).as_primitive::<Int64Type>());
        assert_eq!(batch.column(1).null_count(), 0);
        found.extend(profiles.values().iter().copied().zip(rows.values().iter().copied()));
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Several pages and, beyond 131,072 rows, several row groups; numbers repeat, are missing, and have gaps between them.
    #[test]
    fn the_rows_of_some_numbers_are_found_and_no_others(
        rows in prop_oneof![0_usize..50, 2_000_usize..9_000, 131_000_usize..140_000],
        step in 1_i64..40,
        repeats in 1_i64..4,
        without in 2_usize..50,
        is_sorted in any::<bool>(),
        picks in prop::collection::vec(0_usize..200_000, 0..30),
        strangers in prop::collection::vec(any::<i64>(), 0..4),
    ) {
        let mut profiles: Vec<Option<i64>> = (0..rows as i64).map(|row| Some(row / repeats * step)).collect();
        if is_sorted {
            // Rows without a number are last.
            let kept = rows - rows / without;
            profiles[kept..].fill(None);
        } else {
            profiles.iter_mut().step_by(without).for_each(|profile| *profile = None);
            profiles.rotate_left(rows / 3);
        }
        let mut wanted: Vec<i64> = picks.iter().filter_map(|pick| profiles.get(pick % rows.max(1)).copied().flatten()).collect();
        wanted.extend(strangers);
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::at(directory.path().join("vault"));
        let file = file_of(&vault, &profiles);
        prop_assert_eq!(chosen(&file, &wanted), naive(&profiles, &wanted));
    }
}
