//! `GET` and `PUT /brands/{brand}/tracking`: what a brand says of its own tracking.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::TrackingSettings;
use databank_model::Behavior;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::problem::{BadBody, Conflicting, Missing, Problem, Refused};

/// Names that a brand may give.
const MOST_NAMES: usize = 1_000;
/// Hosts that a brand may name.
const MOST_HOSTS: usize = 100;
/// Characters of a name, or of a host.
const MOST_CHARACTERS: usize = 255;

/// What a brand says of its own tracking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrackingSettings)]
pub(crate) struct TrackingDocument {
    /// Names of events, and the behavior that each is, beside the names that are known anyhow. Letter case, spaces, `_` and `-` make
    /// no difference in names.
    #[serde(default)]
    #[schema(example = json!({ "Quiz Finished": "content_view" }))]
    names: BTreeMap<String, String>,
    /// Hosts that tracked links may lead to; `*.example.com` is all below it.
    #[serde(default)]
    #[schema(example = json!(["shop.example.com"]))]
    click_hosts: Vec<String>,
}

impl From<TrackingSettings> for TrackingDocument {
    fn from(settings: TrackingSettings) -> Self {
        let TrackingSettings { names, click_hosts, updated_at: _ } = settings;
        Self { names, click_hosts }
    }
}

/// What the brand says of its own tracking
#[utoipa::path(
    get, path = "/brands/{brand}/tracking", tag = "tracking", operation_id = "get_tracking",
    params(("brand" = String, Path, description = "The brand")),
    responses((status = 200, description = "The settings", body = TrackingDocument), Refused, Missing)
)]
pub(crate) async fn get_tracking(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
) -> Result<Json<TrackingDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ImportsRead).await?;
    Ok(Json(app.installation().catalog.tracking().get(&slug).await?.into()))
}

/// Say how events are named, and where tracked links may lead
///
/// In place of what was said before. Events that come from now on are read so; those that are there stay what they are.
#[utoipa::path(
    put, path = "/brands/{brand}/tracking", tag = "tracking", operation_id = "put_tracking",
    params(("brand" = String, Path, description = "The brand")),
    request_body = TrackingDocument,
    responses((status = 200, description = "The settings", body = TrackingDocument), BadBody, Conflicting, Missing, Refused)
)]
pub(crate) async fn put_tracking(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(settings): FromBody<TrackingDocument>,
) -> Result<Json<TrackingDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let TrackingDocument { names, click_hosts } = settings;
    check_names(&names)?;
    let click_hosts = checked_hosts(&click_hosts)?;
    let settings = TrackingSettings { names, click_hosts, updated_at: app.now_us() };
    app.installation().catalog.tracking().set(&slug, &settings).await?;
    app.installation().collector.look_again(&slug, app.now_us()).await?;
    app.record(&caller, Deed::new("tracking.set").in_brand(&slug)).await?;
    Ok(Json(settings.into()))
}

fn check_names(names: &BTreeMap<String, String>) -> Result<(), Problem> {
    if names.len() > MOST_NAMES {
        return Err(Problem::invalid_field("names", format!("has more than {MOST_NAMES} names")));
    }
    for (name, behavior) in names {
        let field = format!("names.{name}");
        if name.trim().is_empty() || name.chars().count() > MOST_CHARACTERS {
            return Err(Problem::invalid_field("names", format!("a name has 1 to {MOST_CHARACTERS} characters")));
        }
        behavior.parse::<Behavior>().map_err(|error| Problem::invalid_field(field, error.to_string()))?;
    }
    Ok(())
}

/// Hosts in the form in which addresses name them.
fn checked_hosts(hosts: &[String]) -> Result<Vec<String>, Problem> {
    if hosts.len() > MOST_HOSTS {
        return Err(Problem::invalid_field("click_hosts", format!("has more than {MOST_HOSTS} hosts")));
    }
    let mut checked: Vec<String> = Vec::with_capacity(hosts.len());
    for (place, host) in hosts.iter().enumerate() {
        let (below, name) = host.trim().strip_prefix("*.").map_or(("", host.trim()), |name| ("*.", name));
        let wrong = || {
            let message = "must be a host such as shop.example.com, or *.example.com for all below it";
            Problem::invalid_field(format!("click_hosts.{place}"), message)
        };
        // Written as addresses have it: in small letters, other alphabets spelt out.
        let url = url::Url::parse(&format!("https://{name}/")).map_err(|_| wrong())?;
        let named = url.host_str().filter(|host| host.contains('.') && host.len() <= MOST_CHARACTERS);
        let is_bare = url.port().is_none() && url.username().is_empty() && url.path() == "/" && url.query().is_none();
        checked.push(format!("{below}{}", named.filter(|_| is_bare).ok_or_else(wrong)?));
    }
    checked.sort();
    checked.dedup();
    Ok(checked)
}
