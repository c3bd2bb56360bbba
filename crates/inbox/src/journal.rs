//! The inbox as its users see it.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use databank_lake::durable;
use databank_model::BrandSlug;
use tokio::sync::{Notify, oneshot};

use crate::InboxError;
use crate::index::{Held, Index, Pending};
use crate::record::{self, Entry, Record};
use crate::segment::{self, Previous};
use crate::writer::{Current, Waiting, Writer};

/// How much an inbox holds.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Bytes of a file beyond which the next group begins another.
    pub segment_bytes: u64,
    /// Bytes of requests that wait to be synced.
    pub waiting_bytes: usize,
    /// Bytes that wait to be deposited.
    pub held_bytes: u64,
    /// Events that wait to be deposited.
    pub held_events: u64,
    /// Requests that wait to be deposited: of each some 50 bytes stay in memory.
    pub held_records: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            waiting_bytes: 32 << 20,
            held_bytes: 8 << 30,
            held_events: 10_000_000,
            held_records: 2_000_000,
        }
    }
}

/// What the writing thread and everybody else share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) directory: PathBuf,
    pub(crate) options: Options,
    queue: Mutex<Queue>,
    wake: Condvar,
    index: Mutex<Index>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    bytes: usize,
    is_closed: bool,
}

/// The inbox of a data directory. Cheap to clone; closed when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
    _closing: Arc<Closing>,
}

