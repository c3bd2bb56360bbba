//! How much is worked on at once: so that memory stays where it is whatever comes, and one key that sends without end does not
//! keep the others waiting.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::reply::Refusal;

/// Bytes of bodies that are being read or worked on, of all keys.
const ALL_BYTES: usize = 256 << 20;
/// The same of one key. Most of an app's users are on slow networks, and all of them have one key.
const KEY_BYTES: usize = 96 << 20;
/// A place's unit.
const UNIT: usize = 4 << 10;
/// Requests of one key that are worked on at once; the others wait for their turn.
const KEY_TURNS: usize = 8;
/// Requests of one key that wait for a turn. One more is sent away.
const KEY_WAITING: usize = 512;

/// The places of a server.
#[derive(Debug)]
pub(crate) struct Places {
    all: Arc<Semaphore>,
    keys: Mutex<HashMap<String, Arc<OfKey>>>,
}

/// The places of one key.
#[derive(Debug)]
struct OfKey {
    bytes: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// Room for a body, until it is dropped.
#[derive(Debug)]
pub(super) struct Room {
    _all: OwnedSemaphorePermit,
    _of_key: Option<OwnedSemaphorePermit>,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(ALL_BYTES / UNIT)), keys: Mutex::default() }
    }
}

impl Places {
    fn of(&self, key: &str) -> Arc<OfKey> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_key) = keys.get(key) {
            return Arc::clone(of_key);
        }
        // Those that nobody uses are forgotten: keys come and go.
        if keys.len() >= 4096 {
            keys.retain(|_, of_key| Arc::strong_count(of_key) > 1);
        }
        let of_key = Arc::new(OfKey {
            bytes: Arc::new(Semaphore::new(KEY_BYTES / UNIT)),
            turns: Arc::new(Semaphore::new(KEY_TURNS)),
            waiting: AtomicUsize::new(0),
        });
        keys.insert(key.to_owned(), Arc::clone(&of_key));
        of_key
    }

    /// Room for a body of so many bytes, of a key if it is known already.
    pub(super) fn room(&self, key: Option<&str>, bytes: usize) -> Result<Room, Refusal> {
        let units = u32::try_from(bytes.div_ceil(UNIT).max(1)).unwrap_or(u32::MAX);
        let take =
            |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_many_owned(units).map_err(|_| Refusal::crowd());
        let of_key = key.map(|key| take(&self.of(key).bytes)).transpose()?;
        Ok(Room { _all: take(&self.all)?, _of_key: of_key })
    }

    /// A turn of a key, as soon as it has one.
    pub(super) async fn turn(&self, key: &str) -> Result<Turn, Refusal> {
        let of_key = self.of(key);
        if let Ok(turn) = Arc::clone(&of_key.turns).try_acquire_owned() {
            return Ok(Turn { _turn: turn });
        }
        let _waiting = Waiting::of(&of_key.waiting)?;
        let turn = Arc::clone(&of_key.turns).acquire_owned().await.map_err(|_| Refusal::internal())?;
        Ok(Turn { _turn: turn })
    }
}

/// One who waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(waiting: &'a AtomicUsize) -> Result<Self, Refusal> {
        let held = Self(waiting);
        if waiting.fetch_add(1, Ordering::AcqRel) >= KEY_WAITING { Err(Refusal::crowd()) } else { Ok(held) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_key_that_takes_all_it_can_leaves_room_for_others() {
        let places = Places::default();
        let mut rooms = Vec::new();
        while let Ok(room) = places.room(Some("noisy"), 4 << 20) {
            rooms.push(room);
        }
        assert_eq!(rooms.len(), KEY_BYTES / (4 << 20));
        assert!(places.room(Some("calm"), 4 << 20).is_ok());

        let mut turns = Vec::new();
        for _ in 0..KEY_TURNS {
            turns.push(places.turn("noisy").await.unwrap());
        }
        let mut next = Box::pin(places.turn("noisy"));
        assert!(futures::poll!(&mut next).is_pending());
        assert!(places.turn("calm").await.is_ok());
        turns.pop();
        assert!(next.await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_behind_too_many_is_sent_away() {
        let places = Places::default();
        let mut turns = Vec::new();
        for _ in 0..KEY_TURNS {
            turns.push(places.turn("noisy").await.unwrap());
        }
        let mut waiting: Vec<_> = (0..KEY_WAITING).map(|_| Box::pin(places.turn("noisy"))).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one).is_pending());
        }
        assert!(places.turn("noisy").await.is_err());
        waiting.pop();
        let mut next = Box::pin(places.turn("noisy"));
        assert!(futures::poll!(&mut next).is_pending(), "who gave up waits no longer");
    }
}
