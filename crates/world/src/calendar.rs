//! Which days are busy, and which moments of a day. Everything in China's time, eight hours ahead of UTC all year.

use databank_model::Day;

use crate::dice::Dice;
use crate::plan::SPAN_DAYS;

const DAY_S: i64 = 86_400;
const AHEAD_S: i64 = 8 * 3_600;

/// Share of a weekday in a week, from Monday on.
const WEEKDAYS: [u64; 7] = [95, 92, 93, 96, 104, 118, 114];
/// Share of a month in a year.
const MONTHS: [u64; 12] = [96, 82, 98, 100, 103, 106, 98, 97, 102, 106, 116, 108];
/// Share of an hour in a day.
const HOURS: [u32; 24] = [30, 15, 8, 5, 5, 8, 18, 35, 50, 60, 68, 66, 70, 66, 58, 56, 56, 58, 66, 82, 96, 100, 86, 55];

/// The days of a world.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// The first day.
    pub(crate) first: i32,
    /// The last day.
    pub(crate) until: i32,
    /// Weights of all days up to and with each.
    cumulative: Vec<u64>,
    hours: [u32; 24],
}

impl Calendar {
    pub(crate) fn new(until: Day) -> Self {
        let first = until.0 - SPAN_DAYS + 1;
        let mut sum = 0;
        let cumulative = (first..=until.0)
            .map(|day| {
                sum += weight(day);
                sum
            })
            .collect();
        let mut hours = HOURS;
        for hour in 1..24 {
            hours[hour] += hours[hour - 1];
        }
        Self { first, until: until.0, cumulative, hours }
    }

    /// A day not before `from`, busy ones more often; the last day if none is left.
    pub(crate) fn day_from(&self, dice: &mut Dice, from: i32) -> i32 {
        let total = self.cumulative.last().copied().unwrap_or(1);
        let before = match usize::try_from(from - self.first) {
            Ok(0) | Err(_) => 0,
            Ok(place) => self.cumulative.get(place - 1).copied().unwrap_or(total - 1),
        };
        let mark = before + dice.below_u64(total - before);
        self.first + self.cumulative.partition_point(|sum| *sum <= mark) as i32
    }

    /// A second of a day, busy hours more often.
    pub(crate) fn second(&self, dice: &mut Dice) -> i64 {
        let hour = dice.by_weight(&self.hours) as i64;
        hour * 3_600 + i64::from(dice.below(3_600))
    }

    /// Days with a name, within the span: (code, from, to).
    pub(crate) fn windows(&self, (month, first): (u32, u32), last: (u32, u32)) -> Vec<(i32, i32, i32)> {
        let year = |day: i32| date_of(day).0;
        (year(self.first)..=year(self.until))
            .filter_map(|year| Some((year, day_of_date(year, month, first)?, day_of_date(year, last.0, last.1)?)))
            .filter(|(_, from, to)| *from >= self.first && *to <= self.until)
            .collect()
    }
}

/// Microseconds UTC of a second of a day.
pub(crate) fn instant(day: i32, second: i64) -> i64 {
    (i64::from(day) * DAY_S + second - AHEAD_S) * 1_000_000
}

/// The day of an instant.
pub(crate) fn day_of(ts_us: i64) -> i32 {
    (ts_us + AHEAD_S * 1_000_000).div_euclid(DAY_S * 1_000_000) as i32
}

/// The second of its day of an instant.
pub(crate) fn second_of(ts_us: i64) -> i64 {
    (ts_us + AHEAD_S * 1_000_000).rem_euclid(DAY_S * 1_000_000) / 1_000_000
}

fn date_of(day: i32) -> (i32, u32, u32) {
    let text = Day(day).to_string();
    let mut parts = text.split('-').map(|part| part.parse::<u32>().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    (next() as i32, next(), next())
}

fn day_of_date(year: i32, month: u32, day: u32) -> Option<i32> {
    format!("{year:04}-{month:02}-{day:02}").parse::<Day>().ok().map(|day| day.0)
}

fn weight(day: i32) -> u64 {
    let (_, month, of_month) = date_of(day);
    // 1 January 1970 was a Thursday.
    let weekday = (day + 3).rem_euclid(7) as usize;
    let festival = match (month, of_month) {
        (11, 11) => 600,
        (11, 1..=10) => 150,
        (6, 18) => 420,
        (6, 1..=17) => 135,
        (12, 12) => 220,
        (3, 8) => 180,
        (11, 12..=18) => 80,
        (6, 19..=24) => 85,
        _ => 100,
    };
    WEEKDAYS[weekday] * MONTHS[(month as usize).clamp(1, 12) - 1] * festival
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn festivals_are_the_busiest_days_and_all_days_are_found() {
        let calendar = Calendar::new("2026-10-31".parse().unwrap());
        let mut dice = Dice::new(1, 2);
        let mut days = vec![0_u32; SPAN_DAYS as usize];
        for _ in 0..400_000 {
            days[(calendar.day_from(&mut dice, 0) - calendar.first) as usize] += 1;
        }
        let busiest = (0..days.len()).max_by_key(|place| days[*place]).unwrap() as i32;
        assert_eq!(Day(calendar.first + busiest).to_string(), "2025-11-11");
        assert!(days.iter().all(|count| *count > 0));
        let late = calendar.until - 1;
        assert!((0..100).all(|_| calendar.day_from(&mut dice, late) >= late));
        assert_eq!(calendar.day_from(&mut dice, calendar.until + 9), calendar.until);
    }

    #[test]
    fn days_turn_at_midnight_in_china() {
        let day = "2026-06-18".parse::<Day>().unwrap().0;
        assert_eq!(day_of(instant(day, 0)), day);
        assert_eq!(day_of(instant(day, 0) - 1), day - 1);
        assert_eq!(second_of(instant(day, 86_399)), 86_399);
    }
}
