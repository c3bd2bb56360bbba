//! What is deposited survives: power cuts, failing disks, full disks, kills.
//!
//! [`shim`] runs the real binary with `faults.c` between it and the C library: each change of the data directory is written
//! down, and any of them can be made to fail. [`disk`] works out what a power cut at any moment may have left. Whatever it
//! left, three things must hold: the vault is as it was before or as it is after, never between; what was told to be done
//! is there; and the same command once more ends in the state of a run that nothing happened to.
//!
//! `make test` tries some moments, `make test-long` all of them. `docs/durability.md` has the promises and the results.

mod collected;
mod disk;
mod failures;
mod full_disk;
mod kills;
mod order;
mod power_cut;
mod shim;
mod trace;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::one_state::{HEADER, MAPPING, rows};
use crate::{Finished, Place, finish};

/// All that a vault says, whoever counts its people: sorted.
type State = Vec<String>;

const STATE: &str = "
select cast(consumer as varchar) as who, concat_ws('|', 'e', cast(ts as varchar), cast(day as varchar), behavior, item_id,
    order_id, cast(amount_minor as varchar), cast(properties as varchar)) as fact from events
union all
select cast(consumer as varchar), concat_ws('|', 's', stage, cast(from_day as varchar), cast(to_day as varchar)) from stages
union all
select 'days', concat_ws('|', stage, cast(day as varchar), cast(sum(entered) as varchar), cast(sum(\"left\") as varchar))
    from stage_days group by stage, day
union all
select 'rejects', concat_ws('|', file, cast(line as varchar), code, message) from rejects";

/// What is done to a brand that has something already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// A deposit whose rows join people who are there, split the partitions and merge their files.
    Deposit,
    /// Other rules: the history is built beside the present one.
    Rules,
    /// The history is built again.
    Rebuild,
    /// Files that piled up are merged, and partitions are split: nothing that is said changes.
    Compact,
}

impl Deed {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Deposit => &[
                "import",
                "--brand=acme",
                "--mapping=mixed.toml",
                "--chunk-rows=150",
                "--partition-rows=150",
                "--quiet",
                "second",
            ],
            Self::Rules => &["rules", "set", "--brand=acme", "rules.toml", "--quiet"],
            Self::Rebuild => &["rebuild", "--brand=acme", "--quiet"],
            Self::Compact => &["compact", "--brand=acme", "--partition-rows=150", "--quiet"],
        }
    }
}

/// A brand with a first deposit, and the two states that a deed leads from and to.
struct Before {
    place: Place,
    deed: Deed,
    at_first: State,
    after: State,
}

/// A copy of its data directory, to be spoiled.
struct Copied<'a> {
    place: &'a Place,
    data: PathBuf,
}

impl Before {
    fn new(deed: Deed) -> Self {
        let place = Place::in_memory();
        assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
        fs::write(place.path("mixed.toml"), MAPPING).unwrap();
        fs::write(place.path("rules.toml"), RULES).unwrap();
        let mut all = rows(1200);
        // Rows that are refused are kept too.
        all.insert(100, "bad,not a day,view,,,c1,i1,,,\n".to_owned());
        all.push("worse,2025-01-01 10:00:00,no behavior,,,c1,i1,,,\n".to_owned());
        for (folder, rows) in [("first", &all[..500]), ("second", &all[500..])] {
            fs::create_dir(place.path(folder)).unwrap();
            fs::write(place.path(folder).join("rows.csv"), HEADER.to_owned() + &rows.concat()).unwrap();
        }
        if deed == Deed::Compact {
            deposit_one_by_one(&place, &all);
        } else {
            let mut arguments = Deed::Deposit.arguments().to_vec();
            arguments.pop();
            arguments.push("first");
            place.json(&arguments);
        }
        let mut new = Self { at_first: State::new(), after: State::new(), place, deed };
        let (before, after) = {
            let clean = new.copy("clean");
            clean.succeed(deed);
            (new.data().state("before"), clean.state("after"))
        };
        (new.at_first, new.after) = (before, after);
        new
    }

