//! What is left of an event when its columns are taken: one JSON object, names in order, values as they were written.

use super::ids::Context;
use super::json::{Object, Value, write_text};

/// One value to be written.
#[derive(Debug, Clone)]
pub(crate) enum Entry<'e> {
    Value(&'e Value<'e>),
    Text(&'e str),
    Made(String),
}

/// Names and values; of two with one name, the later counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Properties<'e>(Vec<(&'e str, Entry<'e>)>);

impl<'e> Properties<'e> {
    pub(crate) fn add(&mut self, name: &'e str, entry: Entry<'e>) {
        self.0.push((name, entry));
    }

    /// Adds the fields of an object that are not taken.
    pub(crate) fn add_rest(&mut self, object: &'e Object<'e>, taken: &[&str]) {
        self.0.reserve(object.fields.len() + 8);
        for (name, value) in &object.fields {
            if !taken.contains(&name.as_ref()) {
                self.add(name, Entry::Value(value));
            }
        }
    }

    pub(crate) fn add_text(&mut self, name: &'e str, text: Option<&'e str>) {
        if let Some(text) = text {
            self.add(name, Entry::Text(text));
        }
    }

    /// Adds what is worth keeping of a context, under names that stay.
    pub(crate) fn add_context(&mut self, context: &Context<'e, 'e>) {
        for (name, field) in [
            ("context.ip", "ip"),
            ("context.user_agent", "userAgent"),
            ("context.locale", "locale"),
            ("context.timezone", "timezone"),
        ] {
            self.add_text(name, context.text(field));
        }
        for (name, field) in [("context.session_id", "sessionId"), ("context.group_id", "groupId")] {
            if let Some(value @ (Value::Text(_) | Value::Number(_))) = context.get(field) {
                self.add(name, Entry::Value(value));
            }
        }
        self.add_version("context.library", context.object("library"), '/');
        self.add_version("context.os", context.object("os"), ' ');
        self.add_version("context.app", context.object("app"), ' ');
        if let Some(device) = context.object("device") {
            self.add_text("context.device.type", device.text("type"));
            self.add_text("context.device.model", device.text("model"));
            self.add_text("context.device.manufacturer", device.text("manufacturer"));
        }
        if let Some(campaign) = context.object("campaign") {
            self.add_text("context.campaign.source", campaign.text("source"));
            self.add_text("context.campaign.medium", campaign.text("medium"));
            self.add_text("context.campaign.content", campaign.text("content"));
        }
        let consent = context.object("consent").and_then(|consent| consent.get("categoryPreferences"));
        if let Some(preferences) = consent {
            self.add("context.consent", Entry::Value(preferences));
        }
    }

    /// A program's name and version as one text.
    fn add_version(&mut self, name: &'e str, program: Option<&'e Object<'e>>, between: char) {
        let Some(program) = program else { return };
        match (program.text("name"), program.text("version")) {
            (Some(called), Some(version)) => self.add(name, Entry::Made(format!("{called}{between}{version}"))),
            (Some(called), None) => self.add_text(name, Some(called)),
            (None, version) => self.add_text(name, version),
        }
    }

    /// The JSON object.
    pub(crate) fn finish(mut self) -> String {
        // Stable: of equal names, the later one stays behind.
        self.0.sort_by(|a, b| a.0.cmp(b.0));
        let mut out = String::with_capacity(self.0.len() * 32);
        out.push('{');
        let mut entries = self.0.iter().peekable();
        while let Some((name, entry)) = entries.next() {
            if entries.peek().is_some_and(|(next, _)| next == name) {
                continue;
            }
            if out.len() > 1 {
                out.push(',');
            }
            write_text(name, &mut out);
            out.push(':');
            match entry {
                Entry::Value(value) => value.write(&mut out),
                Entry::Text(text) => write_text(text, &mut out),
                Entry::Made(text) => write_text(text, &mut out),
            }
        }
        out.push('}');
        out
    }
}
