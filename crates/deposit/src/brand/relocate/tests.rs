//! Relocation against a model that holds everything: every row is where it belongs, once, and nothing else is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::datatypes::Int64Type;
use databank_identity::{Graph, Link, Node, NodeIndex, Policy, Token, resolve};
use databank_lake::read_file;
use databank_lake::runs::Key;
use databank_model::{ConsumerId, ProfileId};

use super::spill::Chunks;
use super::stale::Places;
use super::*;
use crate::brand::write::{Place, write_sorted};

/// A small generator of numbers: the same for ever.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    profile: Option<u32>,
    ts_us: i64,
    revision: Option<i64>,
    properties: String,
}

type Rows = BTreeMap<Key, Row>;

fn key(number: u64) -> Key {
    blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().unwrap()
}

fn people(numbers: &mut Numbers) -> [Assignment; 2] {
    let nodes: Vec<Node> = (0..200_u32)
        .map(|n| {
            let profile = ProfileId((n * 13 % 256) << 24 | n);
            let weak = n % 3 == 0;
            Node { profile, rank: if weak { 1000 } else { 100 }, kind: 0, weak, token: Token(key(u64::from(n))) }
        })
        .collect();
    let links: Vec<Link> = (0..120)
        .map(|_| Link {
            a: NodeIndex(numbers.below(200) as u32),
            b: NodeIndex(numbers.below(200) as u32),
            ts_us: numbers.below(1_000_000_000_000) as i64,
            priority: 1000,
        })
        .collect();
    let graph = |count: usize| Graph { nodes: &nodes, links: &links[..count], ..Graph::default() };
    [60, 120].map(|count| resolve(&graph(count), &Policy::unlimited()).unwrap().assignment)
}

fn rows(numbers: &mut Numbers, range: Range<u64>) -> Rows {
    range
        .map(|number| {
            let n = numbers.below(200) as u32;
            let row = Row {
                profile: (numbers.below(10) > 0).then_some((n * 13 % 256) << 24 | n),
                ts_us: numbers.below(1_000_000_000_000) as i64,
                revision: (numbers.below(4) == 0).then(|| numbers.below(3) as i64),
                properties: "x".repeat(numbers.below(40) as usize),
            };
            (key(1000 + number), row)
        })
        .collect()
}

fn consumer(assignment: &Assignment, row: &Row) -> Option<ConsumerId> {
    row.profile.map(|profile| assignment.consumer_of(ProfileId(profile), row.ts_us))
}

/// Rows as a deposit has them, and their places.
fn laid(partitions: &[SlotRange], assignment: &Assignment, rows: &[(Key, Row)]) -> (RecordBatch, Vec<Place>) {
    let schema = Table::Events.schema();
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "event_key" => Arc::new(BinaryArray::from_iter_values(rows.iter().map(|(key, _)| key))) as ArrayRef,
            "ts" => Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.iter().map(|(_, row)| row.ts_us)).with_timezone("UTC"),
            ),
            "day" => {
                Arc::new(Date32Array::from_iter_values(rows.iter().map(|(_, row)| (row.ts_us / 86_400_000_000) as i32)))
            }
            "profile" => Arc::new(rows.iter().map(|(_, row)| row.profile.map(i64::from)).collect::<Int64Array>()),
            "consumer" => Arc::new(
                rows.iter().map(|(_, row)| consumer(assignment, row).map(|c| i64::from(c.0))).collect::<Int64Array>(),
            ),
            "revision" => Arc::new(rows.iter().map(|(_, row)| row.revision).collect::<Int64Array>()),
            "properties" => Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, row)| &row.properties))),
            _ => new_null_array(field.data_type(), rows.len()),
        })
        .collect();
    let batch = RecordBatch::try_new(schema, columns).unwrap();
    let places = (0_u32..)
        .zip(rows)
        .map(|(n, (key, row))| Place::of(partitions, consumer(assignment, row), row.ts_us, *key, n))
        .collect();
    (batch, places)
}

