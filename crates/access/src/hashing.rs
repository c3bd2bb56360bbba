//! Passwords hashed with Argon2id, a few at a time: each takes memory and a core for a tenth of a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use databank_catalog::PasswordHash;
use tokio::sync::Semaphore;

use crate::{AccessError, HashingCost, Secret, random};

/// How much was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HashingStats {
    /// Hashes computed, to store a password or to compare one.
    pub hashes: u64,
    /// How many were computed at the same moment, at most.
    pub most_at_once: u64,
}

/// Hashes passwords.
#[derive(Debug)]
pub(crate) struct Hashing {
    cost: HashingCost,
    turns: Arc<Semaphore>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    hashes: AtomicU64,
    running: AtomicU64,
    most_at_once: AtomicU64,
}

impl Hashing {
    pub(crate) fn new(cost: HashingCost, at_a_time: usize) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(at_a_time.max(1))), counts: Arc::default() }
    }

    /// Hashes a password to store it.
    pub(crate) async fn hash(&self, password: Secret<String>) -> Result<PasswordHash, AccessError> {
        let salt = random::bytes::<16>()?;
        self.run(move |argon| {
            let phc: Phc = argon.hash_password_with_salt(password.expose().as_bytes(), salt.as_slice())?;
            Ok(PasswordHash::new(phc.to_string()))
        })
        .await
    }

    /// Whether a password is the stored one.
    pub(crate) async fn verify(&self, password: Secret<String>, stored: PasswordHash) -> Result<bool, AccessError> {
        self.run(move |argon| {
            let phc = Phc::new(stored.as_str()).map_err(|_| Error::EncodingInvalid)?;
            match argon.verify_password(password.expose().as_bytes(), &phc) {
                Ok(()) => Ok(true),
                Err(Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// A hash that no password has, at the cost of the others: for users that are not there.
    pub(crate) fn dummy(&self) -> PasswordHash {
        let (salt, hash) = ("c2FsdHNhbHRzYWx0c2FsdA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        PasswordHash::new(format!("{}{salt}${hash}", self.prefix()))
    }

    /// Whether a stored hash was made at another cost than hashes are now.
    pub(crate) fn is_outdated(&self, stored: &PasswordHash) -> bool {
        !stored.as_str().starts_with(&self.prefix())
    }

    pub(crate) fn stats(&self) -> HashingStats {
        HashingStats {
            hashes: self.counts.hashes.load(Ordering::Relaxed),
            most_at_once: self.counts.most_at_once.load(Ordering::Relaxed),
        }
    }

    fn prefix(&self) -> String {
        let HashingCost { memory_kib, passes, lanes } = self.cost;
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}$")
    }

    /// Does hashing work when its turn comes, on a thread that may be held. The turn goes with the work: a caller who
    /// leaves does not let the next one in before the work is over.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, AccessError> {
        let failed = |reason: String| AccessError::Hashing { reason };
        let HashingCost { memory_kib, passes, lanes } = self.cost;
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|error| failed(error.to_string()))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| failed(error.to_string()))?;
        let counts = Arc::clone(&self.counts);
        let done = tokio::task::spawn_blocking(move || {
            let running = counts.running.fetch_add(1, Ordering::Relaxed) + 1;
            counts.most_at_once.fetch_max(running, Ordering::Relaxed);
            let result = work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params));
            counts.hashes.fetch_add(1, Ordering::Relaxed);
            counts.running.fetch_sub(1, Ordering::Relaxed);
            drop(turn);
            result
        });
        done.await.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
    }
}
