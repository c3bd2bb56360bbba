//! Instants and days from everything that a mapping may give for `ts`.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use chrono::{NaiveDate, NaiveDateTime};
use databank_model::{BusinessZone, Day, DayTeller};

use crate::DepositError;

/// 1971-01-01: anything earlier is a clock that was never set, or a number that is no time.
const EARLIEST_US: i64 = 31_536_000_000_000;
/// How far ahead of its reading an instant may be.
const FUTURE_US: i64 = 24 * 3600 * 1_000_000;

/// A moment as an event stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds UTC.
    pub ts_us: i64,
    /// Business day in the brand's zone.
    pub day: Day,
    /// The wall clock showed this time twice, or never.
    pub adjusted: bool,
}

/// Why a value is no moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadTime {
    /// Not a time at all.
    Unreadable,
    /// Before 1971 or beyond the calendar.
    OutOfRange,
    /// More than a day ahead.
    Future,
}

impl BadTime {
    /// Stable code of the reject.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable | Self::OutOfRange => "bad_time",
            Self::Future => "future_time",
        }
    }

    /// What is wrong with `text` and what would be right.
    pub fn message(&self, text: &str) -> String {
        let text = crate::reject::excerpt(text);
        match self {
            Self::Unreadable => format!(
                "{text:?} is not a time; write RFC 3339, YYYY-MM-DD[ HH:MM:SS], or whole seconds, ms or µs since 1970"
            ),
            Self::OutOfRange => format!("{text:?} is before 1971 or beyond the calendar"),
            Self::Future => format!("{text:?} is more than a day ahead of the import"),
        }
    }
}

/// Reads moments under the zones of a mapping and a brand.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// Zone of times without an offset.
    pub mapping: BusinessZone,
    /// Zone of business days.
    pub brand: BusinessZone,
    /// When the import reads.
    pub now_us: i64,
}

/// A column of moments, whatever its type.
#[derive(Debug)]
pub enum Moments {
    /// Instants.
    Instants(ArrayRef),
    /// Wall-clock times in the mapping's zone, as microseconds.
    Local(ArrayRef),
    /// Days.
    Days(ArrayRef),
    /// Whole numbers since 1970 in a unit told by their size.
    Numbers(ArrayRef),
    /// Texts.
    Texts(StringArray),
}

impl Moments {
    /// Takes a column as it comes from a mapping.
    pub fn of(column: &ArrayRef) -> Result<Self, DepositError> {
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        Ok(match column.data_type() {
            DataType::Timestamp(_, Some(_)) => Self::Instants(cast(column, &utc)?),
            DataType::Timestamp(_, None) => {
                Self::Local(cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None))?)
            }
            DataType::Date32 | DataType::Date64 => Self::Days(cast(column, &DataType::Date32)?),
            data_type if data_type.is_integer() => Self::Numbers(cast(column, &DataType::Int64)?),
            _ => Self::Texts(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()),
        })
    }

    /// As [`Moments::at`], for many rows: `days` tells the days of `clocks.brand` and remembers where it looked.
    pub fn at_with(&self, row: usize, clocks: &Clocks, days: &mut DayTeller) -> Option<Result<Moment, BadTime>> {
        let Self::Instants(column) = self else { return self.at(row, clocks) };
        let column = column.as_primitive::<TimestampMicrosecondType>();
        column.is_valid(row).then(|| {
            let ts_us = column.value(row);
            clocks.checked(Moment { ts_us, day: days.day_of(ts_us), adjusted: false })
        })
    }

    /// The moment of a row; `None` for NULL.
    pub fn at(&self, row: usize, clocks: &Clocks) -> Option<Result<Moment, BadTime>> {
        match self {
            Self::Instants(column) => {
                let column = column.as_primitive::<TimestampMicrosecondType>();
                column.is_valid(row).then(|| clocks.instant(column.value(row)))
            }
            Self::Local(column) => {
                let column = column.as_primitive::<TimestampMicrosecondType>();
                column.is_valid(row).then(|| match chrono::DateTime::from_timestamp_micros(column.value(row)) {
                    Some(local) => clocks.local(local.naive_utc()),
                    None => Err(BadTime::OutOfRange),
                })
            }
            Self::Days(column) => {
                let column = column.as_primitive::<Date32Type>();
                column.is_valid(row).then(|| clocks.whole_day(Day(column.value(row))))
            }
            Self::Numbers(column) => {
                let column = column.as_primitive::<Int64Type>();
                column.is_valid(row).then(|| clocks.number(column.value(row)))
            }
            Self::Texts(column) => column.is_valid(row).then(|| clocks.text(column.value(row))),
        }
    }

    /// The value of a row as text, for a message.
    pub fn text(&self, row: usize) -> String {
        let column: ArrayRef = match self {
            Self::Instants(c) | Self::Local(c) | Self::Days(c) | Self::Numbers(c) => std::sync::Arc::clone(c),
            Self::Texts(c) => return if c.is_valid(row) { c.value(row).to_owned() } else { String::new() },
        };
        let text = cast(&column.slice(row, 1), &DataType::Utf8);
        text.ok().map(|t| t.as_string::<i32>().value(0).to_owned()).unwrap_or_default()
    }
}

