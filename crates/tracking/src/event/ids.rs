//! Who it was: the ids of an event, as they were written. Their normal forms are made by the importer.

use databank_identity::IdType;

use super::flags::Flags;
use super::json::{Object, Value};
use super::refused::{Refused, excerpt};

/// Characters that an id may have.
const MAX_CHARACTERS: usize = 255;

/// Traits that name a person, and the types of their ids.
const TRAITS: &[(&str, &str)] = &[
    ("email", "email"),
    ("phone", "phone"),
    ("openid", "openid"),
    ("openId", "openid"),
    ("unionid", "unionid"),
    ("unionId", "unionid"),
    ("memberId", "member"),
    ("member_id", "member"),
    ("memberCard", "member_card"),
    ("member_card", "member_card"),
];

/// Fields of `context.device` that name a device, and the types of their ids.
const DEVICE: &[(&str, &str)] =
    &[("id", "device_id"), ("idfa", "idfa"), ("oaid", "oaid"), ("imei", "imei"), ("androidId", "android_id")];

/// What SDKs call types of external ids that have other names here. A cookie under a name of its own would be taken for
/// something that names a person.
const EXTERNAL: &[(&str, &str)] = &[
    ("ga_client_id", "cookie_ga"),
    ("ios.idfa", "idfa"),
    ("android.idfa", "device_id"),
    ("ios.id", "device_id"),
    ("android.id", "device_id"),
    ("ios.push_token", "push_id"),
    ("android.push_token", "push_id"),
];

/// Ids with their types, each once, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ids(pub(crate) Vec<(IdType, String)>);

impl Ids {
    /// Adds an id. A type that is none is left out.
    fn add(&mut self, type_name: &str, value: &str) {
        let Ok(id_type) = type_name.parse::<IdType>() else { return };
        if !self.0.iter().any(|(held_type, held)| held == value && *held_type == id_type) {
            self.0.push((id_type, value.to_owned()));
        }
    }

    /// Adds the id in a field, if there is one.
    fn add_field(&mut self, object: &Object<'_>, name: &str, type_name: &str) -> Result<(), Refused> {
        if let Some(value) = object.only(name)? {
            self.add_value(value, name, type_name)?;
        }
        Ok(())
    }

    /// Adds an id that may be a text or a whole number. Other values name nobody.
    fn add_value(&mut self, value: &Value<'_>, name: &str, type_name: &str) -> Result<(), Refused> {
        match value {
            Value::Text(text) => {
                if let Some(text) = present(text, name)? {
                    self.add(type_name, text);
                }
            }
            Value::Number(number) => {
                if let Some(number) = whole(number) {
                    self.add(type_name, number);
                }
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
        Ok(())
    }
}

/// A text that can be an id; nothing and white space are none.
fn present<'v>(text: &'v str, field: &str) -> Result<Option<&'v str>, Refused> {
    if text.len() > MAX_CHARACTERS && text.chars().count() > MAX_CHARACTERS {
        let message = format!("{:?} has more than {MAX_CHARACTERS} characters", excerpt(text));
        return Err(Refused::new("bad_id", field, message));
    }
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// A number that is whole and within 64 bits, as it is written in decimal.
pub(crate) fn whole(number: &str) -> Option<&str> {
    match number.parse::<i64>() {
        // `-0` is the one that JSON can write in two ways.
        Ok(0) => Some("0"),
        Ok(_) => Some(number),
        Err(_) => None,
    }
}

/// The id in `userId`, `anonymousId` or `previousId`: a text, or a whole number that is taken for its decimal text.
pub(crate) fn named<'v>(event: &'v Object<'_>, name: &str, flags: &mut Flags) -> Result<Option<&'v str>, Refused> {
    match event.only(name)? {
        None => Ok(None),
        Some(Value::Text(text)) => present(text, name),
        Some(Value::Number(number)) => match whole(number) {
            Some(text) => {
                *flags |= Flags::NUMERIC_ID;
                Ok(Some(text))
            }
            None => {
                let message = format!("{} is no whole number of 64 bits; send ids as texts", excerpt(number));
                Err(Refused::new("bad_id_type", name, message))
            }
        },
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            Err(Refused::new("bad_id_type", name, format!("{name} is neither a text nor a whole number")))
        }
    }
}

