//! Identity: the cases that reach imports, ID1 to ID7, ID10, ID12 to ID14, ID18, ID19; and F20, lists that are hashed already.

use serde_json::{Value, json};

use super::{Accepted, Case, Rejected, ask, canonical, case, check, counts, import_text, one_number, people};
use crate::Place;

/// The MD5 and SHA-256 of `13900000011`.
const MD5: &str = "96fb503bc2349d5c642d2e57b784bb5c";
const SHA256: &str = "009fe277e8eb514cd90e53009a2c3fd42081920a83cec53a697405f8897a08b8";

#[test]
fn placeholders_name_nobody_and_damaged_ids_are_refused() {
    let words = [
        "",
        "  ",
        "null",
        "None",
        "undefined",
        "NaN",
        "[object Object]",
        "true",
        "0",
        "-1",
        "anonymous",
        "guest",
        "id",
        "email",
        "distinct_id",
        "not_authenticated",
        "\"null\"",
        "'guest'",
        "nil",
        "n/a",
        "anon",
        "00000000",
        "0000-0000",
        "00000000-0000-0000-0000-000000000000",
    ];
    let nobody = |column: &str, value: &str| {
        let mut row = json!({ "id.member_card": null });
        row[column] = Value::from(value);
        row
    };
    let names: Vec<String> = words.iter().map(|word| format!("ID1, ID2 {word:?}")).collect();
    let mut cases: Vec<Case> = Vec::new();
    for (word, name) in words.iter().zip(names) {
        // A test may leak a few names: a case names itself.
        cases.push(case(name.leak(), nobody("id.member_card", word), Rejected("no_identity")));
    }
    for (id, column, value, expect) in [
        ("ID3 zeros", "id.phone", "00000000", Rejected("no_identity")),
        ("ID3 ones", "id.phone", "11111111111", Rejected("no_identity")),
        ("ID3 the best known", "id.phone", "13800138000", Rejected("no_identity")),
        ("ID3 counting", "id.phone", "12345678901", Rejected("no_identity")),
        ("ID3 masked", "id.phone", "138****8001", Rejected("bad_id")),
        ("ID3 words", "id.phone", "call me", Rejected("bad_id")),
        ("ID3 landline", "id.phone", "010-62345678", Rejected("bad_id")),
        ("ID4 zeros", "id.imei", "000000000000000", Rejected("no_identity")),
        ("ID4 wrong check digit", "id.imei", "490154203237519", Rejected("no_identity")),
        ("ID4 right check digit", "id.imei", "490154203237518", Accepted),
        ("ID4 what iPhones say", "id.mac", "02:00:00:00:00:00", Rejected("no_identity")),
        ("ID2 IDFA switched off", "id.idfa", "00000000-0000-0000-0000-000000000000", Rejected("no_identity")),
        ("ID5 test@test.com", "id.email", "test@test.com", Rejected("no_identity")),
        ("ID5 a@a", "id.email", "a@a", Rejected("no_identity")),
        ("ID5 no@email", "id.email", "no@email", Rejected("no_identity")),
        ("ID5 example.com", "id.email", "x@example.com", Rejected("no_identity")),
        ("ID5 no e-mail", "id.email", "not an email", Rejected("bad_id")),
        ("ID6 control characters", "id.member_card", "a\u{7}b", Rejected("bad_id")),
        ("ID6 a line end", "id.member_card", "a\nb", Rejected("bad_id")),
    ] {
        cases.push(case(id, nobody(column, value), expect));
    }
    cases.push(case("ID6 256 characters", nobody("id.member_card", &"x".repeat(256)), Rejected("bad_id")));
    cases.push(case("ID6 255 characters", nobody("id.member_card", &"x".repeat(255)), Accepted));
    cases.push(case("ID6 10 KiB", nobody("id.member_card", &"x".repeat(10 << 10)), Rejected("bad_id")));
    check(&cases);
}

#[test]
fn id1_placeholders_link_nobody() {
    let place = Place::with_brand();
    let text = "ts,behavior,id.phone,id.member_card\n2026-01-01,view,13900000021,null\n2026-01-01,view,13900000022,null\n\
                2026-01-01,view,13800138000,c1\n2026-01-01,view,13800138000,c2\n";
    assert_eq!(counts(&import_text(&place, &canonical(), text)), [4, 0, 0, 0]);
    assert_eq!(people(&place), 4);
    // Nobody at all is kept where the mapping says so: in money, never in people.
    let anonymous = format!("missing_id = \"anonymous\"\n{}", canonical());
    let nobody = "ts,behavior,id.phone,amount\n2026-01-02,purchase,13800138000,5\n2026-01-02,purchase,,6\n";
    assert_eq!(counts(&import_text(&place, &anonymous, nobody)), [2, 0, 0, 0]);
    assert_eq!(one_number(&place, "select sum(amount_minor) from events where consumer is null"), 1100);
    assert_eq!(people(&place), 4);
}

#[test]
fn id7_every_way_of_writing_a_phone_is_one_consumer() {
    let place = Place::with_brand();
    let forms = [
        "13900000011",
        "+86 139-0000 0011",
        "１３９００００００１１",
        "008613900000011",
        "(+86)139 0000 0011",
        "'13900000011",
        "013900000011",
        "13900000011.0",
        " 13900000011 ",
    ];
    let rows: String = forms.iter().map(|form| format!("2026-01-01,view,\"{form}\"\n")).collect();
    import_text(&place, &canonical(), &format!("ts,behavior,id.phone\n{rows}"));
    assert_eq!(one_number(&place, "select count(*) from events"), forms.len() as i64);
    assert_eq!(people(&place), 1);
}

