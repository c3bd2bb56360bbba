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

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("bulk_links PAIRS.parquet [capped]")?;
    let is_capped = arguments.next().as_deref() == Some("capped");
    let names = TYPES.map(|name| name.parse().expect("these are types"));
    let policy = if is_capped { Policy::for_types(&names) } else { Policy::unlimited() };

    let begun = Instant::now();
    let pairs = read(&path)?;
    let read_s = begun.elapsed().as_secs_f64();
    let ids = distinct(pairs.iter().flat_map(|(a, b)| [*a, *b]).collect());
    let nodes: Vec<Node> = ids.keys.iter().zip(0..).map(|(key, place)| node(*key, place, &names)).collect();
    let link = |(a, b): &(u64, u64)| Link { a: ids.place(*a), b: ids.place(*b), ts_us: 0, priority: 100 };
    let links: Vec<Link> = pairs.iter().map(link).collect();
    drop(pairs);
    let numbered_s = begun.elapsed().as_secs_f64();
    let resolved = resolve(&Graph { nodes: &nodes, links: &links, ..Graph::default() }, &policy)?;
    let people: Vec<u32> = nodes.iter().map(|node| resolved.assignment.consumer_of(node.profile, 0).0).collect();
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

fn distinct(mut keys: Vec<u64>) -> Ids {
    let middle = keys.len() / 2;
    let (left, right) = keys.split_at_mut(middle);
    std::thread::scope(|scope| {
        scope.spawn(|| left.sort_unstable());
        right.sort_unstable();
    });
    #[expect(clippy::stable_sort_primitive, reason = "two runs that ascend: a stable sort merges them")]
    keys.sort();
    keys.dedup();
    let mut starts = vec![0; (1 << HEAD_BITS) + 1];
    for key in &keys {
        starts[head(*key) + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    Ids { keys, starts }
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
