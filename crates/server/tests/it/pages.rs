//! The pages as browsers get them.

use axum::http::{Method, StatusCode};

use crate::support::{As, World};

#[tokio::test]
async fn addresses_within_the_pages_get_the_page_and_the_nonce_is_in_both_places() {
    let world = World::new().await;
    for path in ["/", "/acme/assets", "/sign-in"] {
        let answer = world.get(path, &As::Nobody).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(!answer.text().contains("__CSP_NONCE__"), "{path}");
        let policy = answer.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        assert!(nonce.len() >= 22, "{policy}");
    }
    world.get("/assets/nothing-1234.js", &As::Nobody).await.problem(404, "not_found");
    world.call(Method::DELETE, "/", &As::Nobody, None).await.problem(405, "method_not_allowed");
}
