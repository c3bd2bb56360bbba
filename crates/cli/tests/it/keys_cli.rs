use serde_json::json;

use crate::Place;

#[test]
fn a_key_is_printed_once_and_listed_without_its_secret() {
    let place = Place::with_brand();
    let created = place.json(&["key", "create", "--brand", "acme", "--kind", "write", "--name", "till 4"]);
    assert_eq!(created.as_object().unwrap().len(), 1, "the key and nothing else: {created}");
    let key = created["key"].as_str().unwrap();
    assert!(key.starts_with("dbk_w1_"), "{key}");

    let listed = place.run(["key", "list", "--brand", "acme", "--format", "json"]);
    let secret = &key["dbk_w1_".len()..];
    assert!(!listed.stdout.contains(&secret[..43]), "{listed:?}");
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let first = &listed[0];
    assert_eq!((&first["id"], &first["name"], &first["kind"]), (&json!("1"), &json!("till 4"), &json!("write")));
    assert_eq!((&first["prefix"], &first["scopes"]), (&json!("dbk_w1_"), &json!([])));
    assert_eq!((&first["created_by"], &first["revoked_at"]), (&json!("command"), &json!(null)));
    let catalog = std::fs::read(place.data.join("catalog.sqlite")).unwrap();
    assert!(!catalog.windows(43).any(|window| window == &secret.as_bytes()[..43]));

    let table = place.run(["key", "create", "--brand", "acme", "--kind", "api"]);
    assert!(table.stdout.starts_with("key\ndbk_a2_") && table.stderr.contains("not shown again"), "{table:?}");
    let listed = place.json(&["key", "list", "--brand", "acme"]);
    assert_eq!(listed[0]["scopes"], json!(["assets.read"]), "newest first, and the least that a key may");
    assert_eq!(listed[0]["name"], "api");
}

#[test]
fn a_key_has_scopes_and_a_last_day() {
    let place = Place::new();
    assert_eq!(place.run(["brand", "add", "acme", "--timezone", "Asia/Shanghai"]).code, Some(0));
    let create = ["key", "create", "--brand", "acme", "--kind", "api"];
    let options = ["--scope", "imports.write,imports.read", "--scope", "assets.read", "--expires", "2999-12-30"];
    place.json(&[&create[..], &options].concat());
    let listed = place.json(&["key", "list", "--brand", "acme"]);
    assert_eq!(listed[0]["scopes"], json!(["assets.read", "imports.read", "imports.write"]));
    assert_eq!(listed[0]["expires_at"], "2999-12-30T16:00:00Z", "the end of that day in Shanghai");

    let cases: [(&[&str], &str); 4] = [
        (&["--scope", "keys.manage"], "a key cannot have the scope keys.manage"),
        (&["--scope", "assets.write"], "is not an action"),
        (&["--expires", "2020-01-01"], "must be after now"),
        (&["--name", " "], "name: must be a text of one line"),
    ];
    for (options, text) in cases {
        place.run([&create[..], options].concat()).refused(2, text);
    }
    let write = ["key", "create", "--brand", "acme", "--kind", "write", "--scope", "assets.read"];
    place.run(write).refused(2, "has no scopes");
    place.run(["key", "create", "--brand", "acme", "--kind", "read"]).refused(2, "is not a kind of key");
    place.run(["key", "create", "--brand", "nobody", "--kind", "api"]).refused(2, "there is no brand nobody");
}

#[test]
fn a_key_is_revoked_by_its_number_and_only_by_its_brand() {
    let place = Place::with_brand();
    place.json(&["brand", "add", "other"]);
    place.json(&["key", "create", "--brand", "acme", "--kind", "api"]);
    place.run(["key", "revoke", "--brand", "other", "1"]).refused(2, "brand other has no key 1");
    place.run(["key", "revoke", "--brand", "acme", "x"]).refused(2, "brand acme has no key x");
    let revoked = place.json(&["key", "revoke", "--brand", "acme", "1"]);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    assert_eq!(place.json(&["key", "list", "--brand", "acme"])[0], revoked, "it stays listed");
    assert_eq!(place.json(&["key", "list", "--brand", "other"]), json!([]));
}
