//! `POST /brands`: a new brand with keys of its own.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use databank_access::Action;
use databank_model::{BrandSlug, BusinessZone, Currency};
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::BrandDocument;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::FromBody;
use crate::idempotency::IdempotencyKey;
use crate::installation::AddBrand;
use crate::problem::{BadBody, Conflicting, Problem, Refused};

/// A brand to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBrand)]
pub(crate) struct NewBrand {
    /// Its name in addresses and commands: 1 to 40 of a-z, 0-9 and '-'; it cannot change.
    #[schema(example = "acme", pattern = "^[a-z0-9-]{1,40}$")]
    slug: String,
    /// What people read; the slug when absent.
    #[schema(example = "Acme")]
    name: Option<String>,
    /// The zone of its business days; fixed by the first deposit when absent.
    #[schema(example = "Asia/Shanghai")]
    timezone: Option<String>,
    /// The currency of amounts that name none; fixed by the first deposit when absent.
    #[schema(example = "CNY")]
    currency: Option<String>,
}

/// Add a brand
///
/// With keys of its own and the built-in rule sets. For those who manage the installation.
#[utoipa::path(
    post,
    path = "/brands",
    operation_id = "create_brand",
    tag = "brands",
    params(IdempotencyKey),
    request_body = NewBrand,
    responses(
        (status = 201, description = "The brand", body = BrandDocument), BadBody, Conflicting, Refused
    )
)]
pub(crate) async fn create_brand(
    State(app): State<App>,
    caller: Caller,
    FromBody(new): FromBody<NewBrand>,
) -> Result<(StatusCode, Json<BrandDocument>), Problem> {
    app.authorize_installation(&caller, Action::InstallationManage)?;
    let slug: BrandSlug = parse("slug", &new.slug)?;
    let timezone: Option<BusinessZone> = new.timezone.map(|text| parse("timezone", &text)).transpose()?;
    let currency: Option<Currency> = new.currency.map(|text| parse("currency", &text)).transpose()?;
    let add = AddBrand { slug: slug.clone(), name: new.name, timezone, currency };
    let brand = app.installation().add_brand(add).await?;
    app.record(&caller, Deed::new("brand.add").in_brand(&slug)).await?;
    Ok((StatusCode::CREATED, Json(BrandDocument::of(&app, &caller, brand).await?)))
}

fn parse<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Problem>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Problem::invalid_field(field, error.to_string()))
}
