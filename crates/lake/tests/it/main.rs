//! Vaults over directories that go away.

mod chosen;
mod damage;
mod housekeeping;
