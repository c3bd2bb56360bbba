//! Files made to do harm, read by the real binary under a bound on its memory, and by a real server that must go on.
//!
//! What they are refused with is said in `docs/guide/bad-input.md`, with the limits.

mod lies;
mod made;
mod server;
mod texts;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::bad_input::{counts, mapping};
use crate::{Finished, Place, finish};

/// What a command may hold, in KiB: an import's own sorts and buffers, and one hostile file with its rows of many MiB. The system refuses it more, which
/// ends a process that asks.
const MEMORY_KIB: u64 = 900 << 10;

/// Makes the allocator ask the system for what it needs and no more. It reserves a gibibyte ahead otherwise, which the bound
/// would count as held: whether a second reservation is asked for depends on which threads run when.
const NO_RESERVES: (&str, &str) = ("MIMALLOC_DISALLOW_ARENA_ALLOC", "1");

/// What becomes of a hostile file.
#[derive(Debug, Clone, Copy)]
enum Ends {
    /// Nothing is deposited, and the message says this.
    Refused(&'static str),
    /// Accepted, duplicate, rejected, unreadable.
    Counted([u64; 4]),
}

struct Hostile {
    id: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
    /// Options of the input, beside its path.
    options: &'static str,
    ends: Ends,
}

fn hostile(id: &'static str, name: &'static str, bytes: Vec<u8>, ends: Ends) -> Hostile {
    Hostile { id, name, bytes, options: "", ends }
}

/// Runs a command of the binary that may hold [`MEMORY_KIB`].
fn bounded(place: &Place, args: &[&str]) -> Finished {
    let plain = place.command(args);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -d {MEMORY_KIB} && exec \"$0\" \"$@\"")]).arg(plain.get_program());
    command.args(plain.get_args()).env_clear().current_dir(place.directory.path());
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env(NO_RESERVES.0, NO_RESERVES.1);
    finish(command)
}

/// Imports each file, whose SQL is `sql`, into a brand of its own.
#[track_caller]
fn check(sql: &str, files: Vec<Hostile>) {
    let place = Place::new();
    for (number, Hostile { id, name, bytes, options, ends }) in files.into_iter().enumerate() {
        let brand = format!("brand-{number}");
        place.json(&["brand", "add", &brand]);
        fs::write(place.path(name), bytes).unwrap();
        fs::write(place.path("m.toml"), mapping(&format!("path = \"*\"{options}"), sql)).unwrap();
        let run = bounded(&place, &["import", "--brand", &brand, "--mapping", "m.toml", name, "--format", "json"]);
        match ends {
            Ends::Refused(text) => {
                assert_eq!(run.code, Some(2), "{id}: {run:?}");
                assert!(
                    run.stderr.contains(text) && (run.stderr.contains(name) || text == "unknown column"),
                    "{id}: {run:?}"
                );
                assert!(run.stderr.len() < 4096 + run.stderr.matches("panicked").count() * 1024, "{id}: {run:?}");
            }
            Ends::Counted(expected) => {
                assert_eq!(run.code, Some(0), "{id}: {run:?}");
                let report: Value = serde_json::from_str(&run.stdout).unwrap();
                assert_eq!(counts(&report), expected, "{id}: {report}");
            }
        }
        fs::remove_file(place.path(name)).unwrap();
    }
}

/// A figure of a process that lives, in KiB: `VmRSS`, `VmHWM`.
fn figure(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The schema of a file of one column of texts.
fn column_schema() -> Vec<u8> {
    made::records(&[made::group("root", 1), made::column("s")])
}
