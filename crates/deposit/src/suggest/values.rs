//! What values look like, and the SQL that makes of them what the canonical columns take.

use chrono::{NaiveDate, NaiveDateTime};

use super::column::{Column, Kind};
use crate::events::time::{BadTime, Clocks};

/// 2000-01-01 in seconds: smaller numbers are rather something else than a time.
const EARLIEST_S: i64 = 946_684_800;

/// Of a hundred values, how many must look alike.
const MOST: usize = 80;

/// Ways to write a moment that are not read as they are, with and without a time of day.
const TIMES: [&str; 15] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y%m%d%H%M%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
];
const DAYS: [&str; 8] =
    ["%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"];

/// How a column writes moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// As they are read anyway.
    Plain,
    /// By a pattern, with a time of day.
    Moment(&'static str),
    /// By a pattern, days only.
    Day(&'static str),
}

impl TimeForm {
    /// How a column writes moments; none when it does not.
    pub(super) fn of(column: &Column, now_us: i64) -> Option<Self> {
        match column.kind {
            Kind::Time => return Some(Self::Plain),
            Kind::Text | Kind::Whole => {}
            Kind::Float | Kind::Decimal | Kind::Other | Kind::Nested => return None,
        }
        if column.mostly(MOST, |text| is_plain(text, now_us)) {
            return Some(Self::Plain);
        }
        let by =
            |pattern: &'static str, reads: fn(&str, &str) -> bool| column.mostly(MOST, |text| reads(text, pattern));
        let moment = TIMES.into_iter().find(|pattern| by(pattern, is_moment)).map(Self::Moment);
        moment.or_else(|| DAYS.into_iter().find(|pattern| by(pattern, is_day)).map(Self::Day))
    }

    /// The moments of a column in SQL.
    pub(super) fn sql(self, column: &Column) -> String {
        let text =
            if column.kind == Kind::Whole { format!("cast({} as varchar)", column.sql) } else { column.sql.clone() };
        match self {
            Self::Plain => column.sql.clone(),
            Self::Moment(pattern) => format!("to_timestamp({text}, '{pattern}')"),
            Self::Day(pattern) => format!("to_date({text}, '{pattern}')"),
        }
    }

    /// Whether month and day may be the other way round.
    pub(super) fn is_ambiguous(self) -> bool {
        matches!(self, Self::Moment(pattern) | Self::Day(pattern) if pattern.starts_with("%m/%d") || pattern.starts_with("%d/%m"))
    }
}

fn is_plain(text: &str, now_us: i64) -> bool {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let Ok(number) = text.parse::<i64>() else { return false };
        let seconds = match text.len() {
            9 | 10 => number,
            12 | 13 => number / 1_000,
            15 | 16 => number / 1_000_000,
            _ => return false,
        };
        return (EARLIEST_S..=now_us / 1_000_000 + 86_400).contains(&seconds);
    }
    let Ok(utc) = "UTC".parse() else { return false };
    let clocks = Clocks { mapping: utc, brand: utc, now_us };
    matches!(clocks.text(text), Ok(_) | Err(BadTime::Future))
}

fn is_moment(text: &str, pattern: &str) -> bool {
    NaiveDateTime::parse_from_str(text, pattern).is_ok_and(|moment| is_sensible(moment.date()))
}

fn is_day(text: &str, pattern: &str) -> bool {
    // The pattern reads fewer digits too; a number of six is no day.
    let whole = pattern != "%Y%m%d" || text.len() == 8;
    whole && NaiveDate::parse_from_str(text, pattern).is_ok_and(is_sensible)
}

fn is_sensible(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (1900..=2100).contains(&date.year())
}

/// How a column writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberForm {
    spelling: Spelling,
    /// Digits after the point at most.
    pub(super) decimals: usize,
    /// Whether some are below zero.
    pub(super) has_negative: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Plain,
    /// With signs of currencies or separators of thousands.
    Adorned,
    /// With a comma before the decimals.
    Comma,
}

impl NumberForm {
    /// How a column writes numbers; none when it does not.
    pub(super) fn of(column: &Column) -> Option<Self> {
        if matches!(column.kind, Kind::Time | Kind::Nested) {
            return None;
        }
        let spellings = [Spelling::Plain, Spelling::Comma, Spelling::Adorned];
        let fits = |spelling: &Spelling| column.mostly(MOST, |text| plain_number(text, *spelling).is_some());
        let spelling = spellings.into_iter().find(fits)?;
        let numbers = || column.told().filter_map(|text| plain_number(text, spelling));
        Some(Self {
            spelling,
            decimals: numbers()
                .map(|text| text.split_once('.').map_or(0, |(_, d)| d.trim_end_matches('0').len()))
                .max()?,
            has_negative: numbers().any(|text| text.starts_with('-')),
        })
    }

    /// The number as text in SQL.
    fn text(self, column: &Column) -> String {
        match self.spelling {
            Spelling::Plain => column.sql.clone(),
            Spelling::Adorned => format!("regexp_replace({}, '[^0-9.-]', '', 'g')", column.sql),
            Spelling::Comma => format!("replace(replace({}, '.', ''), ',', '.')", column.sql),
        }
    }

    /// An amount in SQL.
    pub(super) fn amount(self, column: &Column) -> String {
        let text = self.text(column);
        if column.kind != Kind::Float && self.decimals <= 2 && !self.has_negative {
            return text;
        }
        let exact = cents(&format!("cast({text} as decimal(18, 4))"));
        if self.has_negative { format!("abs({exact})") } else { exact }
    }

