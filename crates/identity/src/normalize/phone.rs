//! Phones: mobile numbers of mainland China as 11 digits, all others as `+` and E.164.
//!
//! Landlines of mainland China are refused: an office shares one, so linking by it joins strangers.

use std::borrow::Cow;

use super::{InvalidReason, Unusable, same_or};

/// Digits that people and test suites type instead of a number.
pub(super) const PLACEHOLDERS: &[&str] =
    &["13800138000", "12345678901", "01234567890", "0123456789", "1234567890", "123456789", "12345678", "123456"];

pub(super) fn normalize(value: Cow<'_, str>) -> Result<Cow<'_, str>, Unusable> {
    if is_mobile(&value) {
        return if is_placeholder(&value) { Err(Unusable::NullLike) } else { Ok(value) };
    }
    let (digits, plus) = dialled(&value)?;
    if is_placeholder(&digits) {
        return Err(Unusable::NullLike);
    }
    let mobile = if plus {
        digits.strip_prefix("86")
    } else {
        // Without a plus only a whole mobile number behind 86 or the old trunk 0 is beyond doubt.
        digits.strip_prefix("86").or_else(|| digits.strip_prefix('0')).or(Some(&digits))
    };
    if let Some(mobile) = mobile.filter(|digits| is_mobile(digits)) {
        if is_placeholder(mobile) {
            return Err(Unusable::NullLike);
        }
        return Ok(Cow::Owned(mobile.to_owned()));
    }
    let abroad = plus && (8..=15).contains(&digits.len()) && !digits.starts_with('0') && !digits.starts_with("86");
    if abroad {
        return Ok(same_or(value, format!("+{digits}")));
    }
    Err(Unusable::Invalid(InvalidReason::Phone))
}

/// The digits of the number, and whether a country code leads them (`+` or `00`).
fn dialled(value: &str) -> Result<(String, bool), Unusable> {
    // A spreadsheet's mark for text, and what a data frame with gaps makes of a column of numbers.
    let value = value.strip_prefix('\'').unwrap_or(value);
    let value = value.strip_suffix(".0").unwrap_or(value);
    let mut digits = String::with_capacity(value.len());
    let mut plus = false;
    for c in value.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !plus => plus = true,
            ' ' | '-' | '(' | ')' | '.' | '\u{2010}'..='\u{2015}' => {}
            '*' => return Err(Unusable::Invalid(InvalidReason::Masked)),
            _ => return Err(Unusable::Invalid(InvalidReason::Phone)),
        }
    }
    if let Some(rest) = digits.strip_prefix("00").filter(|rest| !plus && !rest.starts_with('0')) {
        return Ok((rest.to_owned(), true));
    }
    Ok((digits, plus))
}

fn is_mobile(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

/// One digit over and over, a known placeholder, or a mobile number with nothing but zeros behind its area.
fn is_placeholder(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let one_digit = bytes.windows(2).all(|pair| pair[0] == pair[1]);
    one_digit || PLACEHOLDERS.contains(&digits) || (bytes.len() == 11 && digits.ends_with("00000000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Result<&str, Unusable>) {
        assert_eq!(normalize(Cow::Borrowed(value)).as_deref().map_err(|e| *e), expected, "{value:?}");
    }

    #[test]
    fn mobile_numbers_of_mainland_china_are_eleven_digits() {
        for value in [
            "13800138001", "138 0013 8001", "138-0013-8001", "+8613800138001", "+86 138-0013 8001", "(+86)13800138001",
            "008613800138001", "8613800138001", "013800138001", "'13800138001", "13800138001.0",
        ] {
            check(value, Ok("13800138001"));
        }
    }

    #[test]
    fn other_countries_keep_their_code() {
        check("+852 9123 4567", Ok("+85291234567"));
        check("00852 9123 4567", Ok("+85291234567"));
        check("+1 (415) 555-2671", Ok("+14155552671"));
    }

    #[test]
    fn doubtful_numbers_are_refused() {
        let invalid = Err(Unusable::Invalid(InvalidReason::Phone));
        for value in
            ["12800138001", "1380013800", "91234567", "010-62345678", "+86 10 62345678", "call me", "+0223456789"]
        {
            check(value, invalid);
        }
        check("138****8001", Err(Unusable::Invalid(InvalidReason::Masked)));
    }

    #[test]
    fn placeholders_are_told_in_every_spelling() {
        for value in ["13800138000", "+86 138 0013 8000", "11111111111", "12345678901", "13000000000", "+8613800138000"]
        {
            check(value, Err(Unusable::NullLike));
        }
        // Much wished for and really in use.
        check("13888888888", Ok("13888888888"));
    }
}
