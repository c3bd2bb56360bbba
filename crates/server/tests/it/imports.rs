//! From an upload to a deposit, its refusals, and back.

mod cancel;
mod rejects;
mod suggestions;
mod uploads;

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, As, World, request};

/// A server with an operator of `acme`.
pub(crate) async fn operated() -> (World, As) {
    let world = World::new().await;
    world.add_user("op", "acme", "operator").await;
    let operator = world.sign_in("op").await;
    (world, operator)
}

/// A mapping of one input with canonical columns.
pub(crate) const CANONICAL: &str = "name = \"rows\"\ntimezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n[inputs]\n\
    rows = \"*.csv\"\n[[events]]\nsql = '''select event_id, ts, behavior, \"id.phone\", amount from rows'''\n";

/// Rows of which these are wrong: the third's time, the fourth's phone; the last cannot be read.
pub(crate) const ROWS: &str = "event_id,ts,behavior,id.phone,amount\n1,2026-01-01,view,13900000011,\n\
    2,2026-01-01,purchase,13900000011,5\n3,nope,view,13900000012,\n4,2026-01-01,view,call me,\ncut\n";

/// Uploads a file as it is.
pub(crate) async fn upload_to(world: &World, who: &As, brand: &str, name: &str, bytes: &[u8]) -> Answer {
    let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = format!("/api/v1/brands/{brand}/uploads?name={name}");
    let mut sent = request(Method::POST, &path, who, None);
    *sent.body_mut() = Body::from(bytes.to_vec());
    world.send(sent).await
}

