use databank_catalog::{CatalogError, DepositCounts, DepositStatus};

use crate::{Installation, slug};

#[tokio::test]
async fn a_deposit_number_is_never_given_twice_even_after_erasure() {
    let installation = Installation::new().await;
    let deposits = installation.catalog.deposits();
    let mut numbers = Vec::new();
    for _ in 0..3 {
        installation.add_brand("acme").await;
        let number = deposits.begin("import", "files", 1).await.unwrap();
        deposits.begin_brand(number, &slug("acme"), 1).await.unwrap();
        numbers.push(number);
        installation.catalog.brands().erase(&slug("acme")).await.unwrap();
        installation.catalog.scrub().await.unwrap();
    }
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[tokio::test]
async fn an_account_is_closed_only_when_it_adds_up() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let deposits = installation.catalog.deposits();
    let deposit = deposits.begin("import", "files", 1).await.unwrap();
    deposits.begin_brand(deposit, &acme, 2).await.unwrap();
    assert_eq!(deposits.get(deposit, &acme).await.unwrap().status, DepositStatus::Running);

    let short = DepositCounts { input_rows: 12, read: 10, accepted: 6, duplicate: 2, rejected: 1, suppressed: 0 };
    let error = deposits.finish(deposit, &acme, &short, 3).await.unwrap_err();
    assert!(matches!(error, CatalogError::Unbalanced { read: 10, accounted: 9, .. }), "{error}");

    let whole = DepositCounts { suppressed: 1, ..short };
    let entry = deposits.finish(deposit, &acme, &whole, 4).await.unwrap();
    assert_eq!((entry.status, entry.counts, entry.finished_at), (DepositStatus::Done, whole, Some(4)));
    assert_eq!(deposits.list(&acme).await.unwrap(), [entry]);
}

#[tokio::test]
async fn what_a_killed_process_left_running_becomes_failed() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let deposits = installation.catalog.deposits();
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let deposit = deposits.begin("import", "files", 1).await.unwrap();
        deposits.begin_brand(deposit, &acme, 1).await.unwrap();
        numbers.push(deposit);
    }
    deposits.finish(numbers[0], &acme, &DepositCounts::default(), 2).await.unwrap();
    deposits.fail(numbers[1], &acme, &DepositCounts { read: 5, ..DepositCounts::default() }, 2).await.unwrap();

    let kept = deposits.fail(numbers[0], &acme, &DepositCounts::default(), 3).await.unwrap();
    assert_eq!((kept.status, kept.finished_at), (DepositStatus::Done, Some(2)), "what is done stays done");
    assert_eq!(deposits.fail_interrupted(9).await.unwrap(), 1);
    let states: Vec<_> =
        deposits.list(&acme).await.unwrap().iter().map(|entry| (entry.status, entry.finished_at)).collect();
    let expected = [(DepositStatus::Done, Some(2)), (DepositStatus::Failed, Some(2)), (DepositStatus::Failed, Some(9))];
    assert_eq!(states, expected);
}

#[tokio::test]
async fn a_deposit_has_no_account_of_a_brand_that_is_not_there() {
    let installation = Installation::new().await;
    let deposits = installation.catalog.deposits();
    let deposit = deposits.begin("import", "files", 1).await.unwrap();
    let error = deposits.begin_brand(deposit, &slug("nobody"), 1).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
    let error = deposits.get(deposit, &slug("nobody")).await.unwrap_err();
    assert!(matches!(error, CatalogError::DepositNotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_brands_deposits_are_read_page_by_page_newest_first() {
    let installation = Installation::new().await;
    for brand in ["acme", "other"] {
        installation.add_brand(brand).await;
    }
    let deposits = installation.catalog.deposits();
    let mut numbers = Vec::new();
    for brand in ["acme", "other", "acme", "acme"] {
        let deposit = deposits.begin("import", "files", 1).await.unwrap();
        deposits.begin_brand(deposit, &slug(brand), 1).await.unwrap();
        numbers.push(deposit);
    }
    let page = async |before, limit| {
        let entries = deposits.list_page(&slug("acme"), before, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.deposit.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2).await, [numbers[3], numbers[2]]);
    assert_eq!(page(Some(numbers[2]), 2).await, [numbers[0]]);
}
