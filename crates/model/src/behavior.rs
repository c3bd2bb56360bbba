//! What a consumer did: the closed list of the contract, and a brand's own `custom:<name>`.

use std::fmt;
use std::str::FromStr;

/// The built-in behaviours, in the contract's order.
pub const BUILT_IN: [&str; 30] = [
    "view", "content_view", "live_view", "ad_impression", "ad_click", "visit", "search", "favorite", "cart", "follow",
    "unfollow", "like", "comment", "share", "sample", "book", "chat", "aftersale", "join_member", "leave_member",
    "claim", "order", "purchase", "refund", "review", "message_sent", "message_delivered", "message_open",
    "message_click", "consent",
];

/// One behaviour: a built-in one, or `custom:<name>` with a name of 1 to 64 of `[a-z0-9_.-]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Behavior(String);

/// The text names no behaviour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown behavior {text:?}; one of {}, or custom:<name>", BUILT_IN.join(", "))]
pub struct BehaviorError {
    /// The refused text.
    pub text: String,
}

impl Behavior {
    /// The behaviour as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text names a behaviour, without making one.
    pub fn is_known(text: &str) -> bool {
        BUILT_IN.contains(&text) || text.strip_prefix("custom:").is_some_and(is_custom_name)
    }
}

fn is_custom_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

impl FromStr for Behavior {
    type Err = BehaviorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if Self::is_known(text) { Ok(Self(text.to_owned())) } else { Err(BehaviorError { text: text.to_owned() }) }
    }
}

impl fmt::Display for Behavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_list_and_custom_names_are_known() {
        for good in ["view", "purchase", "custom:try-on", "custom:a.b_c"] {
            assert!(good.parse::<Behavior>().is_ok(), "{good}");
        }
        for bad in ["View", "buy", "", "custom:", "custom:A", "custom:a b"] {
            assert!(bad.parse::<Behavior>().is_err(), "{bad}");
        }
    }
}
