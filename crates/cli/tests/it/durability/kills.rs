//! `kill -9` at uniformly random times.
//!
//! A kind of work is killed at a random moment of the time that it takes, the vault is looked at, and the work is done again
//! undisturbed: that is [`kill_each`], and all that another kind of work needs is a [`Work`] of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Before, Copied, Deed, State, cases, differences, disk};
use crate::Place;
use crate::numbers::Numbers;
use crate::one_state::{HEADER, MAPPING, assert_same_state, rows};

/// Work of rounds, each of which can be begun again.
trait Work {
    /// The command of a round.
    fn command(&self, round: usize) -> Command;
    /// A line of standard error from which the time counts, when it is not the whole command.
    fn begins_at(&self) -> Option<&str> {
        None
    }
    /// Looks at what a killed round left: nothing may be between.
    fn look(&mut self, round: usize);
    /// Looks at what a round left that went to its end.
    fn look_at_end(&mut self, round: usize);
}

/// What tells the killer when to begin and when it is too late.
enum Told {
    Begun,
    Over,
}

/// Begins to read what a process says, so that it never waits; tells when the line comes, and when the process is over.
fn listen(child: &mut std::process::Child, from_line: Option<&str>) -> mpsc::Receiver<Told> {
    let (sender, told) = mpsc::channel();
    let (wanted, stderr) = (from_line.map(str::to_owned), child.stderr.take().unwrap());
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if wanted.as_ref().is_some_and(|wanted| line.contains(wanted)) {
                sender.send(Told::Begun).ok();
            }
        }
        sender.send(Told::Over).ok();
    });
    told
}

/// Runs a round to its end; how long it took from its line on.
fn run_whole(work: &mut impl Work, round: usize) -> Duration {
    let mut child = work.command(round).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut begun = Instant::now();
    for told in listen(&mut child, work.begins_at()) {
        match told {
            Told::Begun => begun = Instant::now(),
            Told::Over => break,
        }
    }
    let status = child.wait().unwrap();
    let took = begun.elapsed();
    assert!(status.success(), "round {round}: {status}");
    work.look_at_end(round);
    took
}

/// Kills each round once and then lets it end. Gives how many were still at work when they were killed.
fn kill_each(work: &mut impl Work, rounds: usize, seed: u64) -> usize {
    let mut chance = Numbers::new(seed);
    let mut took = run_whole(work, 0);
    let mut killed = 0;
    for round in 1..=rounds {
        let mut child = work.command(round).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let told = listen(&mut child, work.begins_at());
        let is_begun = work.begins_at().is_none() || matches!(told.recv(), Ok(Told::Begun));
        let wait = Duration::from_micros(chance.below(took.as_micros().max(1) as u64));
        if is_begun && matches!(told.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
            child.kill().unwrap();
        }
        if child.wait().unwrap().code().is_none() {
            killed += 1;
        }
        work.look(round);
        // The machine may have become slower or faster.
        took = (took + run_whole(work, round)) / 2;
    }
    killed
}

/// A deposit a round.
struct Deposits {
    place: Place,
    sizes: [&'static str; 2],
    from_line: Option<&'static str>,
    rows_each: usize,
}

impl Deposits {
    fn new(rounds: usize, rows_each: usize, sizes: [&'static str; 2], from_line: Option<&'static str>) -> Self {
        let place = Place::in_memory();
        assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
        fs::write(place.path("mixed.toml"), MAPPING).unwrap();
        for (round, part) in rows(((rounds + 1) * rows_each) as u64).chunks(rows_each).enumerate() {
            fs::write(place.path(&format!("{round}.csv")), HEADER.to_owned() + &part.concat()).unwrap();
        }
        Self { place, sizes, from_line, rows_each }
    }

    fn deposited(&self) -> usize {
        let counted = self.place.json(&[
            "sql",
            "--brand=acme",
            // The long run lies beside other work.
            "--timeout=600",
            "select count(distinct event_key) as keys, count(*) as n from events",
        ]);
        assert_eq!(counted[0]["keys"], counted[0]["n"], "{counted}");
        counted[0]["n"].as_u64().unwrap() as usize
    }

    /// All rounds together give what one deposit of everything gives.
    fn assert_clean(&self, rounds: usize) {
        let clean = Place::in_memory();
        assert_eq!(clean.run(["brand", "add", "acme"]).code, Some(0));
        fs::write(clean.path("mixed.toml"), MAPPING).unwrap();
        let all = rows(((rounds + 1) * self.rows_each) as u64).concat();
        fs::write(clean.path("all.csv"), HEADER.to_owned() + &all).unwrap();
        clean.json(&["import", "--brand=acme", "--mapping=mixed.toml", "all.csv"]);
        assert_same_state(&clean, &self.place);
        assert_eq!(self.place.run(["rebuild", "--brand=acme"]).code, Some(0));
        assert_same_state(&clean, &self.place);
    }
}

impl Work for Deposits {
    fn command(&self, round: usize) -> Command {
        let [chunk, partition] = self.sizes;
        let file = format!("{round}.csv");
        self.place.command([
            "import",
            "--brand=acme",
            "--mapping=mixed.toml",
            "--chunk-rows",
            chunk,
            "--partition-rows",
            partition,
            &file,
        ])
    }

    fn begins_at(&self) -> Option<&str> {
        self.from_line
    }

    fn look(&mut self, round: usize) {
        let found = self.deposited();
        assert!([round * self.rows_each, (round + 1) * self.rows_each].contains(&found), "round {round}: {found} rows");
    }

