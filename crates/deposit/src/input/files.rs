//! Which files an input reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::InputError;

/// The most files one input may have.
const MOST_FILES: usize = 100_000;

/// One file of an input.
#[derive(Debug, Clone)]
pub(crate) struct InputFile {
    /// The name relative to the import's path, with `/` between its parts.
    pub(crate) name: Arc<str>,
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// Finds the files below `base` that match `pattern`, sorted by name.
pub(crate) fn find_files(table: &str, base: &Path, pattern: &str) -> Result<Vec<InputFile>, InputError> {
    let bad = |reason: String| InputError::BadPattern { table: table.into(), pattern: pattern.into(), reason };
    let outside = |part: &str| part == "..";
    if pattern.is_empty() || Path::new(pattern).is_absolute() || pattern.split(['/', '\\']).any(outside) {
        return Err(bad("it must lie inside the import's path: a relative name without `..`".into()));
    }
    // A file may really be called `a[1].csv`: a name that exists is that file, not a pattern.
    let literal = base.join(pattern);
    let mut files = Vec::new();
    if literal.is_file() {
        files.push(describe(base, literal)?);
    } else {
        let whole = format!("{}/{pattern}", glob::Pattern::escape(&base.to_string_lossy()));
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        for entry in glob::glob_with(&whole, options).map_err(|error| bad(error.to_string()))? {
            let path = entry
                .map_err(|error| InputError::Io { file: error.path().display().to_string(), source: error.into() })?;
            if path.is_file() {
                files.push(describe(base, path)?);
            }
            if files.len() > MOST_FILES {
                return Err(InputError::TooManyFiles {
                    table: table.into(),
                    pattern: pattern.into(),
                    limit: MOST_FILES,
                });
            }
        }
    }
    if files.is_empty() {
        let base = base.display().to_string();
        return Err(InputError::NoFile { table: table.into(), pattern: pattern.into(), base });
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

/// Describes files that were named one by one, sorted by name.
pub(crate) fn given_files(paths: &[PathBuf]) -> Result<Vec<InputFile>, InputError> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let base = path.parent().unwrap_or(Path::new(""));
        files.push(describe(base, path.clone())?);
    }
    // Two files of the same name in two directories would be one file in every report: those keep their paths.
    let names: Vec<Arc<str>> = files.iter().map(|file: &InputFile| Arc::clone(&file.name)).collect();
    for file in &mut files {
        if names.iter().filter(|name| **name == file.name).count() > 1 {
            file.name = file.path.to_string_lossy().into();
        }
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

fn describe(base: &Path, path: PathBuf) -> Result<InputFile, InputError> {
    let relative = path.strip_prefix(base).unwrap_or(&path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let name: Arc<str> = parts.join("/").into();
    let io = |source| InputError::Io { file: name.to_string(), source };
    let metadata = fs_err::metadata(&path).map_err(io)?;
    if !metadata.is_file() {
        return Err(InputError::WrongKind {
            file: path.display().to_string(),
            found: "not a regular file",
            hint: "name a file",
        });
    }
    Ok(InputFile { bytes: metadata.len(), name, path })
}
