//! The tables as SeaORM sees them. Nothing outside this crate does.
#![expect(unreachable_pub, reason = "SeaORM's derives make public types beside each model")]

pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod brand;
pub(crate) mod collected;
pub(crate) mod deposit;
pub(crate) mod deposit_brand;
pub(crate) mod grant;
pub(crate) mod idempotency;
pub(crate) mod job;
pub(crate) mod meta;
pub(crate) mod rule_set;
pub(crate) mod saved_mapping;
pub(crate) mod selection;
pub(crate) mod session;
pub(crate) mod tracking;
pub(crate) mod upload;
pub(crate) mod user;
pub(crate) mod vault_version;
