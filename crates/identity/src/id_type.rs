//! The registry of id types. Every name `[a-z][a-z0-9_]{0,63}` is a type; the known ones have their own rules.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What an id proves about the person behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Names a person: two strong ids on one row are one person.
    Strong,
    /// Names a device or browser that people may share: owns stretches of time, never joins two known people.
    Weak,
}

/// How values of a type are brought to their normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    Plain,
    Phone,
    Email,
    Imei,
    Idfa,
    Oaid,
    AndroidId,
    Mac,
    DeviceId,
    Md5,
    Sha256,
}

/// A type of id, such as `phone` or `cookie`.
///
/// Types are ordered by (priority, name), strongest first: a total order over all types, known or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdType {
    // The derived order compares the fields from the top; all the others follow from the name.
    priority: u32,
    name: Cow<'static, str>,
    strength: Strength,
    contactable: bool,
    form: Form,
    per_person: u32,
    hashed: Option<HashedNames>,
}

/// Names of the types that hold hex digests of another type's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct HashedNames {
    sha256: &'static str,
    md5: &'static str,
}

/// The text is not the name of an id type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id type (1 to 64 of a-z, 0-9 and '_', first a letter)")]
pub struct IdTypeError {
    /// The refused text, cut to 80 characters.
    pub text: String,
}

use Strength::{Strong, Weak};

const CONTACT: bool = true;
const NO_CONTACT: bool = false;

/// What [`IdType::max_per_person`] says of types whose ids a person may have any number of.
const ANY_NUMBER: u32 = u32::MAX;

const fn plain(name: &'static str, priority: u32, strength: Strength, contactable: bool, per_person: u32) -> IdType {
    IdType { priority, name: Cow::Borrowed(name), strength, contactable, form: Form::Plain, per_person, hashed: None }
}

