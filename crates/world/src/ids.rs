//! Ids of persons, made from their numbers: no two persons have one id, and no id has to be remembered.

use std::fmt::Write as _;

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
    let _ = write!(text, "1{second}{middle:08}{last}");
}

/// Writes sixteen hex digits of a number.
pub(crate) fn write_hex(text: &mut String, number: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for place in (0..16).rev() {
        text.push(char::from(DIGITS[(number >> (place * 4)) as usize & 15]));
    }
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
            let _ = write!(text, "M{:013}", number >> 21);
        }
        "taobao" => {
            let _ = write!(text, "tb{number:020}");
        }
        "jd" => {
            text.push_str("jd_");
            write_hex(text, number);
        }
        "douyin" => {
            let _ = write!(text, "{number:020}");
        }
        "device_id" => {
            let _ = write!(text, "d{:07x}-", number >> 36);
            let _ = write!(text, "{:04x}-{:05x}", (number >> 20) & 0xffff, number & 0xf_ffff);
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
