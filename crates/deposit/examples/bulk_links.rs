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
use std::collections::hash_map::Entry;
use std::error::Error;
use std::fs::File;
use std::sync::Arc;
use std::time::Instant;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt64Type};
use databank_identity::{Graph, IdType, Link, Node, NodeIndex, Policy, Token, resolve};
use databank_model::{ProfileId, SLOTS};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TYPES: [&str; 7] = ["phone", "email", "unionid", "openid", "member_card", "user_id", "tmall"];
const VALUE_BITS: u32 = 56;
/// Ids are numbered in parts, by bits of a product of theirs: the few thousand of a part stay in a processor's cache.
const PART_BITS: u32 = 10;
const PARTS: usize = 1 << PART_BITS;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("bulk_links PAIRS.parquet [capped]")?;
    let is_capped = arguments.next().as_deref() == Some("capped");
    let names = TYPES.map(|name| name.parse().expect("these are types"));
    let policy = if is_capped { Policy::for_types(&names) } else { Policy::unlimited() };

    let begun = Instant::now();
    let shares = read(&path)?;
    let read_s = begun.elapsed().as_secs_f64();
    let (ids, links) = numbered(&shares);
    drop(shares);
    let per_slot = ids.len().div_ceil(SLOTS).max(1);
    let nodes: Vec<Node> =
        ids.par_iter().enumerate().map(|(place, id)| node(*id, profile(place, per_slot), &names)).collect();
    let numbered_s = begun.elapsed().as_secs_f64();
    let resolved = resolve(&Graph { nodes: &nodes, links: &links, ..Graph::default() }, &policy)?;
    // Profiles ascend, here and there.
    let mut people: Vec<ProfileId> = nodes.par_iter().map(|node| node.profile).collect();
    people.par_chunks_mut(1 << 16).for_each(|people| {
        let mut singles = resolved.assignment.singles_from(people[0]).peekable();
        for held in people {
            if let Some((_, consumer)) = singles.next_if(|(profile, _)| profile == held) {
                *held = ProfileId(consumer.0);
            }
        }
    });
    let seconds = begun.elapsed().as_secs_f64();

    let mut held: BTreeMap<ProfileId, (u64, u64)> = BTreeMap::new();
    for (id, person) in ids.iter().zip(&people) {
        let (smallest, size) = held.entry(*person).or_insert((*id, 0));
        *smallest = (*smallest).min(*id);
        *size += 1;
    }
    let checksum: u64 = held.values().map(|(smallest, size)| smallest % 1_000_003 * size).sum();
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, size) in held.values() {
        *sizes.entry(*size).or_default() += 1;
    }
    let told = serde_json::json!({
        "seconds": seconds, "read_s": read_s, "numbered_s": numbered_s - read_s, "resolved_s": seconds - numbered_s,
        "links": links.len(), "nodes": people.len(), "components": held.len(), "checksum": checksum, "sizes": sizes,
        "conflicts": resolved.conflicts.total,
    });
    println!("{told}");
    Ok(())
}

/// The pairs of a file, each id as one number: those of each row group apart.
fn read(path: &str) -> Result<Vec<Vec<[u64; 2]>>, Box<dyn Error + Send + Sync>> {
    let metadata = ArrowReaderMetadata::load(&File::open(path)?, ArrowReaderOptions::default())?;
    let groups = 0..metadata.metadata().num_row_groups();
    groups.into_par_iter().map(|group| read_group(path, &metadata, group)).collect()
}

fn read_group(
    path: &str,
    metadata: &ArrowReaderMetadata,
    group: usize,
) -> Result<Vec<[u64; 2]>, Box<dyn Error + Send + Sync>> {
    let rows = metadata.metadata().row_group(group).num_rows();
    let mut pairs = Vec::with_capacity(usize::try_from(rows)?);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(path)?, metadata.clone());
    for batch in reader.with_row_groups(vec![group]).with_batch_size(1 << 13).build()? {
        let batch = batch?;
        let column = |name: &str| -> Result<_, Box<dyn Error + Send + Sync>> {
            let column = batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
            if column.data_type() == &DataType::UInt64 {
                Ok(Arc::clone(column))
            } else {
                Ok(cast(column, &DataType::UInt64)?)
            }
        };
        let columns = [column("t1")?, column("v1")?, column("t2")?, column("v2")?];
        let [t1, v1, t2, v2] = columns.each_ref().map(|column| column.as_primitive::<UInt64Type>().values());
        let keys = |types: &'_ [u64], values: &'_ [u64]| -> Vec<u64> {
            types.iter().zip(values).map(|(of, value)| of << VALUE_BITS | value).collect()
        };
        pairs.extend(keys(t1, v1).into_iter().zip(keys(t2, v2)).map(|(a, b)| [a, b]));
    }
    Ok(pairs)
}

