//! Imports that do not come to their end.

use axum::http::Method;
use databank_server::App;
use databank_server::jobs::JobStatus;
use serde_json::{Value, json};

use super::{CANONICAL, ROWS, counts, get, import, operated, start, upload, watch};
use crate::support::{As, World};

async fn cancel(world: &World, who: &As, job: &str) -> Value {
    let answer = world.call(Method::POST, &format!("/api/v1/brands/acme/jobs/{job}/cancel"), who, None).await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.text());
    answer.json()
}

async fn version(world: &World, who: &As) -> Value {
    let answer = world.get("/api/v1/brands/acme", who).await;
    answer.json()["vault_version"].clone()
}

/// Rows enough to be in the middle of.
fn many_rows(count: usize) -> String {
    let mut text = "event_id,ts,behavior,id.phone,amount\n".to_owned();
    for number in 0..count {
        text += &format!("n{number},2026-01-01,view,139{:08},\n", 10_000_000 + number);
    }
    text
}

#[tokio::test]
async fn an_import_that_is_canceled_in_its_middle_leaves_the_brand_as_it_was() {
    let (world, operator) = operated().await;
    let first = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    counts(&import(&world, &operator, CANONICAL, &[&first]).await);
    let before = version(&world, &operator).await;

    let large = upload(&world, &operator, "b.csv", many_rows(400_000).as_bytes()).await;
    let job = start(&world, &operator, CANONICAL, &[&large]).await;
    let brand = "acme".parse().unwrap();
    let mut watched = world.app.jobs().watch(&brand, &job).await.unwrap();
    watched.wait_for(|job| job.progress.rows.is_some_and(|rows| rows > 0)).await.unwrap();
    cancel(&world, &operator, &job).await;
    let ended = watch(&world, &operator, &job).await.pop().unwrap();
    assert_eq!(
        (&ended["status"], &ended["result"], &ended["problem"]),
        (&json!("canceled"), &Value::Null, &Value::Null)
    );
    assert_eq!(version(&world, &operator).await, before);
    assert_eq!(get(&world, &operator, "imports").await["items"][0]["status"], "failed");

    // Nothing stands in the way of the same import again, of the same file.
    assert_eq!(counts(&import(&world, &operator, CANONICAL, &[&large]).await), [400_000, 400_000, 0, 0]);
    // What is over stays as it is.
    assert_eq!(cancel(&world, &operator, &job).await["status"], "canceled");
}

#[tokio::test]
async fn one_import_at_a_time_writes_to_a_brand_and_one_that_waits_can_be_canceled() {
    let (world, operator) = operated().await;
    let id = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    let writing = world.app.installation().write_brand(&"acme".parse().unwrap()).await;
    let canceled = start(&world, &operator, CANONICAL, &[&id]).await;
    let kept = start(&world, &operator, CANONICAL, &[&id]).await;
    assert_eq!(get(&world, &operator, &format!("jobs/{kept}")).await["status"], "waiting");
    cancel(&world, &operator, &canceled).await;
    let ended = watch(&world, &operator, &canceled).await.pop().unwrap();
    assert_eq!((&ended["status"], &ended["started_at"]), (&json!("canceled"), &Value::Null), "{ended}");
    drop(writing);
    counts(&watch(&world, &operator, &kept).await.pop().unwrap());
}

#[tokio::test]
async fn jobs_that_a_process_left_behind_are_interrupted() {
    let (world, operator) = operated().await;
    let id = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    let _writing = world.app.installation().write_brand(&"acme".parse().unwrap()).await;
    let job = start(&world, &operator, CANONICAL, &[&id]).await;
    // What the next process does when it opens the directory.
    let installation = world.app.installation();
    assert_eq!(installation.catalog.jobs().interrupt_running(world.app.now_us()).await.unwrap(), 1);
    let next = App::new(installation.clone(), world.app.access().clone(), world.app.settings().clone());
    let found = next.jobs().get(&"acme".parse().unwrap(), &job).await.unwrap();
    assert_eq!((found.status, found.finished_at.is_some()), (JobStatus::Interrupted, true));
}

#[tokio::test]
async fn a_server_that_ends_stops_its_jobs_and_starts_no_more() {
    let (world, operator) = operated().await;
    let id = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    let _writing = world.app.installation().write_brand(&"acme".parse().unwrap()).await;
    let job = start(&world, &operator, CANONICAL, &[&id]).await;
    let mut watched = world.app.jobs().watch(&"acme".parse().unwrap(), &job).await.unwrap();
    world.app.jobs().close().await;
    assert_eq!(watched.borrow_and_update().status, JobStatus::Interrupted);
    let body = json!({ "mapping": CANONICAL, "uploads": [&id] });
    world.post("/api/v1/brands/acme/imports", &operator, &body).await.problem(503, "unavailable");
}
