//! The machine's clock is set, forwards and backwards, under a server that is sent events.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{OFTEN, Outcome, Shop, post};
use crate::durability::tell;
use crate::serve::Serving;
use crate::{Place, finish};

const HOUR: i64 = 3600;

/// A clock that is as far ahead of the machine's as somebody says.
struct Clock {
    directory: TempDir,
}

impl Clock {
    fn new() -> Self {
        let clock = Self { directory: tempfile::tempdir().unwrap() };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durability/collected/clock.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(clock.library()).arg(source).stdin(Stdio::null());
        assert!(compiler.status().expect("there is no C compiler `cc`").success(), "the clock does not compile");
        clock.set(0);
        clock
    }

    fn library(&self) -> PathBuf {
        self.directory.path().join("clock.so")
    }

    /// Sets it, for whoever runs and whoever begins, to so many seconds ahead.
    fn set(&self, seconds: i64) {
        use std::os::unix::fs::FileExt as _;
        let path = self.directory.path().join("ahead");
        let file = fs::File::options().write(true).create(true).truncate(false).open(path).unwrap();
        file.write_all_at(&seconds.to_ne_bytes(), 0).unwrap();
    }

    fn give_to(&self, mut command: Command) -> Command {
        command.env("LD_PRELOAD", self.library()).env("CLOCK_AHEAD", self.directory.path().join("ahead"));
        command
    }

    /// Runs a command by this clock, which must succeed, and reads its JSON.
    #[track_caller]
    fn json(&self, place: &Place, args: &[&str]) -> Value {
        let run = finish(self.give_to(place.command(args.iter().chain(&["--format", "json"]))));
        assert_eq!(run.code, Some(0), "{args:?}: {run:?}");
        serde_json::from_str(&run.stdout).unwrap()
    }
}

/// Received, accepted, duplicate and refused events of an answer.
fn counts(answer: &[u8]) -> [u64; 4] {
    let text = String::from_utf8_lossy(answer);
    let body: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
    ["received", "accepted", "duplicate", "rejected"].map(|name| body[name].as_u64().unwrap())
}

#[test]
fn a_clock_that_is_set_loses_nothing_and_counts_nothing_twice() {
    let (clock, place) = (Clock::new(), Place::with_brand());
    let shop = Shop::of(&place);
    let reading = place.json(&["key", "create", "--brand=acme", "--kind=api"])["key"].as_str().unwrap().to_owned();
    let mut command = Serving::command(&place);
    command.args(OFTEN);
    let serving = Serving::try_start_by(clock.give_to(command)).unwrap();
    let ask = |path: &str| -> Value {
        let answer = serving.get_with_key(&format!("/api/v1/brands/acme/{path}"), &reading);
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    // A day on, a day back, an hour on and back, and the second that is told twice.
    let jumps = [0, 24 * HOUR, -24 * HOUR, HOUR, 0, -1, 0];
    for (round, ahead) in jumps.into_iter().enumerate() {
        clock.set(ahead);
        for _ in 0..12 {
            assert_eq!(shop.send_until_taken(&serving.address, 1), (1, Outcome::Ok), "{ahead} seconds ahead");
        }
        // Those that do not say when they happened did when they came first, whenever they come again.
        let unsaid = |number: usize| {
            let properties = json!({ "number": -1 - (number as i64) });
            json!({ "type": "track", "event": "x", "userId": "now", "messageId": format!("now-{number}"),
                "properties": properties })
        };
        for number in 0..=round {
            let body = json!({ "batch": [unsaid(number)] }).to_string();
            let expected = if number == round { [1, 1, 0, 0] } else { [1, 0, 1, 0] };
            let answer = post(&serving.address, &shop.key, &body).unwrap();
            assert_eq!(counts(&answer), expected, "{ahead} seconds ahead, event {number}");
        }
        let told = ask("assets");
        assert!(told["total"].as_u64().is_some_and(|total| total > 0), "{told}");
    }
    serving.end("TERM");
    let unsaid =
        "select count(*) as n, count(distinct properties) as of from events where prop(properties, 'number') < 0";
    let unsaid = place.json(&["sql", "--brand=acme", unsaid]);
    assert_eq!(unsaid[0], json!({ "n": jumps.len(), "of": jumps.len() }));
    tell(&format!("a clock that is set {} times: {unsaid}", jumps.len()));
}

#[test]
fn what_is_said_last_of_two_ids_stands_whatever_the_clock_says() {
    let (clock, place) = (Clock::new(), Place::with_brand());
    let shop = Shop::of(&place);
    let serving = Serving::try_start_by(clock.give_to(Serving::command(&place))).unwrap();
    let body = json!({ "batch": [{ "type": "identify", "userId": "ann", "traits": { "phone": "13812345678" } }] });
    assert_eq!(counts(&post(&serving.address, &shop.key, &body.to_string()).unwrap()), [1, 1, 0, 0]);
    let said = ["identity", "unlink", "--brand=acme", "--id=user_id:ann", "--from=phone:13812345678"];
    let are_one = || {
        let asked = ["identity", "explain", "--brand=acme", "--id=user_id:ann", "--with=phone:13812345678"];
        !clock.json(&place, &asked)["path"].is_null()
    };
    serving.end("TERM");
    let serving = Serving::try_start_by({
        let mut command = Serving::command(&place);
        command.args(["--deposit-events", "1"]);
        clock.give_to(command)
    })
    .unwrap();
    assert!(are_one());
    for (ahead, undo) in [(24 * HOUR, false), (0, true), (-24 * HOUR, false), (-48 * HOUR, true), (0, false)] {
        clock.set(ahead);
        let said = [&said[..], if undo { &["--undo"] } else { &[] }].concat();
        assert_eq!(clock.json(&place, &said)["pairs"], 1);
        assert_eq!(are_one(), undo, "{ahead} seconds ahead");
    }
    serving.end("TERM");
}