    fn data(&self) -> Copied<'_> {
        Copied { place: &self.place, data: self.place.data.clone() }
    }

    /// A copy of the data directory, under a name of its own.
    fn copy(&self, name: &str) -> Copied<'_> {
        self.data().copy(name)
    }

    /// Whatever happened, nothing is between; what is done is done; and doing it again ends well.
    #[track_caller]
    fn assert_whole(&self, found: &Copied<'_>, done: bool, what: &str) {
        let state = found.state(what);
        let is_after = state == self.after;
        assert!(
            is_after || state == self.at_first,
            "{what}: neither before nor after: {}",
            differences(&state, &self.after)
        );
        assert!(is_after || !done, "{what}: it was told to be done, and is not");
        self.assert_repeatable(found, what);
    }

    /// Doing it again, undisturbed, ends in the state of a clean run.
    #[track_caller]
    fn assert_repeatable(&self, found: &Copied<'_>, what: &str) {
        let again = found.run(self.deed.arguments());
        assert_eq!(again.code, Some(0), "{what}: {again:?}");
        let state = found.state(what);
        assert!(state == self.after, "{what}, and once more: {}", differences(&state, &self.after));
        if self.deed == Deed::Compact {
            let told = found.run(&[self.deed.arguments(), &["--format=json"]].concat());
            assert!(told.stdout.contains(r#""changed":false"#), "{what}: something is left to do: {told:?}");
        }
    }
}

/// Deposits rows in many small files, in one partition: what a compaction is for.
fn deposit_one_by_one(place: &Place, rows: &[String]) {
    for (number, part) in rows.chunks(rows.len().div_ceil(11)).enumerate() {
        let name = format!("{number}.csv");
        fs::write(place.path(&name), HEADER.to_owned() + &part.concat()).unwrap();
        place.json(&["import", "--brand=acme", "--mapping=mixed.toml", "--quiet", &name]);
    }
}

impl<'a> Copied<'a> {
    fn copy(&self, name: &str) -> Copied<'a> {
        let copied = Copied { place: self.place, data: self.place.path(name) };
        disk::restore(&disk::listing(&self.data), &copied.data);
        copied
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        command.env("DATABANK_DATA", &self.data);
        command
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.command(arguments))
    }

    #[track_caller]
    fn succeed(&self, deed: Deed) {
        let done = self.run(deed.arguments());
        assert_eq!(done.code, Some(0), "{done:?}");
    }

    fn path(&self) -> &Path {
        &self.data
    }

    /// All that the vault says. `what` became of it is told where it says nothing.
    #[track_caller]
    fn state(&self, what: &str) -> State {
        let told = self.run(&["sql", "--brand=acme", "--format=json", "--timeout=600", STATE]);
        assert_eq!(told.code, Some(0), "{what}: {}", told.stderr);
        let rows: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
        let mut people: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in &rows {
            let (who, fact) = (row["who"].as_str().unwrap(), row["fact"].as_str().unwrap());
            people.entry(who).or_default().push(fact);
        }
        // Numbers of people are as they come: a person is what they did.
        let mut state: State = people
            .into_values()
            .map(|mut facts| {
                facts.sort_unstable();
                facts.join("\n")
            })
            .collect();
        state.sort_unstable();
        state
    }
}

impl Drop for Copied<'_> {
    fn drop(&mut self) {
        if self.data != self.place.data {
            fs::remove_dir_all(&self.data).ok();
        }
    }
}

/// The first few differences, for a failure's text.
fn differences(found: &State, wanted: &State) -> String {
    let only = |these: &State, those: &State| {
        these.iter().filter(|fact| !those.contains(fact)).take(2).cloned().collect::<Vec<_>>()
    };
    format!(
        "{} people or lists instead of {}; too much {:?}, missing {:?}",
        found.len(),
        wanted.len(),
        only(found, wanted),
        only(wanted, found)
    )
}

/// How many cases of each kind to try: `few` in `make test`, `many` in `make test-long`.
fn cases(few: usize, many: usize) -> usize {
    if is_long() { many } else { few }
}

/// Says what was tried, for the log of the long run.
#[expect(clippy::print_stdout, reason = "the log of the long run tells how much was tried")]
fn tell(text: &str) {
    println!("{text}");
}

/// Whether this is `make test-long`.
fn is_long() -> bool {
    std::env::var_os("DATABANK_LONG_CASES").is_some()
}

/// Numbers from 1 to `count`: all in the long run, else `few` that are spread over them from an offset of their own.
fn spread(count: usize, few: usize, offset: usize) -> Vec<usize> {
    if is_long() || count <= few {
        return (1..=count).collect();
    }
    (0..few).map(|number| 1 + (number * count / few + offset * 7) % count).collect()
}

/// Rules that give other stages than the default ones.
const RULES: &str = include_str!("../../../../presets/5a.toml");
