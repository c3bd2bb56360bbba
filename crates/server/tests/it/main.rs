//! The server as its clients see it, without a network: requests go into the router, answers come out.

mod description;
mod headers;
mod idempotency;
mod imports;
mod limits;
mod pages;
mod rights;
mod session;
mod support;
mod tls;
