//! A session as answers show it.

use std::collections::BTreeMap;

use databank_access::{Action, Session, SignInError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::rfc3339;
use crate::problem::Problem;
use crate::rights::GrantDocument;

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionDocument {
    /// Who.
    user: SessionUser,
    /// Their roles.
    grants: Vec<GrantDocument>,
    /// What they may do in each brand that they see.
    #[schema(value_type = BTreeMap<String, Vec<String>>, example = json!({"acme": ["assets.read"]}))]
    actions: BTreeMap<String, Vec<Action>>,
    /// What they may do with the installation.
    #[schema(value_type = Vec<String>, example = json!(["installation.manage"]))]
    installation_actions: Vec<Action>,
    /// Where SDKs send events.
    tracking: TrackingAddress,
    /// When the session ends if it is not used, or at the latest.
    #[schema(format = DateTime, example = "2026-10-31T20:15:00Z")]
    expires_at: String,
}

/// Where SDKs send events: when neither is told, to where this is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrackingAddress {
    /// The address that whoever runs the server has named.
    #[schema(example = "https://collect.example.com")]
    origin: Option<String>,
    /// The port that events have of their own, of the same host.
    #[schema(example = 8081)]
    port: Option<u16>,
}

/// The user of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionUser {
    /// The name that they sign in with.
    #[schema(example = "anna")]
    username: String,
    /// What people read.
    #[schema(example = "Anna Zhang")]
    display_name: String,
    /// Whether they must choose a password before anything else.
    password_change_needed: bool,
}

impl SessionDocument {
    /// The session, with the brands that there are now.
    pub(super) async fn of(app: &App, session: &Session) -> Result<Self, Problem> {
        let brands = app.installation().catalog.brands().list().await?;
        let principal = &session.principal;
        let seen = brands.into_iter().filter(|brand| principal.sees(&brand.slug));
        let actions = seen.map(|brand| (brand.slug.to_string(), principal.actions_on(&brand.slug))).collect();
        let user = session.user.clone();
        let tracking = &app.settings().tracking;
        Ok(Self {
            user: SessionUser {
                username: user.username.into(),
                display_name: user.display_name,
                password_change_needed: user.password_change_needed,
            },
            grants: user.grants.into_iter().map(GrantDocument::from).collect(),
            actions,
            installation_actions: principal.installation_actions(),
            tracking: TrackingAddress {
                origin: tracking.origin.as_ref().map(|origin| origin.as_str().to_owned()),
                port: tracking.own_port(&app.settings().transport),
            },
            expires_at: rfc3339(session.expires_at),
        })
    }
}

/// Why a password that was asked for again was not taken. Not 401: the session still holds.
pub(super) fn refused(error: SignInError, field: &str) -> Problem {
    match error {
        SignInError::Wrong => Problem::invalid_field(field, "is not your password"),
        error => error.into(),
    }
}
