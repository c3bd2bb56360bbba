//! The system's randomness, as secrets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{AccessError, Secret};

/// Letters and digits that nobody takes for one another. 32 of them, so that five bits name one.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, AccessError> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| AccessError::Random { reason: error.to_string() })?;
    Ok(bytes)
}

/// 256 random bits as 43 characters of base64url.
pub(crate) fn token() -> Result<Secret<String>, AccessError> {
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes::<32>()?.as_slice())))
}

/// A password of 100 random bits that can be read to somebody: `f8k2m-…`, four groups of five.
pub(crate) fn one_time_password() -> Result<Secret<String>, AccessError> {
    let mut text = String::with_capacity(23);
    for (index, byte) in bytes::<20>()?.iter().enumerate() {
        if index > 0 && index % 5 == 0 {
            text.push('-');
        }
        let letter = LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        text.push(char::from(letter));
    }
    Ok(Secret::new(text))
}

/// What is stored of a token or of a key's secret. They have 256 random bits, so a fast hash is enough, and comparing
/// hashes tells an attacker who measures time nothing about them.
pub(crate) fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}
