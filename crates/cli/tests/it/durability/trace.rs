//! What `faults.c` wrote down: each change of the data directory, in its order.

/// One change, as it was asked for. Paths are relative to the watched directory, which is `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A new, empty file.
    Create(String),
    /// A file got this length.
    Resize(String, usize),
    /// Bytes were written at an offset.
    Write(String, usize, Vec<u8>),
    /// A file or directory was synced.
    Sync(String),
    /// A name was changed.
    Rename(String, String),
    /// A file got a second name.
    Link(String, String),
    /// A name was taken off.
    Unlink(String),
    /// A new, empty directory.
    MakeDirectory(String),
    /// An empty directory was taken off.
    RemoveDirectory(String),
    /// Something was said on standard output.
    Output,
}

/// A change and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The number that [`super::shim::Shim::fail`] takes.
    pub(super) number: usize,
    /// The system's error; 0 when there was none.
    pub(super) error: i32,
    /// What was asked for; a write tells only the bytes that were taken.
    pub(super) change: Change,
}

/// All calls of one process that change files, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    /// The calls.
    pub(super) calls: Vec<Call>,
}

impl Trace {
    /// Reads a log.
    pub(super) fn read(mut bytes: &[u8]) -> Self {
        let mut calls = Vec::new();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let line = std::str::from_utf8(&bytes[..end]).unwrap();
            bytes = &bytes[end + 1..];
            let mut words = line.splitn(4, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (number, error, kind, rest) = (word(), word(), word(), word());
            let pair = || {
                let (from, to) = rest.split_once(" -> ").unwrap();
                (from.to_owned(), to.to_owned())
            };
            let change = match kind {
                "C" => Change::Create(rest.to_owned()),
                "T" => {
                    let (length, path) = rest.split_once(' ').unwrap();
                    Change::Resize(path.to_owned(), length.parse().unwrap())
                }
                "W" => {
                    let mut parts = rest.splitn(3, ' ');
                    let mut part = || parts.next().unwrap();
                    let (offset, count, path) = (part().parse().unwrap(), part().parse::<usize>().unwrap(), part());
                    let written = bytes[..count].to_vec();
                    // A line break follows the bytes.
                    bytes = &bytes[count + 1..];
                    Change::Write(path.to_owned(), offset, written)
                }
                "S" => Change::Sync(rest.to_owned()),
                "R" => {
                    let (from, to) = pair();
                    Change::Rename(from, to)
                }
                "L" => {
                    let (from, to) = pair();
                    Change::Link(from, to)
                }
                "U" => Change::Unlink(rest.to_owned()),
                "M" => Change::MakeDirectory(rest.trim_end_matches('/').to_owned()),
                "D" => Change::RemoveDirectory(rest.to_owned()),
                "O" => Change::Output,
                other => panic!("unknown kind of change {other:?} in {line:?}"),
            };
            calls.push(Call { number: number.parse().unwrap(), error: error.parse().unwrap(), change });
        }
        Self { calls }
    }

    /// How many calls can be made to fail.
    pub(super) fn count(&self) -> usize {
        self.calls.last().map_or(0, |call| call.number)
    }

    /// How many calls there are up to the first word on standard output, itself included.
    pub(super) fn until_output(&self) -> Option<usize> {
        self.calls.iter().position(|call| call.change == Change::Output).map(|place| place + 1)
    }
}
