//! Tokens: the formula, and that digests made elsewhere meet the values they are of.

use databank_identity::{IdKey, IdType, Token, Tokenizer, normalize};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};

const KEY: [u8; 32] = [42; 32];

fn id_type(name: &str) -> IdType {
    name.parse().unwrap()
}

fn tokenizer() -> Tokenizer {
    Tokenizer::new(&IdKey::new(KEY))
}

/// The token of a value as somebody sends it.
fn token_of(type_name: &str, value: &str) -> Token {
    let id_type = id_type(type_name);
    tokenizer().token(&id_type, &normalize(&id_type, value).unwrap())
}

fn check_meets(type_name: &str, value: &str, hashed_by_others: &[&str]) {
    let base = id_type(type_name);
    let aliases = tokenizer().alias_tokens(&base, &normalize(&base, value).unwrap());
    for text in hashed_by_others {
        for (alias_name, digest) in [
            (format!("{type_name}_sha256"), hex::encode(Sha256::digest(text))),
            (format!("{type_name}_md5"), hex::encode(Md5::digest(text))),
        ] {
            for digest in [digest.clone(), digest.to_uppercase()] {
                let uploaded = (id_type(&alias_name), token_of(&alias_name, &digest));
                assert!(aliases.contains(&uploaded), "{alias_name} of {text}");
            }
        }
    }
}

#[test]
fn a_token_is_half_an_hmac_over_type_zero_and_value() {
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(b"phone\x0013800138001");
    assert_eq!(token_of("phone", "+86 138 0013 8001").0, mac.finalize().into_bytes()[..16]);
}

#[test]
fn golden_token() {
    let token = token_of("user_id", "1000251");
    assert_eq!(token.to_string(), "c14bc2aafebdea650f34b330a84772ed");
    assert_eq!(token.slot(), token.0[0]);
}

#[test]
fn type_and_value_cannot_run_into_each_other() {
    assert_ne!(token_of("user_id", "x1"), token_of("user_idx", "1"));
    assert_ne!(token_of("phone", "13800138001"), token_of("user_id", "13800138001"));
}

#[test]
fn hashed_uploads_meet_their_values() {
    check_meets("phone", "138 0013 8001", &["13800138001", "8613800138001", "+8613800138001"]);
    check_meets("phone", "+852 9123 4567", &["+85291234567", "85291234567"]);
    check_meets("email", "Foo@X.com", &["foo@x.com"]);
    check_meets("imei", "490154203237518", &["490154203237518"]);
    let uuid = "6d92078a-8246-4ba4-ae5b-76104861e7dc";
    check_meets("idfa", uuid, &[uuid, &uuid.to_uppercase()]);
    check_meets("mac", "ACDE48001122", &["ac:de:48:00:11:22", "AC:DE:48:00:11:22", "acde48001122", "ACDE48001122"]);
}

#[test]
fn types_that_nobody_hashes_have_no_aliases() {
    for name in ["user_id", "cookie", "phone_md5", "openid"] {
        assert_eq!(tokenizer().alias_tokens(&id_type(name), "x"), [], "{name}");
    }
    assert_eq!(tokenizer().alias_tokens(&id_type("phone"), "13800138001").len(), 6);
}

#[test]
fn keys_do_not_show_in_debug_output() {
    assert_eq!(format!("{:?} {:?}", IdKey::new(KEY), tokenizer()), "IdKey(redacted) Tokenizer(redacted)");
}
