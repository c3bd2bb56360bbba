//! Prints how many links a second are resolved: 10 M links over 12 M nodes, a third of them weak.
//!
//! Links are between any two nodes, so that a giant person grows which the caps take apart; with the argument `people` they
//! are within people of 12 nodes, as in life, and now and then a shared device. The argument `unlimited` leaves the caps out.

#![expect(clippy::print_stdout, reason = "an example that prints its measurement")]

use std::hint::black_box;
use std::time::Instant;

use databank_identity::{Assignment, Graph, Link, Node, NodeIndex, Policy, Token, diff, resolve};
use databank_model::ProfileId;

const N_NODES: u32 = 12_000_000;
const N_LINKS: u32 = 10_000_000;
const YEAR_US: u64 = 365 * 86_400_000_000;

/// A small generator with a fixed start: the same graph every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn main() {
    let mut numbers = Numbers(1);
    let nodes: Vec<Node> = (0..N_NODES)
        .map(|n| {
            let mut token = [0; 16];
            token[..8].copy_from_slice(&numbers.next().to_le_bytes());
            token[8..].copy_from_slice(&numbers.next().to_le_bytes());
            let weak = n % 3 == 0;
            let kind = if weak { 4 } else { n / (N_NODES / 12) % 4 } as u16;
            let rank = if weak { 1110 } else { 100 + 100 * u32::from(kind) };
            let profile = ProfileId((n % 256) << 24 | (n / 256));
            Node { profile, rank, kind, weak, token: Token(token) }
        })
        .collect();
    let people = std::env::args().any(|argument| argument == "people");
    let links: Vec<Link> = (0..N_LINKS)
        .map(|_| {
            let a = numbers.below(u64::from(N_NODES)) as u32;
            let anybody = numbers.below(u64::from(N_NODES)) as u32;
            // Nodes of a person lie far from each other, as profile numbers do. Every third node is weak.
            let of_person = |n: u64| (a % (N_NODES / 12)) + (N_NODES / 12) * n as u32;
            let within = of_person(numbers.below(12));
            let shared = a.is_multiple_of(3) && numbers.below(20) == 0;
            let b = if people && !shared { within } else { anybody };
            Link { a: NodeIndex(a), b: NodeIndex(b), ts_us: numbers.below(YEAR_US) as i64, priority: 100 }
        })
        .collect();
    println!("{N_LINKS} links over {N_NODES} nodes, memory before: {} MiB", peak_mib());

    let policy = if std::env::args().any(|argument| argument == "unlimited") {
        Policy::unlimited()
    } else {
        let names = ["phone", "email", "unionid", "openid", "cookie"];
        Policy::for_types(&names.map(|name| name.parse().expect("these are types")))
    };
    let graph = Graph { nodes: &nodes, links: &links, ..Graph::default() };
    let resolution = timed("resolve", || resolve(&graph, &policy).expect("the graph fits together"));
    let map = resolution.assignment;
    println!("{} conflicts", resolution.conflicts.total);
    println!("peak memory, input included: {} MiB", peak_mib());
    println!("{} singles, {} stretches", map.singles().len(), map.stretches().len());

    let bytes = timed("to_bytes", || map.to_bytes());
    println!("{} MiB", bytes.len() >> 20);
    let read = timed("from_bytes", || Assignment::from_bytes(&bytes).expect("they were just written"));
    println!("{} profiles differ", timed("diff", || diff(&map, &read)).len());
    let sum = timed("consumer_of", || {
        let look_up = |link: &Link| u64::from(map.consumer_of(nodes[link.a.0 as usize].profile, link.ts_us).0);
        links.iter().map(look_up).sum::<u64>()
    });
    black_box(sum);
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {seconds:.2} s, {:.1} M links/s", f64::from(N_LINKS) / seconds / 1e6);
    result
}

/// Peak resident memory where the system tells it, else 0.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or(0) / 1024
}