/// Uploads a file for `acme`; its id.
pub(crate) async fn upload(world: &World, who: &As, name: &str, bytes: &[u8]) -> String {
    let answer = upload_to(world, who, "acme", name, bytes).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Starts an import; its job's id.
pub(crate) async fn start(world: &World, who: &As, mapping: &str, uploads: &[&str]) -> String {
    let body = json!({ "mapping": mapping, "uploads": uploads });
    let answer = world.post("/api/v1/brands/acme/imports", who, &body).await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Looks on until a job is over; what it told.
pub(crate) async fn watch(world: &World, who: &As, job: &str) -> Vec<Value> {
    let answer = world.get(&format!("/api/v1/brands/acme/jobs/{job}/events"), who).await;
    assert_eq!(answer.header("content-type"), "text/event-stream", "{}", answer.text());
    let text = answer.text();
    let mut told = Vec::new();
    for event in text.split("\n\n").filter(|event| !event.is_empty() && !event.starts_with(':')) {
        let data = event.strip_prefix("event: job\ndata: ").unwrap_or_else(|| panic!("{event:?}"));
        told.push(serde_json::from_str(data).unwrap());
    }
    told
}

/// Imports, and gives the job as it ended.
pub(crate) async fn import(world: &World, who: &As, mapping: &str, uploads: &[&str]) -> Value {
    let job = start(world, who, mapping, uploads).await;
    watch(world, who, &job).await.pop().unwrap()
}

/// Read, accepted, duplicate, rejected of a job that is done.
pub(crate) fn counts(job: &Value) -> [u64; 4] {
    assert_eq!(job["status"], "done", "{job}");
    ["read", "accepted", "duplicate", "rejected"].map(|name| job["result"][name].as_u64().unwrap())
}

pub(crate) async fn get(world: &World, who: &As, path: &str) -> Value {
    let answer = world.get(&format!("/api/v1/brands/acme/{path}"), who).await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_file_is_uploaded_mapped_looked_at_imported_corrected_and_imported_again() {
    let (world, operator) = operated().await;
    let mut text = "订单编号,下单时间,手机号,商品ID,实付金额\n".to_owned();
    for number in 0..20 {
        text += &format!("T{number},2026-01-{:02} 10:00:00,139123400{number:02},S1,12.50\n", number + 1);
    }
    text += "T98,nope,13912340098,S1,1\nT99,2026-01-02 10:00:00,call me,S1,1\ncut\n";
    let answer = upload_to(&world, &operator, "acme", "订单.csv", text.as_bytes()).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
    let uploaded = answer.json();
    assert_eq!(uploaded["columns"], json!(["订单编号", "下单时间", "手机号", "商品ID", "实付金额"]));
    assert_eq!(
        (&uploaded["name"], &uploaded["format"], &uploaded["header"]),
        (&json!("订单.csv"), &json!("csv"), &json!(true))
    );
    assert_eq!(uploaded["rows"].as_array().unwrap().len(), 20);
    assert_eq!(uploaded["unreadable"][0]["line"], 24);
    let id = uploaded["id"].as_str().unwrap();
    assert_eq!(get(&world, &operator, &format!("uploads/{id}")).await, uploaded);

    let asked = json!({ "uploads": [id] });
    let suggested = world.post("/api/v1/brands/acme/mappings/suggest", &operator, &asked).await.json();
    let mapping = suggested["text"].as_str().unwrap();
    let saved = world
        .call(Method::PUT, "/api/v1/brands/acme/mappings/orders", &operator, Some(&json!({ "text": mapping })))
        .await;
    assert_eq!(saved.status.as_u16(), 200, "{}", saved.text());
    let names: Vec<Value> = get(&world, &operator, "mappings").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["name"].clone())
        .collect();
    assert_eq!(names, ["olist", "online-retail", "orders", "taobao-user-behavior"]);

    let asked = json!({ "mapping": mapping, "uploads": [id] });
    let preview = world.post("/api/v1/brands/acme/imports/preview", &operator, &asked).await;
    assert_eq!(preview.status.as_u16(), 200, "{}", preview.text());
    let block = preview.json()["blocks"][0].clone();
    assert_eq!(block["block"], "events 1");
    assert_eq!(block["rows"].as_array().unwrap().len(), 10, "{block}");
    assert_eq!(
        (&block["rows"][0]["row"]["id.phone"], &block["rows"][0]["refused"]),
        (&json!("13912340000"), &Value::Null)
    );

    let job = start(&world, &operator, mapping, &[id]).await;
    let told = watch(&world, &operator, &job).await;
    assert_eq!(counts(told.last().unwrap()), [22, 20, 0, 2], "{told:?}");
    assert_eq!(told.last().unwrap()["result"]["unreadable"], 1);
    assert_eq!(get(&world, &operator, &format!("jobs/{job}")).await["result"], told.last().unwrap()["result"]);
    assert_eq!(get(&world, &operator, "jobs").await["items"].as_array().unwrap().len(), 1);
    // An imported file is of no more use.
    world.get(&format!("/api/v1/brands/acme/uploads/{id}"), &operator).await.problem(404, "not_found");
    assert_eq!(std::fs::read_dir(world.app.installation().path().join("uploads/acme")).unwrap().count(), 0);

    let imports = get(&world, &operator, "imports").await;
    assert_eq!(imports["items"][0]["accepted"], 20, "{imports}");
    let deposit = imports["items"][0]["deposit"].as_str().unwrap();
    assert_eq!(get(&world, &operator, &format!("imports/{deposit}")).await, imports["items"][0]);
    let summary = get(&world, &operator, "rejects/summary").await;
    assert_eq!(summary["total"], 3, "{summary}");
    assert_eq!(summary["by_code"].as_array().unwrap().len(), 3, "{summary}");

    let exported = world.get("/api/v1/brands/acme/rejects/export?format=csv", &operator).await;
    assert_eq!(exported.header("content-disposition"), "attachment; filename=\"acme-rejects.csv\"");
    let lines: Vec<String> =
        exported.text().lines().filter(|line| !line.contains("ragged_row")).map(str::to_owned).collect();
    let corrected = lines.join("\n").replace("nope", "2026-01-03 10:00:00").replace("call me", "13912340099") + "\n";
    let again = upload(&world, &operator, "corrected.csv", corrected.as_bytes()).await;
    assert_eq!(counts(&import(&world, &operator, "rejects", &[&again]).await), [2, 2, 0, 0]);
    let left = get(&world, &operator, "rejects").await;
    assert_eq!((&left["total"], &left["items"][0]["code"]), (&json!(1), &json!("ragged_row")), "{left}");
    assert_eq!(left["items"][0]["row"], json!({ "_raw": "cut" }));
}

#[tokio::test]
async fn the_same_import_under_one_key_is_one_job() {
    let (world, operator) = operated().await;
    let id = upload(&world, &operator, "rows.csv", ROWS.as_bytes()).await;
    let body = json!({ "mapping": CANONICAL, "uploads": [id] });
    let send = async || {
        let mut sent = request(Method::POST, "/api/v1/brands/acme/imports", &operator, Some(&body));
        sent.headers_mut().insert("idempotency-key", "once".parse().unwrap());
        world.send(sent).await
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.status.as_u16(), 202, "{}", first.text());
    assert_eq!(first.json()["id"], second.json()["id"]);
    watch(&world, &operator, first.json()["id"].as_str().unwrap()).await;
    // Done long ago, and its file gone: the same answer.
    assert_eq!(send().await.json()["id"], first.json()["id"]);
    assert_eq!(get(&world, &operator, "imports").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_mapping_is_told_with_its_place() {
    let (world, operator) = operated().await;
    let id = upload(&world, &operator, "rows.csv", ROWS.as_bytes()).await;
    let cases = [
        ("name = \"x\"\nnonsense = 1\n".to_owned(), "line 2", "nonsense"),
        (CANONICAL.replace("ts, behavior", "when_, behavior"), "events 1", "when_"),
        (CANONICAL.replace("select event_id", "delete from rows; select event_id"), "events 1", ""),
        (CANONICAL.replace("*.csv", "other.csv") + "[inputs.more]\npath = \"more.csv\"\n", "input rows", "rows.csv"),
    ];
    for (mapping, field, message) in cases {
        let body = json!({ "mapping": mapping, "uploads": [&id] });
        let problem = world.post("/api/v1/brands/acme/imports/preview", &operator, &body).await.problem(422, "invalid");
        let error = &problem["errors"][0];
        assert_eq!(error["field"], field, "{problem}");
        assert!(error["message"].as_str().unwrap().contains(message), "{problem}");
        assert!(!problem.to_string().contains(world.app.installation().path().to_str().unwrap()), "{problem}");
    }
    let body = json!({ "mapping": "rejects", "uploads": [&id], "source": "x" });
    world.post("/api/v1/brands/acme/imports", &operator, &body).await.problem(422, "invalid");
    // A mapping that fits no file is found when the import runs; the file is still there to be tried again.
    let failed = import(&world, &operator, &CANONICAL.replace("ts, behavior", "when_, behavior"), &[&id]).await;
    assert_eq!((&failed["status"], &failed["problem"]["code"]), (&json!("failed"), &json!("invalid")), "{failed}");
    get(&world, &operator, &format!("uploads/{id}")).await;
}

#[tokio::test]
async fn several_inputs_find_their_files_by_name() {
    let (world, operator) = operated().await;
    let orders = upload(&world, &operator, "orders.csv", b"id,at,who\nT1,2026-01-01,m1\n").await;
    let lines = upload(&world, &operator, "lines.csv", b"id,item,paid\nT1,S1,5\nT1,S2,6\n").await;
    let mapping = "name = \"shop\"\n[inputs]\norders = \"orders*.csv\"\nlines = \"lines*.csv\"\n[[events]]\nsql = '''select o.at as ts, \
        'purchase' as behavior, o.who as \"id.member\", o.id as order_id, l.item as item_id, l.paid as amount from lines l \
        join orders o on o.id = l.id'''\n";
    assert_eq!(counts(&import(&world, &operator, mapping, &[&orders, &lines]).await), [2, 2, 0, 0]);
}

#[tokio::test]
async fn brands_do_not_see_each_others_files_and_jobs() {
    let (world, operator) = operated().await;
    world.add_user("there", "other", "owner").await;
    let other = world.sign_in("there").await;
    let id = upload(&world, &operator, "rows.csv", ROWS.as_bytes()).await;
    let job = import(&world, &operator, CANONICAL, &[&upload(&world, &operator, "b.csv", ROWS.as_bytes()).await]).await;
    let job = job["id"].as_str().unwrap();
    for path in [format!("uploads/{id}"), format!("jobs/{job}"), format!("jobs/{job}/events"), "imports/1".to_owned()] {
        world.get(&format!("/api/v1/brands/other/{path}"), &other).await.problem(404, "not_found");
    }
    let body = json!({ "mapping": CANONICAL, "uploads": [&id] });
    world.post("/api/v1/brands/other/imports", &other, &body).await.problem(422, "invalid");
    let answer = world.get("/api/v1/brands/other/rejects", &other).await;
    assert_eq!(answer.json()["total"], 0, "{}", answer.text());
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_log_and_names_nobody() {
    let (world, operator) = operated().await;
    world.add_user("own", "acme", "owner").await;
    let owner = world.sign_in("own").await;
    let id = upload(&world, &operator, "rows.csv", ROWS.as_bytes()).await;
    import(&world, &operator, CANONICAL, &[&id]).await;
    get(&world, &operator, "rejects").await;
    world.get("/api/v1/brands/acme/rejects/export", &operator).await;
    let audit = get(&world, &owner, "audit").await;
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|entry| entry["action"].as_str()).collect();
    for action in ["upload.create", "import.start", "rejects.read", "rejects.export"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    assert!(!audit.to_string().contains("139000"), "{audit}");
}