/// Writes rows as a deposit does that has but one chunk.
fn write(vault: &Vault, partitions: &[SlotRange], assignment: &Assignment, rows: &[(Key, Row)]) -> Vec<DataFile> {
    let (batch, places) = laid(partitions, assignment, rows);
    write_sorted(vault, partitions, &batch, places).unwrap()
}

/// Reads a file and checks its order; rows with their stored consumers.
fn read(file: &DataFile) -> Vec<(Key, Row, Option<ConsumerId>)> {
    let range = range_of(file).unwrap();
    let columns = ["event_key", "ts", "profile", "consumer", "revision", "properties"];
    let mut rows = Vec::new();
    let mut last = None;
    for batch in read_file(file, &columns, &[]).unwrap() {
        let batch = batch.unwrap();
        let places = Places::of(&batch).unwrap();
        let long = |name: &str, row: usize| {
            let column = batch.column_by_name(name).unwrap().as_primitive::<Int64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        for row in 0..batch.num_rows() {
            let order = places.order(row);
            assert!(last.is_none_or(|last| last < order), "{} is in order", file.relative);
            assert!(range.contains(places.slot(row)), "{} holds its slots only", file.relative);
            last = Some(order);
            let properties = batch.column_by_name("properties").unwrap().as_string::<i32>().value(row).to_owned();
            let profile = long("profile", row).map(|n| n as u32);
            let found = Row { profile, ts_us: order.1, revision: long("revision", row), properties };
            rows.push((order.2, found, long("consumer", row).map(|n| ConsumerId(n as u32))));
        }
    }
    assert_eq!(rows.len() as i64, file.rows);
    rows
}

struct World {
    directory: tempfile::TempDir,
    vault: Vault,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::at(directory.path().join("vault"));
        std::fs::create_dir(directory.path().join("scratch")).unwrap();
        Self { directory, vault }
    }

    fn relocation<'a>(&'a self, partitions: &'a [SlotRange], stale: Stale<'a>, scratch: &'a Path) -> Relocation<'a> {
        Relocation {
            vault: &self.vault,
            partitions,
            stale,
            hot_files: HOT_FILES,
            file_bytes: 30 << 10,
            moved_bytes: 20 << 10,
            budget: Budget { streams: 3, bytes: 1 << 30 },
            scratch,
            stops: &|| false,
        }
    }

    fn scratch(&self) -> std::path::PathBuf {
        self.directory.path().join("scratch")
    }
}

