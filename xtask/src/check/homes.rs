//! One home each: a library that shapes the code around it is known to one crate, or to a few; the rest use our words.

use super::manifest::{Dependency, Kind, Manifest};
use crate::problem::Problem;
use crate::repository::Repository;

/// A library and who may import it.
struct Home {
    /// The package; a name that ends in `*` stands for all that begin so.
    library: &'static str,
    /// The crates that may, or may not, import it.
    crates: Crates,
    /// Whether tests of other crates may import it all the same.
    tests_too: bool,
}

enum Crates {
    Only(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

use Crates::{AllBut, Only};

const GROUND_AND_CATALOG: &[&str] = &["model", "bitmap", "identity", "stages", "statistics", "catalog"];

const HOMES: [Home; 15] = [
    Home { library: "sea-orm*", crates: Only(&["catalog"]), tests_too: false },
    Home { library: "sqlx*", crates: Only(&["catalog"]), tests_too: false },
    Home { library: "deltalake*", crates: Only(&["lake"]), tests_too: false },
    Home { library: "buoyant_kernel*", crates: Only(&["lake"]), tests_too: false },
    Home { library: "delta_kernel*", crates: Only(&["lake"]), tests_too: false },
    Home { library: "object_store", crates: Only(&["lake"]), tests_too: false },
    Home { library: "datafusion*", crates: AllBut(GROUND_AND_CATALOG), tests_too: false },
    Home { library: "roaring", crates: Only(&["bitmap"]), tests_too: false },
    Home { library: "fjall", crates: Only(&["lake", "deposit"]), tests_too: false },
    Home { library: "axum*", crates: Only(&["server"]), tests_too: true },
    Home { library: "utoipa*", crates: Only(&["server"]), tests_too: false },
    Home { library: "cedar-policy*", crates: Only(&["server"]), tests_too: false },
    Home { library: "clap*", crates: Only(&["cli", "xtask"]), tests_too: false },
    Home { library: "indicatif", crates: Only(&["cli"]), tests_too: false },
    Home { library: "anyhow", crates: Only(&["cli", "xtask"]), tests_too: true },
];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository.crates.iter().flat_map(check_crate).collect()
}

fn check_crate(manifest: &Manifest) -> Vec<Problem> {
    let refused = manifest.dependencies.iter().filter_map(|dependency| refusal(manifest.short_name(), dependency));
    refused.map(|text| Problem::of_file(&manifest.path, text)).collect()
}

fn refusal(importer: &str, dependency: &Dependency) -> Option<String> {
    let home = HOMES.iter().find(|home| home.is_of(&dependency.package))?;
    let tests_may = home.tests_too && dependency.kind == Kind::Dev;
    let package = &dependency.package;
    match home.crates {
        Only(crates) if !crates.contains(&importer) && !tests_may => {
            Some(format!("may not import {package}: its home is {}", crates.join(", ")))
        }
        AllBut(crates) if crates.contains(&importer) && !tests_may => {
            Some(format!("may not import {package}: it is kept out of {}", crates.join(", ")))
        }
        Only(_) | AllBut(_) => None,
    }
}

impl Home {
    fn is_of(&self, package: &str) -> bool {
        match self.library.strip_suffix('*') {
            Some(prefix) => package.starts_with(prefix),
            None => package == self.library,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::example;
    use super::*;

    fn refused(folder: &str, normal: &[&str], dev: &[&str]) -> usize {
        check_crate(&example(folder, normal, dev)).len()
    }

    #[test]
    fn a_library_stays_in_its_home() {
        assert_eq!(refused("catalog", &["sea-orm", "sea-orm-migration", "serde"], &[]), 0);
        assert_eq!(refused("cli", &["sea-orm", "object_store", "deltalake-core"], &[]), 3);
        assert_eq!(refused("lake", &["object_store", "deltalake-core", "datafusion"], &[]), 0);
        assert_eq!(refused("engine", &["object_store"], &[]), 1);
    }

    #[test]
    fn datafusion_is_kept_out_of_the_ground_and_the_catalog() {
        assert_eq!(refused("stages", &["datafusion-common"], &[]), 1);
        assert_eq!(refused("catalog", &[], &["datafusion"]), 1);
        assert_eq!(refused("assets", &["datafusion"], &[]), 0);
    }

    #[test]
    fn tests_may_use_anyhow() {
        assert_eq!(refused("lake", &[], &["anyhow"]), 0);
        assert_eq!(refused("lake", &["anyhow"], &[]), 1);
        assert_eq!(refused("cli", &["anyhow", "clap"], &[]), 0);
    }
}
