//! What may be set, with the values that hold unless somebody says otherwise.

/// Settings of [`crate::Access`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessSettings {
    /// What it costs to hash a password.
    pub hashing: HashingCost,
    /// Passwords hashed at a time: each takes the memory of [`HashingCost::memory_kib`].
    pub hashes_at_a_time: usize,
    /// How long a session holds without a sign of its user.
    pub idle_us: i64,
    /// How long a session holds at most.
    pub absolute_us: i64,
    /// How long a password that was given counts for what needs it again.
    pub confirmed_us: i64,
    /// Failed attempts to give one account's password.
    pub account_attempts: AttemptLimit,
    /// Failed attempts from one address.
    pub address_attempts: AttemptLimit,
}

/// What it costs to hash a password with Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// How many failures are let pass: so many at once, then one in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptLimit {
    /// Failures at once.
    pub at_once: u32,
    /// After that, one in so many microseconds.
    pub every_us: i64,
}

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;

impl Default for AccessSettings {
    fn default() -> Self {
        Self {
            hashing: HashingCost { memory_kib: 19 * 1024, passes: 2, lanes: 1 },
            hashes_at_a_time: 2,
            idle_us: 30 * MINUTE_US,
            absolute_us: 12 * 60 * MINUTE_US,
            confirmed_us: 15 * MINUTE_US,
            account_attempts: AttemptLimit { at_once: 10, every_us: 30 * SECOND_US },
            address_attempts: AttemptLimit { at_once: 30, every_us: 5 * SECOND_US },
        }
    }
}
