//! What a job looks like to those who ask.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Deposits files.
    Import,
    /// Counts what a rule set would change.
    RulesPreview,
    /// Saves a rule set, builds its history beside the present one, switches.
    RulesSwitch,
    /// Recomputes derived tables from events.
    Rebuild,
}

impl JobKind {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Import, "import"),
        (Self::RulesPreview, "rules_preview"),
        (Self::RulesSwitch, "rules_switch"),
        (Self::Rebuild, "rebuild"),
    ];
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Others go first.
    Waiting,
    /// At work.
    Running,
    /// Done; `result` says what came of it.
    Done,
    /// Given up; `problem` says why. What it worked on is as it was.
    Failed,
    /// Stopped by a request. What it worked on is as it was.
    Canceled,
    /// The server ended before it did. What it worked on is as it was; it may be started again.
    Interrupted,
}

impl JobStatus {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Waiting, "waiting"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Canceled, "canceled"),
        (Self::Interrupted, "interrupted"),
    ];

    /// Whether nothing more comes.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

fn name_of<T: PartialEq>(all: &[(T, &'static str)], one: &T) -> &'static str {
    all.iter().find(|(held, _)| held == one).map_or("", |(_, name)| name)
}

fn by_name<T: Copy>(all: &[(T, &'static str)], name: &str, what: &str) -> Result<T, String> {
    let found = all.iter().find(|(_, held)| *held == name).map(|(one, _)| *one);
    found.ok_or_else(|| format!("{name:?} is not a {what}"))
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(name_of(&Self::ALL, self))
    }
}

impl FromStr for JobKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(&Self::ALL, text, "kind of job")
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(name_of(&Self::ALL, self))
    }
}

impl FromStr for JobStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(&Self::ALL, text, "job status")
    }
}

/// How far the present phase is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobProgress {
    /// What is being done, in words.
    #[schema(example = "reading")]
    pub phase: String,
    /// How much of it is done.
    pub done: u64,
    /// How much there is, when it is known.
    pub total: Option<u64>,
    /// What is counted.
    #[schema(example = "bytes")]
    pub unit: String,
    /// Rows that came so far, of work on rows.
    pub rows: Option<u64>,
}

/// Work that outlasts its request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Job {
    /// Its id.
    #[schema(example = "12")]
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// For which brand.
    pub brand: String,
    /// How far it is.
    pub status: JobStatus,
    /// How far the present phase is.
    pub progress: JobProgress,
    /// Who asked for it.
    pub created_by: String,
    /// When it was asked for.
    pub created_at: String,
    /// When it began.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// What came of it; its fields go with `kind`.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// Why it failed: a problem as a request would have got it.
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
    /// What its requester should know besides.
    pub notes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_are_written() {
        for (kind, name) in JobKind::ALL {
            assert_eq!((kind.to_string().as_str(), name.parse()), (name, Ok(kind)));
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
        for (status, name) in JobStatus::ALL {
            assert_eq!((status.to_string().as_str(), name.parse()), (name, Ok(status)));
            assert_eq!(serde_json::to_value(status).unwrap(), name);
        }
        assert!("paused".parse::<JobStatus>().is_err());
    }
}