fn part(id: u64) -> usize {
    (id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - PART_BITS)) as usize
}

/// The ids of a share of the pairs by their parts, and where each part begins.
struct Parted {
    ids: Vec<u64>,
    starts: Vec<u32>,
}

impl Parted {
    fn of(share: &[[u64; 2]]) -> Self {
        let mut starts = vec![0_u32; PARTS + 1];
        for id in share.as_flattened() {
            starts[part(*id) + 1] += 1;
        }
        for part in 0..PARTS {
            starts[part + 1] += starts[part];
        }
        let (mut ids, mut next) = (vec![0; share.len() * 2], starts.clone());
        for id in share.as_flattened() {
            let place = &mut next[part(*id)];
            ids[*place as usize] = *id;
            *place += 1;
        }
        Self { ids, starts }
    }

    fn part(&self, part: usize) -> &[u64] {
        &self.ids[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}

/// The ids of one part, each once, and for each time that one occurs its place among them, share after share.
struct Part {
    ids: Vec<u64>,
    places: Vec<u32>,
    /// Where each share's places begin.
    shares: Vec<u32>,
}

impl Part {
    fn of(part: usize, shares: &[Parted], known: &mut FxHashMap<u64, u32>) -> Self {
        known.clear();
        let n_places = shares.iter().map(|share| share.part(part).len()).sum();
        let (ids, shares_at) = (Vec::with_capacity(n_places), Vec::with_capacity(shares.len()));
        let mut of = Self { ids, places: Vec::with_capacity(n_places), shares: shares_at };
        for share in shares {
            of.shares.push(of.places.len() as u32);
            for id in share.part(part) {
                of.places.push(match known.entry(*id) {
                    Entry::Occupied(held) => *held.get(),
                    Entry::Vacant(new) => {
                        of.ids.push(*id);
                        *new.insert(of.ids.len() as u32 - 1)
                    }
                });
            }
        }
        of
    }
}

/// All ids, each once, and the pairs as links of their places.
fn numbered(shares: &[Vec<[u64; 2]>]) -> (Vec<u64>, Vec<Link>) {
    let parted: Vec<Parted> = shares.par_iter().map(|share| Parted::of(share)).collect();
    let all: Vec<usize> = (0..PARTS).collect();
    let parts: Vec<Part> =
        all.par_iter().map_init(FxHashMap::default, |known, part| Part::of(*part, &parted, known)).collect();
    drop(parted);
    let mut ids = Vec::with_capacity(parts.iter().map(|part| part.ids.len()).sum());
    let mut starts = Vec::with_capacity(PARTS);
    for part in &parts {
        starts.push(ids.len() as u32);
        ids.extend_from_slice(&part.ids);
    }
    let places = shares.par_iter().enumerate().map(|(of, share)| {
        // What a part numbered is in the order in which the share has it.
        let mut next: Vec<u32> = parts.iter().map(|part| part.shares[of]).collect();
        let mut place = |id: u64| {
            let part = part(id);
            let next = &mut next[part];
            *next += 1;
            NodeIndex(starts[part] + parts[part].places[*next as usize - 1])
        };
        share.iter().map(|pair| pair.map(&mut place)).collect()
    });
    let places: Vec<Vec<[NodeIndex; 2]>> = places.collect();
    let mut links = Vec::with_capacity(shares.iter().map(Vec::len).sum());
    for places in &places {
        links.par_extend(places.par_iter().map(|[a, b]| Link { a: *a, b: *b, ts_us: 0, priority: 100 }));
    }
    (ids, links)
}

/// Profile numbers as a vault gives them: a slot, and a number within it.
fn profile(place: usize, per_slot: usize) -> ProfileId {
    ProfileId((((place / per_slot) << 24) | (place % per_slot)) as u32)
}

fn node(id: u64, profile: ProfileId, types: &[IdType]) -> Node {
    let kind = (id >> VALUE_BITS) as u16;
    let mut token = [0; 16];
    token[..8].copy_from_slice(&id.to_be_bytes());
    Node { profile, rank: types[usize::from(kind)].priority(), kind, weak: false, token: Token(token) }
}