#[test]
fn every_row_ends_where_it_belongs_and_other_files_stay() {
    for seed in 1..=24_u64 {
        let mut numbers = Numbers(seed);
        let [old, new] = people(&mut numbers);
        // Links may or may not have come, rows may or may not be replaced, partitions may be split.
        let new = if seed % 4 == 0 { old.clone() } else { new };
        let before = SlotRange::split([1, 4][(seed % 2) as usize]);
        let after = if seed % 3 == 0 { SlotRange::split(8) } else { before.clone() };
        let world = World::new();
        let all = rows(&mut numbers, 0..2500);
        let listed: Vec<(Key, Row)> = all.iter().map(|(key, row)| (*key, row.clone())).collect();
        let aside = tempfile::tempdir_in(world.directory.path()).unwrap();
        let (mut files, mut chunks) = (Vec::new(), Chunks::new(aside.path()));
        let mut rest = listed.as_slice();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at((1 + numbers.below(600) as usize).min(rest.len()));
            // Some of the rows are stored, some come with the deposit.
            if numbers.below(3) > 0 {
                files.extend(write(&world.vault, &before, &old, head));
            } else {
                let (batch, places) = laid(&before, &old, head);
                chunks.push(&before, &batch, places).unwrap();
            }
            rest = tail;
        }
        let superseded: Vec<(Key, i64)> = listed
            .iter()
            .filter(|_| seed % 5 > 1 && numbers.below(60) == 0)
            .map(|(key, row)| (*key, row.revision.unwrap_or(crate::events::dedupe::NO_REVISION)))
            .collect();
        let gone: BTreeSet<Key> = superseded.iter().map(|(key, _)| *key).collect();

        let scratch = world.scratch();
        let relocation = world.relocation(&after, Stale::new(&old, &new, superseded), &scratch);
        let files_of_all = files.iter().collect::<Vec<_>>();
        let Relocated { rewritten, written, .. } = relocation.run(&files_of_all, chunks.runs()).unwrap();

        let crowded: BTreeSet<String> = if before == after {
            crowded(&files.iter().collect::<Vec<_>>(), 30 << 10, HOT_FILES).into_iter().collect()
        } else {
            files.iter().map(|file| file.relative.clone()).collect()
        };
        for file in &files {
            let leaves = |(key, row, stored): &(Key, Row, Option<ConsumerId>)| {
                gone.contains(key) || consumer(&new, row) != *stored
            };
            let stale = read(file).iter().any(leaves) || crowded.contains(&file.relative);
            assert_eq!(rewritten.contains(&file.relative), stale, "seed {seed}: {}", file.relative);
        }
        let mut found = Rows::new();
        let stays = |file: &&DataFile| !rewritten.contains(&file.relative);
        for file in files.iter().filter(stays).chain(&written) {
            assert!(after.contains(&range_of(file).unwrap()), "seed {seed}");
            for (key, row, stored) in read(file) {
                assert_eq!(stored, consumer(&new, &row), "seed {seed}");
                assert_eq!(found.insert(key, row), None, "seed {seed}: a row is there twice");
            }
        }
        let wanted: Rows = all.into_iter().filter(|(key, _)| !gone.contains(key)).collect();
        assert!(found == wanted, "seed {seed}: {} rows, not {}", found.len(), wanted.len());
        // New files of a partition follow each other.
        for pair in written.windows(2).filter(|pair| pair[0].partition == pair[1].partition) {
            let place = |row: Option<&(Key, Row, Option<ConsumerId>)>| {
                row.map(|(key, row, consumer)| (consumer.map_or(u64::MAX, |c| u64::from(c.0)), row.ts_us, *key))
                    .unwrap()
            };
            let (one, next) = (read(&pair[0]), read(&pair[1]));
            assert!(place(one.last()) < place(next.first()), "seed {seed}");
        }
    }
}

#[test]
fn files_are_closed_when_they_are_full_and_none_is_a_crumb() {
    let world = World::new();
    let mut numbers = Numbers(99);
    let identity = Assignment::default();
    let partitions = [SlotRange::ALL];
    let mut files = Vec::new();
    for part in 0..20 {
        let part: Vec<(Key, Row)> = rows(&mut numbers, 10_000 * part..10_000 * (part + 1)).into_iter().collect();
        files.extend(write(&world.vault, &partitions, &identity, &part));
    }
    let scratch = world.scratch();
    let mut relocation = world.relocation(&partitions, Stale::new(&identity, &identity, Vec::new()), &scratch);
    relocation.file_bytes = 1 << 20;
    let done = relocation.run(&files.iter().collect::<Vec<_>>(), &[]).unwrap();
    assert_eq!(done.rewritten.len(), 20);
    assert_eq!(done.written.iter().map(|file| file.rows).sum::<i64>(), 200_000);
    let sizes: Vec<i64> = done.written.iter().map(|file| file.size_bytes).collect();
    assert!(sizes.len() > 2, "{sizes:?}");
    let most = sizes.iter().max().unwrap();
    assert!(sizes.iter().all(|size| size * 2 > *most), "{sizes:?}");
    // What passes left on the way is gone.
    assert_eq!(std::fs::read_dir(scratch.join("0")).unwrap().count(), 0);
}

