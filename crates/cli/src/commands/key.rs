//! `databank key …`: keys of programs.

pub(super) mod create;
pub(super) mod list;
pub(super) mod revoke;

use databank_access::KeyInfo;
use databank_server::rfc3339;
use serde::Serialize;
use serde_json::{Value, json};

const COLUMNS: [&str; 8] = ["id", "name", "kind", "scopes", "prefix", "expires_at", "last_used_at", "revoked_at"];

/// A key as results show it: never its secret.
#[derive(Debug, Serialize)]
struct KeyView {
    id: String,
    name: String,
    kind: String,
    scopes: Vec<String>,
    prefix: String,
    created_at: String,
    created_by: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
}

impl KeyView {
    fn new(key: &KeyInfo) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            kind: key.kind.to_string(),
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            prefix: key.prefix.clone(),
            created_at: rfc3339(key.created_at),
            created_by: key.created_by.clone(),
            expires_at: key.expires_at.map(rfc3339),
            last_used_at: key.last_used_at.map(rfc3339),
            revoked_at: key.revoked_at.map(rfc3339),
        }
    }

    /// The cells under [`COLUMNS`].
    fn row(&self) -> Vec<Value> {
        vec![
            json!(self.id),
            json!(self.name),
            json!(self.kind),
            json!(self.scopes.join(" ")),
            json!(self.prefix),
            json!(self.expires_at),
            json!(self.last_used_at),
            json!(self.revoked_at),
        ]
    }
}
