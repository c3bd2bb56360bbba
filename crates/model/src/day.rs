//! Business days and the zone that turns instants into them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use serde::{Deserialize, Serialize};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A business day in a brand's zone: days since 1970-01-01. Written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub i32);

/// The text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a day (YYYY-MM-DD)")]
pub struct DayError {
    /// The refused text.
    pub text: String,
}

impl Day {
    /// The open end of an interval: 9999-12-31.
    pub const OPEN_END: Self = Self(2_932_896);

    /// The day of a calendar date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - 719_163)
    }

    /// The calendar date, for days that a calendar can name (all that `Day` is ever parsed from).
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or(NaiveDate::MAX)
    }

    /// The day `days` later (earlier when negative), never past [`Day::OPEN_END`].
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).min(Self::OPEN_END.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date().format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        shaped
            .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .flatten()
            .map(Self::from_date)
            .ok_or_else(|| DayError { text: text.to_owned() })
    }
}

impl TryFrom<String> for Day {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// What a local wall-clock time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The instant, microseconds since 1970-01-01 UTC.
    pub ts_us: i64,
    /// True when the clock showed this time twice, or never, and a rule had to choose.
    pub adjusted: bool,
}

/// A brand's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessZone(chrono_tz::Tz);

impl BusinessZone {
    /// Universal time, for what has no zone of its own.
    pub const UTC: Self = Self(chrono_tz::Tz::UTC);

    /// The zone's IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The business day of an instant (microseconds UTC).
    pub fn day_of(self, ts_us: i64) -> Day {
        Day(ts_us.saturating_add(self.offset_us(ts_us)).div_euclid(MICROS_PER_DAY) as i32)
    }

    /// The zone's offset from UTC at an instant, in microseconds.
    pub fn offset_us(self, ts_us: i64) -> i64 {
        let seconds = ts_us.div_euclid(1_000_000);
        let utc = DateTime::<Utc>::from_timestamp(seconds, 0).map_or(NaiveDateTime::MIN, |t| t.naive_utc());
        i64::from(self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1_000_000
    }

    /// The instant of a wall-clock time. A gap shifts forward by the gap's length; a fold takes the earlier instant.
    pub fn instant_of(self, local: NaiveDateTime) -> LocalTime {
        let micros = |t: DateTime<chrono_tz::Tz>| t.timestamp_micros();
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(t) => LocalTime { ts_us: micros(t), adjusted: false },
            LocalResult::Ambiguous(earlier, _) => LocalTime { ts_us: micros(earlier), adjusted: true },
            LocalResult::None => {
                // Read with the offset in force before the gap: the instant then shows a wall clock shifted forward.
                let before = local - Duration::hours(3);
                let offset = self
                    .0
                    .offset_from_local_datetime(&before)
                    .earliest()
                    .map_or(0, |o| i64::from(o.fix().local_minus_utc()));
                LocalTime { ts_us: local.and_utc().timestamp_micros() - offset * 1_000_000, adjusted: true }
            }
        }
    }

    /// The first instant of a day.
    pub fn start_of(self, day: Day) -> i64 {
        self.instant_of(day.date().and_hms_opt(0, 0, 0).unwrap_or_default()).ts_us
    }
}

/// Days of many instants that mostly come in order: the zone's offset is looked up once for each stretch.
#[derive(Debug, Clone)]
pub struct DayTeller {
    zone: BusinessZone,
    /// The UTC day last looked up, and the offset if it is the same at the day's ends.
    known: Option<(i64, i64)>,
}

impl DayTeller {
    /// A teller of a zone's days.
    pub fn new(zone: BusinessZone) -> Self {
        Self { zone, known: None }
    }

    /// As [`BusinessZone::day_of`].
    pub fn day_of(&mut self, ts_us: i64) -> Day {
        let utc_day = ts_us.div_euclid(MICROS_PER_DAY);
        let offset_us = match self.known {
            Some((known, offset_us)) if known == utc_day => offset_us,
            _ => {
                // No zone has ever moved its clocks and moved them back within a day.
                let start_us = utc_day.saturating_mul(MICROS_PER_DAY);
                let first = self.zone.offset_us(start_us);
                if first != self.zone.offset_us(start_us.saturating_add(MICROS_PER_DAY - 1)) {
                    return self.zone.day_of(ts_us);
                }
                self.known = Some((utc_day, first));
                first
            }
        };
        Day(ts_us.saturating_add(offset_us).div_euclid(MICROS_PER_DAY) as i32)
    }
}

impl FromStr for BusinessZone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        chrono_tz::Tz::from_str(name)
            .map(Self)
            .map_err(|_| format!("{name:?} is not a time zone name such as \"Asia/Shanghai\""))
    }
}

impl fmt::Display for BusinessZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
    }

    #[test]
    fn days_read_as_they_write() {
        for text in ["1970-01-01", "1969-12-31", "2024-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        assert_eq!("9999-12-31".parse::<Day>().unwrap(), Day::OPEN_END);
        for bad in ["2023-02-29", "2023-13-01", "0000-00-00x", "2023-1-01", "+2023-01-1", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_business_day_turns_at_local_midnight() {
        let zone: BusinessZone = "Asia/Shanghai".parse().unwrap();
        let midnight = zone.start_of("2017-11-25".parse().unwrap());
        assert_eq!(zone.day_of(midnight).to_string(), "2017-11-25");
        assert_eq!(zone.day_of(midnight - 1).to_string(), "2017-11-24");
    }

    #[test]
    fn a_teller_tells_the_days_that_the_zone_tells() {
        // 1995-12-31 never was in Kiritimati, nor 2011-12-30 in Apia; Sao Paulo shifts at midnight, Lord Howe by half an hour.
        for name in ["Asia/Shanghai", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati"]
        {
            let zone: BusinessZone = name.parse().unwrap();
            let mut teller = DayTeller::new(zone);
            // From 1971 to 2038, every 41 minutes.
            for ts_us in (31_536_000_000_000..2_145_000_000_000_000_i64).step_by(41 * 60_000_000) {
                assert_eq!(teller.day_of(ts_us), zone.day_of(ts_us), "{name} {ts_us}");
            }
            for ts_us in [i64::MIN, -1, 0, i64::MAX] {
                assert_eq!(teller.day_of(ts_us), zone.day_of(ts_us), "{name} {ts_us}");
            }
        }
    }

    #[test]
    fn a_fold_takes_the_earlier_instant_and_a_gap_shifts_forward() {
        let zone: BusinessZone = "America/Sao_Paulo".parse().unwrap();
        // 2018-02-17 23:00-23:59 was shown twice (UTC-2, then UTC-3).
        let fold = zone.instant_of(local("2018-02-17 23:30:00"));
        assert!(fold.adjusted);
        assert_eq!(fold.ts_us, local("2018-02-18 01:30:00").and_utc().timestamp_micros());
        // 2017-10-15 00:00-00:59 was never shown: 00:30 means 01:30.
        let gap = zone.instant_of(local("2017-10-15 00:30:00"));
        assert!(gap.adjusted);
        assert_eq!(gap.ts_us, zone.instant_of(local("2017-10-15 01:30:00")).ts_us);
        assert_eq!(zone.day_of(zone.start_of("2017-10-15".parse().unwrap())).to_string(), "2017-10-15");
    }
}
