//! `databank rules …`: stage rule sets, versioned.

pub(super) mod set;
pub(super) mod show;
