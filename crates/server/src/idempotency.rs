//! A creating request that is sent again creates nothing again: `Idempotency-Key`.
//!
//! An operation takes the header by saying so in its description (`params(IdempotencyKey)`); nothing else is needed.
//! The answer to the first request is kept for a day and given again. One that shows a secret ([`shown_once`]) is kept
//! in memory only, so that the secret lies nowhere; after a restart such a request is refused rather than done twice.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use databank_catalog::{Encounter, IdempotentRequest, StoredAnswer};
use futures::FutureExt as _;
use sha2::{Digest, Sha256};
use tracing::Instrument as _;
use utoipa::IntoParams;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{OpenApi, RefOr};

use crate::app::App;
use crate::caller::Caller;
use crate::envelope;
use crate::limits::MAX_BODY_BYTES;
use crate::problem::Problem;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const DESCRIBED_AS: &str = "Idempotency-Key";

/// How long answers are kept.
const KEPT_US: i64 = 24 * 60 * 60 * 1_000_000;

/// The longest key.
const MAX_KEY_BYTES: usize = 200;

/// The most answers that are kept in memory.
const MAX_SECRETS: usize = 1_000;

/// The header, for the descriptions of operations that take it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described here; the guard reads the header")]
pub(crate) struct IdempotencyKey {
    /// A text of the caller's choice, such as a UUID: within a day the same request under the same key is done once.
    #[param(rename = "Idempotency-Key", required = false, max_length = 200)]
    idempotency_key: Option<String>,
}

/// Marks a response whose body shows a secret.
#[derive(Debug, Clone, Copy)]
struct ShownOnce;

/// The response, marked as one whose body shows a secret that must be stored nowhere.
pub(crate) fn shown_once(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    response.extensions_mut().insert(ShownOnce);
    response
}

/// The operations that take the header, and answers that are kept in memory.
#[derive(Debug)]
pub(crate) struct Creating {
    routes: HashSet<String>,
    secrets: Mutex<HashMap<(String, String), (i64, Bytes)>>,
}

impl Creating {
    /// As the description says.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let is_key = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(it) if it.name == DESCRIBED_AS);
        let takes_key = |item: &utoipa::openapi::PathItem| {
            let parameters = item.post.as_ref().and_then(|operation| operation.parameters.as_ref());
            parameters.is_some_and(|all| all.iter().any(is_key))
        };
        let routes = document.paths.paths.iter().filter(|(_, item)| takes_key(item)).map(|(path, _)| path.clone());
        Self { routes: routes.collect(), secrets: Mutex::default() }
    }

    fn keep(&self, actor: &str, key: &str, now_us: i64, body: Bytes) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.retain(|_, (at, _)| *at > now_us - KEPT_US);
        if secrets.len() < MAX_SECRETS {
            secrets.insert((actor.to_owned(), key.to_owned()), (now_us, body));
        }
    }

    fn kept(&self, actor: &str, key: &str) -> Option<Bytes> {
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.get(&(actor.to_owned(), key.to_owned())).map(|(_, body)| body.clone())
    }
}

/// Carries out a request under a key once.
pub(crate) async fn guard(
    State((app, creating)): State<(App, Arc<Creating>)>,
    request: Request,
    next: Next,
) -> Response {
    let is_creating = *request.method() == Method::POST
        && request.extensions().get::<MatchedPath>().is_some_and(|path| creating.routes.contains(path.as_str()));
    if !is_creating || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    once(&app, &creating, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn once(app: &App, creating: &Arc<Creating>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let key = key_of(&parts)?;
    let actor = Caller::from_request_parts(&mut parts, app).await?.principal.actor.id();
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
    let now_us = app.now_us();
    let asked = IdempotentRequest {
        actor: actor.clone(),
        key: key.clone(),
        // Kept by brand, so that it goes with the brand; what is no brand's slug is nobody's.
        brand: brand_of(parts.uri.path()),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        request_hash: hex::encode(Sha256::digest(&body)),
    };
    match app.installation().catalog.idempotency().begin(&asked, now_us, now_us - KEPT_US).await? {
        Encounter::First => {}
        Encounter::AtWork => {
            return Err(Problem::conflict("the same request is at work; try again later").retry_after(1));
        }
        Encounter::Other => return Err(Problem::conflict("this Idempotency-Key was used for another request")),
        Encounter::Answered(answer) => return again(creating, &asked, answer),
    }

    // In a task of its own: a caller who leaves must not leave the key behind as for ever at work.
    let work = Work { app: app.clone(), creating: Arc::clone(creating), asked, now_us };
    let request = Request::from_parts(parts, Body::from(body));
    match tokio::spawn(work.carry_out(request, next).in_current_span()).await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Problem::internal(format!("a request under a key broke down: {panic}"))),
    }
}

/// A request that is the first under its key.
struct Work {
    app: App,
    creating: Arc<Creating>,
    asked: IdempotentRequest,
    now_us: i64,
}

impl Work {
    async fn carry_out(self, request: Request, next: Next) -> Result<Response, Problem> {
        let kept = self.app.installation().catalog.idempotency();
        let IdempotentRequest { actor, key, .. } = &self.asked;
        let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let response = match outcome {
            Ok(response) if response.status().is_success() => response,
            other => {
                // It created nothing, so it may be sent again.
                kept.abandon(actor, key).await?;
                return Ok(other.unwrap_or_else(envelope::panicked));
            }
        };
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|error| Problem::internal(error.to_string()))?;
        let stored = if parts.extensions.get::<ShownOnce>().is_some() {
            self.creating.keep(actor, key, self.now_us, body.clone());
            String::new()
        } else {
            String::from_utf8_lossy(&body).into_owned()
        };
        let answer = StoredAnswer { status: parts.status.as_u16(), body: stored };
        kept.finish(actor, key, &answer).await?;
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}

fn key_of(parts: &Parts) -> Result<String, Problem> {
    let text = parts.headers.get(KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text.is_empty() || text.len() > MAX_KEY_BYTES {
        let detail = format!("Idempotency-Key must be 1 to {MAX_KEY_BYTES} visible ASCII characters");
        return Err(Problem::malformed(detail));
    }
    Ok(text.to_owned())
}

fn brand_of(path: &str) -> Option<databank_model::BrandSlug> {
    let rest = path.strip_prefix("/api/v1/brands/")?;
    rest.split('/').next()?.parse().ok()
}

fn again(creating: &Creating, asked: &IdempotentRequest, answer: StoredAnswer) -> Result<Response, Problem> {
    let body = if answer.body.is_empty() {
        creating.kept(&asked.actor, &asked.key).ok_or_else(|| {
            Problem::conflict("this request was done, and what it made was shown once; make another one if it is lost")
        })?
    } else {
        Bytes::from(answer.body)
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
