use serde_json::json;

use crate::Place;

#[test]
fn a_brand_is_added_shown_and_listed() {
    let place = Place::new();
    let options = ["--name", "Acme 公司", "--timezone", "Asia/Shanghai", "--currency", "cny"];
    let mut added = place.json(&[&["brand", "add", "acme"][..], &options].concat());
    let created_at = added["created_at"].take();
    assert!(created_at.as_str().unwrap().ends_with('Z'), "{created_at}");
    let expected = json!({
        "brand": "acme", "name": "Acme 公司", "timezone": "Asia/Shanghai", "currency": "CNY",
        "fixed": false, "created_at": null,
    });
    assert_eq!(added, expected);

    place.json(&["brand", "add", "2nd"]);
    let listed = place.json(&["brand", "list"]);
    assert_eq!(listed[0]["brand"], "2nd");
    assert_eq!(listed[0]["name"], "2nd", "the slug, when no name is given");
    assert_eq!(listed[0]["timezone"], json!(null));
    assert_eq!(listed[1]["brand"], "acme");
    assert_eq!(listed[1]["created_at"], created_at);

    let table = place.run(["brand", "list"]).stdout;
    assert!(table.starts_with("brand  name       timezone       currency  created_at\n2nd    2nd "), "{table}");
    let csv = place.run(["brand", "list", "--format", "csv"]).stdout;
    assert!(csv.starts_with("brand,name,timezone,currency,created_at\n2nd,2nd,,,"), "{csv}");
}

#[test]
fn a_second_brand_of_the_same_slug_is_refused() {
    let place = Place::with_brand();
    place.run(["brand", "add", "acme"]).refused(2, "brand acme exists already");
}

#[test]
fn wrong_values_are_refused_before_anything_is_made() {
    let place = Place::new();
    place.run(["brand", "add", "Acme"]).refused(2, "is not a brand slug");
    place.run(["brand", "add", "acme", "--timezone", "Peking"]).refused(2, "is not a time zone name");
    place.run(["brand", "add", "acme", "--currency", "RMB"]).refused(2, "is not an ISO 4217 currency code");
    assert!(!place.data.try_exists().unwrap());
}

#[test]
fn erasing_needs_a_yes_and_takes_the_vault_along() {
    let place = Place::with_brand();
    place.run(["brand", "add", "other"]);
    for slug in ["acme", "other"] {
        std::fs::create_dir_all(place.data.join("vaults").join(slug).join("events")).unwrap();
    }
    place.run(["brand", "erase", "acme"]).refused(2, "add --yes");
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 2);

    let erased = place.json(&["brand", "erase", "acme", "--yes"]);
    assert_eq!(erased, json!({ "brand": "acme", "erased": true }));
    assert!(!place.data.join("vaults/acme").try_exists().unwrap());
    assert!(place.data.join("vaults/other/events").try_exists().unwrap());
    assert_eq!(place.json(&["brand", "list"]).as_array().unwrap().len(), 1);
    place.run(["brand", "erase", "acme", "--yes"]).refused(2, "there is no brand acme");
}

#[test]
fn only_what_is_deposited_fixes_zone_and_currency() {
    let place = Place::with_brand();
    let import = |zone: &str, at: &str| {
        let mapping = format!(
            "name = \"m\"\ntimezone = \"{zone}\"\n[inputs]\nrows = \"rows.csv\"\n[[events]]\nsql = 'select * from rows'\n"
        );
        std::fs::write(place.path("m.toml"), mapping).unwrap();
        std::fs::write(place.path("rows.csv"), format!("ts,behavior,id.user_id\n{at},view,u1\n")).unwrap();
        place.json(&["import", "--brand", "acme", "--mapping", "m.toml", "rows.csv"])
    };
    assert_eq!(import("Asia/Tokyo", "nonsense")["rejected"], 1);
    let brand = || place.json(&["brand", "list"])[0].clone();
    assert_eq!((&brand()["timezone"], &brand()["fixed"]), (&json!(null), &json!(false)));
    assert_eq!(import("Asia/Shanghai", "2026-01-01")["accepted"], 1);
    assert_eq!((&brand()["timezone"], &brand()["fixed"]), (&json!("Asia/Shanghai"), &json!(true)));
}
