//! The chain of hashes: each entry's covers all that it says and the hash before it.

use sha2::{Digest, Sha256};

use super::NOTHING_BEFORE;
use crate::entity::audit::Model;

/// What is hashed first. Another canonical text gets another name.
const FORMAT: &str = "databank-audit-1";

/// What going through the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    /// Every entry is as it was written.
    Whole {
        /// How many there are.
        entries: u64,
    },
    /// The log was tampered with.
    Broken {
        /// The first entry that does not fit.
        sequence: i64,
        /// In which way.
        reason: &'static str,
    },
}

/// The hash of an entry, hexadecimal: SHA-256 of its canonical text, a JSON array of all that it says in one order.
/// What is absent is null, so that no two different entries have the same text.
pub(super) fn hash(row: &Model) -> String {
    let canonical = serde_json::json!([
        FORMAT, row.previous, row.sequence, row.at, row.actor_kind, row.actor_name, row.action, row.brand, row.target,
        row.outcome, row.details, row.address,
    ]);
    hex::encode(Sha256::digest(canonical.to_string()))
}

/// The newest entry, as it is kept beside the log.
pub(super) fn head(row: &Model) -> String {
    head_of(row.sequence, &row.hash)
}

fn head_of(sequence: i64, hash: &str) -> String {
    format!("{sequence} {hash}")
}

/// A walk along the chain.
pub(super) struct Chain {
    sequence: i64,
    hash: String,
}

impl Chain {
    pub(super) fn begin() -> Self {
        Self { sequence: 0, hash: NOTHING_BEFORE.to_owned() }
    }

    /// The entry that the walk has reached.
    pub(super) fn last_sequence(&self) -> i64 {
        self.sequence
    }

    /// Takes the next entry. Says in which way it does not fit.
    pub(super) fn follow(&mut self, row: &Model) -> Option<AuditCheck> {
        let expected = self.sequence + 1;
        let broken = |sequence, reason| Some(AuditCheck::Broken { sequence, reason });
        if row.sequence != expected {
            return broken(expected, "the entry is missing");
        }
        if row.previous != self.hash {
            return broken(expected, "the entry does not follow the one before it");
        }
        if row.hash != hash(row) {
            return broken(expected, "the entry does not say what it said when it was written");
        }
        self.sequence = row.sequence;
        self.hash.clone_from(&row.hash);
        None
    }

    /// Ends the walk where the log ends; `head` is what is kept of the newest entry.
    pub(super) fn end(self, head: Option<&str>) -> AuditCheck {
        let reached = (self.sequence > 0).then(|| head_of(self.sequence, &self.hash));
        if reached.as_deref() == head {
            return AuditCheck::Whole { entries: self.sequence.unsigned_abs() };
        }
        AuditCheck::Broken { sequence: self.sequence + 1, reason: "the log does not end where it ended" }
    }
}