#[test]
fn many_small_deposits_leave_few_files_and_rewrite_each_row_few_times() {
    let file = |name: usize, size_bytes: i64| DataFile {
        path: std::path::PathBuf::new(),
        relative: name.to_string(),
        partition: BTreeMap::from([("slots".to_owned(), "000-255".to_owned())]),
        size_bytes,
        rows: 0,
        statistics: None,
        sums: None,
    };
    let full = 128_u64 << 20;
    let mut numbers = Numbers(5);
    let (mut files, mut rewritten, mut deposited): (Vec<DataFile>, i64, i64) = (Vec::new(), 0, 0);
    for deposit in 0..5000 {
        let size = 20_000 + numbers.below(400_000) as i64;
        deposited += size;
        files.push(file(deposit, size));
        let names = crowded(&files.iter().collect::<Vec<_>>(), full, HOT_FILES);
        let (taken, kept): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| names.contains(&file.relative));
        let bytes: i64 = taken.iter().map(|file| file.size_bytes).sum();
        rewritten += bytes;
        files = kept;
        if bytes > 0 {
            files.push(file(10_000 + deposit, bytes));
        }
        let small = files.iter().filter(|file| file.size_bytes.cast_unsigned() < full / 2).count();
        assert!(small <= HOT_FILES, "{small} small files");
    }
    assert!(rewritten < 6 * deposited, "{rewritten} bytes rewritten for {deposited}");
    // A first import's files are merged in one go.
    let first: Vec<DataFile> = (0..60).map(|n| file(n, 3_600_000 + numbers.below(200_000) as i64)).collect();
    assert_eq!(crowded(&first.iter().collect::<Vec<_>>(), full, HOT_FILES).len(), 60);
}

#[test]
fn a_merge_that_has_to_stop_is_done_for_whole_partitions() {
    let mut partly = 0;
    for most in [0, 1, 3, 8, 20, 10_000] {
        let world = World::new();
        let mut numbers = Numbers(7);
        let nobody = Assignment::default();
        let partitions = SlotRange::split(4);
        let all = rows(&mut numbers, 0..4000);
        let listed: Vec<(Key, Row)> = all.iter().map(|(key, row)| (*key, row.clone())).collect();
        let files: Vec<DataFile> =
            listed.chunks(200).flat_map(|part| write(&world.vault, &partitions, &nobody, part)).collect();
        let scratch = world.scratch();
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let stops = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= most;
        let mut relocation = Relocation::of_files(&world.vault, &partitions, &nobody, 30 << 10, &scratch, &stops);
        // Several batches each, so that a merge may end half-way.
        relocation.budget.streams = 3;
        let done = relocation.merge_crowded(&files.iter().collect::<Vec<_>>()).unwrap();
        let merged: BTreeSet<SlotRange> = done.written.iter().filter_map(range_of).collect();
        partly += usize::from(!merged.is_empty() && merged.len() < partitions.len());
        assert_eq!(merged.is_empty(), most == 0, "after {most}");
        let stays = |file: &&DataFile| !done.rewritten.contains(&file.relative);
        let mut found = Rows::new();
        for (key, row, _) in files.iter().filter(stays).chain(&done.written).flat_map(read) {
            assert_eq!(found.insert(key, row), None, "after {most}: a row is there twice");
        }
        assert!(found == all, "after {most}: {} rows, not {}", found.len(), all.len());
    }
    assert!(partly > 0, "no merge was stopped between partitions");
}

#[test]
fn files_that_are_about_full_leave_the_hot_tier_for_good() {
    let world = World::new();
    let mut numbers = Numbers(11);
    let nobody = Assignment::default();
    let partitions = [SlotRange::ALL];
    let scratch = world.scratch();
    let mut files = Vec::new();
    for round in 0..6_u64 {
        for part in 0..9_u64 {
            let first = 10_000 * (9 * round + part);
            let part: Vec<(Key, Row)> = rows(&mut numbers, first..first + 150).into_iter().collect();
            files.extend(write(&world.vault, &partitions, &nobody, &part));
        }
        let here = tempfile::tempdir_in(&scratch).unwrap();
        let stops = || false;
        let relocation = Relocation::of_files(&world.vault, &partitions, &nobody, 60 << 10, here.path(), &stops);
        let done = relocation.merge_crowded(&files.iter().collect::<Vec<_>>()).unwrap();
        assert!(!done.rewritten.is_empty());
        let is_run = |file: &&DataFile| file.partition_value("tier") == Some(RUN);
        assert!(files.iter().filter(is_run).all(|file| !done.rewritten.contains(&file.relative)), "round {round}");
        files.retain(|file| !done.rewritten.contains(&file.relative));
        files.extend(done.written);
        let hot = files.iter().filter(|file| !is_run(file)).count();
        assert!(hot <= HOT_FILES, "round {round}: {hot} hot files");
        // Once more there is nothing to do.
        assert!(crowded(&files.iter().collect::<Vec<_>>(), 60 << 10, HOT_FILES).is_empty(), "round {round}");
    }
    let runs: Vec<i64> =
        files.iter().filter(|file| file.partition_value("tier") == Some(RUN)).map(|file| file.size_bytes).collect();
    assert!(!runs.is_empty(), "{files:?}");
}

