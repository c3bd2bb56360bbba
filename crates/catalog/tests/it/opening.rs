use databank_catalog::{Catalog, CatalogError, DATA_FORMAT_VERSION};
use sea_orm::{ConnectionTrait, Database};

use crate::{Installation, slug};

#[tokio::test]
async fn opening_again_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    for _ in 0..3 {
        let catalog = Catalog::open(&path).await.unwrap();
        assert_eq!(catalog.meta().data_format_version().await.unwrap(), DATA_FORMAT_VERSION);
        catalog.close().await.unwrap();
    }
}

#[tokio::test]
async fn two_that_open_at_once_agree_on_the_schema() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    let (one, other) = tokio::join!(Catalog::open(&path), Catalog::open(&path));
    one.unwrap().brands().list().await.unwrap();
    other.unwrap().brands().list().await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let installation = Installation::new().await;
    let added = installation.add_brand("acme").await;
    installation.catalog.close().await.unwrap();
    let path = installation.directory.path().join("data/catalog.sqlite");
    let catalog = Catalog::open(&path).await.unwrap();
    assert_eq!(catalog.brands().get(&slug("acme")).await.unwrap(), added);
}

#[tokio::test]
async fn a_schema_of_a_newer_program_is_refused() {
    let error = reopened_after("insert into seaql_migrations values ('m20990101_000001_telepathy', 0)").await;
    assert!(matches!(&error, CatalogError::NewerSchema { migration } if migration.contains("telepathy")), "{error}");
}

#[tokio::test]
async fn a_newer_data_format_is_refused() {
    let error = reopened_after("update meta set value = '99' where key = 'data_format_version'").await;
    assert!(matches!(&error, CatalogError::NewerFormat { found, .. } if found == "99"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_catalog_is_refused_and_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    std::fs::write(&path, "not a database, but long enough to look at: ".repeat(100)).unwrap();
    let error = Catalog::open(&path).await.unwrap_err();
    assert!(error.to_string().contains("catalog.sqlite"), "{error}");
}

async fn reopened_after(change: &str) -> CatalogError {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog.sqlite");
    Catalog::open(&path).await.unwrap().close().await.unwrap();
    let db = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    db.execute_unprepared(change).await.unwrap();
    db.close().await.unwrap();
    Catalog::open(&path).await.unwrap_err()
}
