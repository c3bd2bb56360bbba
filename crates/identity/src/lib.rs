//! OneID: which ids are one person of a brand. Pure: no I/O, no clock, no async; randomness is passed in.
//!
//! The way of a value from a row to a person:
//!
//! 1. [`IdType`] says what kind of id it is: strong or weak, its priority, whether it can be contacted or hashed.
//! 2. [`normalize`] gives the one form under which the value is known, or says why it can never be an identity.
//! 3. [`Tokenizer`] turns the normal form into a [`Token`] under the brand's key. Only tokens are kept; what must
//!    be contacted later is sealed beside them ([`SealKey`]). An import remembers tokens ([`KnownIds`]): the same ids
//!    come again and again.
//! 4. [`row_links`] links the ids of one row; [`LinkKey`] says which sightings of a link the log must keep.
//! 5. [`resolve`] turns nodes, links and cuts into an [`Assignment`], profile and time to consumer, within the limits of a
//!    [`Policy`]; what it would not do it tells as [`Conflicts`].
//! 6. [`explain`] tells why some ids are one person, from the links near them.
//!
//! To add an id type: one line in `id_type.rs`, with how many of it a person may have; if its values need more than trimming, one `Form` there, one arm in
//! `normalize.rs` and one function in `normalize/`; then a row in `tests/it/bad_input.rs`.
//!
//! Invariants:
//! - A placeholder never becomes an identity; it is dropped before a token is made.
//! - Who is one person is a pure function of the set of links: order of arrival and repeats change nothing.
//! - No person exceeds a cap, no hub joins anybody, and what would is refused whole.
//! - To link two ids and cut them again is to have done nothing.
//! - A weak id (cookie, device) never joins two people who are both strongly known; it owns stretches of time.
//! - The same value under two brands' keys gives unrelated tokens.

mod assignment;
mod edges;
mod id_type;
mod known;
mod normalize;
mod policy;
mod resolve;
mod seal;
mod token;

pub use assignment::{Assignment, AssignmentError, Stretch, diff};
pub use edges::{Edge, EdgeEnd, LinkKey, LinkRule, RowId, RowLink, Sighting, SourceId, row_links, utc_day};
pub use id_type::{IdType, IdTypeError, Strength};
pub use known::{IdNumber, KnownIds, Look, TypeNumber};
pub use normalize::{InvalidReason, Placeholders, Unusable, mixes_scripts, normalize};
pub use policy::{Cap, Policy};
pub use resolve::{
    Conflict, Conflicts, Explanation, Graph, Hub, HubOf, Link, MAX_TOLD_LINKS, MAX_TOLD_NODES, Node, NodeIndex,
    Outcome, PersonNode, Question, Refusal, Refused, Resolution, ResolveError, Span, ToldLink, explain, resolve,
};
pub use seal::{SealError, SealKey, sealed_key_version};
pub use token::{IdKey, Token, Tokenizer};
