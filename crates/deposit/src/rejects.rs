//! What was refused and why; out to a file for correction, and back in.
//!
//! - `read`: a brand's rejects, by page, counted, or one after the other. Only what is shown is opened.
//! - `export`: to a file or a stream, CSV or JSON lines.
//! - `corrected`: the way back of rows.
//! - `replay`: the way back of tracked events.
//!
//! An exported row has its canonical columns as they were, and beside them why it was refused (`_code`, `_field`,
//! `_message`), where it came from (`_source_file`, `_source_line`) and how it is read again (`_reject`, `_block`,
//! `_columns`, `_mapping`). An unreadable line has no canonical columns: its text is in `_raw`, to be filled in by hand.

mod corrected;
mod export;
mod read;
mod replay;

pub use crate::brand::reject_store::StoredReject;
pub use corrected::import_corrected;
pub use export::{ExportFormat, export, export_to_file};
pub use read::{RejectFilter, RejectKey, RejectPage, RejectReader, RejectSummary};
pub(crate) use replay::Account;
pub use replay::{Replay, Replayed, ReplayedEvent, replay, try_replay};

/// The name that a command line gives this mapping.
pub const MAPPING_NAME: &str = "rejects";
