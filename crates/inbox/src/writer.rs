//! The one thread that writes: what waits is written and synced together.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use tokio::sync::oneshot;

use crate::InboxError;
use crate::index::Held;
use crate::journal::Shared;
use crate::record::{self, Entry};
use crate::segment::{self, Previous, START};

/// A buffer that a large group made larger than this is let go.
const KEPT_BUFFER: usize = 4 << 20;

/// Who waits for a record to be durable.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) entry: Entry,
    pub(crate) done: oneshot::Sender<Result<u64, InboxError>>,
}

/// The file that is appended to.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) first: u64,
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) end: u64,
}

/// What the writing thread owns.
#[derive(Debug)]
pub(crate) struct Writer {
    /// `None` after a failure: the next group begins a new file.
    pub(crate) current: Option<Current>,
    /// The file before, and where it ends.
    pub(crate) previous: Option<Previous>,
    pub(crate) next_sequence: u64,
    pub(crate) buffer: Vec<u8>,
}

impl Writer {
    /// Writes groups until the inbox is closed and nobody waits.
    pub(crate) fn run(mut self, shared: &Shared) {
        while let Some(group) = shared.next_group() {
            self.write(group, shared);
        }
        self.seal();
    }

    fn write(&mut self, group: Vec<Waiting>, shared: &Shared) {
        match self.write_group(&group, shared) {
            Ok(held) => {
                let sequences: Vec<u64> = held.iter().map(|held| held.sequence).collect();
                shared.add(group.iter().map(|waiting| &waiting.entry.brand).zip(held));
                for (waiting, sequence) in group.into_iter().zip(sequences) {
                    // Who gave up waiting has been kept all the same.
                    let _gave_up = waiting.done.send(Ok(sequence));
                }
            }
            Err(error) => {
                self.abandon();
                for waiting in group {
                    let _gave_up = waiting.done.send(Err(error.clone()));
                }
            }
        }
    }

    fn write_group(&mut self, group: &[Waiting], shared: &Shared) -> Result<Vec<Held>, InboxError> {
        let first = self.next_sequence;
        if self.current.as_ref().is_none_or(|current| current.end >= shared.options.segment_bytes) {
            self.begin_file(shared)?;
        }
        let Self { current: Some(current), buffer, next_sequence, .. } = self else { return Err(InboxError::Closed) };
        buffer.clear();
        let mut held = Vec::with_capacity(group.len());
        for (Waiting { entry, .. }, sequence) in group.iter().zip(first..) {
            let at = buffer.len();
            record::write(buffer, entry, sequence, first);
            held.push(Held {
                sequence,
                segment: current.first,
                offset: current.end + at as u64,
                bytes: (buffer.len() - at) as u32,
                events: entry.events,
                received_us: entry.received_us,
            });
        }
        current.file.write_all_at(buffer, current.end).map_err(InboxError::io("write", &current.path))?;
        current.file.sync_data().map_err(InboxError::io("sync", &current.path))?;
        current.end += buffer.len() as u64;
        *next_sequence += group.len() as u64;
        if buffer.capacity() > KEPT_BUFFER {
            *buffer = Vec::new();
        }
        Ok(held)
    }

    fn begin_file(&mut self, shared: &Shared) -> Result<(), InboxError> {
        let first = self.next_sequence;
        if let Some(full) = self.current.take() {
            self.previous = Some(Previous { first: full.first, end: full.end });
        }
        let path = segment::create(&shared.directory, first, self.previous)?;
        let file = File::options().read(true).write(true).open(&path).map_err(InboxError::io("open", &path))?;
        shared.begin_segment(first);
        self.current = Some(Current { first, path, file, end: START });
        Ok(())
    }

    /// Nothing is appended behind what may or may not be on disk: the kernel may have dropped it and say of the next sync that
    /// all is well. The next group gets a new file, which says where this one ends.
    fn abandon(&mut self) {
        // A sequence that may be on disk, as a record's or a file's name, is not given again.
        self.next_sequence += 1;
        let Some(broken) = self.current.take() else { return };
        // What was not answered need not take room. It does no harm if it stays.
        broken.file.set_len(broken.end).ok();
        self.previous = Some(Previous { first: broken.first, end: broken.end });
    }

