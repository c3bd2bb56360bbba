//! The description of the API: committed, served and printed alike.

use axum::http::{Method, StatusCode};

use crate::support::{As, World};

#[tokio::test]
async fn the_server_serves_the_description_that_is_committed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/databank-v1.json");
    let committed = std::fs::read_to_string(path).unwrap();
    let world = World::new().await;
    let answer = world.get("/api/openapi.json", &As::Nobody).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text() == committed, "openapi/databank-v1.json is not up to date: run `make openapi`");
    assert_eq!(answer.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_reference_page_comes_whole_from_here() {
    let world = World::new().await;
    let page = world.get("/api/docs", &As::Nobody).await;
    assert_eq!(page.status, StatusCode::OK);
    for file in ["/api/docs/docs.js", "/api/docs/docs.css"] {
        assert!(page.text().contains(file), "{file}");
        let answer = world.get(file, &As::Nobody).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert!(!answer.text().contains("http://") && !answer.text().contains("https://"), "{file}");
    }
    assert!(!page.text().contains("http://") && !page.text().contains("https://"));
    world.get("/api/docs/other.js", &As::Nobody).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    let world = World::new().await;
    world.get("/api/v1/nothing", &As::Nobody).await.problem(404, "not_found");
    world.call(Method::PUT, "/api/v1/session", &As::Nobody, None).await.problem(405, "method_not_allowed");
    world.call(Method::POST, "/somewhere", &As::Nobody, None).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn health_and_metrics_are_there() {
    let world = World::new().await;
    assert_eq!(world.get("/healthz", &As::Nobody).await.text(), "ok\n");
    assert_eq!(world.get("/readyz", &As::Nobody).await.text(), "ready\n");
    world.get("/api/v1/brands/acme", &As::Nobody).await.problem(401, "not_signed_in");
    let metrics = world.get("/metrics", &As::Nobody).await.text();
    let counted = r#"databank_http_requests_total{method="GET",route="/api/v1/brands/{brand}",status="4xx"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(metrics.contains("databank_http_request_duration_seconds_bucket"), "{metrics}");
    assert!(metrics.contains("databank_jobs_running 0"), "{metrics}");
    assert!(!metrics.contains("acme"), "{metrics}");
}
