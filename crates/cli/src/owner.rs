//! One process owns a data directory at a time; the others hand their commands to it.
//!
//! Two processes that both wrote would each have to expect the other everywhere. So the first one takes the lock on
//! `owner.lock` and becomes the owner for as long as its command runs; it serves `owner.sock`, and every further
//! `databank` process sends its command there and prints what comes back. Nobody notices, except that a killed owner
//! takes with it what it was running for others.
//!
//! - [`lock`]: who is the owner. The system gives the lock back when a process dies, however it dies.
//! - [`socket`]: where the owner is reached; only its own user can connect.
//! - [`wire`]: what the two say to each other.
//! - [`serve`]: the owner's side, and [`gate`], which decides when the owner may end.
//! - [`client`]: the other side.
//!
//! Invariants: a command is begun only after `accepted` was sent, so a client without that word may try again and
//! never runs a command twice; the owner takes requests until the moment at which none is running, so that nobody
//! finds the directory locked and unserved for long; the lock file is never removed.

pub(crate) mod client;
pub(crate) mod gate;
pub(crate) mod lock;
pub(crate) mod serve;
pub(crate) mod socket;
pub(crate) mod wire;
