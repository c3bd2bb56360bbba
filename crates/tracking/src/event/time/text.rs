//! Times in writing.

use chrono::{NaiveDate, NaiveTime};

/// What a time in writing says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock {
    /// An instant, in microseconds UTC.
    At(i64),
    /// A wall clock in a zone that is not known here.
    Local {
        /// The instant if the zone were UTC.
        as_utc_us: i64,
        /// The same in normal form; a date alone stays one.
        text: String,
    },
}

/// Reads `YYYY-MM-DD`, with `/` as well, followed by nothing or by ` H:MM[:SS[.fraction]]` and `Z`, `UTC`, `GMT`,
/// `±HH[[:]MM]` or no zone.
pub(super) fn read(text: &str) -> Option<Clock> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4, 4)?;
    let separator = rest.one_of(b"-/")?;
    let month = rest.number(1, 2)?;
    rest.one_of(&[separator])?;
    let day = rest.number(1, 2)?;
    let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;
    let midnight_us = date.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
    if rest.0.is_empty() {
        return Some(Clock::Local { as_utc_us: midnight_us, text: date.format("%Y-%m-%d").to_string() });
    }
    rest.one_of(b"Tt ")?;
    let (hour, _, minute) = (rest.number(1, 2)?, rest.one_of(b":")?, rest.number(2, 2)?);
    let second = if rest.one_of(b":").is_some() { rest.number(2, 2)? } else { 0 };
    let micros = if rest.one_of(b".,").is_some() { rest.fraction()? } else { 0 };
    let time = NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?;
    let local = date.and_time(time);
    let as_utc_us = local.and_utc().timestamp_micros();
    let _space = rest.one_of(b" ");
    match rest.zone()? {
        Zone::East(seconds) => Some(Clock::At(as_utc_us - i64::from(seconds) * 1_000_000)),
        Zone::Unknown => {
            let format = if micros == 0 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M:%S%.6f" };
            Some(Clock::Local { as_utc_us, text: local.format(format).to_string() })
        }
    }
}

/// The zone of a wall clock.
enum Zone {
    /// None is named.
    Unknown,
    /// Seconds east of UTC.
    East(i32),
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !bytes.contains(first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let length = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if length < least {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }

    /// Decimals of a second as microseconds; what is finer is cut off.
    fn fraction(&mut self) -> Option<u32> {
        let kept = self.0.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        let micros = self.number(1, 6)? * 10_u32.pow(6 - kept as u32);
        while self.number(1, 1).is_some() {}
        Some(micros)
    }

    /// The zone, up to the end.
    fn zone(&mut self) -> Option<Zone> {
        match self.0 {
            [] => return Some(Zone::Unknown),
            [b'Z' | b'z'] | b"UTC" | b"GMT" => return Some(Zone::East(0)),
            _ => {}
        }
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2, 2)?;
        let _colon = self.one_of(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.number(2, 2)? };
        let is_zone = self.0.is_empty() && hours < 24 && minutes < 60;
        is_zone.then_some(Zone::East(sign * (hours * 3600 + minutes * 60) as i32))
    }
}
