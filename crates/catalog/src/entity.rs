//! The tables as SeaORM sees them. Nothing outside this crate does.
#![expect(unreachable_pub, reason = "SeaORM's derives make public types beside each model")]

pub(crate) mod brand;
pub(crate) mod deposit;
pub(crate) mod deposit_brand;
pub(crate) mod meta;
pub(crate) mod rule_set;
pub(crate) mod vault_version;
