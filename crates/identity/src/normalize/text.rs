//! Trimming, folding and what can be told from the characters alone.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{InvalidReason, MAX_CHARS, Unusable};

/// The value has a `+`.
pub(super) const PLUS: u8 = 1;
/// The value has a `*`.
pub(super) const STAR: u8 = 2;
const CONTROL: u8 = 4;
const NOT_ASCII: u8 = 8;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'+' => PLUS,
            b'*' => STAR,
            0..=0x1f | 0x7f => CONTROL,
            0x80.. => NOT_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// The value trimmed, full width folded to half width, and the classes of its characters.
pub(super) fn clean(value: &str) -> Result<(Cow<'_, str>, u8), Unusable> {
    let trimmed = value.trim_matches(is_edge);
    let classes = classes_of(trimmed);
    if classes & CONTROL != 0 {
        return Err(Unusable::Invalid(InvalidReason::ControlCharacter));
    }
    // Fewer bytes than the limit cannot be more characters.
    if trimmed.len() > MAX_CHARS && trimmed.chars().nth(MAX_CHARS).is_some() {
        return Err(Unusable::TooLong);
    }
    if classes & NOT_ASCII == 0 {
        return Ok((Cow::Borrowed(trimmed), classes));
    }
    let folded = fold(trimmed)?;
    let classes = classes_of(&folded);
    Ok((folded, classes))
}

fn classes_of(value: &str) -> u8 {
    value.bytes().fold(0, |classes, byte| classes | CLASSES[usize::from(byte)])
}

/// Blank or invisible: address books and spreadsheets leave such characters around what is copied from them.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Spaces that look like one, of whatever width; people cannot tell them apart.
fn is_wide_or_thin_space(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace() && !c.is_control()
}

/// Full-width ASCII becomes ASCII, accents are composed. Not all of NFKC: that would make `①` and `1` one person.
fn fold(trimmed: &str) -> Result<Cow<'_, str>, Unusable> {
    if trimmed.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(Unusable::Invalid(InvalidReason::ControlCharacter));
    }
    // Different letters were lost here: what is left of two ids may be one text.
    if trimmed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Unusable::Invalid(InvalidReason::WrongEncoding));
    }
    let full_width = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}') || is_wide_or_thin_space(c);
    let normal = is_nfc_quick(trimmed.chars()) == IsNormalized::Yes;
    if normal && !trimmed.contains(full_width) {
        return Ok(Cow::Borrowed(trimmed));
    }
    let half_width = trimmed.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from((u32::from(c) - 0xff01 + 0x21) as u8),
        _ if is_wide_or_thin_space(c) => ' ',
        _ => c,
    });
    Ok(Cow::Owned(half_width.nfc().collect()))
}

/// `1.38E+10`, also with a decimal comma: what a spreadsheet makes of a long number.
pub(super) fn is_spreadsheet_number(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole_mantissa = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    whole_mantissa && exponent.strip_prefix('+').is_some_and(digits)
}

/// Whether a value has plain Latin letters and look-alikes of other scripts: Greek, Cyrillic, Armenian, Cherokee, phonetic
/// or mathematical letters. Such an id stays a different id, but deserves a flag.
pub fn mixes_scripts(value: &str) -> bool {
    let latin = value.bytes().any(|b| b.is_ascii_alphabetic());
    latin && !value.is_ascii() && value.chars().any(is_look_alike)
}

fn is_look_alike(c: char) -> bool {
    matches!(
        c,
        '\u{131}' | '\u{250}'..='\u{2af}' | '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1d00}'..='\u{1d7f}'
            | '\u{1f00}'..='\u{1fff}' | '\u{2c80}'..='\u{2cff}' | '\u{a640}'..='\u{a69f}' | '\u{1d400}'..='\u{1d7ff}'
    )
}
