//! Who may do what: users and their sessions, keys of programs, roles, and the record of who did what.
//!
//! Apart from the server, because the command line manages users and keys without one, and because every way in must
//! ask the same question in the same place. The catalog stores; this crate decides, and is the only one that sees a
//! password or the secret of a key.
//!
//! - [`Access`]: sign-in, sessions, keys, users, members, the audit log.
//! - [`Principal`]: who asks, with what they may; [`decide()`] answers whether they may do an [`Action`] on a [`Target`].
//! - [`Role`], [`Reach`], [`Username`]: the words for it, from the model.
//! - [`Secret`]: a password, token or key in the clear; wiped from memory, never shown.
//!
//! To add an action: a variant of [`Action`] with its text and its least role, a row in the table of
//! `docs/guide/access.md`. To add a way of deciding (policies, agencies): behind [`decide()`], so that no caller changes.
//! To add a way of signing in: a method of [`Access`] that ends in a session.
//!
//! Invariants:
//! - Passwords, tokens and keys are stored as hashes alone, and never appear in logs, errors or `Debug`.
//! - A brand on which somebody has no right at all is not there for them: [`Denied::NotFound`], never forbidden.
//! - An unknown user, a wrong password and a disabled user answer the same, after the same hashing work.
//! - Rights are read with every request: what was taken away is gone at once.
//! - There is no default account. The first user is added at the machine's command line.
//! - Nothing here writes to the audit log by itself: whoever carries an action out records how it ended.

mod access;
mod actions;
mod attempts;
mod error;
mod hashing;
mod key_text;
mod page;
mod password;
mod principal;
mod random;
mod secret;
mod settings;

pub use access::Access;
pub use access::keys::{KeyInfo, NewKey, WriteKey};
pub use access::sessions::{Session, SignedIn};
pub use access::users::NewAccount;
pub use actions::{Action, ActionError, Target};
pub use databank_catalog::{
    ApiKeyKind as KeyKind, AuditActor, AuditCheck, AuditEntry as AuditRow, AuditFilter, AuditOutcome, Grant, Member,
    NewAuditEntry as AuditEntry, User, UserChange,
};
pub use databank_model::{Reach, Role, Username};
pub use error::{AccessError, SignInError};
pub use hashing::HashingStats;
pub use page::Page;
pub use password::{LONGEST_PASSWORD_BYTES, SHORTEST_PASSWORD_CHARACTERS};
pub use principal::{Actor, Denied, Principal, decide};
pub use secret::Secret;
pub use settings::{AccessSettings, AttemptLimit, HashingCost};
