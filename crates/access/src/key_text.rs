//! How a key is written: `dbk_`, the letter of its kind and its number, `_`, 43 characters of secret, `_`, eight
//! characters that tell a mistyped or cut-off key from one that was never made.

use databank_catalog::{ApiKeyId, ApiKeyKind};
use sha2::{Digest, Sha256};

use crate::Secret;

const SECRET_CHARACTERS: usize = 43;
const CHECKSUM_CHARACTERS: usize = 8;

/// A key's text, taken apart.
pub(crate) struct KeyText<'a> {
    pub(crate) kind: ApiKeyKind,
    pub(crate) id: ApiKeyId,
    pub(crate) secret: &'a str,
}

/// What is shown of a key for ever: its beginning.
pub(crate) fn prefix(kind: ApiKeyKind, id: ApiKeyId) -> String {
    let letter = match kind {
        ApiKeyKind::Api => 'a',
        ApiKeyKind::Write => 'w',
    };
    format!("dbk_{letter}{id}_")
}

/// A key's whole text, which is shown once.
pub(crate) fn write(kind: ApiKeyKind, id: ApiKeyId, secret: &Secret<String>) -> Secret<String> {
    let mut text = prefix(kind, id);
    // All of it at once: a text that grows leaves copies behind.
    text.reserve_exact(SECRET_CHARACTERS + 1 + CHECKSUM_CHARACTERS);
    text.push_str(secret.expose());
    let checksum = checksum(&text);
    text.push('_');
    text.push_str(&checksum);
    Secret::new(text)
}

/// Takes a text apart; none when it is not a key's.
pub(crate) fn read(text: &str) -> Option<KeyText<'_>> {
    let (signed, checksum_found) = text.rsplit_once('_')?;
    if checksum(signed) != checksum_found {
        return None;
    }
    // By its length: the secret may have `_` in it.
    let (head, secret) = signed.split_at_checked(signed.len().checked_sub(SECRET_CHARACTERS)?)?;
    let named = head.strip_prefix("dbk_")?.strip_suffix('_')?;
    let (kind, number) = match named.split_at_checked(1)? {
        ("a", number) => (ApiKeyKind::Api, number),
        ("w", number) => (ApiKeyKind::Write, number),
        _ => return None,
    };
    Some(KeyText { kind, id: ApiKeyId(number.parse().ok()?), secret })
}

fn checksum(text: &str) -> String {
    let mut checksum = hex::encode(Sha256::digest(text));
    checksum.truncate(CHECKSUM_CHARACTERS);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_was_written_and_not_otherwise() {
        let secret = Secret::new("A_b-".repeat(10) + "___");
        let text = write(ApiKeyKind::Write, ApiKeyId(17), &secret);
        let text = text.expose().as_str();
        assert!(text.starts_with("dbk_w17_A_b-"), "{text}");
        let read_back = read(text).unwrap();
        assert_eq!(
            (read_back.kind, read_back.id, read_back.secret),
            (ApiKeyKind::Write, ApiKeyId(17), secret.expose().as_str())
        );

        for end in 0..text.len() {
            assert!(read(&text[..end]).is_none(), "cut at {end}");
        }
        for (index, _) in text.char_indices() {
            let mut other = text.to_owned();
            other.replace_range(index..=index, "~");
            assert!(read(&other).is_none(), "{other}");
        }
        for bad in ["", "_", "dbk_", "dbk__", "é", "dbk_a1_é"] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
    }
}
