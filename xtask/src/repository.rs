//! What the rules look at: the texts that git knows, and the crates' manifests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::check::manifest::Manifest;

/// The repository as the rules see it.
#[derive(Debug)]
pub(crate) struct Repository {
    /// Every text that is committed or could be (ignored files are not), by path, in the order of their paths.
    pub(crate) files: Vec<TextFile>,
    /// The workspace's packages.
    pub(crate) crates: Vec<Manifest>,
}

/// One text and where it is.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl Repository {
    /// Reads the repository that this task was built from.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let root = root()?;
        let mut files = Vec::new();
        for path in listed_by_git(&root)? {
            // A path may be listed and gone (deleted, not yet committed), or not be text: neither is looked at.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            let Ok(text) = String::from_utf8(bytes) else { continue };
            files.push(TextFile { path, text });
        }
        let mut crates = Vec::new();
        for file in files.iter().filter(|file| is_manifest(&file.path)) {
            let manifest = Manifest::parse(&file.path, &file.text);
            crates.push(manifest.with_context(|| format!("failed to read {}", file.path))?);
        }
        Ok(Self { files, crates })
    }
}

impl TextFile {
    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }
}

/// `crates/<folder>/Cargo.toml` and `xtask/Cargo.toml`, not the workspace's own.
fn is_manifest(path: &str) -> bool {
    path.ends_with("/Cargo.toml") && (path.starts_with("crates/") || path.starts_with("xtask/"))
}

fn root() -> anyhow::Result<PathBuf> {
    // At run time first: a binary kept in a cache may have been built in another clone.
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let xtask = manifest_dir.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    Ok(xtask.parent().context("the task's folder has no parent")?.to_owned())
}

fn listed_by_git(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("failed to run git")?;
    ensure!(output.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    let text = String::from_utf8(output.stdout).context("git named a path that is not UTF-8")?;
    let mut paths: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}