/// Ends the writing thread, after it has written what waits.
#[derive(Debug)]
struct Closing {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        lock(&self.shared.queue).is_closed = true;
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inbox {
    /// Opens the inbox in a directory, making it if it is not there. `deposited` tells up to which sequence a brand's vault has
    /// what came, if it has any; `None` for a brand that is not there any more. It must be the only one that is open.
    pub fn open(
        directory: &Path,
        options: Options,
        deposited: &dyn Fn(&BrandSlug) -> Option<u64>,
        at_least: u64,
    ) -> Result<Self, InboxError> {
        durable::create_directory(directory)?;
        let mut index = Index::default();
        let mut writer = Writer { current: None, previous: None, next_sequence: at_least.max(1), buffer: Vec::new() };
        let files = segment::list(directory)?;
        for (place, file) in files.iter().enumerate() {
            let end = files.get(place + 1).and_then(|next| next.previous).map(|previous| previous.end);
            let scanned = segment::scan(&file.path, file.first, end)?;
            index.add_segment(file.first);
            writer.next_sequence = writer.next_sequence.max(file.first);
            for segment::Place { offset, head } in &scanned.places {
                writer.next_sequence = writer.next_sequence.max(head.sequence + 1);
                let Some(brand) = &head.brand else { continue };
                if deposited(brand).is_some_and(|deposited| head.sequence > deposited) {
                    let held = Held {
                        sequence: head.sequence,
                        segment: file.first,
                        offset: *offset,
                        bytes: head.bytes as u32,
                        events: head.events,
                        received_us: head.received_us,
                    };
                    index.add(brand, held);
                }
            }
            if place + 1 == files.len() {
                writer.current = Some(reopen(file, &scanned)?);
            } else {
                writer.previous = Some(Previous { first: file.first, end: scanned.end });
            }
        }
        let shared = Arc::new(Shared::new(directory, options, index));
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("inbox".to_owned())
            .spawn(move || writer.run(&of_thread))
            .map_err(InboxError::io("start the writer of", directory))?;
        let closing = Closing { shared: Arc::clone(&shared), thread: Some(thread) };
        let inbox = Self { shared, _closing: Arc::new(closing) };
        inbox.delete_unneeded();
        Ok(inbox)
    }

    /// Keeps a request. When it answers with the request's sequence, the request survives a power cut. When it fails, or is given
    /// up, the request may have been kept all the same: whoever sends it again must be able to be told from one who sends more.
    pub async fn append(&self, entry: Entry) -> Result<u64, InboxError> {
        entry.check()?;
        self.check_room()?;
        let (done, answer) = oneshot::channel();
        {
            let mut queue = lock(&self.shared.queue);
            if queue.is_closed {
                return Err(InboxError::Closed);
            }
            if queue.bytes > 0 && queue.bytes + entry.bytes() > self.shared.options.waiting_bytes {
                return Err(InboxError::Crowded { what: "requests that wait for the disk" });
            }
            queue.bytes += entry.bytes();
            queue.waiting.push(Waiting { entry, done });
        }
        self.shared.wake.notify_one();
        answer.await.unwrap_or(Err(InboxError::Closed))
    }

    /// Whether more may come.
    fn check_room(&self) -> Result<(), InboxError> {
        let Options { held_bytes, held_events, held_records, .. } = self.shared.options;
        let (records, events, bytes) = lock(&self.shared.index).total();
        if bytes > held_bytes || events > held_events || records > held_records {
            return Err(InboxError::Crowded { what: "events that wait to be deposited" });
        }
        Ok(())
    }

    /// What waits of a brand; `None` when nothing does.
    pub fn pending(&self, brand: &BrandSlug) -> Option<Pending> {
        lock(&self.shared.index).pending(brand)
    }

    /// What waits of all brands, of whom anything does.
    pub fn all_pending(&self) -> Vec<(BrandSlug, Pending)> {
        lock(&self.shared.index).all()
    }

    /// Waits until something has come since the last call.
    pub async fn news(&self) {
        self.shared.news.notified().await;
    }

    /// A brand's records after a sequence, in their order, up to so many bytes, and one at least.
    pub fn read(&self, brand: &BrandSlug, after: u64, max_bytes: u64) -> Result<Vec<Record>, InboxError> {
        let held = lock(&self.shared.index).after(brand, after, max_bytes);
        let mut records = Vec::with_capacity(held.len());
        let mut open: Option<(u64, PathBuf, File)> = None;
        for Held { sequence, segment, offset, bytes, .. } in held {
            let (path, file) = match &open {
                Some((first, path, file)) if *first == segment => (path, file),
                _ => {
                    let path = segment::path_of(&self.shared.directory, segment);
                    let file = File::open(&path).map_err(InboxError::io("open", &path))?;
                    let (_, path, file) = &*open.insert((segment, path, file));
                    (path, file)
                }
            };
            let mut buffer = vec![0; bytes as usize];
            file.read_exact_at(&mut buffer, offset).map_err(InboxError::io("read", path))?;
            let damaged = |what| InboxError::Damaged { path: path.clone(), offset, what };
            let (head, facts, body) = record::read(&buffer).map_err(|broken| damaged(broken.0))?;
            if head.sequence != sequence || head.brand.as_ref() != Some(brand) {
                return Err(damaged("another record lies there"));
            }
            let (facts, body) = (facts.to_vec(), body.to_vec());
            records.push(Record { sequence, received_us: head.received_us, events: head.events, facts, body });
        }
        Ok(records)
    }

    /// Forgets a brand's records up to a sequence: its vault has them, or the brand is gone ([`u64::MAX`]).
    pub fn forget(&self, brand: &BrandSlug, through: u64) {
        lock(&self.shared.index).forget(brand, through);
        self.delete_unneeded();
    }

    fn delete_unneeded(&self) {
        let unneeded = {
            let mut index = lock(&self.shared.index);
            let Some(current) = index.newest_segment() else { return };
            index.take_unneeded(current)
        };
        for first in unneeded {
            // What stays is read again by the next start, which knows that it is deposited.
            fs_err::remove_file(segment::path_of(&self.shared.directory, first)).ok();
        }
    }
}

/// Opens the last file to be appended to.
fn reopen(file: &segment::Found, scanned: &segment::Scanned) -> Result<Current, InboxError> {
    let (path, end) = (&file.path, scanned.end);
    let opened = File::options().read(true).write(true).open(path).map_err(InboxError::io("open", path))?;
    if !scanned.sealed {
        // A torn group goes before anything is written behind it. What is there may be in memory only: a sync that failed may
        // have left it for clean. Written again it is synced with what follows, and never a hole before it.
        let mut records = vec![0; (end - segment::START) as usize];
        opened.read_exact_at(&mut records, segment::START).map_err(InboxError::io("read", path))?;
        let written = opened.set_len(end).and_then(|()| opened.write_all_at(&records, segment::START));
        written.and_then(|()| opened.sync_all()).map_err(InboxError::io("write again", path))?;
    }
    Ok(Current { first: file.first, path: path.clone(), file: opened, end })
}

impl Shared {
    fn new(directory: &Path, options: Options, index: Index) -> Self {
        let (queue, wake, news) = (Mutex::default(), Condvar::new(), Notify::new());
        Self { directory: directory.to_owned(), options, queue, wake, index: Mutex::new(index), news }
    }

    #[cfg(test)]
    pub(crate) fn for_tests(directory: &Path) -> Self {
        Self::new(directory, Options::default(), Index::default())
    }

    /// What waits to be written, as soon as anything does; `None` when the inbox is closed.
    pub(crate) fn next_group(&self) -> Option<Vec<Waiting>> {
        let mut queue = lock(&self.queue);
        loop {
            if !queue.waiting.is_empty() {
                queue.bytes = 0;
                return Some(std::mem::take(&mut queue.waiting));
            }
            if queue.is_closed {
                return None;
            }
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn begin_segment(&self, first: u64) {
        lock(&self.index).add_segment(first);
    }

    /// Records that are durable.
    pub(crate) fn add<'a>(&self, records: impl Iterator<Item = (&'a BrandSlug, Held)>) {
        let mut index = lock(&self.index);
        records.for_each(|(brand, held)| index.add(brand, held));
        drop(index);
        self.news.notify_one();
    }
}
