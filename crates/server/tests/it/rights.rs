//! Every operation, asked for by everybody: who may, who may not, and for whom the brand is not there.
//!
//! To add an operation: its row in [`TABLE`]. An operation without a row fails the test.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{As, World};

/// Who asks, in the order of the table's letters. All but `foreign` and `root` are of brand `acme`.
const CALLERS: [&str; 9] =
    ["nobody", "viewer", "analyst", "operator", "owner", "foreign", "write key", "key of another scope", "root"];

/// An operation: its id, what each caller gets, what is asked for.
///
/// `Y` may, `M` may and names something that is not there, `-` 401, `F` 403, `N` 404 as for a brand that nobody has.
struct Row(&'static str, &'static str, Ask);

/// The variable parts of the address beside the brand, and the body.
struct Ask {
    path: &'static [(&'static str, &'static str)],
    query: &'static str,
    body: fn() -> Option<Value>,
}

const BARE: Ask = Ask { path: &[], query: "", body: || None };

const fn on(path: &'static [(&'static str, &'static str)]) -> Ask {
    Ask { path, query: "", body: || None }
}

const fn with(path: &'static [(&'static str, &'static str)], body: fn() -> Option<Value>) -> Ask {
    Ask { path, query: "", body }
}

const fn by(query: &'static str) -> Ask {
    Ask { path: &[], query, body: || None }
}

const PERIOD: &str = "?from=2026-10-01&to=2026-10-02";

fn definition() -> Value {
    json!({ "all": [{ "flow": { "from": ["A"], "to": ["I"], "between": ["2026-10-01", "2026-10-02"] } }] })
}

