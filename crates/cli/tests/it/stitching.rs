//! Who is one person, in data that nobody here made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::Place;
use crate::public_data::data;

/// Events of a web site, and the users that its own model makes of them, as masters that name both ids of each.
const SNOWPLOW: &str = r#"
name = "snowplow"
timezone = "UTC"
[inputs]
events = "snowplow_web_events.csv.gz"
users = "snowplow_web_users_expected.csv.gz"
[[events]]
sql = """
  select event_id, dvce_created_tstamp as ts, case when event = 'page_view' then 'content_view' else 'custom:' || event end as behavior,
         user_id as "id.user_id", domain_userid as "id.cookie", user_id as "prop.user", domain_userid as "prop.cookie"
  from events
"""
[[items]]
sql = "select domain_userid as item_id, user_id as expected, '2021-01-01' as valid_from from users"
"#;

/// Records of people, a tenth of them with a mistyped number.
const FEBRL: &str = r#"
name = "febrl"
[inputs]
records = "dataset3.csv.gz"
[[events]]
sql = """
  select trim(rec_id) as event_id, '2026-10-01' as ts, 'visit' as behavior, trim(" soc_sec_id") as "id.citizen_no",
         trim(rec_id) as "prop.record", trim(" soc_sec_id") as "prop.number"
  from records
"""
"#;

fn import(mapping: &str, folder: &str) -> Option<(Place, Value)> {
    let folder = data(folder)?;
    let place = Place::with_brand();
    fs::write(place.path("mapping.toml"), mapping).unwrap();
    let (file, folder) = (place.path("mapping.toml"), folder.to_str().unwrap().to_owned());
    let report = place.json(&["import", "--brand=acme", "--mapping", file.to_str().unwrap(), &folder]);
    Some((place, report))
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_else(|| panic!("{name} of {row}")).to_owned()
}

#[test]
fn snowplow_s_web_events_stitch_to_the_users_that_its_own_model_expects() {
    let Some((place, report)) = import(SNOWPLOW, "snowplow_web") else { return };
    let events = report["blocks"].as_array().unwrap().iter().find(|block| block["block"] == "events 1").unwrap();
    let counts = ["read", "accepted", "duplicate", "rejected"].map(|name| events[name].as_u64().unwrap());
    // Three event ids come twice.
    assert_eq!((counts[0], counts[2] + counts[3]), (160, 3), "{report}");
    let rows = place.json(&[
        "sql",
        "--brand=acme",
        "select distinct consumer, prop(properties, 'user') as user, prop(properties, 'cookie') as cookie from events",
    ]);
    let mut of_user: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut of_cookie: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let consumer = row["consumer"].as_u64().unwrap();
        of_user.entry(text(row, "user")).or_default().insert(consumer);
        of_cookie.entry(row["cookie"].as_str().unwrap_or_default().to_owned()).or_default().insert(consumer);
    }
    // Every user is one consumer, and no two users are.
    assert!(of_user.values().all(|consumers| consumers.len() == 1), "{of_user:?}");
    let consumers: BTreeSet<&BTreeSet<u64>> = of_user.values().collect();
    assert_eq!(consumers.len(), of_user.len(), "{of_user:?}");
    // A user whose cookie changes with each session is one; a browser of ten users is each one's for their time.
    let expected = place.json(&["sql", "--brand=acme", "select item_id as cookie, expected from items"]);
    assert_eq!(expected.as_array().unwrap().len(), 11, "{expected}");
    for row in expected.as_array().unwrap() {
        let (user, cookie) = (&of_user[&text(row, "expected")], &of_cookie[&text(row, "cookie")]);
        assert!(cookie.is_superset(user), "{row}: {cookie:?} and {user:?}");
    }
    let rotating = rows.as_array().unwrap().iter().filter(|row| text(row, "user").starts_with("Rotating"));
    assert_eq!(rotating.count(), 3, "three cookies");
}

#[test]
fn febrl_s_exact_duplicates_link_and_fuzzy_ones_do_not() {
    let Some((place, report)) = import(FEBRL, "febrl") else { return };
    assert_eq!((&report["read"], &report["rejected"]), (&json!(5000), &json!(0)), "{report}");
    let rows = place.json(&[
        "sql",
        "--brand=acme",
        "select consumer, prop(properties, 'record') as record, prop(properties, 'number') as number from events",
    ]);
    let (mut by_consumer, mut by_number): (BTreeMap<u64, BTreeSet<String>>, BTreeMap<String, BTreeSet<String>>) =
        Default::default();
    for row in rows.as_array().unwrap() {
        by_consumer.entry(row["consumer"].as_u64().unwrap()).or_default().insert(text(row, "record"));
        by_number.entry(text(row, "number")).or_default().insert(text(row, "record"));
    }
    let parts = |of: BTreeSet<BTreeSet<String>>| of;
    let (consumers, numbers) = (parts(by_consumer.into_values().collect()), parts(by_number.into_values().collect()));
    assert_eq!(consumers, numbers, "the same number is the same person, and nothing else is");
    // Of 6,538 true pairs those are left out in which a number was mistyped.
    let pairs: usize = consumers.iter().map(|records| records.len() * (records.len() - 1) / 2).sum();
    assert!((5_000..6_538).contains(&pairs), "{pairs}");
}
