//! What may be shown of an id: enough to recognise one that is known already, too little to use it.
//!
//! The only place where masks are made. To show a new type otherwise: one arm in [`mask`], one row in its test.

use databank_identity::{IdType, Token};

/// What stands for the hidden part, whatever its length.
const HIDDEN: &str = "****";

/// A contact value with its middle hidden.
pub fn mask(id_type: &IdType, value: &str) -> String {
    match id_type.name() {
        "phone" => ends(value, if value.starts_with('+') { 4 } else { 3 }, 4),
        "email" => match value.rsplit_once('@') {
            Some((mailbox, domain)) => {
                let first: String = mailbox.chars().take(1).collect();
                format!("{first}***@{domain}")
            }
            None => HIDDEN.to_owned(),
        },
        _ => ends(value, 2, 2),
    }
}

/// The first and last characters; nothing at all of a value of which less than half would be hidden.
fn ends(value: &str, first: usize, last: usize) -> String {
    let length = value.chars().count();
    if length < first + last + 4 {
        return HIDDEN.to_owned();
    }
    let head: String = value.chars().take(first).collect();
    let tail: String = value.chars().skip(length - last).collect();
    format!("{head}{HIDDEN}{tail}")
}

/// The beginning of an id's token: the same id of the same brand always shows the same, and nobody can tell the id from it.
pub fn fingerprint(token: Token) -> String {
    let [a, b, c, d, ..] = token.0;
    format!("#{a:02x}{b:02x}{c:02x}{d:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_hide_the_middle() {
        for (name, value, shown) in [
            ("phone", "13812341234", "138****1234"),
            ("phone", "+14155552671", "+141****2671"),
            ("phone", "+4930123", "****"),
            ("email", "alice@example.com", "a***@example.com"),
            ("email", "a@example.com", "a***@example.com"),
            ("email", "张三@例子.中国", "张***@例子.中国"),
            ("email", "nobody", "****"),
            ("openid", "oX3k9aPq7f2c", "oX****2c"),
            ("openid_shop", "short77", "****"),
            ("push_huawei", "推送编号一二三四五", "推送****四五"),
        ] {
            assert_eq!(mask(&name.parse().unwrap(), value), shown, "{name}:{value}");
        }
    }

    #[test]
    fn a_fingerprint_is_short() {
        assert_eq!(fingerprint(Token([0xab; 16])), "#abababab");
    }
}
