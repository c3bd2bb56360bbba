//! The server as its clients see it, without a network: requests go into the router, answers come out.

mod assets;
mod compaction;
mod deposited;
mod description;
mod headers;
mod idempotency;
mod imports;
mod limits;
mod pages;
mod people;
mod rights;
mod rules;
mod session;
mod support;
mod tls;
mod tracking;
