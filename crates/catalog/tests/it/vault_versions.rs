use databank_catalog::{CatalogError, Closing, DepositCounts, DepositStatus, NewVaultVersion};
use serde_json::json;

use crate::{Installation, slug};

fn version(created_at: i64) -> NewVaultVersion {
    NewVaultVersion {
        brand: slug("acme"),
        deposit: None,
        tables: [("events".to_owned(), 3), ("rejects".to_owned(), 1)].into(),
        identity_sequence: 5,
        inbox_offset: Some(77),
        last_event_day: Some("2026-10-31".parse().unwrap()),
        state: json!({ "partitions": [0, 1] }),
        created_at,
    }
}

#[tokio::test]
async fn versions_count_up_and_read_as_they_were_published() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let versions = installation.catalog.vault_versions();
    assert_eq!(versions.latest(&acme).await.unwrap(), None);

    let first = versions.publish(version(1), 0).await.unwrap();
    let second = versions.publish(version(2), first.sequence).await.unwrap();
    assert_eq!((first.sequence, second.sequence), (1, 2));
    assert_eq!((&first.tables, &first.state), (&version(1).tables, &version(1).state));
    assert_eq!(versions.latest(&acme).await.unwrap(), Some(second.clone()));
    assert_eq!(versions.get(&acme, 1).await.unwrap(), Some(first.clone()));
    assert_eq!(versions.get(&acme, 3).await.unwrap(), None);
    assert_eq!(versions.list(&acme).await.unwrap(), [first, second]);
}

#[tokio::test]
async fn of_two_that_publish_on_the_same_version_one_fails() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let versions = installation.catalog.vault_versions();
    versions.publish(version(1), 0).await.unwrap();

    let results = tokio::join!(versions.publish(version(2), 1), versions.publish(version(3), 1));
    let error = match results {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(error, CatalogError::Conflict { expected: 1, found: 2, .. }), "{error}");
    assert_eq!(versions.list(&slug("acme")).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_deposit_is_done_exactly_when_its_version_is_published() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let (versions, deposits) = (installation.catalog.vault_versions(), installation.catalog.deposits());
    let deposit = deposits.begin("import", "files", 1).await.unwrap();
    deposits.begin_brand(deposit, &acme, 1).await.unwrap();
    let counts = DepositCounts { input_rows: 2, read: 2, accepted: 2, ..DepositCounts::default() };

    let error = versions
        .publish_deposit(version(2), 4, &Closing { deposit, counts, settings: None, inbox: None })
        .await
        .unwrap_err();
    assert!(matches!(error, CatalogError::Conflict { expected: 4, found: 0, .. }), "{error}");
    assert_eq!(deposits.get(deposit, &acme).await.unwrap().status, DepositStatus::Running);

    let published = versions
        .publish_deposit(version(2), 0, &Closing { deposit, counts, settings: None, inbox: None })
        .await
        .unwrap();
    assert_eq!(published.deposit, Some(deposit));
    let entry = deposits.get(deposit, &acme).await.unwrap();
    assert_eq!((entry.status, entry.counts, entry.finished_at), (DepositStatus::Done, counts, Some(2)));
}

#[tokio::test]
async fn pruning_keeps_the_newest_and_those_that_stood_until_lately() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let versions = installation.catalog.vault_versions();
    for sequence in 0..6 {
        versions.publish(version(sequence * 10), sequence).await.unwrap();
    }
    let kept =
        async || -> Vec<i64> { versions.list(&acme).await.unwrap().iter().map(|version| version.sequence).collect() };

    assert_eq!(versions.prune(&acme, 2, 25).await.unwrap(), 2);
    assert_eq!(kept().await, [3, 4, 5, 6], "3 was made at 20 and replaced at 30");
    assert_eq!(versions.prune(&acme, 2, 1_000).await.unwrap(), 2);
    assert_eq!(kept().await, [5, 6]);
    versions.prune(&acme, 0, 1_000).await.unwrap();
    assert_eq!(kept().await, [6], "the newest always stays");
    assert_eq!(versions.publish(version(99), 6).await.unwrap().sequence, 7);
}

#[tokio::test]
async fn a_brand_that_is_not_there_has_no_vault() {
    let installation = Installation::new().await;
    let error = installation.catalog.vault_versions().publish(version(1), 0).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
}
