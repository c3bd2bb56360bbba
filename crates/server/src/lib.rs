//! The HTTP server: the API, its description, health and metrics, the pages.
//!
//! What is here and what is not: handlers say who may ask, call the crate that answers, and write the answer as JSON.
//! Nothing is computed here, so the command line and the API cannot differ. The command line opens the data directory
//! and starts the server over it; the process that serves is the directory's owner.
//!
//! - [`Installation`]: one open data directory, with the [`Clock`]; [`App`]: that, who may do what, and what is counted.
//! - [`jobs`]: work that outlasts its request. `imports`, `uploads`: what the jobs of imports work on.
//! - `writers`: one writer for each brand; `compaction`: the one that tidies when nobody else writes.
//! - `routes`: which address leads where; one file for each operation.
//! - [`Caller`]: who asks, by session or key. [`App::authorize`]: whether they may.
//! - [`Problem`]: every error; [`Page`]: every list; `extract`: parts of requests.
//! - `collect`: the addresses of tracking. `collecting`: what came there, into the vaults.
//!   `replaying`: what was refused there, read again.
//! - `histories`: vaults open for questions, kept for the next one; [`wire`]: the documents of answers.
//! - `envelope`, `limits`, `cross_site`, `headers`, `idempotency`: what stands around every request.
//! - [`listen`]: addresses, TLS, and the end. [`settings`]: what whoever starts the server decides.
//! - [`openapi`]: the description that clients are made from. `pages`, `docs`: what a browser sees.
//!
//! To add an operation: a file `routes/<area>/<verb>.rs` with a handler under `#[utoipa::path]`, its line in
//! `routes/<area>.rs`, its row in the table of the test of rights, `make openapi`.
//!
//! Invariants: a handler that takes a [`Caller`] is reached by nobody else; who may not see a brand gets the answer for
//! a brand that is not there; nothing of a failure but its problem leaves the server; logs and metrics name no people.

mod app;
mod audit;
mod blocking;
mod caller;
mod clock;
mod collect;
mod collecting;
mod compaction;
mod connections;
mod cross_site;
mod docs;
mod envelope;
mod extract;
mod headers;
mod health;
mod histories;
mod idempotency;
mod identity;
mod imports;
mod installation;
pub mod jobs;
mod kept;
mod limits;
pub mod listen;
mod metrics;
pub mod openapi;
mod page;
mod pages;
mod people;
mod problem;
mod questions;
mod replaying;
mod request;
mod rights;
mod routes;
pub mod settings;
mod uploads;
pub mod wire;
mod writers;

pub use app::App;
pub use audit::Deed;
pub use caller::{Caller, SignedIn};
pub use clock::{Clock, parse_rfc3339, rfc3339};
pub use collect::router as tracking_router;
pub use identity::IdentityError;
pub use installation::{AddBrand, AddBrandError, Installation};
pub use metrics::Metrics;
pub use page::{Page, PageQuery};
pub use problem::{
    BadBody, Code, Conflicting, FieldError, Missing, Problem, ProblemBody, Refused, lacks_room, with_causes,
};
pub use routes::router;
pub use writers::Writing;
