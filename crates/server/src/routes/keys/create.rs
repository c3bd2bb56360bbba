//! `POST /brands/{brand}/keys`: a new key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use databank_access::{Action, NewKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{KeyDocument, KindDocument};
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::clock::parse_rfc3339;
use crate::extract::{FromBody, FromPath};
use crate::idempotency::{IdempotencyKey, shown_once};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewKey)]
pub(crate) struct NewKeyBody {
    /// What people read.
    #[schema(example = "nightly report")]
    name: String,
    /// What it is for.
    kind: KindDocument,
    /// What a key of kind `api` may do: actions; `assets.read` when none is named. Keys of kind `write` have none.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["assets.read"]))]
    scopes: Vec<Action>,
    /// When it stops to hold; never when absent.
    #[schema(format = DateTime, example = "2027-10-31T00:00:00Z")]
    expires_at: Option<String>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedKey)]
pub(crate) struct CreatedKey {
    /// The key. Shown only here.
    #[schema(example = "dbk_a7_…")]
    key: String,
    /// What is known of it.
    info: KeyDocument,
}

/// Make a key
///
/// Its text is shown only in this answer. Needs a confirmed password.
#[utoipa::path(
    post,
    path = "/brands/{brand}/keys",
    operation_id = "create_key",
    tag = "keys",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), IdempotencyKey),
    request_body = NewKeyBody,
    responses((status = 201, description = "The key", body = CreatedKey), BadBody, Conflicting, Missing, Refused)
)]
pub(crate) async fn create_key(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(new): FromBody<NewKeyBody>,
) -> Result<Response, Problem> {
    let brand = app.authorize_confirmed(&caller, &brand, Action::KeysManage).await?;
    let wrong = || Problem::invalid_field("expires_at", "must be an instant such as 2027-10-31T00:00:00Z");
    let expires_at = new.expires_at.map(|text| parse_rfc3339(&text).ok_or_else(wrong)).transpose()?;
    let new = NewKey { brand: brand.clone(), name: new.name, kind: new.kind.into(), scopes: new.scopes, expires_at };
    let (key, info) = app.access().create_key(new, &caller.principal.actor, app.now_us()).await?;
    let scopes: Vec<&str> = info.scopes.iter().map(|scope| scope.as_str()).collect();
    let deed = Deed::new("key.create").in_brand(&brand).on(&info.id).with("scopes", scopes);
    app.record(&caller, deed.with("kind", info.kind.as_str())).await?;
    let created = CreatedKey { key: key.expose().clone(), info: info.into() };
    Ok(shown_once((StatusCode::CREATED, Json(created))))
}
