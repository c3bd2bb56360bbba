//! How handlers tell the audit log what was done.

use databank_catalog::{AuditOutcome, NewAuditEntry};
use databank_model::BrandSlug;
use serde_json::{Map, Value};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::Problem;

/// What was done: built up by a handler, written by [`App::record`].
///
/// Of consumers it says at most the number within the brand, never an id: entries outlive every erasure.
#[derive(Debug, Clone)]
pub struct Deed {
    action: &'static str,
    brand: Option<BrandSlug>,
    target: Option<String>,
    details: Map<String, Value>,
    outcome: AuditOutcome,
}

impl Deed {
    /// Something that was done: `keys.create`.
    pub fn new(action: &'static str) -> Self {
        Self { action, brand: None, target: None, details: Map::new(), outcome: AuditOutcome::Done }
    }

    /// In this brand.
    #[must_use]
    pub fn in_brand(mut self, brand: &BrandSlug) -> Self {
        self.brand = Some(brand.clone());
        self
    }

    /// On this.
    #[must_use]
    pub fn on(mut self, target: &(impl ToString + ?Sized)) -> Self {
        self.target = Some(target.to_string());
        self
    }

    /// With more to tell.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// That did not come off.
    #[must_use]
    pub fn ended(mut self, outcome: AuditOutcome) -> Self {
        self.outcome = outcome;
        self
    }
}

impl App {
    /// Writes what the caller did to the audit log. A deed that cannot be written is a failed request: what nobody can
    /// look up later must not pass as done.
    pub async fn record(&self, caller: &Caller, deed: Deed) -> Result<(), Problem> {
        let actor = &caller.principal.actor;
        let entry = NewAuditEntry {
            at: self.now_us(),
            actor: actor.audit_kind(),
            actor_name: actor.audit_name().to_owned(),
            action: deed.action.to_owned(),
            brand: deed.brand,
            target: deed.target,
            outcome: deed.outcome,
            details: deed.details,
            address: Some(caller.address.clone()),
        };
        self.installation().catalog.audit().append(entry).await?;
        Ok(())
    }
}