// Letters: nobody, viewer, analyst, operator, owner, foreign, write key, key of another scope, root.
const TABLE: &[Row] = &[
    Row(
        "create_session",
        "YYYYYYYYY",
        with(&[], || Some(json!({ "username": "viewer", "password": crate::support::PASSWORD }))),
    ),
    Row("get_session", "-YYYYYFFY", BARE),
    Row("delete_session", "-YYYYYFFY", BARE),
    Row("confirm_session", "-YYYYYFFY", with(&[], || Some(json!({ "password": crate::support::PASSWORD })))),
    Row(
        "change_session_password",
        "-YYYYYFFY",
        with(&[], || Some(json!({ "current_password": crate::support::PASSWORD, "new_password": "short" }))),
    ),
    Row("list_users", "-FFFFFFFY", BARE),
    Row("create_user", "-FFFFFFFY", with(&[], || Some(json!({ "username": "somebody" })))),
    Row("get_user", "-FFFFFFFY", on(&[("username", "viewer")])),
    Row("change_user", "-FFFFFFFY", with(&[("username", "spare")], || Some(json!({ "display_name": "Spare" })))),
    Row("reset_user_password", "-FFFFFFFY", on(&[("username", "spare")])),
    Row("list_audit", "-FFFFFFFY", BARE),
    Row("list_brands", "-YYYYYFYY", BARE),
    Row("create_brand", "-FFFFFFFY", with(&[], || Some(json!({ "slug": "acme" })))),
    Row("get_brand", "-YYYYNFFY", BARE),
    Row("list_members", "-FFFYNFFY", BARE),
    Row("set_member", "-FFFYNFFY", with(&[("username", "spare")], || Some(json!({ "role": "viewer" })))),
    Row("delete_member", "-FFFMNFFM", on(&[("username", "root")])),
    Row("list_keys", "-FFFYNFFY", BARE),
    Row(
        "create_key",
        "-FFFYNFFY",
        with(&[], || Some(json!({ "name": "k", "kind": "api", "scopes": ["assets.read"] }))),
    ),
    Row("delete_key", "-FFFMNFFM", on(&[("id", "999999")])),
    Row("list_brand_audit", "-FFFYNFFY", BARE),
    Row("get_assets", "-YYYYNFFY", BARE),
    Row("get_trend", "-YYYYNFFY", by(PERIOD)),
    Row("list_versions", "-YYYYNFFY", BARE),
    Row("get_flow", "-YYYYNFFY", by(PERIOD)),
    Row("get_overview", "-YYYYNFFY", BARE),
    Row("list_flow_people", "-FYYYNFFY", by("?from=2026-10-01&to=2026-10-02&from_stage=A&to_stage=I")),
    Row("list_selections", "-YYYYNFFY", BARE),
    Row("create_selection", "-FYYYNFYY", with(&[], || Some(json!({ "name": "s", "definition": definition() })))),
    Row("get_selection", "-MMMMNFFM", on(&[("id", "999999")])),
    Row("delete_selection", "-FMMMNFMM", on(&[("id", "999999")])),
    Row("list_selection_people", "-FMMMNFFM", on(&[("id", "999999")])),
    Row("lookup_consumer", "-FMMMNFFM", with(&[], || Some(json!({ "id": "phone:13912345678" })))),
    Row("get_consumer", "-FMMMNFFM", on(&[("consumer", "1")])),
    Row("list_consumer_events", "-FMMMNFFM", on(&[("consumer", "1")])),
    Row("explain_identity", "-FMMMNFFM", with(&[], || Some(json!({ "id": "phone:13912345678" })))),
    Row("unlink_identity", "-FFMMNFFM", with(&[], || Some(json!({ "id": "phone:13912345678" })))),
    Row("list_identity_conflicts", "-FYYYNFFY", BARE),
    Row("list_rules", "-YYYYNFFY", BARE),
    Row("get_rules", "-YYYYNFFY", on(&[("name", "aipl"), ("version", "1")])),
    Row("check_rules", "-FFYYNFFY", with(&[], || Some(json!({ "text": "" })))),
    Row("preview_rules", "-FFYYNFFY", with(&[], || Some(json!({ "text": "" })))),
    Row("create_rules", "-FFYYNFFY", with(&[], || Some(json!({ "text": "" })))),
    Row("get_tracking_counts", "-FYYYNFFY", BARE),
    Row("get_tracking", "-FYYYNFFY", BARE),
    Row("put_tracking", "-FFYYNFFY", with(&[], || Some(json!({ "names": { "Quiz": "nothing" } })))),
    Row("create_upload", "-FFYYNFFY", BARE),
    Row("get_upload", "-FFMMNFFM", on(&[("upload", "999999")])),
    Row("delete_upload", "-FFMMNFFM", on(&[("upload", "999999")])),
    Row("list_mappings", "-FYYYNFFY", BARE),
    Row("suggest_mapping", "-FFYYNFFY", with(&[], || Some(json!({ "uploads": [] })))),
    Row("put_mapping", "-FFYYNFFY", with(&[("name", "mine")], || Some(json!({ "text": "not TOML" })))),
    Row("delete_mapping", "-FFMMNFFM", on(&[("name", "mine")])),
    Row("list_imports", "-FYYYNFFY", BARE),
    Row("create_import", "-FFYYNFFY", with(&[], || Some(json!({ "mapping": "rejects", "uploads": [] })))),
    Row("preview_import", "-FFYYNFFY", with(&[], || Some(json!({ "mapping": "", "uploads": [] })))),
    Row("get_import", "-FMMMNFFM", on(&[("deposit", "999999")])),
    Row("get_rejects_summary", "-FYYYNFFY", BARE),
    Row("list_rejects", "-FFYYNFFY", BARE),
    Row("export_rejects", "-FFYYNFFY", BARE),
    Row("replay_rejects", "-FFYYNFFY", with(&[], || Some(json!({ "dry_run": true })))),
    Row("list_jobs", "-YYYYNFFY", BARE),
    Row("get_job", "-MMMMNFFM", on(&[("job", "999999")])),
    Row("watch_job", "-MMMMNFFM", on(&[("job", "999999")])),
    Row("cancel_job", "-FFMMNFFM", on(&[("job", "999999")])),
];

struct Operation {
    id: String,
    method: Method,
    template: String,
}

