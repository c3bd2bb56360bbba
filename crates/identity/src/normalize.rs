//! One normal form per value, or the reason why it can never be an identity.
//!
//! Every value passes the same steps: trim and fold ([`text`]), refuse placeholders ([`null_like`]), refuse what a
//! spreadsheet or a masking export has ruined, then the rules of its type ([`phone`], [`email`], [`device`]).
//! A value that is normal already comes back borrowed: nothing is allocated for the usual row.
//!
//! Normalising is idempotent, and two different people's values must never get one form: where a fold would be a
//! guess (Gmail dots, look-alike letters, circled digits) the values stay apart.

mod device;
mod email;
mod null_like;
mod phone;
mod text;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::id_type::{Form, IdType};
pub use text::mixes_scripts;

/// Longest value that can be an id, in characters.
pub(crate) const MAX_CHARS: usize = 255;

/// The value cannot be an identity: it is dropped from its row. What a row without any id left means is for the
/// caller to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unusable {
    /// Stands for "no value": empty, `null`, zeros, a made-up phone or mailbox.
    #[error("value is a placeholder, not an id")]
    NullLike,
    /// Is not a value of its type.
    #[error("{0}")]
    Invalid(InvalidReason),
    /// Is longer than 255 characters.
    #[error("id is longer than {MAX_CHARS} characters")]
    TooLong,
}

/// Why a value is not one of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidReason {
    /// A control or invisible formatting character inside the value.
    #[error("id has control characters")]
    ControlCharacter,
    /// Has the mark that stands for letters which a wrong encoding lost: many ids look alike then.
    #[error("id was ruined by a wrong encoding; hint: export again as UTF-8")]
    WrongEncoding,
    /// `1.38E+10`: digits are lost, and all that lost the same ones would become one person.
    #[error("id was cut short by a spreadsheet; hint: format the column as text and export again")]
    SpreadsheetNumber,
    /// `138****8001`: many people share a masked value.
    #[error("id is masked; hint: export the full value or a digest of it")]
    Masked,
    /// Neither a mobile number of mainland China nor one with `+` and a country code.
    #[error("not a mobile number; hint: write numbers of other countries with + and country code")]
    Phone,
    /// Not `name@domain`.
    #[error("not an e-mail address")]
    Email,
    /// Not the 15 digits of an IMEI or the 14 of a MEID.
    #[error("not an IMEI (15 digits) or MEID (14 hex digits)")]
    Imei,
    /// 15 digits of which the last does not fit the others.
    #[error("IMEI has a wrong check digit")]
    ImeiCheckDigit,
    /// Not a UUID.
    #[error("not an IDFA (a UUID)")]
    Idfa,
    /// Not an OAID.
    #[error("not an OAID (8 to 64 letters, digits, '-' and '_')")]
    Oaid,
    /// Not an Android id.
    #[error("not an Android id (8 to 16 hex digits)")]
    AndroidId,
    /// Not a MAC address.
    #[error("not a MAC address (12 hex digits)")]
    Mac,
    /// Not an MD5 in hex.
    #[error("not an MD5 digest (32 hex digits)")]
    Md5,
    /// Not a SHA-256 in hex.
    #[error("not a SHA-256 digest (64 hex digits)")]
    Sha256,
}

impl Unusable {
    /// Stable code for counters and rejects: `placeholder_id` is dropped in silence but counted, `bad_id` is an
    /// input mistake that somebody should repair. A wrong check digit is how made-up IMEIs show.
    pub fn code(self) -> &'static str {
        match self {
            Self::NullLike | Self::Invalid(InvalidReason::ImeiCheckDigit) => "placeholder_id",
            Self::Invalid(_) | Self::TooLong => "bad_id",
        }
    }
}

/// The normal form of a value of this type.
pub fn normalize<'a>(id_type: &IdType, value: &'a str) -> Result<Cow<'a, str>, Unusable> {
    let (clean, classes) = text::clean(value)?;
    if null_like::is_null_like(&clean) {
        return Err(Unusable::NullLike);
    }
    if classes & text::PLUS != 0 && text::is_spreadsheet_number(&clean) {
        return Err(Unusable::Invalid(InvalidReason::SpreadsheetNumber));
    }
    if classes & text::STAR != 0 && clean.contains("**") {
        return Err(Unusable::Invalid(InvalidReason::Masked));
    }
    match id_type.form() {
        Form::Plain => Ok(clean),
        Form::Phone => phone::normalize(clean),
        Form::Email => email::normalize(clean),
        Form::Imei => device::imei(clean),
        Form::Idfa => device::idfa(clean),
        Form::Oaid => device::oaid(clean),
        Form::AndroidId => device::android_id(clean),
        Form::Mac => device::mac(clean),
        Form::DeviceId => device::device_id(clean),
        Form::Md5 => device::digest(clean, 32, InvalidReason::Md5),
        Form::Sha256 => device::digest(clean, 64, InvalidReason::Sha256),
    }
}

/// A brand's own placeholders, besides the built-in ones: the shop's number, the cashier's card.
#[derive(Debug, Clone, Default)]
pub struct Placeholders {
    values: FxHashMap<IdType, FxHashSet<Box<str>>>,
}

impl Placeholders {
    /// Collects placeholders as somebody wrote them; those that are unusable anyway are left out.
    pub fn new<'a>(values: impl IntoIterator<Item = (&'a IdType, &'a str)>) -> Self {
        let mut placeholders = Self::default();
        for (id_type, value) in values {
            if let Ok(normal) = normalize(id_type, value) {
                placeholders.values.entry(id_type.clone()).or_default().insert(normal.into());
            }
        }
        placeholders
    }

    /// As [`normalize`], refusing these placeholders too.
    pub fn normalize<'a>(&self, id_type: &IdType, value: &'a str) -> Result<Cow<'a, str>, Unusable> {
        let normal = normalize(id_type, value)?;
        let placeholder = self.values.get(id_type).is_some_and(|values| values.contains(&*normal));
        if placeholder { Err(Unusable::NullLike) } else { Ok(normal) }
    }
}

/// The value itself when it is normal already, so that callers keep their borrow.
fn same_or(value: Cow<'_, str>, normal: String) -> Cow<'_, str> {
    if *value == normal { value } else { Cow::Owned(normal) }
}
