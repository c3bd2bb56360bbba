//! The one place that asks what time it is. Everything below the edge gets instants as parameters.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};

/// Tells the time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    read_us: fn() -> i64,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { read_us: system_us }
    }

    /// A clock that reads whatever the function says, for tests.
    pub fn of(read_us: fn() -> i64) -> Self {
        Self { read_us }
    }

    /// Now, in microseconds since 1970-01-01 UTC.
    pub fn now(self) -> i64 {
        (self.read_us)()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that others are handed")]
fn system_us() -> i64 {
    // A clock before 1970 is a broken clock; its time is as good as any.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}

/// An instant as results show it: RFC 3339, whole seconds, UTC.
pub fn rfc3339(instant_us: i64) -> String {
    match DateTime::from_timestamp_micros(instant_us) {
        Some(instant) => instant.to_rfc3339_opts(SecondsFormat::Secs, true),
        None => format!("{instant_us} us"),
    }
}

/// Reads an instant that a caller wrote as RFC 3339; microseconds UTC.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_show_as_utc() {
        assert_eq!(rfc3339(1_511_539_200_999_999), "2017-11-24T16:00:00Z");
    }

    #[test]
    fn instants_read_as_they_show() {
        assert_eq!(parse_rfc3339("2017-11-24T16:00:00Z"), Some(1_511_539_200_000_000));
        assert_eq!(parse_rfc3339("2017-11-25T00:00:00+08:00"), Some(1_511_539_200_000_000));
        assert_eq!(parse_rfc3339("yesterday"), None);
    }
}