async fn operations(world: &World) -> Vec<Operation> {
    let document = world.get("/api/openapi.json", &As::Nobody).await.json();
    let mut all = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                template: template.clone(),
            });
        }
    }
    all
}

fn address(operation: &Operation, ask: &Ask, brand: &str) -> String {
    let mut path = operation.template.replace("{brand}", brand);
    for (name, value) in ask.path {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    assert!(!path.contains('{'), "{}: the row does not fill {path}", operation.id);
    path + ask.query
}

/// Who asks. Signed in anew for each request, as some end the session.
async fn caller(world: &World, name: &str, keys: &BTreeMap<&str, As>) -> As {
    match name {
        "nobody" => As::Nobody,
        key if keys.contains_key(key) => keys[key].clone(),
        user => world.sign_in(user).await,
    }
}

async fn peopled() -> (World, BTreeMap<&'static str, As>) {
    let world = World::new().await;
    for role in ["viewer", "analyst", "operator", "owner"] {
        world.add_user(role, "acme", role).await;
    }
    world.add_user("foreign", "other", "owner").await;
    world.add_user("spare", "other", "viewer").await;
    world.add_user("root", "*", "owner").await;
    let owner = world.sign_in("owner").await;
    let keys = BTreeMap::from([
        ("write key", world.make_key(&owner, "acme", "write", &[]).await),
        ("key of another scope", world.make_key(&owner, "acme", "api", &["selections.write"]).await),
    ]);
    (world, keys)
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let (world, keys) = peopled().await;
    let mut wrong = Vec::new();
    for operation in operations(&world).await {
        let Some(Row(id, letters, ask)) = TABLE.iter().find(|row| row.0 == operation.id) else {
            wrong.push(format!("{} has no row in the table", operation.id));
            continue;
        };
        assert_eq!(letters.len(), CALLERS.len(), "{id}");
        for (name, letter) in CALLERS.into_iter().zip(letters.chars()) {
            let who = caller(&world, name, &keys).await;
            let path = address(&operation, ask, "acme");
            let answer = world.call(operation.method.clone(), &path, &who, (ask.body)().as_ref()).await;
            let fits = match (letter, answer.status) {
                ('-', StatusCode::UNAUTHORIZED) | ('F', StatusCode::FORBIDDEN) | ('N' | 'M', StatusCode::NOT_FOUND) => {
                    true
                }
                ('Y', status) => {
                    !status.is_server_error()
                        && !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
                }
                _ => false,
            };
            if !fits {
                wrong.push(format!("{id} for {name}: {letter} expected, got {} {}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_row_is_of_an_operation() {
    let world = World::new().await;
    let ids: Vec<String> = operations(&world).await.into_iter().map(|operation| operation.id).collect();
    for Row(id, ..) in TABLE {
        assert!(ids.iter().any(|known| known == id), "{id} is no operation any more");
    }
}

#[tokio::test]
async fn a_brand_that_is_hidden_is_not_told_from_one_that_is_not_there() {
    let (world, keys) = peopled().await;
    for operation in operations(&world).await {
        if !operation.template.contains("{brand}") {
            continue;
        }
        let Some(Row(id, _, ask)) = TABLE.iter().find(|row| row.0 == operation.id) else { continue };
        let body = (ask.body)();
        let ask_for = async |name: &str, brand: &str| {
            let who = caller(&world, name, &keys).await;
            world.call(operation.method.clone(), &address(&operation, ask, brand), &who, body.as_ref()).await
        };
        let hidden = ask_for("foreign", "acme").await;
        hidden.problem(404, "not_found");
        for name in ["foreign", "viewer", "root", "key of another scope"] {
            for absent in ["nowhere", "No-Slug"] {
                let answer = ask_for(name, absent).await;
                assert_eq!(answer.status, hidden.status, "{id} for {name} on {absent}: {}", answer.text());
                assert_eq!(answer.without_id(), hidden.without_id(), "{id} for {name} on {absent}");
                assert_eq!(answer.headers.len(), hidden.headers.len(), "{id} for {name} on {absent}");
            }
        }
    }
}
