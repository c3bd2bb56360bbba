//! What has to be remembered of a consumer so that later events extend the history without the earlier ones.

use databank_model::Day;

use crate::bytes::{Reader, Writer};
use crate::input::StatusSpan;
use crate::program::Program;
use crate::sweep::Scratch;
use crate::window::{Key, Windows};

pub use crate::bytes::StateBytesError;

const VERSION: u8 = 1;
const HAS_LAST_DAY: u8 = 1;
const PENDING: u8 = 2;

/// A consumer's resumable state under one program: per leaf the last matches that can still count (as many as its
/// threshold), the statuses, and the last day.
///
/// Canonical: the same events in any order and in any number of portions give an equal state with equal bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub(crate) fingerprint: u32,
    pub(crate) last_day: Option<Day>,
    pub(crate) pending_cancellation: bool,
    pub(crate) statuses: Vec<StatusSpan>,
    lens: Vec<u32>,
    keys: Vec<Key>,
}

impl State {
    /// The last day with an event; `None` before the first.
    pub fn last_day(&self) -> Option<Day> {
        self.last_day
    }

    /// The statuses that the history was made with, in canonical form.
    pub fn statuses(&self) -> &[StatusSpan] {
        &self.statuses
    }

    /// Becomes the state that windows and statuses of a finished pass hold, in the room that it has.
    pub(crate) fn take(
        &mut self,
        program: &Program,
        last_day: Option<Day>,
        pending_cancellation: bool,
        scratch: &Scratch,
    ) {
        self.fingerprint = program.fingerprint();
        self.last_day = last_day;
        self.pending_cancellation = pending_cancellation;
        self.statuses.clone_from(&scratch.statuses);
        self.lens.clear();
        self.keys.clear();
        for leaf in 0..program.leaves().len() {
            let before = self.keys.len();
            scratch.windows.live_keys(program, leaf, last_day.map_or(i32::MIN, |day| day.0), &mut self.keys);
            self.lens.push((self.keys.len() - before) as u32);
        }
    }

    /// Fills windows with what is remembered; false when the state is not one of this program.
    pub(crate) fn restore(&self, program: &Program, windows: &mut Windows) -> bool {
        let fits = |(len, counter): (&u32, &crate::program::Counter)| *len as usize <= counter.needed;
        if self.fingerprint != program.fingerprint()
            || self.lens.len() != program.counters.len()
            || !self.lens.iter().zip(&program.counters).all(fits)
        {
            return false;
        }
        windows.reset(program);
        let mut keys = self.keys.iter();
        for (leaf, len) in self.lens.iter().enumerate() {
            for key in keys.by_ref().take(*len as usize) {
                windows.add(program, leaf, *key);
            }
        }
        true
    }

    /// The state as bytes, a few per leaf: see [`State::from_bytes`] for the way back.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes);
        bytes
    }

    /// Adds the state's bytes to others.
    pub fn write_to(&self, bytes: &mut Vec<u8>) {
        let mut writer = Writer(bytes);
        writer.byte(VERSION);
        writer.fixed(u64::from(self.fingerprint), 4);
        let last_day = self.last_day.map(|day| day.0);
        writer.byte(last_day.map_or(0, |_| HAS_LAST_DAY) | if self.pending_cancellation { PENDING } else { 0 });
        if let Some(day) = last_day {
            writer.signed(i64::from(day));
        }
        writer.statuses(&self.statuses);
        writer.unsigned(self.lens.len() as u64);
        let mut keys = self.keys.iter();
        for len in &self.lens {
            let of_leaf = || keys.as_slice().iter().take(*len as usize);
            let with_orders = of_leaf().any(|key| key.order != 0);
            writer.unsigned((u64::from(*len) << 1) | u64::from(with_orders));
            for key in of_leaf() {
                // Days run back from the last day, which no match is after: one or two bytes.
                writer.signed(i64::from(last_day.unwrap_or(0)) - i64::from(key.day));
                if with_orders {
                    writer.fixed(key.order, 8);
                }
            }
            keys = keys.as_slice()[*len as usize..].iter();
        }
    }

    /// Reads a state that [`State::to_bytes`] wrote, of this or an earlier version of the format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateBytesError> {
        let mut reader = Reader::new(bytes);
        let version = reader.byte()?;
        if version != VERSION {
            return Err(StateBytesError::UnknownVersion { version });
        }
        let fingerprint = reader.fixed(4)? as u32;
        let flags = reader.byte()?;
        if flags & !(HAS_LAST_DAY | PENDING) != 0 {
            return Err(StateBytesError::Malformed);
        }
        let last_day = if flags & HAS_LAST_DAY == 0 { None } else { Some(reader.day(0, 1)?) };
        let statuses = reader.statuses()?;
        let n_leaves = reader.unsigned()?;
        let (mut lens, mut keys) = (Vec::new(), Vec::new());
        for _ in 0..n_leaves {
            let head = reader.unsigned()?;
            let len = u32::try_from(head >> 1).map_err(|_| StateBytesError::Malformed)?;
            for _ in 0..len {
                let day = reader.day(last_day.unwrap_or(0), -1)?;
                let order = if head & 1 == 0 { 0 } else { reader.fixed(8)? };
                keys.push(Key { day, order });
            }
            lens.push(len);
        }
        reader.finish()?;
        let pending_cancellation = flags & PENDING != 0;
        Ok(Self { fingerprint, last_day: last_day.map(Day), pending_cancellation, statuses, lens, keys })
    }
}
