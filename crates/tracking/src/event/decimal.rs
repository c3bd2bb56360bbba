//! Numbers of money: exact, in the notation in which the importer reads amounts.

use std::cmp::Ordering;
use std::fmt;

use super::json::Value;
use super::refused::{Refused, excerpt};

/// Digits before the point that an amount may have.
const WHOLE_DIGITS: usize = 15;
/// Digits after the point that an amount may have.
const DECIMALS: usize = 6;

/// A decimal number: `units / 10^decimals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i128,
    decimals: u32,
}

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDecimal {
    NotANumber,
    OutOfRange,
}

impl Decimal {
    /// Reads a plain or scientific number. Nothing is guessed: separators of thousands, decimal commas and signs of
    /// currency make it none.
    pub(crate) fn parse(text: &str) -> Result<Self, NoDecimal> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            None => (text, 0),
            Some((digits, exponent)) => (digits, parse_exponent(exponent)?),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(NoDecimal::NotANumber);
        }
        // Zeros at either end say nothing: without them, the digits and the place of the point are all there is.
        let fraction = fraction.trim_end_matches('0');
        let zeros = if fraction.is_empty() { whole.len() - whole.trim_end_matches('0').len() } else { 0 };
        let whole_digits = whole.get(..whole.len() - zeros).unwrap_or_default().trim_start_matches('0');
        let digits = || whole_digits.bytes().chain(fraction.bytes()).skip_while(|byte| *byte == b'0');
        let n_digits = digits().take(WHOLE_DIGITS + DECIMALS + 1).count();
        if n_digits == 0 {
            return Ok(Self { units: 0, decimals: 0 });
        }
        // The number is its digits, times ten to this power.
        let power = exponent + zeros as i64 - fraction.len() as i64;
        let n_whole = n_digits as i64 + power;
        if n_digits > WHOLE_DIGITS + DECIMALS || n_whole > WHOLE_DIGITS as i64 || -power > DECIMALS as i64 {
            return Err(NoDecimal::OutOfRange);
        }
        let units = digits().fold(0_i128, |units, digit| units * 10 + i128::from(digit - b'0'));
        let units = units * 10_i128.pow(power.max(0) as u32);
        Ok(Self { units: if is_negative { -units } else { units }, decimals: (-power).max(0) as u32 })
    }

    /// What a sender meant that reckons in binary: `3 * 19.99` is written as 59.970000000000006. A number of 16 or 17 digits
    /// is such a sum as it was printed, of which 15 digits are always right; if those are within bounds, they are meant.
    fn without_noise(number: &str) -> Option<Self> {
        let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).skip_while(|byte| *byte == b'0').count();
        if !matches!(digits, 16 | 17) {
            return None;
        }
        // No digit of the fifteen is lost on the way through a float, which is where the number comes from.
        let sum: f64 = number.parse().ok()?;
        Self::parse(&format!("{sum:.14e}")).ok()
    }

    /// The product, if it is within the same bounds.
    pub(crate) fn times(self, other: Self) -> Result<Self, NoDecimal> {
        // 21 digits each: the product has at most 42, and i128 holds 38.
        let units = self.units.checked_mul(other.units).ok_or(NoDecimal::OutOfRange)?;
        let mut product = Self { units, decimals: self.decimals + other.decimals };
        while product.decimals > 0 && product.units % 10 == 0 {
            product = Self { units: product.units / 10, decimals: product.decimals - 1 };
        }
        let bound = 10_i128.pow(WHOLE_DIGITS as u32 + product.decimals.min(DECIMALS as u32));
        if product.decimals > DECIMALS as u32 || product.units.abs() >= bound {
            return Err(NoDecimal::OutOfRange);
        }
        Ok(product)
    }

    pub(crate) fn is_negative(self) -> bool {
        self.units < 0
    }

    pub(crate) fn magnitude(self) -> Self {
        Self { units: self.units.abs(), ..self }
    }

    /// The number, if it is whole and within 64 bits.
    pub(crate) fn whole(self) -> Option<i64> {
        if self.decimals == 0 { i64::try_from(self.units).ok() } else { None }
    }

    /// Reads a number, or a text that is one.
    pub(crate) fn of(value: &Value<'_>, field: &str) -> Result<Self, Refused> {
        let (text, as_written) = match value {
            Value::Number(number) => (*number, excerpt(number)),
            Value::Text(text) => (text.as_ref(), format!("{:?}", excerpt(text))),
            other => {
                let mut written = String::new();
                other.write(&mut written);
                ("", excerpt(&written))
            }
        };
        let noisy = |error| match (error, value) {
            (NoDecimal::OutOfRange, Value::Number(number)) => Self::without_noise(number).ok_or(error),
            _ => Err(error),
        };
        Self::parse(text).or_else(noisy).map_err(|error| match error {
            NoDecimal::NotANumber => {
                Refused::new("bad_number", field, format!("{as_written} is not a number; write it like 1299.00"))
            }
            NoDecimal::OutOfRange => Refused::new(
                "number_out_of_range",
                field,
                format!("{as_written} has more than {WHOLE_DIGITS} digits before the point or {DECIMALS} after it"),
            ),
        })
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self { units: i128::from(whole), decimals: 0 }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let scaled = |number: &Self, to: u32| number.units.checked_mul(10_i128.checked_pow(to - number.decimals)?);
        let decimals = self.decimals.max(other.decimals);
        Some(scaled(self, decimals)?.cmp(&scaled(other, decimals)?))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let scale = 10_u128.pow(self.decimals);
        let (whole, fraction) = (self.units.unsigned_abs() / scale, self.units.unsigned_abs() % scale);
        if self.decimals == 0 {
            return write!(f, "{sign}{whole}");
        }
        write!(f, "{sign}{whole}.{fraction:0width$}", width = self.decimals as usize)
    }
}

/// A power of ten; beyond a thousand they are all alike.
fn parse_exponent(text: &str) -> Result<i64, NoDecimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoDecimal::NotANumber);
    }
    let power = digits.bytes().fold(0_i64, |power, digit| (power * 10 + i64::from(digit - b'0')).min(100_000));
    Ok(if text.starts_with('-') { -power } else { power })
}

#[cfg(test)]
mod tests;
