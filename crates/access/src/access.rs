//! What the server and the command line call: one value for all of it.

mod audit;
pub(crate) mod keys;
mod members;
pub(crate) mod sessions;
pub(crate) mod users;

use std::sync::Arc;

use databank_catalog::Catalog;

use crate::attempts::Attempts;
use crate::hashing::Hashing;
use crate::{AccessError, AccessSettings, HashingStats};

const MINUTE_US: i64 = 60_000_000;

/// The longest name that people give to something.
const LONGEST_NAME_CHARACTERS: usize = 100;

/// Users, sessions, keys and the audit log of an installation. Cheap to clone; clones count attempts together.
#[derive(Debug, Clone)]
pub struct Access {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    settings: AccessSettings,
    hashing: Hashing,
    accounts: Attempts,
    addresses: Attempts,
}

impl Access {
    /// Access to the installation of a catalog.
    pub fn new(catalog: Catalog, settings: AccessSettings) -> Self {
        let inner = Inner {
            hashing: Hashing::new(settings.hashing, settings.hashes_at_a_time),
            accounts: Attempts::new(settings.account_attempts),
            addresses: Attempts::new(settings.address_attempts),
            catalog,
            settings,
        };
        Self { inner: Arc::new(inner) }
    }

    /// How much was hashed.
    pub fn hashing(&self) -> HashingStats {
        self.inner.hashing.stats()
    }

    fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    fn settings(&self) -> &AccessSettings {
        &self.inner.settings
    }
}

/// A name that people give: a text of one line.
fn one_line(field: &'static str, text: &str) -> Result<String, AccessError> {
    let text = text.trim();
    let fits = (1..=LONGEST_NAME_CHARACTERS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    let message = format!("must be a text of one line, of 1 to {LONGEST_NAME_CHARACTERS} characters");
    Err(AccessError::Invalid { field, message })
}
