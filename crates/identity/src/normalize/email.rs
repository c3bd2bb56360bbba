//! E-mail addresses: lower case, nothing else folded. Gmail ignores dots, other hosts do not.

use std::borrow::Cow;

use super::{InvalidReason, Unusable};

/// Mailboxes that people type into a field that they must fill.
const PLACEHOLDERS: &[&str] = &[
    "a@a.com",
    "a@b.com",
    "aa@aa.com",
    "aaa@aaa.com",
    "123@123.com",
    "abc@abc.com",
    "email@email.com",
    "na@na.com",
    "no@email.com",
    "no@mail.com",
    "no@no.com",
    "noemail@noemail.com",
    "none@none.com",
    "null@null.com",
    "user@domain.com",
    "xxx@xxx.com",
    "you@domain.com",
];

/// Domains that nobody has a mailbox in: reserved by RFC 2606, or as good as reserved.
const PLACEHOLDER_DOMAINS: &[&str] =
    &["example.com", "example.org", "example.net", "test.com", "example", "test", "invalid", "localhost"];

pub(super) fn normalize(value: Cow<'_, str>) -> Result<Cow<'_, str>, Unusable> {
    let invalid = Err(Unusable::Invalid(InvalidReason::Email));
    let normal = if value.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
        super::same_or(value.clone(), value.to_lowercase())
    } else {
        value
    };
    let Some((mailbox, domain)) = normal.rsplit_once('@') else { return invalid };
    let forbidden = |c: char| {
        c.is_whitespace() || matches!(c, '@' | ',' | ';' | ':' | '<' | '>' | '"' | '(' | ')' | '[' | ']' | '\\')
    };
    if mailbox.is_empty() || mailbox.len() > 64 || mailbox.contains(forbidden) {
        return invalid;
    }
    let in_label = |c: char| c == '-' || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric());
    if !domain.split('.').all(|label| !label.is_empty() && label.chars().all(in_label)) {
        return invalid;
    }
    // `a@a`, `no@email`: without a dot nothing can be delivered.
    if !domain.contains('.') || is_placeholder_domain(domain) || PLACEHOLDERS.contains(&&*normal) {
        return Err(Unusable::NullLike);
    }
    Ok(normal)
}

fn is_placeholder_domain(domain: &str) -> bool {
    PLACEHOLDER_DOMAINS.iter().any(|placeholder| {
        domain.strip_suffix(placeholder).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_without_being_picky() {
        for (value, expected) in [
            ("foo.bar+tag@x.co", Ok("foo.bar+tag@x.co")),
            ("Foo@X.Com", Ok("foo@x.com")),
            ("Ünal@Straße.de", Ok("ünal@straße.de")),
            ("foo@mytest.com", Ok("foo@mytest.com")),
            ("foo", Err(Unusable::Invalid(InvalidReason::Email))),
            ("@x.com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("a@b@x.com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("a b@x.com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("a@x..com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("mailto:a@x.com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("a@x。com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("a@x.com;b@x.com", Err(Unusable::Invalid(InvalidReason::Email))),
            ("x@mail.example.com", Err(Unusable::NullLike)),
        ] {
            assert_eq!(normalize(Cow::Borrowed(value)).as_deref().map_err(|e| *e), expected, "{value:?}");
        }
    }
}
