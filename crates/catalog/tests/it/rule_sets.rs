use databank_catalog::{CatalogError, NewBrand};

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

#[tokio::test]
async fn a_brand_starts_with_its_first_rule_sets_or_not_at_all() {
    let installation = Installation::new().await;
    let named = |name: &str| (name.to_owned(), format!("name = \"{name}\""));
    let new = NewBrand { rule_sets: vec![named("aipl"), named("5a")], ..installation.new_brand("acme") };
    installation.catalog.brands().add(new).await.unwrap();
    let saved = installation.catalog.rule_sets().list(&slug("acme")).await.unwrap();
    let saved: Vec<(&str, u32)> = saved.iter().map(|rules| (rules.name.as_str(), rules.version)).collect();
    assert_eq!(saved, [("5a", 1), ("aipl", 1)]);

    // The same name twice cannot be saved: then there is no brand either.
    let twice = NewBrand { rule_sets: vec![named("aipl"), named("aipl")], ..installation.new_brand("beta") };
    assert!(installation.catalog.brands().add(twice).await.is_err());
    assert_eq!(installation.catalog.brands().find(&slug("beta")).await.unwrap(), None);
}
