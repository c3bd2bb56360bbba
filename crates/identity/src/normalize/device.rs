//! Device ids and digests: lower case, one way of writing them.

use std::borrow::Cow;
use std::sync::LazyLock;

use md5::Md5;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use super::{InvalidReason, Unusable, null_like, phone, same_or};

/// What every iPhone, and Android since 6, answers when it is asked for its address.
const NO_MAC: &str = "020000000000";
/// One series of phones, and every emulator made after it, has this one.
const EMULATOR_ANDROID_ID: &str = "9774d56d682e549c";

type Normal<'a> = Result<Cow<'a, str>, Unusable>;

fn invalid<'a>(reason: InvalidReason) -> Normal<'a> {
    Err(Unusable::Invalid(reason))
}

fn lower(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(value.to_ascii_lowercase()) } else { value }
}

fn is_hex(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_hexdigit())
}

/// One character over and over (zeros, `ff:ff:…`), in whatever case: what a device says when it will not tell.
fn is_one_character(value: &str) -> bool {
    value.as_bytes().windows(2).all(|pair| pair[0].eq_ignore_ascii_case(&pair[1]))
}

pub(super) fn imei(value: Cow<'_, str>) -> Normal<'_> {
    let bare: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '/')).collect();
    if is_one_character(&bare) || bare == "123456789012345" {
        return Err(Unusable::NullLike);
    }
    if bare.len() == 15 && bare.bytes().all(|b| b.is_ascii_digit()) {
        return if luhn(&bare) { Ok(same_or(value, bare)) } else { invalid(InvalidReason::ImeiCheckDigit) };
    }
    // A MEID has at least one hex letter; 14 bare digits are an IMEI that lost its check digit.
    if bare.len() == 14 && is_hex(&bare) && bare.bytes().any(|b| b.is_ascii_alphabetic()) {
        return Ok(same_or(value, bare.to_ascii_lowercase()));
    }
    invalid(InvalidReason::Imei)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let weighed = digit << (place % 2);
            if weighed > 9 { weighed - 9 } else { weighed }
        })
        .sum();
    sum.is_multiple_of(10)
}

pub(super) fn idfa(value: Cow<'_, str>) -> Normal<'_> {
    let hex: String = value.chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
    if is_one_character(&hex) {
        return Err(Unusable::NullLike);
    }
    if hex.len() != 32 || !is_hex(&hex) {
        return invalid(InvalidReason::Idfa);
    }
    let hex = hex.to_ascii_lowercase();
    let dashed = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    Ok(same_or(value, dashed))
}

pub(super) fn oaid(value: Cow<'_, str>) -> Normal<'_> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if !(8..=64).contains(&value.len()) || !value.bytes().all(allowed) {
        return invalid(InvalidReason::Oaid);
    }
    if is_one_character(&value.replace('-', "")) {
        return Err(Unusable::NullLike);
    }
    Ok(lower(value))
}

pub(super) fn android_id(value: Cow<'_, str>) -> Normal<'_> {
    if !(8..=16).contains(&value.len()) || !is_hex(&value) {
        return invalid(InvalidReason::AndroidId);
    }
    let normal = lower(value);
    if is_one_character(&normal) || normal == EMULATOR_ANDROID_ID {
        return Err(Unusable::NullLike);
    }
    Ok(normal)
}

pub(super) fn mac(value: Cow<'_, str>) -> Normal<'_> {
    let hex: String = value.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    if hex.len() != 12 || !is_hex(&hex) {
        return invalid(InvalidReason::Mac);
    }
    let hex = hex.to_ascii_lowercase();
    if is_one_character(&hex) || hex == NO_MAC {
        return Err(Unusable::NullLike);
    }
    let pairs: Vec<&str> = (0..6).map(|i| &hex[2 * i..2 * i + 2]).collect();
    Ok(same_or(value, pairs.join(":")))
}

/// A UUID is the same in any case; of other device ids we do not know what their letters mean. What any kind of device says
/// when it will not tell is no id.
pub(super) fn device_id(value: Cow<'_, str>) -> Normal<'_> {
    let bare: String = value.chars().filter(|c| !matches!(c, ':' | '-' | '.' | '{' | '}')).collect();
    let says_nothing = |told: &str| bare.eq_ignore_ascii_case(told);
    if bare.len() >= 8 && is_one_character(&bare) || says_nothing(NO_MAC) || says_nothing(EMULATOR_ANDROID_ID) {
        return Err(Unusable::NullLike);
    }
    let dash = |i: usize| matches!(i, 8 | 13 | 18 | 23);
    let uuid = value.len() == 36
        && value.bytes().enumerate().all(|(i, b)| if dash(i) { b == b'-' } else { b.is_ascii_hexdigit() });
    Ok(if uuid { lower(value) } else { value })
}

pub(super) fn digest(value: Cow<'_, str>, length: usize, reason: InvalidReason) -> Normal<'_> {
    if value.len() != length || !is_hex(&value) {
        return invalid(reason);
    }
    let normal = lower(value);
    if is_one_character(&normal) || PLACEHOLDER_DIGESTS.contains(&*normal) {
        return Err(Unusable::NullLike);
    }
    Ok(normal)
}

/// Digests of the placeholders: whoever hashes a column with gaps sends thousands of the same digest.
static PLACEHOLDER_DIGESTS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    let mut digests = FxHashSet::default();
    let mut add = |text: &str| {
        digests.insert(hex::encode(Md5::digest(text)));
        digests.insert(hex::encode(Sha256::digest(text)));
    };
    for word in null_like::NULL_WORDS {
        add(word);
        add(&word.to_ascii_uppercase());
    }
    for text in [" ", "0", "00000000", "None", "NaN", "Null", "11111111111", "00000000-0000-0000-0000-000000000000"] {
        add(text);
    }
    for number in phone::PLACEHOLDERS {
        add(number);
        add(&format!("86{number}"));
        add(&format!("+86{number}"));
    }
    digests
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_finds_a_wrong_digit() {
        assert!(luhn("490154203237518"));
        assert!(!luhn("490154203237519"));
    }

    #[test]
    fn devices_have_one_way_of_writing() {
        let uuid = "6d92078a-8246-4ba4-ae5b-76104861e7dc";
        for value in [uuid, "6D92078A-8246-4BA4-AE5B-76104861E7DC", "6D92078A82464BA4AE5B76104861E7DC"] {
            assert_eq!(idfa(value.into()).unwrap(), uuid);
        }
        for value in ["ac:de:48:00:11:22", "AC-DE-48-00-11-22", "acde.4800.1122", "ACDE48001122"] {
            assert_eq!(mac(value.into()).unwrap(), "ac:de:48:00:11:22");
        }
        assert_eq!(imei("49-015420-323751-8".into()).unwrap(), "490154203237518");
        assert_eq!(imei("A000004F5B1C2D".into()).unwrap(), "a000004f5b1c2d");
        assert_eq!(device_id(uuid.to_uppercase().into()).unwrap(), uuid);
        assert_eq!(device_id("AbC".into()).unwrap(), "AbC");
    }

    #[test]
    fn digests_of_placeholders_are_placeholders() {
        for text in ["", "null", "NULL", "13800138000", "0"] {
            let md5 = hex::encode(Md5::digest(text));
            assert_eq!(digest(md5.to_uppercase().into(), 32, InvalidReason::Md5), Err(Unusable::NullLike), "{text:?}");
        }
        assert!(digest(hex::encode(Md5::digest("13800138001")).into(), 32, InvalidReason::Md5).is_ok());
    }
}
