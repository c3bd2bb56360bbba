//! What each request asks of the catalog, remembered from one write to the next.
//!
//! A look into the catalog is a way to a thread of the driver's and back: tens of microseconds on an idle machine, and more than the
//! question itself where work waits for the cores. Who asks, about which brand, at which version: that is asked by every request
//! and changes with few. So what was found is remembered until the catalog is written to, whatever is written.
//!
//! This holds because the owner of a data directory is alone with it: nobody writes but through one [`Catalog`](crate::Catalog) and
//! its clones.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use databank_model::{BrandSlug, Username};

use crate::{ApiKey, ApiKeyId, Brand, CatalogError, StoredSession, TrackingSettings, User, VaultVersion};

/// How many of a kind are remembered at most. Beyond it all of them are forgotten, which costs one look each.
const MOST: usize = 10_000;

/// Rows that were found since the last write. What was not found is not remembered: whoever asks at random must not fill this.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    /// How many writes there were.
    writes: u64,
    /// How many are being committed: until they are, nobody can say what the catalog holds.
    committing: usize,
    pub(crate) brands: HashMap<BrandSlug, Brand>,
    pub(crate) versions: HashMap<BrandSlug, VaultVersion>,
    /// By the hash of their token.
    pub(crate) sessions: HashMap<String, StoredSession>,
    pub(crate) users: HashMap<Username, User>,
    /// With the hash of their secret.
    pub(crate) tracking: HashMap<BrandSlug, TrackingSettings>,
    pub(crate) keys: HashMap<ApiKeyId, (ApiKey, String)>,
}

impl State {
    fn forget(&mut self) {
        self.brands.clear();
        self.versions.clear();
        self.sessions.clear();
        self.users.clear();
        self.keys.clear();
        self.tracking.clear();
    }
}

/// A commit that is under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Committing(Arc<Memory>);

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, and remembers nothing until what this gives is dropped. To be dropped once the commit has ended, well or not.
    pub(crate) fn committing(self: &Arc<Self>) -> Committing {
        let mut state = self.state();
        state.committing += 1;
        state.forget();
        Committing(Arc::clone(self))
    }

    /// What is remembered of a key, else what `read` finds.
    pub(crate) async fn recall<K: Eq + Hash + Clone, V: Clone>(
        &self,
        shelf: fn(&mut State) -> &mut HashMap<K, V>,
        key: &K,
        read: impl Future<Output = Result<Option<V>, CatalogError>>,
    ) -> Result<Option<V>, CatalogError> {
        let writes = {
            let mut state = self.state();
            if let Some(found) = shelf(&mut state).get(key) {
                return Ok(Some(found.clone()));
            }
            state.writes
        };
        let found = read.await?;
        if let Some(found) = &found {
            let mut state = self.state();
            // A commit that began meanwhile makes this old, one that still goes on may.
            if state.committing == 0 && state.writes == writes {
                let shelf = shelf(&mut state);
                if shelf.len() >= MOST {
                    shelf.clear();
                }
                shelf.insert(key.clone(), found.clone());
            }
        }
        Ok(found)
    }
}

impl Drop for Committing {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.committing -= 1;
        state.writes += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn brand(name: &str) -> Brand {
        Brand {
            slug: "acme".parse().unwrap(),
            display_name: name.to_owned(),
            timezone: None,
            currency: None,
            settings_fixed_at: None,
            wrapped_id_key: crate::WrappedKey::from_bytes(Vec::new()),
            wrapped_seal_key: crate::WrappedKey::from_bytes(Vec::new()),
            created_at: 0,
        }
    }

    /// What the memory says, and whether the catalog was asked for it.
    async fn ask(memory: &Memory, meanwhile: impl FnOnce(), found: Option<&str>) -> (Option<String>, bool) {
        let asked = Cell::new(false);
        let read = async {
            meanwhile();
            asked.set(true);
            Ok(found.map(brand))
        };
        let said = memory.recall(|state| &mut state.brands, &"acme".parse().unwrap(), read).await.unwrap();
        (said.map(|brand| brand.display_name), asked.get())
    }

    fn said(text: &str, asked: bool) -> (Option<String>, bool) {
        (Some(text.to_owned()), asked)
    }

    #[tokio::test]
    async fn what_was_found_is_remembered_until_a_write() {
        let memory = Arc::new(Memory::default());
        assert_eq!(ask(&memory, || (), None).await, (None, true));
        assert_eq!(ask(&memory, || (), Some("one")).await, said("one", true));
        assert_eq!(ask(&memory, || (), Some("other")).await, said("one", false));
        drop(memory.committing());
        assert_eq!(ask(&memory, || (), Some("other")).await, said("other", true));
        assert_eq!(ask(&memory, || (), Some("third")).await, said("other", false));
    }

    #[tokio::test]
    async fn nothing_is_remembered_across_a_write() {
        let memory = Arc::new(Memory::default());
        // A whole commit while the catalog is read.
        assert_eq!(ask(&memory, || drop(memory.committing()), Some("one")).await, said("one", true));
        // One that began before, and one that begins meanwhile and goes on.
        let commit = memory.committing();
        assert_eq!(ask(&memory, || (), Some("two")).await, said("two", true));
        let mut other = None;
        assert_eq!(ask(&memory, || other = Some(memory.committing()), Some("three")).await, said("three", true));
        drop(commit);
        assert_eq!(ask(&memory, || (), Some("four")).await, said("four", true));
        drop(other);
        assert_eq!(ask(&memory, || (), Some("five")).await, said("five", true));
        assert_eq!(ask(&memory, || (), Some("six")).await, said("five", false));
        // One that ends while the catalog is read: that may have been before its end.
        drop(memory.committing());
        let commit = memory.committing();
        assert_eq!(ask(&memory, || drop(commit), Some("seven")).await, said("seven", true));
        assert_eq!(ask(&memory, || (), Some("eight")).await, said("eight", true));
    }
}