/// The tier is given before a file is written, by an estimate: small files that it calls full are merged like any other.
#[test]
fn a_small_file_is_merged_whatever_its_tier_says() {
    let world = World::new();
    let mut numbers = Numbers(5);
    let mut files = Vec::new();
    for part in 0..=HOT_FILES as u64 {
        let part: Vec<(Key, Row)> = rows(&mut numbers, 1000 * part..1000 * part + 50).into_iter().collect();
        files.extend(write(&world.vault, &[SlotRange::ALL], &Assignment::default(), &part));
    }
    for file in &mut files {
        file.partition.insert("tier".to_owned(), RUN.to_owned());
    }
    let files: Vec<&DataFile> = files.iter().collect();
    assert_eq!(crowded(&files, 1 << 20, HOT_FILES).len(), files.len());
    assert!(crowded(&files, 100, HOT_FILES).is_empty(), "all are larger than half of 100 bytes");
}

/// What is put aside in many batches is not counted anew with each of them.
#[test]
fn runs_are_no_larger_than_their_chunk() {
    let directory = tempfile::tempdir().unwrap();
    let partitions = SlotRange::split(4);
    let part: Vec<(Key, Row)> = rows(&mut Numbers(3), 0..20_000).into_iter().collect();
    let (batch, places) = laid(&partitions, &Assignment::default(), &part);
    let mut chunks = Chunks::new(directory.path());
    chunks.push(&partitions, &batch, places).unwrap();
    let runs = chunks.runs();
    assert_eq!(runs.iter().map(|(_, run)| run.rows).sum::<usize>(), part.len());
    let bytes: usize = runs.iter().map(|(_, run)| run.rows * run.row_bytes).sum();
    assert!(bytes <= batch.get_array_memory_size(), "{bytes} of {}", batch.get_array_memory_size());
}

#[test]
fn a_run_gives_all_columns_or_some_whatever_it_left_out() {
    let partitions = SlotRange::split(4);
    let mut numbers = Numbers(5);
    let nobody = Assignment::default();
    let directory = tempfile::tempdir().unwrap();
    // Rows that differ, and rows that have all in common but their keys.
    let different: Vec<(Key, Row)> = rows(&mut numbers, 0..500).into_iter().collect();
    let one = Row { profile: Some(3), ts_us: 5, revision: None, properties: "x".to_owned() };
    let same: Vec<(Key, Row)> = (0..500).map(|number| (key(number), one.clone())).collect();
    for (number, rows) in [different, same].iter().enumerate() {
        let scratch = directory.path().join(number.to_string());
        std::fs::create_dir(&scratch).unwrap();
        let mut chunks = Chunks::new(&scratch);
        let (batch, places) = laid(&partitions, &nobody, rows);
        chunks.push(&partitions, &batch, places).unwrap();
        let mut found = 0;
        for (_, run) in chunks.runs() {
            let all: Vec<RecordBatch> = run.open().unwrap().map(Result::unwrap).collect();
            let columns = vec![3, 5, 6];
            let some: Vec<RecordBatch> = run.open_columns(columns.clone()).unwrap().map(Result::unwrap).collect();
            let projected: Vec<RecordBatch> = all.iter().map(|batch| batch.project(&columns).unwrap()).collect();
            assert_eq!(some, projected);
            for (number, batch) in all.iter().enumerate() {
                assert_eq!(run.batch(number).unwrap().as_ref(), Some(batch));
                for row in 0..batch.num_rows() {
                    let place = Places::of(batch).unwrap().order(row);
                    assert!(rows.iter().any(|(key, row)| *key == place.2 && row.ts_us == place.1));
                    found += 1;
                }
            }
        }
        assert_eq!(found, rows.len());
    }
}
