//! Which crate may import which: always a floor nearer the ground, and on the same floor only what is named here.

use super::manifest::{Kind, Manifest};
use crate::problem::Problem;
use crate::repository::Repository;

/// The floors, from the ground up, as in `ARCHITECTURE.md`. A crate is on exactly one of them.
const FLOORS: [(&str, &[&str]); 5] = [
    ("ground", &["model", "bitmap", "identity", "stages", "statistics", "tracking"]),
    ("storage", &["catalog", "lake", "inbox"]),
    ("engine", &["functions", "engine"]),
    (
        "services",
        &[
            "world", "access", "history", "deposit", "collector", "assets", "consumers", "audience", "insight",
            "predict", "activate", "market", "privacy", "upkeep",
        ],
    ),
    ("edge", &["server", "cli"]),
];

/// Imports within a floor, each a decision: (importer, imported).
const SAME_FLOOR: [(&str, &str); 14] = [
    // The words of the domain are everybody's.
    ("bitmap", "model"),
    ("identity", "model"),
    ("stages", "model"),
    ("statistics", "model"),
    ("tracking", "model"),
    // What a request says of a person are ids of known types.
    ("tracking", "identity"),
    // What must survive a power cut gets its name by the same steps.
    ("inbox", "lake"),
    // A session registers the functions; apart, so that a changed aggregate does not rebuild every user of sessions.
    ("engine", "functions"),
    // New events extend the stage histories in the same deposit.
    ("deposit", "history"),
    // What was collected is deposited.
    ("collector", "deposit"),
    // Asset metrics are read from stage histories.
    ("assets", "history"),
    // Whose an id is at a vault version is read from the identity map as histories read it.
    ("consumers", "history"),
    // The doctor reads identity maps and holds derived tables against each other as histories do.
    ("upkeep", "history"),
    // The command line starts the server.
    ("cli", "server"),
];

/// Test servers, worlds and fixtures: may import anything, and is imported by tests alone.
const TESTKIT: &str = "testkit";

const PREFIX: &str = "databank-";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository.crates.iter().flat_map(check_crate).collect()
}

fn check_crate(manifest: &Manifest) -> Vec<Problem> {
    let importer = manifest.short_name();
    if importer == TESTKIT {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if manifest.folder().is_some() && floor_of(importer).is_none() {
        problems.push(Problem::of_file(&manifest.path, "is on no floor: name it in FLOORS of this check"));
    }
    for dependency in &manifest.dependencies {
        let Some(imported) = dependency.package.strip_prefix(PREFIX) else { continue };
        if let Some(reason) = refusal(importer, imported, dependency.kind) {
            problems.push(Problem::of_file(&manifest.path, format!("may not import {}: {reason}", dependency.package)));
        }
    }
    problems
}

/// Why an import is refused, or `None` when it is in order.
fn refusal(importer: &str, imported: &str, kind: Kind) -> Option<String> {
    if imported == TESTKIT {
        return (kind == Kind::Normal).then(|| "it is for tests, under [dev-dependencies]".to_owned());
    }
    let Some(importing_floor) = floor_of(importer) else {
        return Some("tasks stand apart from the product".to_owned());
    };
    let Some(imported_floor) = floor_of(imported) else {
        return Some("it is on no floor".to_owned());
    };
    if imported_floor < importing_floor || SAME_FLOOR.contains(&(importer, imported)) {
        return None;
    }
    let floor = FLOORS[imported_floor].0;
    Some(if imported_floor == importing_floor {
        format!("both are on the floor {floor:?}, and SAME_FLOOR of this check does not name the pair")
    } else {
        format!("it is on the floor {floor:?}, farther from the ground")
    })
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|(_, crates)| crates.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::super::manifest::example;
    use super::*;

    /// How many imports of a crate are refused.
    fn refused(folder: &str, normal: &[&str], dev: &[&str]) -> usize {
        check_crate(&example(folder, normal, dev)).len()
    }

    #[test]
    fn imports_go_towards_the_ground() {
        assert_eq!(refused("assets", &["databank-engine", "databank-lake", "databank-model", "serde"], &[]), 0);
        assert_eq!(refused("lake", &["databank-engine"], &[]), 1);
        assert_eq!(refused("model", &["databank-stages"], &[]), 1);
        assert_eq!(refused("stages", &[], &["databank-assets"]), 1, "tests too");
    }

    #[test]
    fn within_a_floor_only_named_pairs_may() {
        assert_eq!(refused("deposit", &["databank-history"], &[]), 0);
        assert_eq!(refused("history", &["databank-deposit"], &[]), 1);
        assert_eq!(refused("lake", &["databank-catalog"], &[]), 1);
        assert_eq!(refused("model", &["databank-model"], &[]), 1);
    }

    #[test]
    fn the_testkit_is_for_tests() {
        assert_eq!(refused("assets", &[], &["databank-testkit"]), 0);
        assert_eq!(refused("assets", &["databank-testkit"], &[]), 1);
        assert_eq!(refused("testkit", &["databank-cli"], &[]), 0);
    }

    #[test]
    fn every_crate_has_a_floor_and_only_one() {
        assert_eq!(refused("common", &[], &[]), 1);
        let mut all: Vec<_> = FLOORS.iter().flat_map(|(_, crates)| crates.iter()).collect();
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn named_pairs_are_of_one_floor() {
        for (importer, imported) in SAME_FLOOR {
            assert_eq!(floor_of(importer), floor_of(imported), "{importer} -> {imported}");
        }
    }
}
