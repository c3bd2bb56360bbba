//! Documents of the API. Those of assets, trend and flow are what the command line prints, by these same types.

pub mod assets;
pub mod consumers;
pub mod flow;
pub mod identity;
pub mod overview;
pub mod rejects;
pub mod rules;
pub mod selections;
pub mod trend;
pub mod versions;
