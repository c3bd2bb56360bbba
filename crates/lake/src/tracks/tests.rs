//! What is packed is unpacked, and bytes that are no tracks do no harm.

use std::sync::Arc;

use arrow::array::{Date32Array, Int64Array, StringArray};
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

fn row(most: u8) -> impl Strategy<Value = Row> {
    let consumer = prop_oneof![9 => (0_u32..4).prop_map(Some), 1 => Just(None)];
    let day = prop_oneof![8 => 20_000..20_040, 1 => any::<i32>().prop_map(|day| day / 4)];
    let behavior = prop_oneof![9 => (0_u8..most).prop_map(Some), 1 => Just(None)];
    let rating = prop::option::weighted(0.2, prop_oneof![(1_u8..6).prop_map(f64::from), Just(4.5), Just(-0.0)]);
    (consumer, day, behavior, prop::option::weighted(0.2, 0_u8..9), prop::bool::weighted(0.1), rating)
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
        let values = columns.iter().flat_map(|column| column.as_binary::<i32>().iter().flatten());
        let names: Vec<String> = serde_json::from_str(&writer.names()).unwrap();
        let tracks = Tracks::new(values, names.len(), Path::new("")).unwrap();
        let rated = rows.iter().enumerate().filter_map(|(place, row)| Some((place, row.5?)));
        prop_assert_eq!(tracks.ratings(), rated.collect::<Vec<_>>());
        prop_assert_eq!(tracks.stretches().count(), tracks.len());
        let (mut next, mut last) = (0, 0);
        for stretch in tracks.stretches() {
            prop_assert_eq!(stretch.row, next);
            let mut read = Vec::new();
            let mut codes = Vec::new();
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
            prop_assert_eq!(stretch.is_by_day, of_stretch.is_sorted_by_key(|row| row.1));
            for code in 0..=FAR_CODE {
                let mut wanted = [false; FAR_CODE + 1];
                wanted[code] = true;
                let has = codes.iter().any(|other| (*other as usize).min(FAR_CODE) == code);
                prop_assert_eq!(stretch.has_one_of(&wanted), has);
            }
            for row in of_stretch {
                last = row.0.unwrap_or(last);
                prop_assert_eq!((stretch.consumer, stretch.is_anonymous), (last, row.0.is_none()));
            }
            next += stretch.rows;
        }
        prop_assert_eq!(next, rows.len());
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
        for (bytes, names) in [(&bytes, 3), (&bytes, 30), (&damaged, 3), (&damaged, 30)] {
            let Ok(tracks) = Tracks::new([bytes.as_slice()], names, Path::new("")) else { continue };
            for stretch in tracks.stretches() {
                stretch.for_each_row(|place, _, _, orders| { orders.of(place); }).ok();
            }
        }
    }

    #[test]
    fn rows_that_do_not_count_keep_their_places(rows in prop::collection::vec(row(30), 1..60), even in any::<bool>()) {
        let counts = |row: usize| row.is_multiple_of(2) == even;
        let (some, names) = pack(&batch(&rows), &counts, Path::new("")).unwrap();
        let (all, all_names) = pack(&batch(&rows), &|_| true, Path::new("")).unwrap();
        let read = |tracks: &Tracks, names: &[String], counts: &dyn Fn(usize) -> bool| {
            let mut read = Vec::new();
            for stretch in tracks.stretches() {
                stretch.for_each_row(|place, day, code, orders| {
                    let order = orders.of(place);
                    let name = (code as usize).checked_sub(1).map(|code| names[code].clone());
                    read.push((stretch.consumer, day, name.filter(|_| counts(stretch.row + place)), order));
                }).unwrap();
            }
            read
        };
        prop_assert_eq!(read(&some, &names, &|_| true), read(&all, &all_names, &counts));
    }
}
