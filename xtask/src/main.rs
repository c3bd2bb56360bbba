//! Development tasks of this repository: `cargo xtask TASK`.
//!
//! `check` holds the rules that no compiler knows: which crate may import which, which one crate may use a library, and
//! what no committed file may hold. Each rule is one file under `check/`, a pure function from texts to [`Problem`]s
//! with its cases beside it; only `repository.rs` reads files.
//!
//! To add a rule: write `check/<rule>.rs`, give it a line in [`check::RULES`], say it in `CONTRIBUTING.md`.

mod check;
mod problem;
mod repository;

use std::io::Write as _;
use std::process::ExitCode;

use problem::Problem;

const USAGE: &str = "usage: cargo xtask check    holds the repository to its rules\n";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check(),
        ["help" | "--help" | "-h"] => {
            std::io::stdout().write_all(USAGE.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            std::io::stderr().write_all(USAGE.as_bytes())?;
            Ok(ExitCode::from(2))
        }
    }
}

fn check() -> anyhow::Result<ExitCode> {
    let repository = repository::Repository::open()?;
    let problems: Vec<Problem> = check::RULES.iter().flat_map(|rule| rule(&repository)).collect();
    let mut out = std::io::stderr().lock();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let crates = repository.crates.len();
    let files = repository.files.len();
    if problems.is_empty() {
        writeln!(out, "check: {crates} crates and {files} files keep the rules")?;
        Ok(ExitCode::SUCCESS)
    } else {
        writeln!(out, "check: {} problems in {crates} crates and {files} files", problems.len())?;
        Ok(ExitCode::FAILURE)
    }
}
