//! Vaults over directories that go away.

mod housekeeping;