    fn seal(&mut self) {
        let Some(current) = &self.current else { return };
        self.buffer.clear();
        record::write_seal(&mut self.buffer, self.next_sequence);
        // Without it the file is read as after a crash.
        current.file.write_all_at(&self.buffer, current.end).and_then(|()| current.file.sync_data()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inbox, Options};

    fn entry(body: &str) -> Entry {
        let (brand, body) = ("a".parse().unwrap(), body.as_bytes().to_vec());
        Entry { brand, received_us: 0, events: 1, facts: Vec::new(), body }
    }

    fn group(bodies: &[&str]) -> (Vec<Waiting>, Vec<oneshot::Receiver<Result<u64, InboxError>>>) {
        let one = |body: &&str| {
            let (done, answer) = oneshot::channel();
            (Waiting { entry: entry(body), done }, answer)
        };
        bodies.iter().map(one).unzip()
    }

    fn answers(answers: Vec<oneshot::Receiver<Result<u64, InboxError>>>) -> Vec<bool> {
        answers.into_iter().map(|mut answer| answer.try_recv().unwrap().is_ok()).collect()
    }

    #[test]
    fn behind_a_failed_write_nothing_is_appended_in_the_same_file() {
        let place = tempfile::tempdir().unwrap();
        let shared = Shared::for_tests(place.path());
        let mut writer = Writer { current: None, previous: None, next_sequence: 1, buffer: Vec::new() };
        let mut write = |bodies: &[&str], breaks: bool| {
            let (group, waiting) = group(bodies);
            if breaks && let Some(current) = &mut writer.current {
                // A file that cannot be written to; what a failed sync leaves of its bytes is there all the same.
                let mut left = Vec::new();
                record::write(&mut left, &entry("left"), writer.next_sequence, writer.next_sequence);
                current.file.write_all_at(&left, current.end).unwrap();
                current.file = File::open(&current.path).unwrap();
            }
            writer.write(group, &shared);
            answers(waiting)
        };
        assert_eq!(write(&["1", "2"], false), [true, true]);
        assert_eq!(write(&["lost", "lost"], true), [false, false]);
        assert_eq!(write(&["3"], false), [true]);
        assert_eq!(write(&["lost"], true), [false]);
        assert_eq!(write(&["lost"], true), [true], "a new file, which nothing breaks");
        let inbox = Inbox::open(place.path(), Options::default(), &|_| Some(0), 0).unwrap();
        let records = inbox.read(&"a".parse().unwrap(), 0, u64::MAX).unwrap();
        let bodies: Vec<&[u8]> = records.iter().map(|record| record.body.as_slice()).collect();
        assert_eq!(bodies, [&b"1"[..], b"2", b"3", b"lost"]);
        let mut sequences: Vec<u64> = records.iter().map(|record| record.sequence).collect();
        sequences.dedup();
        assert!(sequences.len() == 4 && sequences.is_sorted());
    }

    #[test]
    fn a_file_begun_in_vain_is_passed_over() {
        let place = tempfile::tempdir().unwrap();
        let shared = Shared::for_tests(place.path());
        let mut writer = Writer { current: None, previous: None, next_sequence: 1, buffer: Vec::new() };
        for body in ["1", "2"] {
            let (group, _waiting) = group(&[body]);
            writer.write(group, &shared);
            writer.abandon();
            // As if it got its name and a crash came before anybody was told.
            segment::create(place.path(), writer.next_sequence, writer.previous).unwrap();
            writer.abandon();
        }
        let inbox = Inbox::open(place.path(), Options::default(), &|_| Some(0), 0).unwrap();
        assert_eq!(inbox.read(&"a".parse().unwrap(), 0, u64::MAX).unwrap().len(), 2);
    }
}
