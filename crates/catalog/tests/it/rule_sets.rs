use databank_catalog::CatalogError;

use crate::{Installation, slug};

#[tokio::test]
async fn a_changed_text_is_a_new_version_and_the_same_text_is_not() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let rules = installation.catalog.rule_sets();

    assert_eq!(rules.latest(&acme, "aipl").await.unwrap(), None);
    let mut numbers = Vec::new();
    for text in ["a", "a", "b", "a"] {
        numbers.push(rules.save(&acme, "aipl", text, 1).await.unwrap());
    }
    assert_eq!(numbers, [1, 1, 2, 3], "only the newest text counts as the same");
    assert_eq!(rules.save(&acme, "5a", "a", 1).await.unwrap(), 1, "every name counts for itself");

    assert_eq!(rules.get(&acme, "aipl", 2).await.unwrap().unwrap().text, "b");
    assert_eq!(rules.get(&acme, "aipl", 4).await.unwrap(), None);
    assert_eq!(rules.latest(&acme, "aipl").await.unwrap().unwrap().version, 3);
    let listed: Vec<_> =
        rules.list(&acme).await.unwrap().into_iter().map(|rule_set| (rule_set.name, rule_set.version)).collect();
    let expected = [("5a", 1), ("aipl", 1), ("aipl", 2), ("aipl", 3)].map(|(name, version)| (name.to_owned(), version));
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_brand_that_is_not_there_has_no_rules() {
    let installation = Installation::new().await;
    let error = installation.catalog.rule_sets().save(&slug("nobody"), "aipl", "a", 1).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
}