    fn look_at_end(&mut self, round: usize) {
        // When it had happened already, all of it is there already.
        assert_eq!(self.deposited(), (round + 1) * self.rows_each, "round {round}");
    }
}

#[test]
fn a_deposit_killed_at_a_random_time() {
    let rounds = cases(10, 150);
    let mut work = Deposits::new(rounds, 300, ["1000", "100000"], None);
    let killed = kill_each(&mut work, rounds, 1);
    println!("{killed} of {rounds} deposits were killed at work");
    work.assert_clean(rounds);
}

#[test]
fn a_deposit_killed_while_it_places_merges_and_splits() {
    let rounds = cases(10, 150);
    // Several chunks each, partitions that are soon outgrown: files are merged and rows move all the time.
    let mut work = Deposits::new(rounds, 300, ["60", "150"], Some("linking people"));
    let killed = kill_each(&mut work, rounds, 2);
    println!("{killed} of {rounds} deposits were killed while they placed rows");
    work.assert_clean(rounds);
    let slots =
        work.place.json(&["sql", "--brand=acme", "--timeout=600", "select count(distinct slots) as n from events"]);
    assert!(slots[0]["n"].as_u64().unwrap() > 4, "{slots}");
}

/// A history built again, or under other rules by turns.
struct Histories {
    place: Place,
    /// The commands by turns, and the state that each leads to.
    turns: Vec<(Vec<&'static str>, State)>,
}

impl Histories {
    fn new(turns: &[&[&'static str]]) -> Self {
        let place = Place::in_memory();
        assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
        fs::write(place.path("mixed.toml"), MAPPING).unwrap();
        fs::write(place.path("all.csv"), HEADER.to_owned() + &rows(3000).concat()).unwrap();
        fs::write(place.path("five.toml"), include_str!("../../../../../presets/5a.toml")).unwrap();
        fs::write(place.path("four.toml"), include_str!("../../../../../presets/aipl.toml")).unwrap();
        place.json(&[
            "import",
            "--brand=acme",
            "--mapping=mixed.toml",
            "--chunk-rows=1000",
            "--partition-rows=400",
            "all.csv",
        ]);
        let mut told = Vec::new();
        for turn in turns {
            assert_eq!(place.run(*turn).code, Some(0));
            told.push((turn.to_vec(), state(&place)));
        }
        Self { place, turns: told }
    }

    fn turn(&self, round: usize) -> &(Vec<&'static str>, State) {
        &self.turns[round % self.turns.len()]
    }
}

fn state(place: &Place) -> State {
    Copied { place, data: place.data.clone() }.state("killed")
}

impl Work for Histories {
    fn command(&self, round: usize) -> Command {
        self.place.command(&self.turn(round).0)
    }

    fn look(&mut self, round: usize) {
        let found = state(&self.place);
        let (before, after) = (&self.turn(round + self.turns.len() - 1).1, &self.turn(round).1);
        assert!(found == *before || found == *after, "round {round}: {}", differences(&found, after));
    }

    fn look_at_end(&mut self, round: usize) {
        let (found, after) = (state(&self.place), &self.turn(round).1);
        assert!(found == *after, "round {round}: {}", differences(&found, after));
    }
}

#[test]
fn a_history_build_killed_at_a_random_time() {
    let rounds = cases(10, 150);
    let mut work = Histories::new(&[&["rebuild", "--brand=acme"]]);
    let killed = kill_each(&mut work, rounds, 3);
    println!("{killed} of {rounds} rebuilds were killed at work");
}

#[test]
fn a_switch_of_rules_killed_at_a_random_time() {
    let rounds = cases(10, 150);
    let mut work = Histories::new(&[
        &["rules", "set", "--brand=acme", "five.toml"],
        &["rules", "set", "--brand=acme", "four.toml"],
    ]);
    let killed = kill_each(&mut work, rounds, 4);
    println!("{killed} of {rounds} switches of rules were killed at work");
}

/// A compaction of the same files each round.
struct Compactions {
    before: Before,
    place: Place,
}

impl Compactions {
    fn new() -> Self {
        let before = Before::new(Deed::Compact);
        assert!(before.at_first == before.after, "a compaction changes nothing that is said");
        let new = Self { place: before.place.beside("compacted"), before };
        new.pile_up();
        new
    }

    fn data(&self) -> Copied<'_> {
        Copied { place: &self.place, data: self.place.data.clone() }
    }

    /// Puts the files back with which a compaction has something to do.
    fn pile_up(&self) {
        fs::remove_dir_all(&self.place.data).ok();
        disk::restore(&disk::listing(self.before.data().path()), &self.place.data);
    }
}

impl Work for Compactions {
    fn command(&self, _round: usize) -> Command {
        self.data().command(self.before.deed.arguments())
    }

    fn look(&mut self, round: usize) {
        let (found, wanted) = (self.data().state("killed"), &self.before.after);
        assert!(found == *wanted, "round {round}: {}", differences(&found, wanted));
    }

    fn look_at_end(&mut self, round: usize) {
        let data = self.data();
        self.before.assert_whole(&data, true, &format!("round {round}"));
        let checked = data.run(&["doctor", "--deep"]);
        assert_eq!(checked.code, Some(0), "round {round}: {checked:?}");
        self.pile_up();
    }
}

#[test]
fn a_compaction_killed_at_a_random_time() {
    let rounds = cases(10, 150);
    let mut work = Compactions::new();
    let killed = kill_each(&mut work, rounds, 5);
    println!("{killed} of {rounds} compactions were killed at work");
}
