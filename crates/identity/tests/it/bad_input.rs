//! The Identity cases of the bad-input catalogue about single values, one test per case.

use std::borrow::Cow;

use databank_identity::{IdKey, IdType, InvalidReason, Placeholders, Tokenizer, Unusable, mixes_scripts, normalize};
use proptest::prelude::*;

const ALL_TYPES: &[&str] = &[
    "phone", "email", "unionid", "openid", "openid_shop", "member_card", "taobao", "user_id", "customer_id", "imei",
    "idfa", "oaid", "android_id", "mac", "device_id", "push_id", "anonymous_id", "cookie", "phone_md5", "email_sha256",
    "imei_md5", "loyalty_no",
];

fn id_type(name: &str) -> IdType {
    name.parse().unwrap()
}

fn check(type_name: &str, value: &str, expected: Result<&str, Unusable>) {
    let id_type = id_type(type_name);
    let found = normalize(&id_type, value);
    assert_eq!(found.as_deref().map_err(|error| *error), expected, "{type_name}:{value:?}");
}

fn check_never_links(type_name: &str, values: &[&str]) {
    for value in values {
        let error = normalize(&id_type(type_name), value).expect_err(value);
        assert_eq!(error.code(), "placeholder_id", "{type_name}:{value:?}");
    }
}

#[test]
fn bad_id1_null_like_values_never_become_an_id_of_any_type() {
    let words = [
        "", " ", "\t \u{3000}", "null", "NULL", "None", "undefined", "NaN", "[object Object]", "true", "0", "-1",
        "anonymous", "guest", "id", "email", "distinct_id", "not_authenticated", "nil", "n/a", "N/A", "anon",
        "ｎｕｌｌ", " null ", "\u{feff}null", "\"null\"", "'undefined'", "\"\"", "\" \"", "(null)", "\\N", "#N/A",
        "无", "未知",
    ];
    for type_name in ALL_TYPES {
        check_never_links(type_name, &words);
    }
    // As exports and people write them: in quotes, in brackets, in any case, with blanks around and inside.
    for word in words.map(|word| word.trim().trim_start_matches('\u{feff}')) {
        for (open, close) in [("\"", "\""), ("'", "'"), ("“", "”"), ("(", ")"), ("[", "]"), ("{", "}"), (" ' ", " ' ")]
        {
            check_never_links(
                "user_id",
                &[&format!("{open}{word}{close}"), &format!("{open}{}{close}", word.to_uppercase())],
            );
        }
    }
    check_never_links("user_id", &["[]", "{}", "()", "\u{ad}null", "暂无", "<NA>", "\"[object Object]\""]);
    // Only whole words are placeholders.
    check("user_id", "nullable", Ok("nullable"));
    check("user_id", "guest7", Ok("guest7"));
    check("user_id", "10", Ok("10"));
}

