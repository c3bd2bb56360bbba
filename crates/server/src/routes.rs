//! Which address leads where. An area has a file here that lists its operations, and a folder with one file for each.

mod assets;
mod audit;
mod brands;
mod consumers;
mod flow;
mod identity;
pub(crate) mod imports;
mod jobs;
mod keys;
mod mappings;
mod members;
mod overview;
mod rejects;
mod rules;
mod selections;
mod session;
mod tracking;
mod uploads;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::idempotency::{self, Creating};
use crate::{collect, cross_site, docs, envelope, health, limits, openapi, pages};

/// Everything under `/api/v1`, with its description.
pub(crate) fn api() -> OpenApiRouter<App> {
    let v1 = OpenApiRouter::default()
        .merge(session::router())
        .merge(users::router())
        .merge(members::router())
        .merge(keys::router())
        .merge(audit::router())
        .merge(brands::router())
        .merge(assets::router())
        .merge(overview::router())
        .merge(flow::router())
        .merge(selections::router())
        .merge(consumers::router())
        .merge(identity::router())
        .merge(rules::router())
        .merge(tracking::router())
        .merge(uploads::router())
        .merge(mappings::router())
        .merge(imports::router())
        .merge(rejects::router())
        .merge(jobs::router());
    OpenApiRouter::with_openapi(openapi::base()).nest("/api/v1", v1)
}

/// The whole server as one service: API, its reference, health, metrics, pages, and tracking unless that has an address of its
/// own.
pub fn router(app: App) -> Router {
    let tracking = if app.settings().tracking.apart.is_some() { Router::new() } else { collect::routes(app.clone()) };
    people(app).merge(tracking)
}

/// What people and their programs ask.
fn people(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    let creating = Arc::new(Creating::of(&document));
    let repeats = from_fn_with_state((app.clone(), creating), idempotency::guard);
    Router::new()
        .merge(api.layer(repeats))
        .route("/api/openapi.json", get(openapi::serve))
        .route("/api/docs", get(docs::page))
        .route("/api/docs/{file}", get(docs::file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(pages::serve)
        // From the inside out: a panic is caught first, the envelope sees whatever the others refuse.
        .layer(CatchPanicLayer::custom(envelope::panicked))
        .layer(DefaultBodyLimit::max(limits::MAX_BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), cross_site::guard))
        .layer(from_fn_with_state(app.clone(), limits::guard))
        .layer(from_fn_with_state(app.clone(), envelope::wrap))
        .with_state(app)
}
