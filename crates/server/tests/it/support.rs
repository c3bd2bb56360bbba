//! A server over a new data directory, with people in it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use databank_access::{Access, AccessSettings, HashingCost};
use databank_catalog::{Catalog, Keyring};
use databank_server::settings::Settings;
use databank_server::{AddBrand, App, Clock, Installation, router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// What everybody here signs in with.
pub(crate) const PASSWORD: &str = "seven purple otters juggle";

/// A running server.
pub(crate) struct World {
    _directory: TempDir,
    pub(crate) app: App,
    router: Router,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum As {
    /// Nobody in particular.
    Nobody,
    /// A session, by its cookie.
    Session(String),
    /// A key.
    Key(String),
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body without what differs between any two answers.
    pub(crate) fn without_id(&self) -> Value {
        let mut body = self.json();
        if let Some(object) = body.as_object_mut() {
            object.remove("request_id");
        }
        body
    }

    /// Asserts a problem of this status and code, and gives its document.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{body}");
        body
    }
}

impl World {
    /// A server with brands `acme` and `other`, and nobody in it.
    pub(crate) async fn new() -> Self {
        Self::with(Settings { requests_per_second: 100_000, ..Settings::default() }).await
    }

    /// The same, started otherwise.
    pub(crate) async fn with(settings: Settings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let catalog = Catalog::open(&data.join("catalog.sqlite")).await.unwrap();
        let (keyring, _) = Keyring::open(&catalog, &data, &directory.path().join("master.key")).await.unwrap();
        let installation = Arc::new(Installation::new(data, catalog, keyring, Clock::system()).await.unwrap());
        for slug in ["acme", "other"] {
            let slug = slug.parse().unwrap();
            let brand = AddBrand { slug, name: None, timezone: None, currency: None };
            installation.add_brand(brand).await.unwrap();
        }
        // Cheap hashes: what they cost is the business of tests of passwords.
        let hashing = HashingCost { memory_kib: 64, passes: 1, lanes: 1 };
        let access = AccessSettings { hashing, ..AccessSettings::default() };
        let access = Access::new(installation.catalog.clone(), access);
        let app = App::new(installation, access, settings);
        let router = router(app.clone());
        Self { _directory: directory, app, router }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request as a page of the server itself would.
    pub(crate) async fn call(&self, method: Method, path: &str, who: &As, body: Option<&Value>) -> Answer {
        self.send(request(method, path, who, body)).await
    }

    pub(crate) async fn get(&self, path: &str, who: &As) -> Answer {
        self.call(Method::GET, path, who, None).await
    }

    pub(crate) async fn post(&self, path: &str, who: &As, body: &Value) -> Answer {
        self.call(Method::POST, path, who, Some(body)).await
    }

    /// Adds a user with this role and the common password.
    pub(crate) async fn add_user(&self, username: &str, brand: &str, role: &str) {
        let grant = databank_access::Grant { reach: brand.parse().unwrap(), role: role.parse().unwrap() };
        let account = databank_access::NewAccount {
            username: username.parse().unwrap(),
            display_name: None,
            grants: vec![grant],
        };
        let (_, one_time) = self.app.access().create_user(account, self.app.now_us()).await.unwrap();
        let fresh = self.sign_in_with(username, one_time.expose()).await;
        let change = json!({ "current_password": one_time.expose(), "new_password": PASSWORD });
        let answer = self.post("/api/v1/session/password", &fresh, &change).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    }

    /// Signs in with the common password.
    pub(crate) async fn sign_in(&self, username: &str) -> As {
        self.sign_in_with(username, PASSWORD).await
    }

    async fn sign_in_with(&self, username: &str, password: &str) -> As {
        let body = json!({ "username": username, "password": password });
        let answer = self.post("/api/v1/session", &As::Nobody, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{username}: {}", answer.text());
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        As::Session(cookie)
    }

    /// Makes a key as this user.
    pub(crate) async fn make_key(&self, owner: &As, brand: &str, kind: &str, scopes: &[&str]) -> As {
        let body = json!({ "name": "a key", "kind": kind, "scopes": scopes });
        let answer = self.post(&format!("/api/v1/brands/{brand}/keys"), owner, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        As::Key(answer.json()["key"].as_str().unwrap().to_owned())
    }
}

/// A request as a page of the server itself would send it.
pub(crate) fn request(method: Method, path: &str, who: &As, body: Option<&Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
    match who {
        As::Nobody => {}
        As::Session(cookie) => request = request.header("cookie", cookie).header("origin", "http://localhost"),
        As::Key(key) => request = request.header("authorization", format!("Bearer {key}")),
    }
    match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}
