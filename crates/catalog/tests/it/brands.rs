use databank_catalog::{CatalogError, Closing, DepositCounts, KeyPurpose, NewVaultVersion};
use databank_model::{BusinessZone, Currency};

use crate::{Installation, slug};

fn zone(name: &str) -> BusinessZone {
    name.parse().unwrap()
}

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

#[tokio::test]
async fn brands_are_listed_by_slug_and_added_once() {
    let installation = Installation::new().await;
    installation.add_brand("zeta").await;
    let acme = installation.add_brand("acme").await;
    let brands = installation.catalog.brands();

    let slugs: Vec<String> = brands.list().await.unwrap().into_iter().map(|brand| brand.slug.to_string()).collect();
    assert_eq!(slugs, ["acme", "zeta"]);
    assert_eq!(brands.find(&slug("acme")).await.unwrap(), Some(acme.clone()));
    assert_eq!(brands.find(&slug("nobody")).await.unwrap(), None);

    let error = brands.add(installation.new_brand("acme")).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandExists { .. }), "{error}");
    assert_eq!(brands.get(&slug("acme")).await.unwrap(), acme, "the first one stays");
}

#[tokio::test]
async fn the_first_deposit_fixes_zone_and_currency() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let acme = slug("acme");
    let brands = installation.catalog.brands();

    let fixed = brands.fix_zone_and_currency(&acme, zone("Asia/Shanghai"), currency("CNY"), 7).await.unwrap();
    assert_eq!(fixed.settings_fixed_at, Some(7));
    assert_eq!(fixed.timezone, Some(zone("Asia/Shanghai")));

    let again = brands.fix_zone_and_currency(&acme, zone("Asia/Shanghai"), currency("CNY"), 8).await.unwrap();
    assert_eq!(again, fixed, "the same again changes nothing");
    for (other_zone, other_currency) in [("Europe/Paris", "CNY"), ("Asia/Shanghai", "EUR")] {
        let error =
            brands.fix_zone_and_currency(&acme, zone(other_zone), currency(other_currency), 9).await.unwrap_err();
        assert!(matches!(error, CatalogError::SettingFixed { .. }), "{error}");
    }
    assert_eq!(brands.get(&acme).await.unwrap(), fixed);
    let error = brands.fix_zone_and_currency(&slug("no"), zone("UTC"), currency("CNY"), 9).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
}

#[tokio::test]
async fn erasing_leaves_nothing_of_the_brand_and_all_of_the_others() {
    let installation = Installation::new().await;
    let catalog = &installation.catalog;
    let (gone, stays) = (slug("brand-to-forget"), slug("stays"));
    let erased_key = installation.add_brand("brand-to-forget").await.wrapped_id_key.into_bytes();
    installation.add_brand("stays").await;

    let alone = catalog.deposits().begin("import", "export of brand-to-forget", 1).await.unwrap();
    let shared = catalog.deposits().begin("import", "market", 2).await.unwrap();
    for (deposit, brand) in [(alone, &gone), (shared, &gone), (shared, &stays)] {
        catalog.deposits().begin_brand(deposit, brand, 3).await.unwrap();
    }
    for brand in [&gone, &stays] {
        let version = NewVaultVersion {
            brand: brand.clone(),
            deposit: None,
            tables: [("events".to_owned(), 1)].into(),
            identity_sequence: 1,
            inbox_offset: None,
            last_event_day: None,
            state: serde_json::json!({}),
            created_at: 4,
        };
        let counts = DepositCounts::default();
        catalog
            .vault_versions()
            .publish_deposit(version, 0, &Closing { deposit: shared, counts, settings: None, inbox: None })
            .await
            .unwrap();
        catalog.rule_sets().save(brand, "aipl", &format!("# rules of {brand}"), 5).await.unwrap();
    }

    catalog.brands().erase(&gone).await.unwrap();
    catalog.scrub().await.unwrap();

    assert_eq!(catalog.brands().find(&gone).await.unwrap(), None);
    assert_eq!(catalog.vault_versions().latest(&gone).await.unwrap(), None);
    assert_eq!(catalog.rule_sets().list(&gone).await.unwrap(), []);
    assert_eq!(catalog.deposits().list(&gone).await.unwrap(), []);
    assert_eq!(catalog.vault_versions().list(&stays).await.unwrap().len(), 1);
    assert_eq!(catalog.rule_sets().list(&stays).await.unwrap().len(), 1);
    assert_eq!(catalog.deposits().list(&stays).await.unwrap()[0].deposit.id, shared);
    let error = catalog.brands().erase(&gone).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");

    for entry in std::fs::read_dir(installation.directory.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for needle in [b"brand-to-forget".as_slice(), &erased_key] {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{} still holds {:?}", path.display(), String::from_utf8_lossy(needle));
        }
    }
}

#[tokio::test]
async fn a_brand_added_again_after_erasure_has_other_keys() {
    let installation = Installation::new().await;
    let first = installation.add_brand("acme").await;
    installation.catalog.brands().erase(&slug("acme")).await.unwrap();
    let second = installation.add_brand("acme").await;
    let key = |wrapped| *installation.keyring.unwrap(&slug("acme"), KeyPurpose::Id, wrapped).unwrap().as_bytes();
    assert_ne!(key(&first.wrapped_id_key), key(&second.wrapped_id_key));
}
