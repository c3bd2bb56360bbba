//! When it happened: what a sender's clock says, and what is believed of it.

mod text;

use super::decimal::Decimal;
use super::flags::Flags;
use super::json::{Object, Value};
use super::refused::{Refused, excerpt};
use text::{Clock, read};

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const DAY_US: i64 = 24 * 60 * MINUTE_US;
/// 1971-01-01: anything earlier is a clock that was never set, or a number that is no time.
const EARLIEST_US: i64 = 365 * DAY_US;
/// 2200-01-01: anything later is no clock that is merely wrong.
const LATEST_US: i64 = 7_258_118_400 * SECOND_US;
/// How far ahead of its receipt an event may be.
const FUTURE_US: i64 = DAY_US;
/// How old an event may be before it is called late.
const LATE_US: i64 = 5 * DAY_US;
/// How far a sender's clock may be from ours before times are corrected by the difference: as long as a request may take
/// on its way, so that the times of a right clock stay as they are.
const TOLERANCE_US: i64 = 5 * SECOND_US;

/// What a sender says of the time of an event of which it says no time.
pub const UNSAID: i64 = i64::MIN;

/// When an event happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// Microseconds UTC.
    At(i64),
    /// `%Y-%m-%d[ %H:%M:%S[.fraction]]` on a wall clock in the source's zone, which is not known here.
    Local(String),
}

/// The instant that a value stands for, by its own words.
fn clock_of(value: &Value<'_>, field: &str) -> Result<Clock, Refused> {
    let unreadable = |written: &str| {
        let message = format!(
            "{written} is not a time; write RFC 3339, YYYY-MM-DD[ HH:MM:SS], or whole seconds, ms or µs since 1970"
        );
        Refused::new("bad_time", field, message)
    };
    match value {
        Value::Number(number) => {
            // As a decimal, a number of microseconds has too many digits.
            let whole = number.parse().ok().or_else(|| Decimal::parse(number).ok()?.whole());
            whole.and_then(of_number).ok_or_else(|| unreadable(&excerpt(number)))
        }
        Value::Text(text) => {
            let trimmed = text.trim();
            let is_number = !trimmed.is_empty() && trimmed.len() <= 17 && trimmed.bytes().all(|b| b.is_ascii_digit());
            let clock = if is_number { trimmed.parse().ok().and_then(of_number) } else { read(trimmed) };
            clock.ok_or_else(|| unreadable(&format!("{:?}", excerpt(text))))
        }
        other => {
            let mut written = String::new();
            other.write(&mut written);
            Err(unreadable(&excerpt(&written)))
        }
    }
}

/// Seconds stay below 10^11 until the year 5138, milliseconds below 10^14, so sizes cannot be mistaken.
fn of_number(number: i64) -> Option<Clock> {
    let scale = match number {
        ..=0 => return None,
        1..100_000_000_000 => 1_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000,
        _ => 1,
    };
    number.checked_mul(scale).map(Clock::At)
}

/// When a batch was sent, by its sender's clock. What is no instant says nothing about the clock, and refuses nothing.
pub(crate) fn sent_at_us(value: &Value<'_>) -> Option<i64> {
    match clock_of(value, "sentAt") {
        Ok(Clock::At(us)) => Some(us),
        Ok(Clock::Local { .. }) | Err(_) => None,
    }
}

/// Decides when an event happened.
///
/// `timestamp` says it, else `originalTimestamp`, else the receipt. Where the sender says when it sent the event, by the
/// same clock, its clock can be set right: received − (sent − original). That is done only if the clock is off by more
/// than a few seconds, and not if both times are given: then somebody has done it already.
///
/// With the moment comes what the sender says, where that is something else.
pub(crate) fn moment(
    event: &Object<'_>,
    batch_sent_us: Option<i64>,
    received_us: i64,
    flags: &mut Flags,
) -> Result<(Moment, Option<i64>), Refused> {
    let timestamp = event.only("timestamp")?.map(|value| ("timestamp", value));
    let original = event.only("originalTimestamp")?.map(|value| ("originalTimestamp", value));
    let is_corrected_already = timestamp.is_some() && original.is_some();
    let Some((field, value)) = timestamp.or(original) else {
        *flags |= Flags::NO_TIME;
        return Ok((Moment::At(received_us), Some(UNSAID)));
    };
    let own_us = match clock_of(value, field)? {
        Clock::At(us) => us,
        Clock::Local { as_utc_us, text } => {
            // A zone moves a wall clock by less than a day: a time that is wrong by more is wrong in every zone.
            within(as_utc_us, EARLIEST_US - DAY_US, received_us.saturating_add(FUTURE_US + DAY_US), field, value)?;
            if as_utc_us < received_us.saturating_sub(LATE_US) {
                *flags |= Flags::LATE;
            }
            return Ok((Moment::Local(text), None));
        }
    };
    let sent_us = event.only("sentAt")?.and_then(sent_at_us).or(batch_sent_us).filter(|_| !is_corrected_already);
    let mut ts_us = own_us;
    if let Some(sent_us) = sent_us {
        if sent_us < own_us.saturating_sub(MINUTE_US) {
            *flags |= Flags::CLOCK_LIES;
            return Ok((Moment::At(received_us), Some(own_us)));
        }
        let ahead_us = sent_us.saturating_sub(received_us);
        if ahead_us.saturating_abs() > TOLERANCE_US {
            *flags |= Flags::CLOCK_CORRECTED;
            ts_us = own_us.saturating_sub(ahead_us);
        }
    }
    within(ts_us, EARLIEST_US, received_us.saturating_add(FUTURE_US), field, value)?;
    if ts_us < received_us.saturating_sub(LATE_US) {
        *flags |= Flags::LATE;
    }
    Ok((Moment::At(ts_us), Some(own_us).filter(|own_us| *own_us != ts_us)))
}

fn within(ts_us: i64, earliest_us: i64, latest_us: i64, field: &str, value: &Value<'_>) -> Result<(), Refused> {
    let mut written = String::new();
    if ts_us < earliest_us || ts_us >= LATEST_US {
        value.write(&mut written);
        let message = format!("{} is before 1971 or beyond the calendar", excerpt(&written));
        return Err(Refused::new("bad_time", field, message));
    }
    if ts_us > latest_us {
        value.write(&mut written);
        let message = format!("{} is more than a day ahead of its receipt", excerpt(&written));
        return Err(Refused::new("future_time", field, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