#[test]
fn bad_id2_zeros_and_dashes_never_become_an_id_of_any_type() {
    let zeros = ["0", "-", "00000000", "--", "０００", "0-0", "00000000-0000-0000-0000-000000000000"];
    for type_name in ALL_TYPES {
        check_never_links(type_name, &zeros);
    }
    for type_name in ALL_TYPES {
        check_never_links(
            type_name,
            &["—", "——", "–", "\u{2212}", "\"0000\"", "{00000000-0000-0000-0000-000000000000}"],
        );
    }
    // Something else among the zeros is an id.
    check("user_id", "000-7", Ok("000-7"));
    check_never_links("idfa", &["{00000000-0000-0000-0000-000000000000}", "ffffffff-ffff-ffff-ffff-ffffffffffff"]);
    check_never_links("oaid", &["FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "fFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"]);
    check_never_links("imei", &["AaaaaaAAAAaaaa"]);
    check_never_links("idfa", &["ffffffff-FFFF-FFFF-FFFF-FFFFFFFFFFFF"]);
}

#[test]
fn bad_id3_made_up_phones_never_become_an_id() {
    let phones =
        ["00000000", "11111111111", "13800138000", "12345678901", "+86 138 0013 8000", "１３８００１３８０００"];
    check_never_links("phone", &phones);
    check_never_links("phone", &["008613800138000", "138-0013-8000", "'13800138000", "13800138000.0", "+00000000"]);
    check("phone", "13800138001", Ok("13800138001"));
}

#[test]
fn bad_id4_made_up_devices_never_become_an_id() {
    check_never_links("imei", &["000000000000000", "490154203237519", "111111111111111"]);
    check("imei", "490154203237518", Ok("490154203237518"));
    check_never_links("mac", &["02:00:00:00:00:00", "02-00-00-00-00-00", "020000000000", "00:00:00:00:00:00"]);
    check_never_links("mac", &["ff:ff:ff:ff:ff:ff"]);
    check_never_links("android_id", &["9774d56d682e549c", "9774D56D682E549C"]);
    // The same where nobody says what kind of device it is.
    let devices =
        ["02:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "9774D56D682E549C", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"];
    check_never_links("device_id", &devices);
    check_never_links("device_id", &["000000000000000", "{00000000-0000-0000-0000-000000000000}"]);
    check("device_id", "ac:de:48:00:11:22", Ok("ac:de:48:00:11:22"));
    check("device_id", "7", Ok("7"));
}

#[test]
fn bad_id5_made_up_mailboxes_never_become_an_id() {
    check_never_links("email", &["test@test.com", "a@a", "no@email", "x@example.com", "X@Example.COM "]);
    check_never_links("email", &["ｔｅｓｔ＠test.com", "x@shop.example.org", "xxx@xxx.com"]);
    check("email", "x@y.cn", Ok("x@y.cn"));
    check("email", "x@myexample.com", Ok("x@myexample.com"));
}

#[test]
fn bad_id5_a_brand_adds_placeholders_of_its_own() {
    let (phone, user_id) = (id_type("phone"), id_type("user_id"));
    let placeholders = Placeholders::new([(&phone, "+86 139 0000 0001"), (&phone, "null")]);
    assert_eq!(placeholders.normalize(&phone, "139-0000-0001"), Err(Unusable::NullLike));
    assert_eq!(placeholders.normalize(&phone, "13900000002").unwrap(), "13900000002");
    assert_eq!(placeholders.normalize(&user_id, "13900000001").unwrap(), "13900000001");
}

#[test]
fn bad_id6_overlong_ids_and_control_characters_are_bad_ids() {
    for type_name in ALL_TYPES {
        let control = Err(Unusable::Invalid(InvalidReason::ControlCharacter));
        check(type_name, &"a".repeat(10 * 1024), Err(Unusable::TooLong));
        check(type_name, &"a".repeat(256), Err(Unusable::TooLong));
        check(type_name, "abc\u{0}def", control);
        check(type_name, "abc\ndef", control);
        check(type_name, "abc\u{85}def", control);
        check(type_name, "abc\u{200b}def", control);
        check(type_name, "abc\u{ad}def", control);
        check(type_name, "abc\u{2028}def", control);
        check(type_name, "abc\u{e0061}def", control);
        check(type_name, "abc\u{fffd}def", Err(Unusable::Invalid(InvalidReason::WrongEncoding)));
    }
    let longest = "名".repeat(255);
    check("user_id", &longest, Ok(&longest));
    check("user_id", &format!("{longest}x"), Err(Unusable::TooLong));
    assert_eq!(Unusable::TooLong.code(), "bad_id");
    assert_eq!(Unusable::Invalid(InvalidReason::ControlCharacter).code(), "bad_id");
}

#[test]
fn bad_id7_spellings_of_one_value_have_one_form() {
    for value in ["+86 138-0013 8001", "１３８００１３８００１", " 138 0013 8001 ", "\u{202d}13800138001\u{202c}"]
    {
        check("phone", value, Ok("13800138001"));
    }
    check("email", "Foo@X.com ", Ok("foo@x.com"));
    check("email", "ｆｏｏ＠x.com", Ok("foo@x.com"));
    check("email", "f.o.o@gmail.com", Ok("f.o.o@gmail.com"));
    check("phone", "＋86 １３８\u{2009}0013\u{202f}8001", Ok("13800138001"));
    check("imei", "４９０１５４２０３２３７５１８", Ok("490154203237518"));
    check("member_card", "Ａ１２\u{a0}３", Ok("A12 3"));
    // Digits of other scripts are not the same number.
    check("phone", "\u{661}3800138001", Err(Unusable::Invalid(InvalidReason::Phone)));
    check("idfa", "6D92078A-8246-4BA4-AE5B-76104861E7DC", Ok("6d92078a-8246-4ba4-ae5b-76104861e7dc"));
    check("phone_md5", "5D41402ABC4B2A76B9719D911017C592", Ok("5d41402abc4b2a76b9719d911017c592"));
    // Case means something here.
    check("openid", " oABCdef ", Ok("oABCdef"));
    // One accent, composed or not.
    check("taobao", "e\u{301}ric", Ok("\u{e9}ric"));
    // Not a spelling of the same: compatibility forms of digits stay apart.
    check("taobao", "①号", Ok("①号"));
}

#[test]
fn bad_id7_ruined_values_are_refused_with_a_hint() {
    for type_name in ["phone", "user_id", "imei", "member_card"] {
        for value in ["1.38E+10", "1,38E+10", "1E+10", "8.67123e+14"] {
            check(type_name, value, Err(Unusable::Invalid(InvalidReason::SpreadsheetNumber)));
        }
        check(type_name, "138****8001", Err(Unusable::Invalid(InvalidReason::Masked)));
    }
    assert!(Unusable::Invalid(InvalidReason::SpreadsheetNumber).to_string().contains("hint: "));
    check("phone_md5", "13800138001", Err(Unusable::Invalid(InvalidReason::Md5)));
    check("phone_sha256", "5d41402abc4b2a76b9719d911017c592", Err(Unusable::Invalid(InvalidReason::Sha256)));
}

#[test]
fn normal_values_are_borrowed() {
    for (type_name, value) in [
        ("user_id", "1000251"),
        ("phone", "13800138001"),
        ("email", "foo@x.com"),
        ("cookie", "GA1.2.33"),
        ("openid", " oABC "),
        ("phone_md5", "5d41402abc4b2a76b9719d911017c592"),
        ("taobao", "小明"),
    ] {
        let normal = normalize(&id_type(type_name), value).unwrap();
        assert!(matches!(normal, Cow::Borrowed(_)), "{type_name}:{value}");
    }
}

#[test]
fn bad_id18_look_alike_letters_are_another_id_with_a_flag() {
    let email = id_type("email");
    let tokenizer = Tokenizer::new(&IdKey::new([7; 32]));
    let (latin, cyrillic) = ("anna@x.com", "\u{430}nna@x.com");
    let token = |value| tokenizer.token(&email, &normalize(&email, value).unwrap());
    assert_ne!(token(latin), token(cyrillic));
    assert!(mixes_scripts(cyrillic));
    assert!(!mixes_scripts(latin) && !mixes_scripts("анна") && !mixes_scripts("小明abc"));
    // Greek, Armenian, Cherokee, phonetic and mathematical look-alikes; accents are no disguise.
    for value in ["ann\u{3b1}@x.com", "\u{570}anna", "\u{13aa}nna", "ann\u{251}@x.com", "\u{1d41a}nna@x.com"] {
        assert!(mixes_scripts(value), "{value}");
        assert_ne!(normalize(&email, value).ok().as_deref(), Some(latin));
    }
    assert!(!mixes_scripts("ünal@x.com"));
}

#[test]
fn bad_id19_the_same_value_at_two_brands_is_unlinkable() {
    let token = |key| Tokenizer::new(&IdKey::new([key; 32])).token(&id_type("phone"), "13800138001");
    assert_ne!(token(1), token(2));
}

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[ +(]{0,2}[0-9０-９ .-]{3,18}",
        "[A-Za-z.]{1,8}@[A-Za-z]{1,5}\\.[A-Za-z]{1,4}",
        "[0-9a-fA-F]{8,16}|[0-9a-fA-F]{32}|[0-9a-fA-F]{64}",
        "([0-9A-F]{2}[:-]){5}[0-9A-F]{2}",
        "[\"'`]{1,2}(null|0|id)[\"'`]{1,2}",
    ]
}

proptest! {
    #[test]
    fn a_normal_form_is_its_own_normal_form(type_name in prop::sample::select(ALL_TYPES), value in any_value()) {
        let id_type = id_type(type_name);
        if let Ok(normal) = normalize(&id_type, &value) {
            let again = normalize(&id_type, &normal);
            prop_assert_eq!(again.as_deref(), Ok(&*normal));
        }
    }
}
