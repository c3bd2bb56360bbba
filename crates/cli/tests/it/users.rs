use serde_json::json;

use crate::Place;

#[test]
fn a_user_is_added_with_a_password_that_is_shown_once() {
    let place = Place::with_brand();
    assert_eq!(place.json(&["user", "list"]), json!([]), "there is no default account");
    let added =
        place.json(&["user", "add", "Anna@example.com", "--name", "Anna 林", "--role", "owner", "--all-brands"]);
    let password = added["one_time_password"].as_str().unwrap();
    assert_eq!(password.len(), 23, "{password}");
    let user = &added["user"];
    assert_eq!(user["username"], "anna@example.com", "names have no case");
    assert_eq!(user["display_name"], "Anna 林");
    assert_eq!(user["grants"], json!([{ "brand": "*", "role": "owner" }]));
    assert_eq!(user["password_change_needed"], true);

    let listed = place.run(["user", "list", "--format", "json"]);
    assert!(!listed.stdout.contains(password) && !listed.stdout.contains("argon2"), "{listed:?}");
    let catalog = std::fs::read(place.data.join("catalog.sqlite")).unwrap();
    assert!(!catalog.windows(password.len()).any(|window| window == password.as_bytes()));
    place.run(["user", "add", "anna@example.com"]).refused(2, "user anna@example.com exists already");

    let csv = place.run(["user", "add", "bert", "--format", "csv"]);
    assert!(csv.stdout.starts_with("user,one_time_password\nbert,"), "{csv:?}");
    assert!(csv.stderr.contains("no role yet"), "{csv:?}");
    let table = place.run(["user", "list"]).stdout;
    assert!(table.starts_with("user              name"), "{table}");
    assert!(table.contains("owner *"), "{table}");
}

#[test]
fn roles_are_given_replaced_and_taken_away() {
    let place = Place::with_brand();
    place.json(&["user", "add", "anna", "--role", "viewer", "--brand", "acme"]);
    let grants = |args: &[&str]| place.json(args)["grants"].clone();
    let granted = grants(&["user", "grant", "anna", "--role", "analyst", "--brand", "acme"]);
    assert_eq!(granted, json!([{ "brand": "acme", "role": "analyst" }]));
    let granted = grants(&["user", "grant", "anna", "--role", "operator", "--all-brands"]);
    assert_eq!(granted, json!([{ "brand": "*", "role": "operator" }, { "brand": "acme", "role": "analyst" }]));
    assert_eq!(grants(&["user", "revoke", "anna", "--brand", "acme"]), json!([{ "brand": "*", "role": "operator" }]));
    place.run(["user", "revoke", "anna", "--brand", "acme"]).refused(2, "no role of their own on brand acme");
    place
        .run(["user", "grant", "anna", "--role", "viewer", "--brand", "nobody"])
        .refused(2, "there is no brand nobody");
    place.run(["user", "grant", "bert", "--role", "viewer", "--brand", "acme"]).refused(2, "there is no user bert");
}

#[test]
fn a_user_is_disabled_enabled_and_gets_another_password() {
    let place = Place::with_brand();
    let first = place.json(&["user", "add", "anna"])["one_time_password"].clone();
    assert_eq!(place.json(&["user", "disable", "anna"])["disabled"], true);
    assert_eq!(place.json(&["user", "enable", "anna"])["disabled"], false);
    let second = place.json(&["user", "password", "anna"])["one_time_password"].clone();
    assert_ne!(first, second);
    place.run(["user", "password", "bert"]).refused(2, "there is no user bert; `databank user list` shows all");
}

#[test]
fn the_last_owner_stays_one() {
    let place = Place::with_brand();
    place.json(&["user", "add", "anna", "--role", "owner", "--all-brands"]);
    for args in [
        &["user", "disable", "anna"][..],
        &["user", "revoke", "anna", "--all-brands"],
        &["user", "grant", "anna", "--role", "viewer", "--all-brands"],
    ] {
        place.run(args).refused(2, "would have no owner");
    }
    place.json(&["user", "add", "bert", "--role", "owner", "--all-brands"]);
    assert_eq!(place.json(&["user", "disable", "anna"])["disabled"], true);
}

#[test]
fn wrong_words_are_refused() {
    let place = Place::with_brand();
    let cases: [(&[&str], &str); 7] = [
        (&["user", "add", "a b"], "is not a user name"),
        (&["user", "add", "anna", "--role", "admin", "--all-brands"], "is not a role"),
        (&["user", "add", "anna", "--role", "viewer"], "--brand <BRAND>"),
        (&["user", "add", "anna", "--brand", "acme"], "--role <ROLE>"),
        (&["user", "grant", "anna", "--role", "viewer"], "--brand <BRAND>|--all-brands"),
        (&["user", "add", "anna", "--name", ""], "display name: must be a text of one line"),
        (&["user"], "a command is missing"),
    ];
    for (args, text) in cases {
        place.run(args).refused(2, text);
    }
    assert_eq!(place.json(&["user", "list"]), json!([]));
}
