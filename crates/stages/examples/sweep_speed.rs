//! Prints how many events a second the sweep takes in on one thread, for the AIPL preset and synthetic consumers.
//!
//! Run with `cargo run --release -p databank-stages --example sweep_speed [part of a line's name]`.
#![expect(clippy::print_stdout, reason = "printing is what the example does")]

use std::time::Instant;

use databank_model::Day;
use databank_model::rules::{EntityKind, RuleSet, StatusKind};
use databank_stages::{Event, Program, StatusSpan, Sweep};

const CONSUMERS: usize = 100_000;
const EVENTS_PER_CONSUMER: usize = 20;
const ROUNDS: usize = 10;
const DAYS: u64 = 365;

/// A small generator with a fixed seed, so that every run sees the same consumers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

struct World {
    events: Vec<Event>,
    statuses: Vec<StatusSpan>,
}

/// Browsing mostly, some carts and clicks, a purchase in every thirty events or so.
fn world(program: &Program, cancelled_percent: u64) -> World {
    let mut numbers = Numbers(7);
    let bits_of = |behavior: &str| {
        let matches = |leaf: &databank_stages::Leaf| leaf.behaviors.iter().any(|known| known.as_str() == behavior);
        program.leaves().filter(|(_, leaf)| matches(leaf)).fold(0, |all, (bits, _)| all | bits)
    };
    let weights = [("view", 70), ("ad_impression", 12), ("cart", 6), ("favorite", 3), ("search", 5), ("purchase", 3)];
    let mix: Vec<u64> = weights.iter().flat_map(|(behavior, n)| std::iter::repeat_n(bits_of(behavior), *n)).collect();
    let (mut events, mut statuses) = (Vec::with_capacity(CONSUMERS * EVENTS_PER_CONSUMER), Vec::new());
    for consumer in 0..CONSUMERS {
        let start = events.len();
        for _ in 0..EVENTS_PER_CONSUMER {
            let day = 19_000 + numbers.below(DAYS) as i32;
            let bits = mix[numbers.below(mix.len() as u64) as usize];
            let cancelled = numbers.below(100) < cancelled_percent;
            let cancelled_from = if cancelled { Day(day + 5) } else { Day::OPEN_END };
            events.push(Event { day: Day(day), order: numbers.below(1 << 30), bits, cancelled_from });
        }
        events[start..].sort_by_key(|event: &Event| event.day);
        let kind = if consumer % 2 == 0 { StatusKind::Member } else { StatusKind::Fan };
        statuses.push(StatusSpan { kind, from: Day(19_000 + numbers.below(DAYS) as i32), to: Day::OPEN_END });
    }
    World { events, statuses }
}

/// Runs something on every consumer, a number of rounds, and prints its speed.
fn measure(what: &str, world: &World, mut one: impl FnMut(&[Event], &[StatusSpan]) -> usize) {
    if !std::env::args().nth(1).is_none_or(|part| what.contains(&part)) {
        return;
    }
    let start = Instant::now();
    let mut intervals = 0;
    for _ in 0..ROUNDS {
        for (consumer, events) in world.events.chunks(EVENTS_PER_CONSUMER).enumerate() {
            // One consumer in ten has a status.
            let statuses = if consumer % 10 == 0 { &world.statuses[consumer..=consumer] } else { &[] };
            intervals += one(events, statuses);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let events = (world.events.len() * ROUNDS) as f64;
    let (speed, per_event) = (events / seconds / 1e6, intervals as f64 / events);
    println!("{what:<34} {speed:>7.1} M events/s, {per_event:.2} intervals per event, {seconds:.2} s");
}

/// Sweeps one consumer. Gives how many intervals there are.
fn one(sweep: &mut Sweep<'_>, events: &[Event], statuses: &[StatusSpan]) -> usize {
    sweep.pass(sweep.len());
    sweep.person(0, events, statuses).len()
}

fn main() {
    for preset in ["aipl", "5a", "jd4a"] {
        let rules = RuleSet::from_preset(preset).expect("it is a preset");
        let program = Program::compile(&rules, EntityKind::Brand);
        let mut sweep = Sweep::new(&program);
        let kept = world(&program, 0);
        measure(&format!("{preset}: sweep only"), &kept, |events, statuses| one(&mut sweep, events, statuses));
        let refunded = world(&program, 2);
        measure(&format!("{preset}: 2 % cancelled"), &refunded, |events, statuses| one(&mut sweep, events, statuses));
    }
}
