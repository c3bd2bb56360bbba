//! `databank audit …`: who did what, and whether the log still says so.

pub(super) mod list;
pub(super) mod verify;
