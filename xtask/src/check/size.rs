//! A Rust file that nobody can hold in the head is split, or listed here with a reason.

use crate::problem::Problem;
use crate::repository::{Repository, TextFile};

/// Lines a Rust file may have. The habit is far below: think at 300, split at 500.
const MOST_LINES: usize = 800;

/// Files that may be longer: (path, why it would not be better in parts).
const LONGER: [(&str, &str); 0] = [];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems: Vec<_> = repository.files.iter().filter_map(|file| check_file(file, &LONGER)).collect();
    for (path, _) in LONGER {
        if !repository.files.iter().any(|file| file.path == path && file.text.lines().count() > MOST_LINES) {
            problems.push(Problem::of_file(path, "is listed as long in the size check, and is not: take it off"));
        }
    }
    problems
}

fn check_file(file: &TextFile, longer: &[(&str, &str)]) -> Option<Problem> {
    let lines = file.text.lines().count();
    let is_listed = longer.iter().any(|(path, _)| *path == file.path);
    (file.is_rust() && lines > MOST_LINES && !is_listed)
        .then(|| Problem::of_file(&file.path, format!("has {lines} lines; split it, {MOST_LINES} is the most")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> TextFile {
        TextFile { path: path.to_owned(), text: "x\n".repeat(lines) }
    }

    #[test]
    fn only_long_rust_files_that_are_not_listed_are_refused() {
        assert!(check_file(&file("a.rs", 800), &[]).is_none());
        assert!(check_file(&file("a.rs", 801), &[]).is_some());
        assert!(check_file(&file("a.rs", 801), &[("a.rs", "a table")]).is_none());
        assert!(check_file(&file("a.csv", 9000), &[]).is_none());
    }
}
