//! Runs the real binary with `faults.c` between it and the C library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::trace::Trace;
use crate::{Finished, finish};

/// What becomes of the call with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It fails with EIO.
    Eio,
    /// It fails with ENOSPC.
    Enospc,
    /// It fails with ENOSPC, and so does all later that needs room.
    Full,
    /// A write takes half of its bytes.
    Short,
    /// The process is killed, in the middle of a write.
    Kill,
}

impl How {
    fn as_str(self) -> &'static str {
        match self {
            Self::Eio => "eio",
            Self::Enospc => "enospc",
            Self::Full => "full",
            Self::Short => "short",
            Self::Kill => "kill",
        }
    }
}

/// The compiled shim.
#[derive(Debug)]
pub(super) struct Shim {
    directory: TempDir,
}

impl Shim {
    /// Compiles it. A C compiler is among what the workspace needs to be built.
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durability/faults.c");
        let library = directory.path().join("faults.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source);
        let status = compiler.stdin(Stdio::null()).status().expect("there is no C compiler `cc`");
        assert!(status.success(), "the shim does not compile");
        Self { directory }
    }

    /// Puts the shim into a command that changes what is below `root`, and names the log.
    fn watch(&self, command: &mut Command, root: &Path) -> PathBuf {
        let log = self.directory.path().join("log");
        command
            .env("LD_PRELOAD", self.directory.path().join("faults.so"))
            .env("FAULTS_ROOT", root.canonicalize().unwrap())
            .env("FAULTS_LOG", &log);
        log
    }

    /// Runs a command to its end and gives what it did to the files below `root`.
    pub(super) fn trace(&self, mut command: Command, root: &Path) -> (Finished, Trace) {
        self.run(&mut command, root, None)
    }

    /// Runs a command of which one call fails, and gives what it did until its end.
    pub(super) fn fail(&self, mut command: Command, root: &Path, at: usize, how: How) -> (Finished, Trace) {
        self.run(&mut command, root, Some((at, how)))
    }

    /// Puts the shim into a command of which one call is to fail, and names the log.
    pub(super) fn fail_at(&self, command: &mut Command, root: &Path, at: usize, how: How) -> PathBuf {
        command.env("FAULTS_AT", at.to_string()).env("FAULTS_HOW", how.as_str());
        self.watch(command, root)
    }

    /// Reads a log and takes it away.
    pub(super) fn take(log: &Path) -> Trace {
        let bytes = std::fs::read(log).unwrap_or_default();
        std::fs::remove_file(log).ok();
        Trace::read(&bytes)
    }

    fn run(&self, command: &mut Command, root: &Path, fault: Option<(usize, How)>) -> (Finished, Trace) {
        let log = match fault {
            Some((at, how)) => self.fail_at(command, root, at, how),
            None => self.watch(command, root),
        };
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut taken = Command::new(command.get_program());
        taken.args(command.get_args()).env_clear().stdin(Stdio::null());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                taken.env(name, value);
            }
        }
        if let Some(directory) = command.get_current_dir() {
            taken.current_dir(directory);
        }
        let finished = finish(taken);
        (finished, Self::take(&log))
    }
}