    /// An exact number in SQL, to be multiplied.
    pub(super) fn exact(self, column: &Column) -> String {
        format!("cast({} as decimal(18, 4))", self.text(column))
    }

    /// A whole number in SQL.
    pub(super) fn whole(self, column: &Column) -> String {
        let text = self.text(column);
        let is_plain =
            column.kind == Kind::Whole || (column.kind == Kind::Text && !column.told().any(|t| t.contains('.')));
        match (is_plain, self.has_negative) {
            (true, false) => text,
            (true, true) => format!("abs(cast({text} as bigint))"),
            (false, false) => format!("cast(cast({text} as double) as bigint)"),
            (false, true) => format!("abs(cast(cast({text} as double) as bigint))"),
        }
    }

    /// Whether the number is below zero, in SQL.
    pub(super) fn is_negative(self, column: &Column) -> String {
        format!("cast({} as double) < 0", self.text(column))
    }
}

/// An exact number in SQL, rounded to two decimals.
pub(super) fn cents(exact: &str) -> String {
    format!("cast(round({exact}, 2) as decimal(18, 2))")
}

/// A number with digits and a point only.
fn plain_number(text: &str, spelling: Spelling) -> Option<String> {
    let plain = match spelling {
        Spelling::Plain => text.to_owned(),
        Spelling::Comma => {
            let (_, decimals) = text.rsplit_once(',')?;
            (1..=2).contains(&decimals.len()).then(|| text.replace('.', "").replace(',', "."))?
        }
        Spelling::Adorned => {
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            (letters <= 3).then(|| text.chars().filter(|c| c.is_ascii_digit() || ".-".contains(*c)).collect())?
        }
    };
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(decimals)).then_some(plain)
}

/// A mobile number of China.
pub(super) fn is_mobile(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !" -".contains(*c)).collect();
    let digits = ["+86", "0086"].iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(&digits);
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes.first() == Some(&b'1')
        && bytes.get(1).is_some_and(|digit| (b'3'..=b'9').contains(digit))
}

/// An e-mail address, roughly.
pub(super) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_plain = !text.contains(char::is_whitespace) && !host.contains('@');
    is_plain && !name.is_empty() && host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty())
}

/// Hex digits, this many.
pub(super) fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Something in which digits are starred out.
pub(super) fn is_masked(text: &str) -> bool {
    text.contains("**")
}

/// A text that stands for a column of ids or names: floating-point numbers lose their point.
pub(super) fn as_name(column: &Column) -> String {
    match column.kind {
        Kind::Float => format!("cast(cast({} as bigint) as varchar)", column.sql),
        Kind::Text if column.mostly(95, is_written_as_float) => format!("regexp_replace({}, '\\.0$', '')", column.sql),
        _ => column.sql.clone(),
    }
}

fn is_written_as_float(text: &str) -> bool {
    text.strip_suffix(".0").is_some_and(|whole| !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_US: i64 = 1_795_000_000_000_000;

    fn column(values: &[&str]) -> Column {
        Column {
            name: "c".to_owned(),
            key: "c".to_owned(),
            sql: "\"c\"".to_owned(),
            kind: Kind::Text,
            values: values.iter().map(|value| Some((*value).to_owned())).collect(),
        }
    }

    #[test]
    fn times_are_told_by_how_they_are_written() {
        let form = |values: &[&str]| TimeForm::of(&column(values), NOW_US);
        assert_eq!(form(&["2026-01-02 03:04:05", "2026-01-02"]), Some(TimeForm::Plain));
        assert_eq!(form(&["1511544070"]), Some(TimeForm::Plain));
        assert_eq!(form(&["2026/1/2 5:00"]), Some(TimeForm::Moment("%Y/%m/%d %H:%M")));
        assert_eq!(form(&["19970101"]), Some(TimeForm::Day("%Y%m%d")));
        assert_eq!(form(&["31/12/2025"]), Some(TimeForm::Day("%d/%m/%Y")));
        assert_eq!(form(&["2026年1月2日"]), Some(TimeForm::Day("%Y年%m月%d日")));
        for none in ["13900000011", "2520377", "x", "12.5", "2026"] {
            assert_eq!(form(&[none]), None, "{none}");
        }
    }

    #[test]
    fn numbers_are_told_by_how_they_are_written() {
        let amount = |values: &[&str]| NumberForm::of(&column(values)).map(|form| form.amount(&column(values)));
        assert_eq!(amount(&["12.50", "3"]).as_deref(), Some("\"c\""));
        assert_eq!(amount(&["1,299.00", "￥5"]).as_deref(), Some("regexp_replace(\"c\", '[^0-9.-]', '', 'g')"));
        assert_eq!(amount(&["12,50", "1.299,00"]).as_deref(), Some("replace(replace(\"c\", '.', ''), ',', '.')"));
        assert!(amount(&["-3.999"]).unwrap().starts_with("abs(cast(round("));
        assert_eq!(amount(&["many"]), None);
    }

    #[test]
    fn people_are_told_by_their_addresses() {
        assert!(is_mobile("+86 139-0000-0011") && is_mobile("13900000011") && !is_mobile("23900000011"));
        assert!(is_email("me@x.org") && !is_email("me@x") && !is_email("a b@x.org"));
    }
}
