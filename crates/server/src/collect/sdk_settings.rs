//! What browser SDKs ask before they send anything: which destinations there are, and that they may send.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::key;
use super::reply::Refusal;
use crate::app::App;

/// `GET /v1/projects/{key}/settings`, for Segment's SDKs.
pub(super) async fn segment(State(app): State<App>, Path(named): Path<String>) -> Result<Response, Refusal> {
    key::of(&app, None, Some(&named)).await?;
    let all = json!({ "__default": { "enabled": true, "integrations": {} } });
    let settings = json!({
        "integrations": {
            "Segment.io": {
                "apiKey": named,
                "unbundledIntegrations": [],
                "addBundledMetadata": true,
                "maybeBundledConfigIds": {},
                "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
            }
        },
        "plan": { "track": all.clone(), "identify": all.clone(), "group": all },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
    });
    Ok(Json(settings).into_response())
}

/// `GET /sourceConfig`, for RudderStack's SDKs.
pub(super) async fn rudder(
    State(app): State<App>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let named = key::beside_body(&headers, query.as_deref())?;
    let found = key::of(&app, named.as_deref(), None).await?;
    let source = json!({
        "id": found.id,
        "name": found.source,
        "writeKey": named,
        "enabled": true,
        "workspaceId": "databank",
        "destinations": [],
        "connections": [],
        "config": { "statsCollection": { "errors": { "enabled": false }, "metrics": { "enabled": false } } },
        "dataplanes": {},
    });
    Ok(Json(json!({ "source": source })).into_response())
}
