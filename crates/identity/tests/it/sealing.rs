//! Sealed values open for their key, brand and type, and for nothing else.

use databank_identity::{IdType, SealError, SealKey, sealed_key_version};
use databank_model::BrandSlug;

fn brand(slug: &str) -> BrandSlug {
    slug.parse().unwrap()
}

fn phone() -> IdType {
    "phone".parse().unwrap()
}

fn seal(key: &SealKey) -> Vec<u8> {
    key.seal(&brand("acme"), &phone(), "13800138001", |nonce| nonce.fill(9))
}

#[test]
fn a_sealed_value_opens_again() {
    let key = SealKey::new(3, [1; 32]);
    let sealed = seal(&key);
    assert_eq!(sealed_key_version(&sealed), Some(3));
    assert_eq!(key.open(&brand("acme"), &phone(), &sealed).unwrap().as_str(), "13800138001");
    assert!(!sealed.windows(4).any(|window| window == b"1380"));
}

#[test]
fn golden_bytes_of_format_1_are_written_and_read() {
    let golden = "0103090909090909090909090909090909090909090909090909\
        c2de87a66ef70b5a631dc1be118ff3095941ab03b60cb5599b8fdf";
    let key = SealKey::new(3, [1; 32]);
    assert_eq!(hex::encode(seal(&key)), golden);
    let opened = key.open(&brand("acme"), &phone(), &hex::decode(golden).unwrap()).unwrap();
    assert_eq!(opened.as_str(), "13800138001");
}

#[test]
fn it_opens_for_nothing_else() {
    let key = SealKey::new(3, [1; 32]);
    let sealed = seal(&key);
    let email: IdType = "email".parse().unwrap();
    assert_eq!(key.open(&brand("other"), &phone(), &sealed), Err(SealError::Refused));
    assert_eq!(key.open(&brand("acme"), &email, &sealed), Err(SealError::Refused));
    assert_eq!(SealKey::new(3, [2; 32]).open(&brand("acme"), &phone(), &sealed), Err(SealError::Refused));
    let rotated = SealKey::new(4, [1; 32]).open(&brand("acme"), &phone(), &sealed);
    assert_eq!(rotated, Err(SealError::KeyVersion { found: 3, expected: 4 }));
    for place in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[place] ^= 1;
        assert!(key.open(&brand("acme"), &phone(), &damaged).is_err(), "{place}");
    }
    for length in 0..sealed.len() {
        assert!(key.open(&brand("acme"), &phone(), &sealed[..length]).is_err(), "{length}");
    }
}

#[test]
fn keys_do_not_show_in_debug_output() {
    assert_eq!(format!("{:?}", SealKey::new(3, [1; 32])), "SealKey(version 3, redacted)");
}
