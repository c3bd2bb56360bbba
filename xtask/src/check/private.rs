//! What no committed text may hold: the paths and tools of the machine that somebody worked on.

use crate::problem::Problem;
use crate::repository::{Repository, TextFile};

/// Folders that exist on one machine only. In two parts each, so that this file does not hold them.
const PATHS: [[&str; 2]; 2] = [["/wo", "rk/"], ["/ro", "ot/"]];

/// Words that name such a machine's tools.
const WORDS: [[&str; 2]; 1] = [["fa", "rm"]];

/// Written by a tool, from names that are not ours.
const NOT_OURS: [&str; 1] = ["Cargo.lock"];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository.files.iter().filter(|file| !NOT_OURS.contains(&file.path.as_str())).flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        if let Some(found) = private_text(line) {
            let text = format!("holds {found:?}, which means nothing on another machine");
            problems.push(Problem::at_line(&file.path, index + 1, text));
        }
    }
    problems
}

/// The first private text of a line.
fn private_text(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let path = PATHS.iter().map(|parts| parts.concat()).find(|path| holds_path(&lower, path));
    path.or_else(|| WORDS.iter().map(|parts| parts.concat()).find(|word| holds_word(&lower, word)))
}

/// Whether an absolute path begins so: `a/b/` of `x/a/b/` is another folder.
fn holds_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')' | '~' | '*'))
    })
}

/// Whether the word stands alone: not as a part of a longer one, but with `-`, `_` or a digit beside it.
fn holds_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_of_one_machine_are_found() {
        let [path, home] = PATHS.map(|parts| parts.concat());
        for text in [format!("see {path}x"), format!("\"{home}.cache\""), format!("file://{path}a")] {
            assert!(private_text(&text).is_some(), "{text}");
        }
        for text in [format!("src{path}x"), format!("$(HOME){path}x"), "a/network/b".to_owned()] {
            assert!(private_text(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn words_are_found_alone_and_in_names_of_tools() {
        let word = WORDS[0].concat();
        for text in [format!("on the {word}."), format!("{word}-bench"), format!("X_{}_1", word.to_uppercase())] {
            assert!(private_text(&text).is_some(), "{text}");
        }
        for text in [format!("{word}er"), format!("plat{}", &word[..1]), "the form".to_owned()] {
            assert!(private_text(&text).is_none(), "{text}");
        }
    }
}
