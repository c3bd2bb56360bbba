//! What Rust sources may not hold: unfinished code, tests and examples that nobody runs, modules whose files all have one name.

use crate::problem::Problem;
use crate::repository::{Repository, TextFile};

/// Texts and what to do instead. In two parts each, so that this file does not hold them.
const REFUSED: [([&str; 2], &str); 3] = [
    (["to", "do!"], "finish it, or return an error that says what is missing"),
    (["unimple", "mented!"], "finish it, or return an error that says what is missing"),
    (["#[ign", "ore"], "a test that is not run rots: make it fast, or let it skip loudly when its data is absent"),
];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository.files.iter().filter(|file| file.is_rust()).flat_map(check_file).collect()
}

fn check_file(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    if file.path.rsplit('/').next() == Some("mod.rs") {
        problems.push(Problem::of_file(&file.path, "name the file after its module: `foo.rs` beside `foo/`"));
    }
    let mut in_example = false;
    for (index, line) in file.text.lines().enumerate() {
        let comment = line.trim_start();
        if let Some(text) = comment.strip_prefix("//!").or_else(|| comment.strip_prefix("///")) {
            if let Some(language) = text.trim().strip_prefix("```") {
                let opens = !in_example;
                in_example = opens;
                if opens && (language.is_empty() || language.starts_with("rust")) {
                    let message =
                        "an example that would be code: no step runs it, so make it a test, or name its language";
                    problems.push(Problem::at_line(&file.path, index + 1, message));
                }
            }
        } else {
            in_example = false;
        }
        for (parts, instead) in &REFUSED {
            let refused = parts.concat();
            if line.contains(&refused) {
                problems.push(Problem::at_line(&file.path, index + 1, format!("holds `{refused}`: {instead}")));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let file = TextFile { path: path.to_owned(), text: text.to_owned() };
        check_file(&file).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unfinished_code_is_named_by_its_line() {
        let text = format!("fn f() {{\n    {}()\n}}\n", REFUSED[0].0.concat());
        assert!(problems("a.rs", &text)[0].starts_with("a.rs:2: "));
        assert!(problems("a.rs", "fn todo_list() {}\n").is_empty());
    }

    #[test]
    fn unrun_tests_are_refused_with_and_without_a_reason() {
        for end in ["]", " = \"slow\"]"] {
            assert_eq!(problems("a.rs", &format!("{}{end}\n", REFUSED[2].0.concat())).len(), 1);
        }
    }

    #[test]
    fn examples_that_nothing_would_run_are_refused() {
        let found =
            problems("a.rs", "/// ```\n/// f();\n/// ```\nfn f() {}\n//! ```sql\n//! select 1\n//! ```\n/// ```rust\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("a.rs:1: ") && found[1].starts_with("a.rs:8: "), "{found:?}");
    }

    #[test]
    fn a_module_has_its_own_name() {
        assert_eq!(problems("crates/a/src/b/mod.rs", "").len(), 1);
        assert!(problems("crates/a/src/commod.rs", "").is_empty());
    }
}
