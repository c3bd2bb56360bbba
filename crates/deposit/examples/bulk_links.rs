//! Who is one person, of pairs of ids in a Parquet file: columns `t1`, `v1`, `t2`, `v2`, a type from 0 to 6 and a value below 2^56.
//!
//! ```text
//! bulk_links PAIRS.parquet [capped]
//! ```
//!
//! Prints JSON: the seconds from the file to a component for each id, and what the components are, so that they can be compared
//! with those of others: how many, how large, and the sum of their smallest ids modulo 1,000,003 over all ids. Without `capped`
//! the caps of a person are left out, as others have none.

#![expect(clippy::print_stdout, reason = "an example that prints its measurement")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::ops::Range;
use std::time::Instant;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt64Type};
use databank_identity::{Graph, Link, Node, NodeIndex, Policy, Token, resolve};
use databank_model::ProfileId;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const TYPES: [&str; 7] = ["phone", "email", "unionid", "openid", "member_card", "user_id", "tmall"];
const VALUE_BITS: u32 = 56;
/// First bits of an id by which it is looked for.
const HEAD_BITS: u32 = 22;
const HEADS: usize = 1 << HEAD_BITS;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("bulk_links PAIRS.parquet [capped]")?;
    let is_capped = arguments.next().as_deref() == Some("capped");
    let names = TYPES.map(|name| name.parse().expect("these are types"));
    let policy = if is_capped { Policy::for_types(&names) } else { Policy::unlimited() };

    let begun = Instant::now();
    let pairs = read(&path)?;
    let read_s = begun.elapsed().as_secs_f64();
    let ids = distinct(&pairs);
    let nodes: Vec<Node> = ids.keys.iter().zip(0..).map(|(key, place)| node(*key, place, &names)).collect();
    let links = mapped(&pairs, |(a, b)| Link { a: ids.place(*a), b: ids.place(*b), ts_us: 0, priority: 100 });
    drop(pairs);
    let numbered_s = begun.elapsed().as_secs_f64();
    let resolved = resolve(&Graph { nodes: &nodes, links: &links, ..Graph::default() }, &policy)?;
    let people = mapped(&nodes, |node| resolved.assignment.consumer_of(node.profile, 0).0);
    let seconds = begun.elapsed().as_secs_f64();

    // The ids ascend: the first of a person is its smallest.
    let mut first: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for (key, person) in ids.keys.iter().zip(&people) {
        first.entry(*person).or_insert((*key, 0)).1 += 1;
    }
    let checksum: u64 = first.values().map(|(smallest, size)| smallest % 1_000_003 * size).sum();
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, size) in first.values() {
        *sizes.entry(*size).or_default() += 1;
    }
    let told = serde_json::json!({
        "seconds": seconds, "read_s": read_s, "numbered_s": numbered_s - read_s, "resolved_s": seconds - numbered_s,
        "links": links.len(), "nodes": people.len(), "components": first.len(), "checksum": checksum, "sizes": sizes,
        "conflicts": resolved.conflicts.total,
    });
    println!("{told}");
    Ok(())
}

/// The pairs of a file, each id as one number.
fn read(path: &str) -> Result<Vec<(u64, u64)>, Box<dyn Error>> {
    let mut pairs = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.with_batch_size(1 << 16).build()? {
        let batch = batch?;
        let column = |name: &str| -> Result<Vec<u64>, Box<dyn Error>> {
            let column = batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
            Ok(cast(column, &DataType::UInt64)?.as_primitive::<UInt64Type>().values().to_vec())
        };
        let (t1, v1, t2, v2) = (column("t1")?, column("v1")?, column("t2")?, column("v2")?);
        let key = |of: &u64, value: &u64| of << VALUE_BITS | value;
        let keys = |of: &[u64], values: &[u64]| -> Vec<u64> { of.iter().zip(values).map(|(t, v)| key(t, v)).collect() };
        pairs.extend(keys(&t1, &v1).into_iter().zip(keys(&t2, &v2)));
    }
    Ok(pairs)
}

/// Ids in ascending order, to be looked up.
struct Ids {
    keys: Vec<u64>,
    starts: Vec<u32>,
}

fn head(key: u64) -> usize {
    // Values are spread evenly, types are few.
    (key >> (VALUE_BITS + 3 - HEAD_BITS)) as usize
}

/// The ids of pairs, each once. Either half of the heads by a thread of its own.
fn distinct(pairs: &[(u64, u64)]) -> Ids {
    let middle = HEADS * 7 / 16;
    let (mut low, high) = halves(|| of_heads(pairs, 0..middle), || of_heads(pairs, middle..HEADS));
    let offset = low.keys.len() as u32;
    low.starts.pop();
    low.starts.extend(high.starts.iter().map(|start| start + offset));
    low.keys.extend_from_slice(&high.keys);
    low
}

/// The ids of some heads: first each to the place of its head, then the few of a head in order.
fn of_heads(pairs: &[(u64, u64)], heads: Range<usize>) -> Ids {
    let keys = || pairs.iter().flat_map(|(a, b)| [*a, *b]).filter(|key| heads.contains(&head(*key)));
    let mut ends = vec![0_u32; heads.len() + 1];
    for key in keys() {
        ends[head(key) - heads.start] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    let mut sorted = vec![0; total as usize];
    for key in keys() {
        let end = &mut ends[head(key) - heads.start];
        sorted[*end as usize] = key;
        *end += 1;
    }
    let (mut starts, mut kept, mut from) = (Vec::with_capacity(heads.len() + 1), 0, 0);
    for end in &ends[..heads.len()] {
        starts.push(kept as u32);
        sorted[from..*end as usize].sort_unstable();
        for place in from..*end as usize {
            if place == from || sorted[place] != sorted[place - 1] {
                // Never behind what is still to be read.
                let key = sorted[place];
                sorted[kept] = key;
                kept += 1;
            }
        }
        from = *end as usize;
    }
    starts.push(kept as u32);
    sorted.truncate(kept);
    Ids { keys: sorted, starts }
}

/// Two things at once.
fn halves<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().expect("it does not panic"), other)
    })
}

/// What becomes of each item, in two halves at once.
fn mapped<I: Sync, O: Send>(items: &[I], map: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let (one, other) = items.split_at(items.len() / 2);
    let all = |items: &[I]| items.iter().map(&map).collect::<Vec<O>>();
    let (mut one, other) = halves(|| all(one), || all(other));
    one.extend(other);
    one
}

impl Ids {
    fn place(&self, key: u64) -> NodeIndex {
        let (from, until) = (self.starts[head(key)] as usize, self.starts[head(key) + 1] as usize);
        let within = self.keys[from..until].iter().position(|held| *held == key).expect("every id of a pair is there");
        NodeIndex((from + within) as u32)
    }
}

/// Profile numbers as a vault gives them: a slot, and a number within it.
fn node(key: u64, place: u32, types: &[databank_identity::IdType]) -> Node {
    let kind = (key >> VALUE_BITS) as u16;
    let mut token = [0; 16];
    token[..8].copy_from_slice(&key.to_be_bytes());
    Node {
        profile: ProfileId((place % 256) << 24 | (place / 256)),
        rank: types[usize::from(kind)].priority(),
        kind,
        weak: false,
        token: Token(token),
    }
}