impl Clocks {
    fn checked(&self, moment: Moment) -> Result<Moment, BadTime> {
        if moment.ts_us < EARLIEST_US || moment.day > Day::OPEN_END {
            Err(BadTime::OutOfRange)
        } else if moment.ts_us > self.now_us.saturating_add(FUTURE_US) {
            Err(BadTime::Future)
        } else {
            Ok(moment)
        }
    }

    fn instant(&self, ts_us: i64) -> Result<Moment, BadTime> {
        self.checked(Moment { ts_us, day: self.brand.day_of(ts_us), adjusted: false })
    }

    fn local(&self, local: NaiveDateTime) -> Result<Moment, BadTime> {
        let instant = self.mapping.instant_of(local);
        let day = self.brand.day_of(instant.ts_us);
        self.checked(Moment { ts_us: instant.ts_us, day, adjusted: instant.adjusted })
    }

    /// A date alone fixes the business day directly, whatever the zones.
    fn whole_day(&self, day: Day) -> Result<Moment, BadTime> {
        self.checked(Moment { ts_us: self.brand.start_of(day), day, adjusted: false })
    }

    fn number(&self, number: i64) -> Result<Moment, BadTime> {
        // Seconds stay below 10^11 until the year 5138, milliseconds below 10^14, so sizes cannot be mistaken.
        let scale = match number.unsigned_abs() {
            0..100_000_000_000 => 1_000_000,
            100_000_000_000..100_000_000_000_000 => 1_000,
            _ => 1,
        };
        self.instant(number.checked_mul(scale).ok_or(BadTime::OutOfRange)?)
    }