#[test]
fn f20_a_hashed_list_meets_the_clear_phone_whichever_comes_first() {
    let hashed = |kind: &str, digest: &str| format!("ts,behavior,id.phone_{kind}\n2026-01-01,view,{digest}\n");
    let clear = "ts,behavior,id.phone\n2026-01-02,view,+86 139 0000 0011\n".to_owned();
    let md5 =
        [hashed("md5", MD5), hashed("md5", &MD5.to_uppercase())].map(|text| text.replace("2026-01-01", "2026-01-03"));
    for order in [
        vec![clear.clone(), hashed("md5", MD5), md5[1].clone(), hashed("sha256", SHA256)],
        vec![hashed("md5", MD5), hashed("sha256", SHA256), md5[1].clone(), clear.clone()],
        vec![hashed("sha256", SHA256), clear.clone(), hashed("md5", MD5), md5[1].clone()],
    ] {
        let place = Place::with_brand();
        for text in &order {
            assert_eq!(counts(&import_text(&place, &canonical(), text)), [1, 0, 0, 0], "{text}");
        }
        assert_eq!(people(&place), 1, "{order:?}");
    }
    // A digest over a salt is somebody else, and what is no digest is refused.
    let place = Place::with_brand();
    import_text(&place, &canonical(), &clear);
    import_text(&place, &canonical(), &hashed("md5", "0123456789abcdef0123456789abcdef"));
    assert_eq!(people(&place), 2);
    assert_eq!(counts(&import_text(&place, &canonical(), &hashed("md5", "abc"))), [0, 0, 1, 0]);
}

#[test]
fn id10_id12_links_in_a_circle_or_to_oneself_end_in_the_same_people() {
    let header = "ts,behavior,id.member_card,id.user_id,id.jd\n";
    let rows =
        ["2026-01-01,view,a,b,\n", "2026-01-02,view,,b,c\n", "2026-01-03,view,a,,c\n", "2026-01-04,view,x,x,x\n"];
    // ID13: in any order, in one import or in four.
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let place = Place::with_brand();
        for row in order {
            import_text(&place, &canonical(), &format!("{header}{}", rows[row]));
        }
        assert_eq!(people(&place), 2, "{order:?}");
    }
    let place = Place::with_brand();
    import_text(&place, &canonical(), &format!("{header}{}", rows.concat()));
    assert_eq!(people(&place), 2);
}

#[test]
fn id14_a_cookie_belongs_to_each_of_its_people_in_their_time() {
    let place = Place::with_brand();
    let text = "ts,behavior,id.user_id,id.cookie\n2026-01-01,view,,k\n2026-01-02,view,u1,k\n2026-01-03,view,,k\n\
                2026-01-05,view,u2,k\n2026-01-06,view,,k\n";
    import_text(&place, &canonical(), text);
    let by_person = ask(&place, "select count(*) as n from events group by consumer order by min(ts)");
    assert_eq!(by_person, json!([{ "n": 3 }, { "n": 2 }]));
}

#[test]
fn id18_look_alikes_stay_apart() {
    let place = Place::with_brand();
    let text = "ts,behavior,id.email\n2026-01-01,view,foo@x.com\n2026-01-01,view,f\u{43e}o@x.com\n\
                2026-01-02,view,\"Foo@X.com \"\n2026-01-02,view,f.oo@gmail.com\n2026-01-02,view,foo@gmail.com\n";
    assert_eq!(counts(&import_text(&place, &canonical(), text)), [5, 0, 0, 0]);
    assert_eq!(people(&place), 4);
}

#[test]
fn id19_the_same_id_at_two_brands_is_two_unrelated_people() {
    let place = Place::with_brand();
    place.json(&["brand", "add", "beta"]);
    import_text(&place, &canonical(), "ts,behavior,id.phone\n2026-01-01,view,13900000011\n");
    place.json(&["import", "--brand", "beta", "--mapping", "mapping.toml", "rows.csv"]);
    let key = |brand: &str| place.json(&["sql", "--brand", brand, "select event_key from events"]);
    assert_ne!(key("acme"), key("beta"));
}

#[test]
fn a_late_link_changes_the_past() {
    let place = Place::with_brand();
    let header = "ts,behavior,id.member_card,id.user_id\n";
    let stages = |day: &str| -> Vec<i64> {
        let report = place.json(&["assets", "--brand", "acme", "--as-of", day]);
        report["stages"].as_array().unwrap().iter().map(|stage| stage["consumers"].as_i64().unwrap()).collect()
    };
    let apart = "2026-01-01,view,c1,\n2026-01-02,view,,d1\n2026-01-03,purchase,,d1\n";
    import_text(&place, &canonical(), &format!("{header}{apart}"));
    assert_eq!(
        [stages("2026-01-01"), stages("2026-01-02"), stages("2026-01-03")],
        [
            vec![1, 0, 0, 0], // c1 is aware
            vec![2, 0, 0, 0],
            vec![1, 0, 1, 0], // d1 buys
        ]
    );
    import_text(&place, &canonical(), &format!("{header}2026-02-01,view,c1,d1\n"));
    assert_eq!(people(&place), 1);
    // One person who saw it on two days: interested on the second, and a buyer, not aware beside it, on the third.
    assert_eq!(
        [stages("2026-01-01"), stages("2026-01-02"), stages("2026-01-03")],
        [vec![1, 0, 0, 0], vec![0, 1, 0, 0], vec![0, 0, 1, 0],]
    );
}
