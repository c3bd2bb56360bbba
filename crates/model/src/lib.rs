//! Words of the domain, shared by every crate: ids, days, behaviours, money, rule sets.
//!
//! Pure: no I/O, no clock, no async. A type belongs here when two crates must mean the same thing by it;
//! what only one crate needs stays in that crate. `model` imports no workspace crate.
//!
//! - [`BrandSlug`], [`ProfileId`], [`ConsumerId`], [`SlotRange`], [`DepositId`]: names of things ([`ids`]).
//! - [`Day`] and [`BusinessZone`]: business days and the instants that they stand for ([`day`]).
//! - [`Behavior`]: what a consumer did ([`behavior`]).
//! - [`Currency`] and [`parse_minor`]: money as whole minor units ([`money`]).
//! - [`nearest()`]: "did you mean" for names that are not known.
//! - [`Role`], [`Reach`], [`Username`]: who people are to an installation ([`rights`]).
//! - [`rules::RuleSet`]: a brand's stage rules as written down ([`rules`]).
//!
//! Invariants: a `Day` is a day in some brand's zone, never an instant; money is never a float; an id newtype is
//! never a bare integer or string in a signature.

pub mod behavior;
pub mod day;
pub mod ids;
pub mod money;
pub mod nearest;
pub mod rights;
pub mod rules;

pub use behavior::{Behavior, BehaviorError};
pub use day::{BusinessZone, Day, DayError, DayTeller, LocalTime};
pub use ids::{BrandSlug, BrandSlugError, ConsumerId, DepositId, ProfileId, SLOTS, SlotRange};
pub use money::{Currency, CurrencyError, MoneyError, parse_minor};
pub use nearest::nearest;
pub use rights::{Reach, Role, RoleError, Username, UsernameError};
