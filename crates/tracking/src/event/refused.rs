//! Why an event is refused.

/// An event that is refused, by itself: the others of its batch are not concerned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// Stable code, such as `bad_time`.
    pub code: &'static str,
    /// Where in the event, such as `properties.products.3.price`.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Refused {
    pub(crate) fn whole(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into() }
    }

    pub(crate) fn new(code: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, field: Some(field.into()), message: message.into() }
    }

    /// The same one level further out: `a.b` within `c` is `c.a.b`.
    pub(crate) fn within(mut self, name: &str) -> Self {
        let name = excerpt(name);
        self.field = Some(match self.field {
            None => name,
            Some(field) => format!("{name}.{field}"),
        });
        self
    }
}

/// The beginning of a text, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut kept: String = text.chars().take(60).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}
