//! A key as answers show it: never its secret.

use databank_access::{Action, KeyInfo, KeyKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyKind)]
pub(crate) enum KindDocument {
    /// Asking and acting, as its scopes allow.
    Api,
    /// Sending events, and nothing else.
    Write,
}

impl From<KindDocument> for KeyKind {
    fn from(kind: KindDocument) -> Self {
        match kind {
            KindDocument::Api => Self::Api,
            KindDocument::Write => Self::Write,
        }
    }
}

impl From<KeyKind> for KindDocument {
    fn from(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Api => Self::Api,
            KeyKind::Write => Self::Write,
        }
    }
}

/// A key of a brand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(crate) struct KeyDocument {
    /// Its number.
    #[schema(example = "7")]
    id: String,
    /// What people read.
    #[schema(example = "nightly report")]
    name: String,
    /// What it is for.
    kind: KindDocument,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["assets.read"]))]
    scopes: Vec<Action>,
    /// How its text begins.
    #[schema(example = "dbk_a7_")]
    prefix: String,
    /// When it was made.
    #[schema(format = DateTime, example = "2026-10-31T08:15:00Z")]
    created_at: String,
    /// Who made it.
    #[schema(example = "anna")]
    created_by: String,
    /// When it stops to hold.
    #[schema(format = DateTime, example = "2027-10-31T00:00:00Z")]
    expires_at: Option<String>,
    /// When it was last used, give or take a minute.
    #[schema(format = DateTime, example = "2026-10-31T08:15:00Z")]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<KeyInfo> for KeyDocument {
    fn from(key: KeyInfo) -> Self {
        Self {
            prefix: key.prefix,
            id: key.id,
            name: key.name,
            kind: key.kind.into(),
            scopes: key.scopes,
            created_at: rfc3339(key.created_at),
            created_by: key.created_by,
            expires_at: key.expires_at.map(rfc3339),
            last_used_at: key.last_used_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
        }
    }
}
