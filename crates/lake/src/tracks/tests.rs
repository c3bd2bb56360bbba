//! What is packed is unpacked, and bytes that are no tracks do no harm.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use proptest::prelude::*;

use super::*;

type Row = (Option<u32>, i32, Option<u8>, Option<u8>, bool, Option<f64>);

fn batch(rows: &[Row]) -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("consumer", Arc::new(rows.iter().map(|row| row.0.map(i64::from)).collect::<Int64Array>())),
        ("day", Arc::new(rows.iter().map(|row| Some(row.1)).collect::<Date32Array>())),
        ("behavior", Arc::new(rows.iter().map(|row| row.2.map(|b| format!("b{b}"))).collect::<StringArray>())),
        ("order_id", Arc::new(rows.iter().map(|row| row.3.map(|o| format!("o{o}"))).collect::<StringArray>())),
        ("flags", Arc::new(rows.iter().map(|row| row.4.then_some(FLAG_BOT)).collect::<Int64Array>())),
        ("rating", Arc::new(rows.iter().map(|row| row.5).collect::<Float64Array>())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// The rows of tracks, as (consumer, day, behaviour's name, order key).
fn rows_of(tracks: &Tracks, names: &[String]) -> Vec<(u32, i32, Option<String>, u64)> {
    let mut read = Vec::new();
    for stretch in tracks.stretches() {
        stretch
            .for_each_row(|_, day, code, orders| {
                let order = orders.of(read.len() - stretch.row);
                let name = (code as usize).checked_sub(1).map(|code| names[code].clone());
                read.push((stretch.consumer, day, name, order));
            })
            .unwrap();
    }
    read
}

fn row(most: u8) -> impl Strategy<Value = Row> {
    let consumer = prop_oneof![9 => (0_u32..4).prop_map(Some), 1 => Just(None)];
    let day = prop_oneof![8 => 20_000..20_040, 1 => any::<i32>().prop_map(|day| day / 4)];
    let behavior = prop_oneof![9 => (0_u8..most).prop_map(Some), 1 => Just(None)];
    let rating = prop::option::weighted(0.2, prop_oneof![(1_u8..6).prop_map(f64::from), Just(4.5), Just(-0.0)]);
    (consumer, day, behavior, prop::option::weighted(0.2, 0_u8..9), prop::bool::weighted(0.1), rating)
}

/// What a day of a stretch has to say of the codes of its rows.
fn sets_of(codes: &[i32]) -> (u16, u16) {
    let bit = |code: i32| if code == 0 { 0 } else { 1 << (code.min(FAR_CODE as i32) - 1) };
    codes.iter().fold((0, 0), |(once, twice), code| (once | bit(*code), twice | once & bit(*code)))
}

proptest! {
    #[test]
    fn what_is_packed_is_unpacked(
        // With far codes and without.
        rows in (5_u8..40).prop_flat_map(|most| prop::collection::vec(row(most), 1..200)),
        cut in 0_usize..200,
    ) {
        let mut writer = TrackWriter::default();
        let (head, tail) = rows.split_at(cut.min(rows.len()));
        let columns = [head, tail].map(|part| writer.column(&batch(part)).unwrap());
        prop_assert_eq!(columns.each_ref().map(Array::len), [head.len(), tail.len()]);
        let names: Vec<String> = serde_json::from_str(&writer.names()).unwrap();
        let (mut next, mut last, mut rated) = (0, 0, Vec::new());
        for value in columns.iter().flat_map(|column| column.as_binary::<i32>().iter().flatten()) {
            let tracks = Tracks::new(&Bytes::copy_from_slice(value), Path::new("")).unwrap();
            prop_assert_eq!(tracks.stretches().count(), tracks.len());
            rated.extend_from_slice(tracks.ratings());
            let first = next;
            for stretch in tracks.stretches() {
                prop_assert_eq!(stretch.row, next);
                let (mut read, mut codes) = (Vec::new(), Vec::new());
                let name = |code: i32| (code as usize).checked_sub(1).map(|code| names[code].clone());
                stretch.for_each_row(|place, day, code, orders| {
                    read.push((place, day, name(code), orders.of(place)));
                    codes.push(code);
                }).unwrap();
                let of_stretch = &rows[next..next + stretch.rows];
                let wanted = of_stretch.iter().enumerate().map(|(place, row)| {
                    let counts = row.2.is_some() && !row.4;
                    let order = row.3.map_or(0, |order| key_of_text(&format!("o{order}")));
                    (place, row.1, row.2.filter(|_| counts).map(|b| format!("b{b}")), order)
                });
                prop_assert_eq!(read, wanted.collect::<Vec<_>>());
                prop_assert_eq!(stretch.has_orders(), of_stretch.iter().any(|row| row.3.is_some()));
                prop_assert_eq!(stretch.has_far_codes(), codes.iter().any(|code| *code as usize >= FAR_CODE));
                prop_assert!(of_stretch.is_sorted_by_key(|row| row.1));
                // Its days, of which each says what its rows do.
                let mut from = 0;
                for (day, of_day) in stretch.days().zip(of_stretch.chunk_by(|a, b| a.1 == b.1)) {
                    let of_day = &codes[from..from + of_day.len()];
                    prop_assert_eq!((day.day, day.once, day.twice), {
                        let (once, twice) = sets_of(of_day);
                        (of_stretch[from].1, once, twice)
                    });
                    let mut halves = Vec::new();
                    stretch.for_each_row_of(&day, |place, code| halves.push((place, code))).unwrap();
                    let wanted = of_day.iter().enumerate();
                    let wanted = wanted.map(|(place, code)| (from + place, (*code).min(FAR_CODE as i32)));
                    prop_assert_eq!(halves, wanted.collect::<Vec<_>>());
                    from += of_day.len();
                }
                prop_assert_eq!(from, stretch.rows);
                prop_assert_eq!(stretch.n_days(), of_stretch.chunk_by(|a, b| a.1 == b.1).count());
                for bit in 0..FAR_CODE {
                    prop_assert_eq!(stretch.has_one_of(1 << bit), sets_of(&codes).0 >> bit & 1 == 1);
                }
                for row in of_stretch {
                    last = row.0.unwrap_or(last);
                    prop_assert_eq!((stretch.consumer, stretch.is_anonymous), (last, row.0.is_none()));
                }
                next += stretch.rows;
            }
            prop_assert_eq!(tracks.rows(), next - first);
        }
        prop_assert_eq!(next, rows.len());
        let wanted = rows.iter().enumerate().filter_map(|(place, row)| Some((place, row.5?)));
        prop_assert_eq!(rated, wanted.collect::<Vec<_>>());
    }

    #[test]
    fn bytes_that_are_no_track_are_refused_or_read_and_nothing_worse(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        packed in prop::collection::vec(row(30), 1..20),
        (at, flip) in (any::<prop::sample::Index>(), 1_u8..),
    ) {
        // Any bytes, and bytes with one changed that were a track.
        let mut damaged = TrackWriter::default().pack(&batch(&packed), &|_| true).unwrap();
        let at = at.index(damaged.len());
        damaged[at] ^= flip;
        for bytes in [bytes, damaged] {
            let Ok(tracks) = Tracks::new(&bytes.into(), Path::new("")) else { continue };
            for stretch in tracks.stretches() {
                stretch.for_each_row(|place, _, _, orders| { orders.of(place); }).ok();
                for day in stretch.days() {
                    stretch.for_each_row_of(&day, |_, _| {}).ok();
                }
            }
        }
    }

    #[test]
    fn rows_that_do_not_count_keep_their_places(rows in prop::collection::vec(row(30), 1..60), even in any::<bool>()) {
        let counts = |row: usize| row.is_multiple_of(2) == even;
        let (some, names) = pack(&batch(&rows), &counts, Path::new("")).unwrap();
        let (all, all_names) = pack(&batch(&rows), &|_| true, Path::new("")).unwrap();
        let mut wanted = rows_of(&all, &all_names);
        for (place, row) in wanted.iter_mut().enumerate() {
            row.2 = row.2.take().filter(|_| counts(place));
        }
        prop_assert_eq!(rows_of(&some, &names), wanted);
    }
}

/// A consumer with more rows, and with longer pauses, than a stretch can tell has several.
#[test]
fn what_a_stretch_cannot_tell_is_another() {
    let row = |day: i32| (Some(7), day, Some((day % 3) as u8), (day % 5 == 0).then_some(1), false, None);
    let many = (0..MAX_ROWS as i32 + 9).map(|place| row(20_000 + place / 4_000));
    let rows: Vec<Row> = [row(-90_000), row(0), row(10)].into_iter().chain(many).collect();
    let (tracks, names) = pack(&batch(&rows), &|_| true, Path::new("")).unwrap();
    assert_eq!(tracks.stretches().map(|stretch| stretch.rows).collect::<Vec<_>>(), [1, MAX_ROWS, 11]);
    let key = key_of_text("o1");
    let wanted = rows
        .iter()
        .map(|row| (7, row.1, row.2.map(|behavior| format!("b{behavior}")), if row.3.is_some() { key } else { 0 }));
    assert_eq!(rows_of(&tracks, &names), wanted.collect::<Vec<_>>());
}