const fn hashable(
    names: [&'static str; 3],
    priority: u32,
    strength: Strength,
    contactable: bool,
    per_person: u32,
    form: Form,
) -> IdType {
    let [name, sha256, md5] = names;
    let hashed = Some(HashedNames { sha256, md5 });
    IdType { priority, name: Cow::Borrowed(name), strength, contactable, form, per_person, hashed }
}

/// A device: a person may have any number, and nobody is reached by it.
const fn device(names: [&'static str; 3], priority: u32, form: Form) -> IdType {
    hashable(names, priority, Weak, NO_CONTACT, ANY_NUMBER, form)
}

/// Known types, strongest first, and how many ids of each one person may have. Gaps of 10 leave room for the digests
/// (+1, +2) and for new types.
static BUILT_INS: &[IdType] = &[
    hashable(["phone", "phone_sha256", "phone_md5"], 100, Strong, CONTACT, 5, Form::Phone),
    hashable(["email", "email_sha256", "email_md5"], 200, Strong, CONTACT, 5, Form::Email),
    plain("unionid", 300, Strong, NO_CONTACT, 5),
    // One for each app of a brand.
    plain("openid", 400, Strong, CONTACT, 20),
    plain("member_card", 500, Strong, NO_CONTACT, 10),
    plain("member", 510, Strong, NO_CONTACT, 5),
    plain("taobao", 600, Strong, NO_CONTACT, 5),
    plain("tmall", 610, Strong, NO_CONTACT, 5),
    plain("jd", 620, Strong, NO_CONTACT, 5),
    plain("douyin", 630, Strong, NO_CONTACT, 5),
    plain("user_id", 700, Strong, NO_CONTACT, 5),
    plain("customer_id", 710, Strong, NO_CONTACT, 5),
    device(["imei", "imei_sha256", "imei_md5"], 1000, Form::Imei),
    device(["idfa", "idfa_sha256", "idfa_md5"], 1010, Form::Idfa),
    device(["oaid", "oaid_sha256", "oaid_md5"], 1020, Form::Oaid),
    device(["android_id", "android_id_sha256", "android_id_md5"], 1030, Form::AndroidId),
    device(["mac", "mac_sha256", "mac_md5"], 1040, Form::Mac),
    device(["device_id", "device_id_sha256", "device_id_md5"], 1050, Form::DeviceId),
    plain("push_id", 1060, Weak, CONTACT, ANY_NUMBER),
    plain("anonymous_id", 1100, Weak, NO_CONTACT, ANY_NUMBER),
    plain("cookie", 1110, Weak, NO_CONTACT, ANY_NUMBER),
];

/// `openid_shop`, `taobao_nick`, `push_huawei`: a prefix, and the built-in whose rules such a name takes.
const FAMILIES: &[(&str, &str)] = &[
    ("openid_", "openid"),
    ("unionid_", "unionid"),
    ("member_card_", "member_card"),
    ("taobao_", "taobao"),
    ("tmall_", "tmall"),
    ("jd_", "jd"),
    ("douyin_", "douyin"),
    ("push_", "push_id"),
];

/// A word of an unknown name that begins like this makes the type weak. Taking a weak id for a strong one joins
/// strangers, the opposite mistake only leaves somebody in two pieces: so the list is generous.
const WEAK_WORDS: &[&str] = &["cookie", "device", "anon", "session", "visitor", "browser"];

const UNKNOWN_STRONG: u32 = 900;
const UNKNOWN_WEAK: u32 = 1900;

/// How many ids of a strong type that we do not know one person may have.
pub(crate) const UNKNOWN_PER_PERSON: u32 = 10;

impl IdType {
    /// The name, as in mappings and on the command line.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Strong or weak.
    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// Whether the type is weak.
    pub fn weak(&self) -> bool {
        self.strength == Weak
    }

    /// Rank among all types: lower is stronger. Types without a place of their own share one; ties go by name.
    pub fn priority(&self) -> u32 {
        self.priority
    }

    /// Whether a person can be reached by a value of this type, so that its raw value is kept sealed.
    pub fn contactable(&self) -> bool {
        self.contactable
    }

    /// Whether outside parties send digests of this type's values, so that alias tokens are kept.
    pub fn hashable(&self) -> bool {
        self.hashed.is_some()
    }

    /// How many ids of this type one person may have unless a policy says otherwise; `u32::MAX` for any number, as of weak
    /// ids. Digests count as the values that they are of.
    pub fn max_per_person(&self) -> u32 {
        self.per_person
    }

    /// The name of the type whose digests these are, or the type's own.
    pub(crate) fn base_name(&self) -> &str {
        let is_digest = |names: HashedNames| names.sha256 == self.name || names.md5 == self.name;
        let base = BUILT_INS.iter().find(|built_in| built_in.hashed.is_some_and(is_digest));
        base.map_or(self.name(), |base| base.name())
    }

    /// The known types, strongest first, without their hashed forms.
    pub fn built_ins() -> &'static [IdType] {
        BUILT_INS
    }

    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// The type of hex SHA-256 digests of this type's values.
    pub(crate) fn sha256_type(&self) -> Option<IdType> {
        self.hashed.map(|names| self.digest_type(names.sha256, 1, Form::Sha256))
    }

    /// The type of hex MD5 digests of this type's values.
    pub(crate) fn md5_type(&self) -> Option<IdType> {
        self.hashed.map(|names| self.digest_type(names.md5, 2, Form::Md5))
    }

    /// A digest proves as much as its value, but nobody can be reached by it.
    fn digest_type(&self, name: &'static str, below: u32, form: Form) -> IdType {
        let priority = self.priority + below;
        IdType { priority, name: Cow::Borrowed(name), contactable: false, form, hashed: None, ..self.clone() }
    }

    fn known(name: &str) -> Option<IdType> {
        BUILT_INS.iter().find_map(|built_in| {
            if built_in.name == name {
                return Some(built_in.clone());
            }
            let names = built_in.hashed?;
            if names.sha256 == name {
                built_in.sha256_type()
            } else if names.md5 == name {
                built_in.md5_type()
            } else {
                None
            }
        })
    }
}

impl FromStr for IdType {
    type Err = IdTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let well_formed =
            text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(allowed);
        if !well_formed {
            return Err(IdTypeError { text: text.chars().take(80).collect() });
        }
        if let Some(known) = Self::known(text) {
            return Ok(known);
        }
        let family = FAMILIES.iter().find(|(prefix, _)| text.starts_with(prefix));
        if let Some(built_in) = family.and_then(|(_, built_in)| Self::known(built_in)) {
            return Ok(IdType { name: Cow::Owned(text.to_owned()), ..built_in });
        }
        let weak = text.split('_').any(|word| WEAK_WORDS.iter().any(|start| word.starts_with(start)));
        let (strength, priority, per_person) =
            if weak { (Weak, UNKNOWN_WEAK, ANY_NUMBER) } else { (Strong, UNKNOWN_STRONG, UNKNOWN_PER_PERSON) };
        Ok(IdType {
            priority,
            name: Cow::Owned(text.to_owned()),
            strength,
            contactable: false,
            form: digest_form(text),
            per_person,
            hashed: None,
        })
    }
}

