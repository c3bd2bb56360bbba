//! A crate's manifest, as far as the rules care.

use anyhow::Context as _;
use toml::{Table, Value};

/// The name, the lints and the dependencies of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The path of the manifest, relative to the root.
    pub(crate) path: String,
    /// The package's name.
    pub(crate) package: String,
    /// Whether it takes the workspace's lints.
    pub(crate) takes_workspace_lints: bool,
    /// What it imports.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One imported package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The package's real name, also where the manifest renames it.
    pub(crate) package: String,
    /// What it is imported for.
    pub(crate) kind: Kind,
}

/// What a package is imported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The crate itself, or its build script.
    Normal,
    /// Its tests alone.
    Dev,
}

impl Manifest {
    /// Reads a manifest's text.
    pub(crate) fn parse(path: &str, text: &str) -> anyhow::Result<Self> {
        let table: Table = text.parse().context("not TOML")?;
        let package = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let lints = table.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
        let mut dependencies = dependencies_of(&table);
        // `[target.'cfg(…)'.dependencies]`: a rule holds on every system.
        let targets = table.get("target").and_then(Value::as_table);
        for target in targets.into_iter().flat_map(Table::values).filter_map(Value::as_table) {
            dependencies.extend(dependencies_of(target));
        }
        Ok(Self {
            path: path.to_owned(),
            package: package.context("no package name")?.to_owned(),
            takes_workspace_lints: lints == Some(true),
            dependencies,
        })
    }

    /// The folder under `crates/`, or `None` for a package elsewhere.
    pub(crate) fn folder(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")
    }

    /// The short name that the rules use: the folder under `crates/`, or the package's name.
    pub(crate) fn short_name(&self) -> &str {
        self.folder().unwrap_or(&self.package)
    }
}

fn dependencies_of(table: &Table) -> Vec<Dependency> {
    let sections =
        [("dependencies", Kind::Normal), ("build-dependencies", Kind::Normal), ("dev-dependencies", Kind::Dev)];
    let mut found = Vec::new();
    for (section, kind) in sections {
        for (key, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
            let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
            found.push(Dependency { package: package.to_owned(), kind });
        }
    }
    found
}

/// A manifest for the rules' cases: `crates/<folder>`, with normal and dev dependencies.
#[cfg(test)]
pub(crate) fn example(folder: &str, normal: &[&str], dev: &[&str]) -> Manifest {
    let of = |kind: Kind| move |package: &&str| Dependency { package: (*package).to_owned(), kind };
    Manifest {
        path: format!("crates/{folder}/Cargo.toml"),
        package: format!("databank-{folder}"),
        takes_workspace_lints: true,
        dependencies: normal.iter().map(of(Kind::Normal)).chain(dev.iter().map(of(Kind::Dev))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_found_in_every_section_under_their_real_names() {
        let manifest = Manifest::parse(
            "crates/lake/Cargo.toml",
            r#"
            package.name = "databank-lake"
            lints.workspace = true
            [dependencies]
            arrow.workspace = true
            json = { package = "serde_json", version = "1" }
            [target.'cfg(unix)'.dependencies]
            libc = "0.2"
            [build-dependencies]
            cc = "1"
            [dev-dependencies]
            anyhow.workspace = true
            "#,
        )
        .unwrap();
        let found: Vec<_> = manifest.dependencies.iter().map(|d| (d.package.as_str(), d.kind)).collect();
        assert_eq!(
            found,
            [
                ("arrow", Kind::Normal),
                ("serde_json", Kind::Normal),
                ("cc", Kind::Normal),
                ("anyhow", Kind::Dev),
                ("libc", Kind::Normal),
            ]
        );
        assert!(manifest.takes_workspace_lints);
        assert_eq!((manifest.folder(), manifest.short_name()), (Some("lake"), "lake"));
    }

    #[test]
    fn a_manifest_without_a_name_is_an_error() {
        assert!(Manifest::parse("xtask/Cargo.toml", "[dependencies]").is_err());
    }
}
