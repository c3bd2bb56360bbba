//! What every manifest says: the package is named after its folder, and takes the workspace's lints.

use super::manifest::Manifest;
use crate::problem::Problem;
use crate::repository::Repository;

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository.crates.iter().flat_map(check_crate).collect()
}

fn check_crate(manifest: &Manifest) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(folder) = manifest.folder() {
        let expected = format!("databank-{folder}");
        if manifest.package != expected {
            let text = format!("is the package {:?}, and its folder makes it {expected:?}", manifest.package);
            problems.push(Problem::of_file(&manifest.path, text));
        }
    }
    if !manifest.takes_workspace_lints {
        problems.push(Problem::of_file(&manifest.path, "lacks `[lints] workspace = true`"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::manifest::example;
    use super::*;

    #[test]
    fn a_package_is_named_after_its_folder() {
        let mut manifest = example("lake", &[], &[]);
        assert_eq!(check_crate(&manifest), []);
        manifest.package = "databank-pond".to_owned();
        assert_eq!(check_crate(&manifest).len(), 1);
    }

    #[test]
    fn a_package_takes_the_workspace_lints() {
        let mut manifest = example("lake", &[], &[]);
        manifest.takes_workspace_lints = false;
        assert_eq!(check_crate(&manifest).len(), 1);
    }
}
