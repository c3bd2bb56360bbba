//! A mapping proposed for files that nobody has described yet, from their headers and first values.
//!
//! A proposal is a beginning, not a decision: everything that was guessed stands in its notes and, as comments, in its
//! text, and nothing is imported by it before somebody has looked at a dry run. It parses and compiles.
//!
//! - `column`: a file's columns with their values, as SQL sees them.
//! - `values`: what values look like: times, numbers, phones, addresses.
//! - `words`: what exports call things, in Chinese and English.
//! - `roles`: which column means what.
//! - `events`, `masters`: blocks. `compose`: which files become which blocks. `text`: the TOML.

mod column;
mod compose;
mod events;
mod masters;
mod roles;
mod text;
mod values;
mod words;

use std::path::PathBuf;

use crate::DepositError;
use crate::input::inspect;
use crate::mapping::Mapping;
use column::Sample;

/// Rows of each file that are looked at.
const SAMPLE_ROWS: usize = 2000;

/// The most kinds of files, told apart by their columns: the values of each are kept.
const MOST_KINDS: usize = 20;

/// Values that are looked at of one kind of files, at most: fewer rows of many columns.
const SAMPLE_VALUES: usize = 400_000;

/// What is known besides the files.
#[derive(Debug, Clone)]
pub struct SuggestSettings {
    /// Zone of times without an offset.
    pub timezone: String,
    /// Currency of amounts that name none.
    pub currency: String,
    /// Now, µs UTC.
    pub now_us: i64,
}

/// A proposed mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text of the mapping file.
    pub text: String,
    /// What was guessed, for people.
    pub notes: Vec<String>,
}

/// Proposes a mapping for files. It reads them: call it where a thread may block.
pub fn suggest(paths: &[PathBuf], settings: &SuggestSettings) -> Result<Suggestion, DepositError> {
    let mut samples: Vec<Sample> = Vec::new();
    for path in paths {
        let mut inspected = inspect(path, SAMPLE_ROWS).map_err(crate::mapping::MappingError::from)?;
        if let Some(alike) = samples.iter_mut().find(|sample| sample.is_like(&inspected)) {
            alike.files.push(inspected.file);
            continue;
        }
        if samples.len() == MOST_KINDS {
            let message = format!(
                "the files have more than {MOST_KINDS} kinds of columns; propose a mapping for those that belong together"
            );
            return Err(DepositError::BadRequest { message });
        }
        inspected.rows.truncate(SAMPLE_VALUES / inspected.columns.len().max(1));
        samples.push(Sample::of(inspected));
    }
    column::name_tables(&mut samples);
    let suggestion = compose::compose(&samples, settings)?;
    // A proposal that cannot be read would be a mistake of ours: better told than handed out.
    Mapping::parse(&suggestion.text, "suggestion")?;
    Ok(suggestion)
}
