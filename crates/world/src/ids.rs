//! Ids of persons, made from their numbers: no two persons have one id, and no id has to be remembered.

use crate::dice::mix;

/// Phones that may be a first one, and those that may be a later one, by their last digit.
const FIRST_DIGITS: u64 = 7;
const LATER_DIGITS: u64 = 2;
const AREAS: u64 = 700_000_000;

/// Writes a mobile number. The last digit is never 0, so that none looks made up; later phones end in 8 or 9.
pub(crate) fn write_phone(text: &mut String, seed: u64, human: u64, later: bool) {
    let (digits, first) = if later { (LATER_DIGITS, 8) } else { (FIRST_DIGITS, 1) };
    let space = AREAS * digits;
    // A prime that does not divide the space: different numbers stay different.
    let place = ((u128::from(human) * 2_654_435_761 + u128::from(mix(seed) % space)) % u128::from(space)) as u64;
    let (area, last) = (place / digits, place % digits + first);
    let (second, middle) = (area / 100_000_000 + 3, area % 100_000_000);
    text.push('1');
    write_digits::<1>(text, second, 10);
    write_digits::<8>(text, middle, 10);
    write_digits::<1>(text, last, 10);
}

/// Writes sixteen hex digits of a number.
pub(crate) fn write_hex(text: &mut String, number: u64) {
    write_digits::<16>(text, number, 16);
}

/// Writes the last `N` digits of a number, zeros in front, to a base of 10 or 16. Millions of ids are written.
fn write_digits<const N: usize>(text: &mut String, mut number: u64, base: u64) {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number % base) as usize & 15];
        number /= base;
    }
    text.push_str(str::from_utf8(&digits).unwrap_or_default());
}

/// A number of an id: of the person at the brand (`of`), of its kind and of its order among the person's.
pub(crate) fn id_number(seed: u64, of: u64, kind: u64, order: u64) -> u64 {
    // Different inputs stay different: `of` has at most 44 bits.
    mix((of << 12 | kind << 8 | order) ^ (mix(seed) & !0xff_ffff_ffff_ffff))
}

/// Writes an id of a type that has letters in front of its number.
pub(crate) fn write_id(text: &mut String, kind: &str, number: u64) {
    match kind {
        "email" => {
            text.push('u');
            write_hex(text, number);
            text.push_str("@post.shijiebei.cn");
        }
        "unionid" => {
            text.push_str("oUni_");
            write_hex(text, number);
        }
        "openid" => {
            text.push_str("oApp_");
            write_hex(text, number);
        }
        "member_card" => {
            text.push('M');
            write_digits::<13>(text, number >> 21, 10);
        }
        "taobao" => {
            text.push_str("tb");
            write_digits::<20>(text, number, 10);
        }
        "jd" => {
            text.push_str("jd_");
            write_hex(text, number);
        }
        "douyin" => write_digits::<20>(text, number, 10),
        "device_id" => {
            text.push('d');
            write_digits::<7>(text, number >> 36, 16);
            text.push('-');
            write_digits::<4>(text, number >> 20, 16);
            text.push('-');
            write_digits::<5>(text, number, 16);
        }
        _ => write_hex(text, number),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn phones_are_mobile_numbers_and_differ() {
        let mut seen = BTreeSet::new();
        for human in (0..30_000).chain(1_000_000_000..1_000_030_000) {
            for later in [false, true] {
                let mut text = String::new();
                write_phone(&mut text, 9, human, later);
                assert!(text.len() == 11 && text.starts_with('1') && !text.ends_with('0'), "{text}");
                assert!((b'3'..=b'9').contains(&text.as_bytes()[1]), "{text}");
                assert!(seen.insert(text));
            }
        }
    }

    #[test]
    fn ids_of_a_type_differ() {
        for kind in ["email", "unionid", "member_card", "taobao", "device_id", "cookie"] {
            let mut seen = BTreeSet::new();
            for of in 0..20_000 {
                for order in 0..3 {
                    let mut text = String::new();
                    write_id(&mut text, kind, id_number(3, of, 4, order));
                    assert!(seen.insert(text), "{kind} {of} {order}");
                }
            }
        }
    }
}
