//! A user as answers show them.

use databank_catalog::{Grant, User};
use databank_model::Username;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::problem::Problem;
use crate::rights::GrantDocument;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserDocument {
    /// The name that they sign in with.
    #[schema(example = "anna")]
    username: String,
    /// What people read.
    #[schema(example = "Anna Zhang")]
    display_name: String,
    /// Whether they may not sign in.
    disabled: bool,
    /// Their roles.
    grants: Vec<GrantDocument>,
    /// When they were added.
    #[schema(format = DateTime, example = "2026-10-31T08:15:00Z")]
    created_at: String,
    /// When they last signed in.
    #[schema(format = DateTime, example = "2026-10-31T08:15:00Z")]
    last_signed_in_at: Option<String>,
    /// Whether they must choose a password before anything else.
    password_change_needed: bool,
}

impl From<User> for UserDocument {
    fn from(user: User) -> Self {
        Self {
            username: user.username.into(),
            display_name: user.display_name,
            disabled: user.disabled,
            grants: user.grants.into_iter().map(GrantDocument::from).collect(),
            created_at: rfc3339(user.created_at),
            last_signed_in_at: user.last_signed_in_at.map(rfc3339),
            password_change_needed: user.password_change_needed,
        }
    }
}

/// A password that is shown once and must be changed at the first signing in.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTimePassword)]
pub(crate) struct OneTimePasswordDocument {
    /// The password.
    #[schema(example = "q7Wd-2kXn-9TzL-bM4f")]
    pub(super) one_time_password: String,
}

/// A user name in an address: one that cannot be is one that is not there.
pub(super) fn named(text: &str) -> Result<Username, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The grants that a body names.
pub(super) fn grants(documents: Vec<GrantDocument>) -> Vec<Grant> {
    documents.into_iter().map(Grant::from).collect()
}
