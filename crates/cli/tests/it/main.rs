//! The real binary over directories that go away.

mod audit;
mod bad_input;
mod brands;
mod compaction;
mod data_sets;
mod durability;
mod hostile;
mod keys;
mod keys_cli;
mod many_brands;
mod numbers;
mod one_state;
mod output;
mod own_rules;
mod owner;
mod public_data;
mod readers;
mod serve;
mod sql_limits;
mod stitching;
mod upkeep;
mod usage;
mod users;
mod world;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

/// A data directory that does not exist yet, and a user of its own with a configuration directory.
struct Place {
    directory: Arc<TempDir>,
    data: PathBuf,
}

/// What a finished process left.
#[derive(Debug)]
struct Finished {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// A process that holds the data directory, or holds on to its owner.
struct Holding {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Place {
    fn new() -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let data = directory.path().join("data");
        Self { directory, data }
    }

    /// A place whose files lie in memory where the system has room for them there: syncing them costs nothing.
    fn in_memory() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let directory =
            if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() };
        let data = directory.path().join("data");
        Self { directory: Arc::new(directory), data }
    }

    /// A place with one brand, `acme`.
    fn with_brand() -> Self {
        let place = Self::new();
        assert_eq!(place.run(["brand", "add", "acme"]).code, Some(0));
        place
    }

    /// Another data directory of the same user, with the same key.
    fn beside(&self, name: &str) -> Self {
        Self { directory: Arc::clone(&self.directory), data: self.path(name) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where the key is unless somebody says otherwise.
    fn default_key(&self) -> PathBuf {
        self.path("config/databank/master.key")
    }

    fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_databank"));
        command
            .env_clear()
            .env("HOME", self.directory.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("DATABANK_DATA", &self.data)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .args(args);
        command
    }

    fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Finished {
        finish(self.command(args))
    }

    /// Runs a command that must succeed, and reads its JSON.
    fn json(&self, args: &[&str]) -> Value {
        let finished = self.run(args.iter().chain(&["--format", "json"]));
        assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
        serde_json::from_str(&finished.stdout).unwrap()
    }

    fn hold(&self) -> Holding {
        let mut command = self.command(["hold"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "holding\n");
        Holding { child, input, output }
    }
}

impl Holding {
    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the input that it waits for.
    fn release(&mut self) {
        self.input = None;
    }

    /// Waits for its end.
    fn finish(mut self) -> Finished {
        self.release();
        drop(self.output);
        finished(self.child)
    }

    /// Ends it as `kill -9` does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn finish(mut command: Command) -> Finished {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    finished(command.spawn().unwrap())
}

fn finished(child: Child) -> Finished {
    let output = child.wait_with_output().unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Finished {
    /// A failure that says one line, which contains `text`, and prints no result.
    #[track_caller]
    fn refused(&self, code: i32, text: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let one_line = self.stderr.starts_with("error: ") && self.stderr.matches('\n').count() == 1;
        assert!(one_line && self.stderr.contains(text), "{self:?}");
    }
}