    /// Reads a text.
    pub fn text(&self, text: &str) -> Result<Moment, BadTime> {
        let text = text.trim();
        let bytes = text.as_bytes();
        if !bytes.is_empty() && bytes.len() <= 17 && bytes.iter().all(u8::is_ascii_digit) {
            return self.number(text.parse().map_err(|_| BadTime::Unreadable)?);
        }
        let Some((date, rest)) = split_date(bytes) else { return Err(BadTime::Unreadable) };
        if rest.is_empty() {
            return self.whole_day(Day::from_date(date));
        }
        let Some((time, offset)) = parse_time(rest) else { return Err(BadTime::Unreadable) };
        let local = date.and_time(time);
        match offset {
            None => self.local(local),
            Some(seconds) => self.instant(local.and_utc().timestamp_micros() - i64::from(seconds) * 1_000_000),
        }
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    let all = !bytes.is_empty() && bytes.len() <= 9 && bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

fn split_date(bytes: &[u8]) -> Option<(NaiveDate, &[u8])> {
    let date = bytes.get(..10)?;
    if date.get(4) != Some(&b'-') || date.get(7) != Some(&b'-') {
        return None;
    }
    let (year, month, day) = (digits(date.get(..4)?)?, digits(date.get(5..7)?)?, digits(date.get(8..10)?)?);
    Some((NaiveDate::from_ymd_opt(year as i32, month, day)?, bytes.get(10..)?))
}

/// `[T ]HH:MM:SS[.fraction][Z|±HH[:]MM]`, the offset in seconds.
fn parse_time(bytes: &[u8]) -> Option<(chrono::NaiveTime, Option<i32>)> {
    let (b'T' | b't' | b' ', rest) = bytes.split_first()? else { return None };
    let clock = rest.get(..8)?;
    if clock.get(2) != Some(&b':') || clock.get(5) != Some(&b':') {
        return None;
    }
    let (hour, minute, second) = (digits(clock.get(..2)?)?, digits(clock.get(3..5)?)?, digits(clock.get(6..8)?)?);
    let mut rest = rest.get(8..)?;
    let mut nanos = 0;
    if let Some((b'.', fraction)) = rest.split_first() {
        let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        let kept = fraction.get(..length.min(9))?;
        nanos = digits(kept)? * 10_u32.pow(9 - kept.len() as u32);
        rest = fraction.get(length..)?;
    }
    let time = chrono::NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    let rest = if rest.first() == Some(&b' ') { rest.get(1..)? } else { rest };
    let offset = match rest {
        [] => None,
        [b'Z' | b'z'] | b"UTC" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, minutes @ ..] => {
            let minutes = match minutes {
                [b':', m @ ..] | m => m,
            };
            let seconds =
                (digits(&[*h1, *h2])? * 3600 + if minutes.is_empty() { 0 } else { digits(minutes)? * 60 }) as i32;
            (seconds < 86_400 && minutes.len() != 1).then_some(())?;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    Some((time, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks() -> Clocks {
        Clocks {
            mapping: "Asia/Shanghai".parse().unwrap(),
            brand: "Asia/Shanghai".parse().unwrap(),
            now_us: 1_795_000_000_000_000, // 2026-11-18
        }
    }

    #[test]
    fn texts_in_every_accepted_form_are_read() {
        let noon_utc = 1_511_611_200_000_000; // 2017-11-25T12:00:00Z
        for text in [
            "2017-11-25T12:00:00Z",
            "2017-11-25 20:00:00",
            "2017-11-25T20:00:00",
            "2017-11-25 20:00:00.000",
            "2017-11-25T07:00:00-05:00",
            "2017-11-25T07:00:00-0500",
            "2017-11-25 12:00:00 UTC",
            "2017-11-25 12:00:00+00",
            "1511611200",
            "1511611200000",
            "1511611200000000",
            " 2017-11-25T12:00:00Z ",
        ] {
            assert_eq!(clocks().text(text).map(|m| m.ts_us), Ok(noon_utc), "{text}");
        }
        let fraction = clocks().text("2017-11-25T12:00:00.123456Z").unwrap();
        assert_eq!(fraction.ts_us, noon_utc + 123_456);
    }

    #[test]
    fn a_date_alone_fixes_the_day_whatever_the_zones() {
        let clocks = Clocks { mapping: "America/New_York".parse().unwrap(), ..clocks() };
        assert_eq!(clocks.text("2017-11-25").unwrap().day.to_string(), "2017-11-25");
    }

    #[test]
    fn bad_e11_times_that_are_none_are_refused() {
        for text in [
            "",
            "x",
            "0000-00-00",
            "2017-11-32",
            "2017-02-29",
            "2017-11-25 24:00:61",
            "2022/11/22 5:00",
            "2017-11-25 5:00",
            "2017-11-25T12:00",
            "2017-11-25T12:00:00+1",
            "20171125",
            "1969-12-31 00:00:00",
            "0001-01-01",
            "12",
            "-5",
            "1e9",
        ] {
            let refused = clocks().text(text).map_err(|e| e.code());
            assert_eq!(refused, Err("bad_time"), "{text}");
        }
        assert_eq!(clocks().text("2026-12-24"), Err(BadTime::Future));
        assert_eq!(clocks().text("9999-12-31 00:00:00"), Err(BadTime::Future));
    }
}
