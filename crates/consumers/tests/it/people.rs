//! Ids, attributes and looking up.

use databank_consumers::ConsumerError;
use databank_model::ConsumerId;

use crate::world::{Fact, World, linked};

const PHONE: u32 = 5 << 24 | 1;
const MAIL: u32 = 9 << 24 | 2;
const CARD: u32 = 77 << 24;
const STRANGER: u32 = 77 << 24 | 1;

/// A person known by phone, mail and card, and a stranger with a card.
fn world() -> World {
    World::new(4).identity(linked(&[(MAIL, PHONE), (CARD, PHONE)])).ids(&[
        (CARD, "member_card", "8801"),
        (STRANGER, "member_card", "8802"),
        (MAIL, "email", "alice@lantern.cn"),
        (PHONE, "phone", "13912345678"),
        (PHONE, "phone_md5", "0123456789abcdef0123456789abcdef"),
    ])
}

#[test]
fn ids_are_masked_and_ordered_by_strength_with_digests_last() {
    let world = world();
    let both = world.desk().ids(&world.keys(), &[ConsumerId(PHONE), ConsumerId(STRANGER)]).unwrap();
    let shown: Vec<(&str, &str, u32, bool)> = both[&ConsumerId(PHONE)]
        .iter()
        .map(|id| (id.id_type.name(), id.masked.as_str(), id.profile.0, id.alias))
        .collect();
    assert_eq!(shown[0], ("phone", "139****5678", PHONE, false));
    assert_eq!(shown[1], ("email", "a***@lantern.cn", MAIL, false));
    assert!(matches!(shown[2], ("member_card", mark, CARD, false) if mark.len() == 9 && mark.starts_with('#')));
    assert!(matches!(shown[3], ("phone_md5", mark, PHONE, true) if mark.starts_with('#')));
    assert_eq!(shown.len(), 4);
    assert_eq!(both[&ConsumerId(STRANGER)].len(), 1);
}

#[test]
fn every_way_to_write_an_id_finds_its_consumer() {
    let world = world();
    let desk = world.desk();
    for (text, consumer) in [
        ("phone:13912345678", Some(PHONE)),
        ("phone:+86 139-1234-5678", Some(PHONE)),
        ("email: Alice@Lantern.cn ", Some(PHONE)),
        ("member_card:8801", Some(PHONE)),
        ("phone_md5:0123456789ABCDEF0123456789ABCDEF", Some(PHONE)),
        ("member_card:8802", Some(STRANGER)),
        ("member_card:8803", None),
        ("taobao:8801", None),
    ] {
        assert_eq!(desk.look_up(&world.keys(), text).unwrap().map(|c| c.0), consumer, "{text}");
    }
}

#[test]
fn what_is_no_id_is_told_without_its_value() {
    let world = world();
    let told = |text: &str| world.desk().look_up(&world.keys(), text).unwrap_err();
    assert!(matches!(told("13912345678"), ConsumerError::NotAnId));
    assert!(matches!(told("Phone:13912345678"), ConsumerError::BadType { .. }));
    for text in ["phone:12", "email:nobody", "member_card:null"] {
        let error = told(text);
        assert!(matches!(error, ConsumerError::BadValue { .. }), "{text}: {error}");
        let value = text.split_once(':').unwrap().1;
        assert!(!error.to_string().contains(value), "{error}");
    }
}

#[test]
fn the_number_of_any_profile_leads_to_its_consumer() {
    let world = world();
    let desk = world.desk();
    let of = |number: u32| desk.consumer_of(number).map(|consumer| consumer.0);
    assert_eq!([PHONE, MAIL, CARD, STRANGER].map(of), [Some(PHONE), Some(PHONE), Some(PHONE), Some(STRANGER)]);
    assert_eq!(of((77 << 24) + 1000), None, "no id ever got this number");
}

#[test]
fn of_each_attribute_the_newest_value_over_all_profiles_stands() {
    let fact = |profile, attribute, value, valid_from_us, deposit| Fact {
        kind: "consumers",
        profile,
        attribute,
        value,
        valid_from_us,
        deposit,
    };
    let world = world()
        .facts(&[
            fact(PHONE, "city", Some("Hangzhou"), 20, 1),
            fact(CARD, "city", Some("Suzhou"), 30, 1),
            fact(STRANGER, "city", Some("Beijing"), 40, 1),
            fact(PHONE, "tier", Some("gold"), 10, 1),
        ])
        .facts(&[
            fact(MAIL, "city", Some("late file of old facts"), 10, 2),
            fact(PHONE, "tier", Some("silver"), 10, 2),
            fact(PHONE, "gender", Some("f"), 10, 1),
            fact(PHONE, "gender", None, 11, 2),
            Fact { kind: "memberships", ..fact(PHONE, "joined", Some("2026-01-01"), 10, 2) },
        ]);
    let desk = world.desk();
    let found = desk.attributes(ConsumerId(PHONE)).unwrap();
    let shown: Vec<(&str, &str, i64)> =
        found.iter().map(|a| (a.name.as_str(), a.value.as_str(), a.valid_from_us)).collect();
    assert_eq!(shown, [("city", "Suzhou", 30), ("tier", "silver", 10)]);
}