/// Digests of ids that we do not know are still hex: upper and lower case must meet.
fn digest_form(name: &str) -> Form {
    if name.ends_with("_sha256") {
        Form::Sha256
    } else if name.ends_with("_md5") {
        Form::Md5
    } else {
        Form::Plain
    }
}

impl fmt::Display for IdType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_type(name: &str) -> IdType {
        name.parse().unwrap()
    }

    #[test]
    fn built_ins_come_strongest_first_and_have_places_of_their_own() {
        assert!(BUILT_INS.windows(2).all(|pair| pair[0].priority + 2 < pair[1].priority));
        let first_weak = BUILT_INS.iter().position(IdType::weak).unwrap();
        assert!(BUILT_INS[first_weak..].iter().all(IdType::weak));
        assert!(BUILT_INS[first_weak - 1].priority < UNKNOWN_STRONG);
        assert!(UNKNOWN_STRONG < BUILT_INS[first_weak].priority);
        for built_in in BUILT_INS {
            assert_eq!(&id_type(built_in.name()), built_in);
        }
    }

    #[test]
    fn names_decide_what_a_type_is() {
        for (name, strength, priority, contactable, hashable) in [
            ("phone", Strong, 100, true, true),
            ("phone_sha256", Strong, 101, false, false),
            ("phone_md5", Strong, 102, false, false),
            ("openid_shop_1", Strong, 400, true, false),
            ("taobao_nick", Strong, 600, false, false),
            ("imei_md5", Weak, 1002, false, false),
            ("push_huawei", Weak, 1060, true, false),
            ("loyalty_no", Strong, UNKNOWN_STRONG, false, false),
            ("cookie_2", Weak, UNKNOWN_WEAK, false, false),
            ("deviceid", Weak, UNKNOWN_WEAK, false, false),
            ("web_session", Weak, UNKNOWN_WEAK, false, false),
        ] {
            let parsed = id_type(name);
            let found = (parsed.strength(), parsed.priority(), parsed.contactable(), parsed.hashable(), parsed.name());
            assert_eq!(found, (strength, priority, contactable, hashable, name));
        }
    }

    #[test]
    fn a_person_has_few_ids_of_a_strong_type_and_any_number_of_a_weak_one() {
        for (name, per_person, base) in [
            ("phone", 5, "phone"),
            ("phone_md5", 5, "phone"),
            ("email_sha256", 5, "email"),
            ("openid_shop", 20, "openid_shop"),
            ("member_card", 10, "member_card"),
            ("loyalty_no", 10, "loyalty_no"),
            ("loyalty_no_md5", 10, "loyalty_no_md5"),
            ("imei_md5", ANY_NUMBER, "imei"),
            ("web_session", ANY_NUMBER, "web_session"),
        ] {
            let parsed = id_type(name);
            assert_eq!((parsed.max_per_person(), parsed.base_name()), (per_person, base), "{name}");
        }
    }

    #[test]
    fn the_order_is_total() {
        let names = ["cookie", "b_no", "a_no", "phone_md5", "phone", "cookie_b", "cookie_a"];
        let mut types: Vec<IdType> = names.into_iter().map(id_type).collect();
        types.sort();
        let sorted: Vec<&str> = types.iter().map(IdType::name).collect();
        assert_eq!(sorted, ["phone", "phone_md5", "a_no", "b_no", "cookie", "cookie_a", "cookie_b"]);
    }

    #[test]
    fn other_texts_are_no_types() {
        for text in ["", "Phone", "1phone", "_a", "a-b", "a b", "é", &"a".repeat(65)] {
            assert!(text.parse::<IdType>().is_err(), "{text:?}");
        }
    }
}
