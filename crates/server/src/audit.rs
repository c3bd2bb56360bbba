//! How handlers tell the audit log what was done.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// How long whoever goes on looking at the same thing is not written down again.
const LOOK_US: i64 = 10 * 60 * 1_000_000;
/// Looks that are remembered.
const MANY_LOOKS: usize = 4_096;

/// Who looked at what lately: a page that shows what happens asks every few seconds.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<HashMap<String, i64>>);

impl Looks {
    /// Whether a look is to be written down: it is the first for a while. Instants of a clock that was set back count for nothing.
    fn is_news(&self, look: &str, now_us: i64) -> bool {
        !self.looks().get(look).is_some_and(|at| is_recent(*at, now_us))
    }

    /// Notes a look that was written down.
    fn note(&self, look: String, now_us: i64) {
        let mut looks = self.looks();
        if looks.len() >= MANY_LOOKS {
            looks.retain(|_, at| is_recent(*at, now_us));
            // Better written down twice than not at all.
            if looks.len() >= MANY_LOOKS {
                looks.clear();
            }
        }
        looks.insert(look, now_us);
    }

    fn looks(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_recent(at_us: i64, now_us: i64) -> bool {
    (0..LOOK_US).contains(&(now_us - at_us))
}

impl App {
    /// As [`App::record`], for looking at something that changes: once in ten minutes for the same caller and the same thing.
    pub async fn record_look(&self, caller: &Caller, deed: Deed) -> Result<(), Problem> {
        let brand = deed.brand.as_ref().map(BrandSlug::as_str).unwrap_or_default();
        let details = Value::Object(deed.details.clone());
        let (kind, name) = (caller.principal.actor.audit_kind(), caller.principal.actor.audit_name());
        let look =
            format!("{kind:?}\u{1f}{name}\u{1f}{}\u{1f}{brand}\u{1f}{}\u{1f}{details}", deed.action, caller.address);
        let now_us = self.now_us();
        if self.looks_at().is_news(&look, now_us) {
            self.record(caller, deed).await?;
            // Not before: what could not be written down is still to be.
            self.looks_at().note(look, now_us);
        }
        Ok(())
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_news_once_in_ten_minutes() {
        let looks = Looks::default();
        let is_news = |look: &str, now_us| {
            let is_news = looks.is_news(look, now_us);
            assert_eq!(looks.is_news(look, now_us), is_news, "what nobody wrote down yet is news again");
            if is_news {
                looks.note(look.to_owned(), now_us);
            }
            is_news
        };
        assert!(is_news("a", 0) && is_news("b", 0));
        assert!(!is_news("a", 5_000_000) && !is_news("a", LOOK_US - 1));
        assert!(is_news("a", LOOK_US));
        assert!(is_news("a", LOOK_US - 1), "the clock was set back");
        for number in 0..2 * MANY_LOOKS {
            is_news(&number.to_string(), LOOK_US);
        }
        assert!(looks.0.lock().unwrap().len() <= MANY_LOOKS);
    }
}
