//! Consumers, items and memberships: what holds from when.

use serde_json::{Value, json};

use super::{ask, block, codes, counts, import_text};
use crate::Place;

fn consumers(place: &Place, text: &str) -> [u64; 4] {
    counts(&import_text(place, &block("consumers"), text))
}

fn attributes(place: &Place, names: &str) -> Value {
    ask(place, &format!("select {names} from consumers order by {names}"))
}

#[test]
fn an_old_file_imported_late_never_overwrites_newer_facts() {
    let place = Place::with_brand();
    let header = "id.member_card,valid_from,city,tier\n";
    consumers(&place, &format!("{header}a,2026-03-01,Shanghai,gold\n"));
    assert_eq!(consumers(&place, &format!("{header}a,2026-01-01,Wuhan,silver\n")), [1, 0, 0, 0]);
    assert_eq!(attributes(&place, "city, tier"), json!([{ "city": "Shanghai", "tier": "gold" }]));
    assert_eq!(consumers(&place, &format!("{header}a,2026-01-01,Wuhan,silver\n")), [0, 1, 0, 0], "said already");
}

#[test]
fn e28_null_unsets_and_missing_leaves() {
    let place = Place::with_brand();
    consumers(&place, "id.member_card,valid_from,city,tier\na,2026-03-01,Shanghai,gold\n");
    consumers(&place, "id.member_card,valid_from,tier\na,2026-05-01,platinum\n");
    assert_eq!(attributes(&place, "city, tier"), json!([{ "city": "Shanghai", "tier": "platinum" }]));
    consumers(&place, "id.member_card,valid_from,city\na,2026-04-01,\n");
    assert_eq!(attributes(&place, "city, tier"), json!([{ "city": null, "tier": "platinum" }]));
    consumers(&place, "id.member_card,valid_from,city\na,2026-03-15,Late\n");
    assert_eq!(attributes(&place, "city, tier"), json!([{ "city": null, "tier": "platinum" }]), "unset since April");
}

/// Names come from whoever sends: a name for each person must not make the brand's every query slow.
#[test]
fn e26_thousands_of_attributes_are_kept_and_the_first_two_thousand_are_columns() {
    let place = Place::with_brand();
    let names: Vec<String> = (0..5_000).map(|n| format!("a{n:04}")).collect();
    let values: Vec<String> = (0..5_000).map(|n| n.to_string()).collect();
    let text = format!("id.member_card,valid_from,{}\nm,2026-03-01,{}\n", names.join(","), values.join(","));
    assert_eq!(consumers(&place, &text), [1, 0, 0, 0]);
    let row = ask(&place, "select * from consumers")[0].clone();
    assert_eq!(
        (row.as_object().unwrap().len(), &row["a1999"]),
        (2_001, &json!("1999")),
        "a profile and the first two thousand"
    );
    assert_eq!(ask(&place, "select count(*) as n from events"), json!([{ "n": 0 }]));
    // A table is there in whatever way it is written.
    let wrong = place.run(["sql", "--brand", "acme", "SELECT max(b1) as top FROM \"consumers\" AS c"]);
    wrong.refused(2, "No field named b1");
    assert!(wrong.stderr.chars().count() < 700, "{wrong:?}");
    assert_eq!(ask(&place, "with i as (select 1 from items) select count(*) as n from i"), json!([{ "n": 0 }]));
}

#[test]
fn facts_without_a_person_or_a_date_are_refused() {
    let place = Place::with_brand();
    let text = "id.member_card,valid_from,tier\n,2026-05-01,x\na,,x\na,nope,x\na,2099-01-01,x\na,0001-01-01,x\nnull,2026-01-01,x\n";
    assert_eq!(consumers(&place, text), [0, 0, 6, 0]);
    let expected = ["no_identity", "no_valid_from", "bad_time", "future_time", "bad_time", "no_identity"];
    assert_eq!(codes(&place).into_iter().map(|(code, _)| code).collect::<Vec<_>>(), expected);
    let dated = block("consumers").replace("sql =", "valid_from = \"2026-06-01\"\nsql =");
    assert_eq!(counts(&import_text(&place, &dated, "id.member_card,tier\na,gold\n")), [1, 0, 0, 0]);
}

#[test]
fn items_are_known_by_their_key() {
    let place = Place::with_brand();
    let items = block("items");
    let text = "item_id,valid_from,category,price_band\ni1,2026-03-01,c1,high\ni2,2026-03-01,c2,\n,2026-01-01,c,x\n";
    assert_eq!(counts(&import_text(&place, &items, text)), [2, 0, 1, 0]);
    assert_eq!(codes(&place), [("no_key".to_owned(), Some(4))]);
    import_text(&place, &items, "item_id,valid_from,category\ni1,2026-01-01,old\ni2,2026-06-01,\n");
    let stored = ask(&place, "select item_id, category, price_band from items order by item_id");
    assert_eq!(
        stored,
        json!([{ "item_id": "i1", "category": "c1", "price_band": "high" }, { "item_id": "i2", "category": null, "price_band": null }])
    );
}

#[test]
fn memberships_hold_from_joining_until_the_day_before_leaving() {
    let place = Place::with_brand();
    let memberships = block("memberships");
    let header = "id.member_card,programme,joined,left,tier,valid_from\n";
    let text = "a1,club,2026-01-01,,gold,2026-01-01\na2,club,2026-01-05,2026-01-03,x,2026-01-01\na3,club,,,,2026-01-01\n\
                a4,,2026-01-02,,,2026-01-02\na5,club,2026-01-02,2027-01-01,,2026-01-02\n";
    assert_eq!(counts(&import_text(&place, &memberships, &format!("{header}{text}"))), [3, 0, 2, 0]);
    assert_eq!(codes(&place), [("bad_time".to_owned(), Some(3)), ("bad_time".to_owned(), Some(4))]);
    // a1 leaves; an older file that knew nothing of it comes later.
    import_text(&place, &memberships, &format!("{header}a1,club,2026-01-01,2026-02-01,gold,2026-02-01\n"));
    import_text(&place, &memberships, &format!("{header}a1,club,2026-01-01,,bronze,2026-01-15\n"));
    for (day, interested) in [("2026-01-01", 1), ("2026-01-31", 3), ("2026-02-01", 2), ("2027-01-01", 1)] {
        let report = place.json(&["assets", "--brand", "acme", "--as-of", day]);
        assert_eq!(report["stages"][1]["consumers"], interested, "{day}: {report}");
    }
    let query = "select programme, joined, \"left\", tier from memberships order by tier nulls last, joined, \"left\" nulls last";
    assert_eq!(
        ask(&place, query),
        json!([
            { "programme": "club", "joined": "2026-01-01", "left": "2026-02-01", "tier": "gold" },
            { "programme": "club", "joined": "2026-01-02", "left": "2027-01-01", "tier": null },
            { "programme": "", "joined": "2026-01-02", "left": null, "tier": null },
        ])
    );
}