/// All ids of an event about one person, whose `context` may be the batch's.
pub(crate) fn of_event(event: &Object<'_>, context: &Context<'_, '_>, flags: &mut Flags) -> Result<Ids, Refused> {
    let mut ids = Ids::default();
    if let Some(user_id) = named(event, "userId", flags)? {
        ids.add("user_id", user_id);
    }
    if let Some(anonymous_id) = named(event, "anonymousId", flags)? {
        ids.add("anonymous_id", anonymous_id);
    }
    if ids.0.is_empty() {
        return Err(Refused::whole("no_identity", "neither userId nor anonymousId is given"));
    }
    if let Some(traits) = context.object("traits") {
        of_traits(traits, &mut ids).map_err(|refused| refused.within("traits").within("context"))?;
    }
    if let Some(device) = context.object("device") {
        of_device(device, context, &mut ids).map_err(|refused| refused.within("device").within("context"))?;
    }
    for list in ["externalIds", "externalId"] {
        if let Some(Value::Array(external_ids)) = context.get(list) {
            for external_id in external_ids.iter().filter_map(Value::object) {
                of_external(external_id, &mut ids).map_err(|refused| refused.within(list).within("context"))?;
            }
        }
    }
    Ok(ids)
}

/// Whether a trait names a person.
pub(crate) fn is_id_trait(name: &str) -> bool {
    TRAITS.iter().any(|(id_trait, _)| *id_trait == name)
}

/// Ids among traits.
pub(crate) fn of_traits(traits: &Object<'_>, ids: &mut Ids) -> Result<(), Refused> {
    TRAITS.iter().try_for_each(|(name, type_name)| ids.add_field(traits, name, type_name))
}

fn of_device(device: &Object<'_>, context: &Context<'_, '_>, ids: &mut Ids) -> Result<(), Refused> {
    DEVICE.iter().try_for_each(|(name, type_name)| ids.add_field(device, name, type_name))?;
    // Who forbids tracking by it still has the id, and it is not ours to take.
    if device.get("adTrackingEnabled") == Some(&Value::Bool(false)) {
        return Ok(());
    }
    let system = device.text("type").or_else(|| context.object("os").and_then(|os| os.text("name")));
    let system = system.unwrap_or_default().to_ascii_lowercase();
    let type_name = match system.as_str() {
        "ios" | "ipados" | "tvos" => "idfa",
        "android" | "harmonyos" | "harmony" => "oaid",
        _ => "device_id",
    };
    ids.add_field(device, "advertisingId", type_name)
}

fn of_external(external_id: &Object<'_>, ids: &mut Ids) -> Result<(), Refused> {
    let Some(given) = external_id.text("type") else { return Ok(()) };
    let type_name = match EXTERNAL.iter().find(|(name, _)| *name == given) {
        Some((_, type_name)) => (*type_name).to_owned(),
        None => given.to_ascii_lowercase().replace([' ', '-', '.'], "_"),
    };
    ids.add_field(external_id, "id", &type_name)
}

/// Two ids that are one person's: `userId`, and `previousId` or else `anonymousId`.
pub(crate) fn of_alias(event: &Object<'_>, flags: &mut Flags) -> Result<Ids, Refused> {
    let mut ids = Ids::default();
    if let Some(Value::Array(merged)) = event.get("mergeProperties") {
        for id in merged.iter().filter_map(Value::object) {
            if let (Some(type_name), Some(value)) = (id.text("type"), id.only("value")?) {
                ids.add_value(value, "mergeProperties", type_name)?;
            }
        }
        if !ids.0.is_empty() {
            return Ok(ids);
        }
    }
    let Some(user_id) = named(event, "userId", flags)? else {
        return Err(Refused::new("no_identity", "userId", "userId is missing: it names who previousId is now"));
    };
    let anonymous_id = named(event, "anonymousId", flags)?;
    ids.add("user_id", user_id);
    match (named(event, "previousId", flags)?, anonymous_id) {
        // An SDK that made up the previous id made up a UUID, as it does for browsers that nobody has named yet.
        (Some(previous_id), anonymous_id) if anonymous_id == Some(previous_id) || is_uuid(previous_id) => {
            if previous_id != user_id {
                ids.add("anonymous_id", previous_id);
            }
        }
        (Some(previous_id), _) => ids.add("user_id", previous_id),
        (None, Some(anonymous_id)) => ids.add("anonymous_id", anonymous_id),
        (None, None) => {
            return Err(Refused::new("no_identity", "previousId", "neither previousId nor anonymousId is given"));
        }
    }
    Ok(ids)
}

fn is_uuid(text: &str) -> bool {
    let is_at_home = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_at_home)
}

/// The context of an event, and behind it the one of its batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'e, 'a> {
    pub(crate) own: &'e Object<'a>,
    pub(crate) of_batch: &'e Object<'a>,
}

impl<'e, 'a> Context<'e, 'a> {
    /// The value under a name; the event's own wins.
    pub(crate) fn get(&self, name: &str) -> Option<&'e Value<'a>> {
        self.own.get(name).or_else(|| self.of_batch.get(name))
    }

    pub(crate) fn object(&self, name: &str) -> Option<&'e Object<'a>> {
        self.get(name).and_then(Value::object)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'e str> {
        self.get(name).and_then(Value::text).filter(|text| !text.is_empty())
    }
}
