//! What is so about somebody: traits, groups, and ids that are one person's.

use super::ids::{self, Context, Ids};
use super::json::{Object, Value};
use super::refused::Refused;
use super::{Common, Link, Traits};

/// Levels of objects within traits that become names with dots; what lies deeper is one JSON text.
const LEVELS: usize = 2;

/// Names and values.
type Attributes = Vec<(String, Option<String>)>;

/// Who somebody is. Traits stand in `traits`, or as some SDKs have it in `context.traits`; the former win.
pub(crate) fn identify(event: &Object<'_>, context: &Context<'_, '_>, mut common: Common) -> Result<Traits, Refused> {
    let mut ids = ids::of_event(event, context, &mut common.flags)?;
    let mut attributes = Vec::new();
    if let Some(traits) = context.object("traits") {
        flatten(traits, "", LEVELS, &mut attributes);
    }
    let traits = event.part("traits")?;
    ids::of_traits(traits, &mut ids).map_err(|refused| refused.within("traits"))?;
    flatten(traits, "", LEVELS, &mut attributes);
    // Sealed beside its token, and so not once more in plain text.
    attributes.retain(|(name, _)| !ids::is_id_trait(name));
    Ok(traits_of(ids, attributes, common))
}

/// What somebody belongs to: `group_id`, and the group's traits as `group.<name>`. They are about the group, so that an
/// e-mail among them is nobody's id.
pub(crate) fn group(event: &Object<'_>, context: &Context<'_, '_>, mut common: Common) -> Result<Traits, Refused> {
    let ids = ids::of_event(event, context, &mut common.flags)?;
    let Some(group_id) = ids::named(event, "groupId", &mut common.flags)? else {
        return Err(Refused::new("bad_id", "groupId", "groupId, the id of the group, is missing"));
    };
    let mut attributes = vec![("group_id".to_owned(), Some(group_id.to_owned()))];
    flatten(event.part("traits")?, "group.", LEVELS, &mut attributes);
    Ok(traits_of(ids, attributes, common))
}

/// That two ids are one person's.
pub(crate) fn alias(event: &Object<'_>, mut common: Common) -> Result<Link, Refused> {
    let ids = ids::of_alias(event, &mut common.flags)?;
    Ok(Link {
        event_id: common.event_id,
        moment: common.moment,
        said_us: common.said_us,
        ids: ids.0,
        flags: common.flags,
    })
}

fn traits_of(ids: Ids, mut attributes: Attributes, common: Common) -> Traits {
    // Stable: of two values under one name, the later one counts.
    attributes.sort_by(|a, b| a.0.cmp(&b.0));
    let mut kept: Attributes = Vec::with_capacity(attributes.len());
    for (name, value) in attributes {
        match kept.last_mut() {
            Some((last, held)) if *last == name => *held = value,
            _ => kept.push((name, value)),
        }
    }
    Traits {
        event_id: common.event_id,
        moment: common.moment,
        said_us: common.said_us,
        ids: ids.0,
        attributes: kept,
        flags: common.flags,
    }
}

fn flatten(object: &Object<'_>, prefix: &str, levels: usize, attributes: &mut Attributes) {
    for (name, value) in &object.fields {
        let name = format!("{prefix}{name}");
        match value {
            Value::Null => attributes.push((name, None)),
            Value::Text(text) => attributes.push((name, Some(text.clone().into_owned()))),
            Value::Object(inner) if levels > 0 && !inner.fields.is_empty() => {
                flatten(inner, &format!("{name}."), levels - 1, attributes);
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                let mut written = String::new();
                value.write(&mut written);
                attributes.push((name, Some(written)));
            }
        }
    }
}
