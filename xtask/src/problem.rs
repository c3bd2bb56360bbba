//! One broken rule at one place.

use std::fmt;

/// Where a rule is broken, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file, relative to the root.
    pub(crate) path: String,
    /// The line, from 1, when the rule is about one.
    pub(crate) line: Option<usize>,
    /// What is wrong, and what would be right.
    pub(crate) text: String,
}

impl Problem {
    /// A problem of a whole file.
    pub(crate) fn of_file(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, text: text.into() }
    }

    /// A problem of one line, counted from 1.
    pub(crate) fn at_line(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.text),
            None => write!(f, "{}: {}", self.path, self.text),
        }
    }
}
