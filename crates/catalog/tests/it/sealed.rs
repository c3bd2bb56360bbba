//! The catalog at rest, and after its owner was killed: damage is an error and never an answer.

use std::fs;
use std::path::Path;

use databank_catalog::{Catalog, CatalogError};

use crate::{Installation, slug};

/// Closed as its owner closes it.
async fn closed() -> Installation {
    let mut installation = Installation::new().await;
    let path = installation.directory.path().join("data/catalog.sqlite");
    installation.catalog.close().await.unwrap();
    installation.catalog = Catalog::open_alone(&path).await.unwrap();
    installation.add_brand("acme").await;
    installation.catalog.clone().close().await.unwrap();
    installation
}

fn names(error: &CatalogError, file: &str) -> bool {
    matches!(error, CatalogError::Unsound { path, .. } if path.ends_with(file))
}

#[tokio::test]
async fn a_changed_byte_of_a_closed_catalog_or_its_seal_is_found() {
    let installation = closed().await;
    let data = installation.directory.path().join("data");
    for (file, step) in [("catalog.sqlite", 977), ("catalog.seal", 7)] {
        let whole = fs::read(data.join(file)).unwrap();
        for at in (0..whole.len()).step_by(step) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(data.join(file), &bytes).unwrap();
            let error = Catalog::open_alone(&data.join("catalog.sqlite")).await.unwrap_err();
            assert!(names(&error, file), "byte {at} of {file}: {error}");
        }
        fs::write(data.join(file), &whole[..whole.len() / 2]).unwrap();
        assert!(names(&Catalog::open_alone(&data.join("catalog.sqlite")).await.unwrap_err(), file));
        fs::write(data.join(file), whole).unwrap();
    }
    let catalog = Catalog::open_alone(&data.join("catalog.sqlite")).await.unwrap();
    catalog.brands().get(&slug("acme")).await.unwrap();
}

#[tokio::test]
async fn who_only_reads_leaves_the_seal_and_who_writes_makes_it_anew() {
    let installation = closed().await;
    let path = installation.directory.path().join("data/catalog.sqlite");
    let seal = || fs::read_to_string(path.with_extension("seal")).ok();
    let before = seal().unwrap();
    let catalog = Catalog::open_alone(&path).await.unwrap();
    catalog.brands().list().await.unwrap();
    catalog.deposits().fail_interrupted(1).await.unwrap();
    assert_eq!(seal().as_ref(), Some(&before));
    catalog.close().await.unwrap();
    assert_eq!(seal().as_ref(), Some(&before));
    let catalog = Catalog::open_alone(&path).await.unwrap();
    catalog.rule_sets().save(&slug("acme"), "own", "text", 1).await.unwrap();
    assert_eq!(seal(), None);
    catalog.close().await.unwrap();
    assert!(seal().is_some_and(|now| now != before));
}

/// What a killed owner leaves: the file and its log, without a seal.
async fn killed() -> (tempfile::TempDir, usize) {
    let left = tempfile::tempdir().unwrap();
    let installation = closed().await;
    let path = installation.directory.path().join("data/catalog.sqlite");
    let catalog = Catalog::open_alone(&path).await.unwrap();
    for number in 0..6 {
        catalog
            .rule_sets()
            .save(&slug("acme"), &format!("own{number}"), &format!("text {number}"), number)
            .await
            .unwrap();
    }
    for file in ["catalog.sqlite", "catalog.sqlite-wal"] {
        fs::copy(path.with_file_name(file), left.path().join(file)).unwrap();
    }
    let length = fs::metadata(left.path().join("catalog.sqlite-wal")).unwrap().len() as usize;
    assert!(!path.with_extension("seal").try_exists().unwrap());
    (left, length)
}

async fn saved(path: &Path) -> Result<usize, CatalogError> {
    let catalog = Catalog::open_alone(path).await?;
    let all = catalog.rule_sets().list(&slug("acme")).await;
    catalog.close().await?;
    Ok(all?.len())
}

#[tokio::test]
async fn a_damaged_log_of_a_killed_owner_loses_its_last_transaction_at_most() {
    let (left, length) = killed().await;
    let (one, other) = (left.path().join("catalog.sqlite"), left.path().join("catalog.sqlite-wal"));
    let whole = [fs::read(&one).unwrap(), fs::read(&other).unwrap()];
    let mut refused = 0;
    for at in (0..length).step_by(211) {
        fs::write(&one, &whole[0]).unwrap();
        let mut log = whole[1].clone();
        log[at] ^= 2;
        fs::write(&other, log).unwrap();
        fs::remove_file(one.with_extension("seal")).ok();
        fs::remove_file(left.path().join("catalog.sqlite-shm")).ok();
        match saved(&one).await {
            Ok(saved) => assert!(saved >= 5, "byte {at}: {saved}"),
            Err(error) => {
                assert!(names(&error, "catalog.sqlite-wal"), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > length / 211 / 2, "{refused}");
    fs::write(&one, &whole[0]).unwrap();
    fs::write(&other, &whole[1]).unwrap();
    fs::remove_file(one.with_extension("seal")).ok();
    fs::remove_file(left.path().join("catalog.sqlite-shm")).ok();
    assert_eq!(saved(&one).await.unwrap(), 6);
}

#[tokio::test]
async fn a_copy_is_the_catalog_at_one_moment() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let copy = installation.directory.path().join("copy.sqlite");
    installation.catalog.copy_to(&copy).await.unwrap();
    installation.add_brand("later").await;
    let copied = Catalog::open(&copy).await.unwrap();
    assert_eq!(copied.brands().list().await.unwrap().len(), 1);
    assert_eq!(copied.check().await.unwrap(), Vec::<String>::new());
    assert!(installation.catalog.copy_to(&copy).await.is_err(), "it overwrites nothing");
}
