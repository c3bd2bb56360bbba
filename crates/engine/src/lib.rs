//! Questions over a vault: sessions with limits, read-only SQL, rule filters.
//!
//! - [`BrandReader`]: a brand's vault at one vault version, the only way services read it ([`reader`]).
//! - [`VaultState`]: what a vault version names beside table versions ([`state`]).
//! - [`versions`]: which past vault versions can still be read, and for how long.
//! - [`sql::query`]: read-only SQL, held to the plan, in bounded time and memory ([`sql`]).
//! - [`guarded`]: queries of mappings, in which a value that fails to convert marks its row.
//! - [`RowFilter`]: a rule's `where` over event rows ([`filter`]).
//!
//! Invariants: a reader never opens "latest"; a session registers no writable or outside source; every query runs under
//! a memory limit, a spill directory and a deadline.

pub mod error;
pub mod files;
pub mod filter;
pub mod guarded;
pub mod reader;
pub mod session;
pub mod sql;
pub mod state;
pub mod versions;

pub use error::EngineError;
pub use filter::RowFilter;
pub use reader::BrandReader;
pub use session::Limits;
pub use state::{MadeBy, RuleReference, VaultState};
