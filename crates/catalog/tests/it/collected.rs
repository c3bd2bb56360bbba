use databank_catalog::{
    Closing, CollectedMinute, DepositCounts, EventCounts, InboxClosing, NewVaultVersion, TrackingSettings,
};
use serde_json::json;

use crate::{Installation, slug};

fn version(brand: &str, inbox_offset: Option<i64>) -> NewVaultVersion {
    NewVaultVersion {
        brand: slug(brand),
        deposit: None,
        tables: [].into(),
        identity_sequence: 0,
        inbox_offset,
        last_event_day: None,
        state: json!({}),
        created_at: 1,
    }
}

fn minute(source: &str, minute: i64, accepted: i64, duplicate: i64) -> CollectedMinute {
    let counts = EventCounts { received: accepted + duplicate, accepted, duplicate, ..EventCounts::default() };
    CollectedMinute { source: source.to_owned(), minute, counts }
}

#[tokio::test]
async fn events_are_counted_with_the_version_that_holds_them_and_add_up() {
    let installation = Installation::new().await;
    let catalog = &installation.catalog;
    for brand in ["acme", "other"] {
        installation.add_brand(brand).await;
    }
    let publish = async |brand: &str, offset: i64, previous: i64, minutes: Vec<CollectedMinute>| {
        let deposit = catalog.deposits().begin("collect", "live", 1).await.unwrap();
        catalog.deposits().begin_brand(deposit, &slug(brand), 1).await.unwrap();
        let inbox = Some(InboxClosing { offset, minutes });
        let closing = Closing { deposit, counts: DepositCounts::default(), settings: None, inbox };
        catalog.vault_versions().publish_deposit(version(brand, Some(1)), previous, &closing).await
    };
    publish("acme", 10, 0, vec![minute("web", 5, 3, 0), minute("app", 6, 1, 1)]).await.unwrap();
    publish("acme", 20, 1, vec![minute("web", 5, 0, 2), minute("web", 7, 1, 0)]).await.unwrap();
    publish("other", 15, 0, vec![minute("web", 5, 9, 0)]).await.unwrap();
    // What is not published is not counted.
    publish("acme", 30, 1, vec![minute("web", 5, 100, 0)]).await.unwrap_err();

    let list = async |from, until| catalog.collected().list(&slug("acme"), from, until).await.unwrap();
    assert_eq!(list(0, 7).await, [minute("web", 5, 3, 2), minute("app", 6, 1, 1)]);
    assert_eq!(list(7, 100).await, [minute("web", 7, 1, 0)]);
    let offsets = catalog.vault_versions().inbox_offsets().await.unwrap();
    assert_eq!(offsets, [(slug("acme"), 20), (slug("other"), 15)].into());
    // Other work leaves the offset where it is.
    assert_eq!(catalog.vault_versions().latest(&slug("acme")).await.unwrap().unwrap().inbox_offset, Some(20));

    catalog.brands().erase(&slug("acme")).await.unwrap();
    assert_eq!(list(0, 100).await, []);
    assert_eq!(catalog.vault_versions().inbox_offsets().await.unwrap().len(), 1);
    assert_eq!(catalog.collected().list(&slug("other"), 0, 100).await.unwrap().len(), 1);
}

#[tokio::test]
async fn many_minutes_are_counted_at_once() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let catalog = &installation.catalog;
    let deposit = catalog.deposits().begin("collect", "live", 1).await.unwrap();
    catalog.deposits().begin_brand(deposit, &slug("acme"), 1).await.unwrap();
    let minutes: Vec<CollectedMinute> = (0..3_500).map(|n| minute("web", n, 1, 0)).collect();
    let inbox = Some(InboxClosing { offset: 1, minutes: minutes.clone() });
    let closing = Closing { deposit, counts: DepositCounts::default(), settings: None, inbox };
    catalog.vault_versions().publish_deposit(version("acme", None), 0, &closing).await.unwrap();
    assert_eq!(catalog.collected().list(&slug("acme"), 0, 10_000).await.unwrap(), minutes);
}

#[tokio::test]
async fn tracking_settings_are_what_was_set_last() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let tracking = installation.catalog.tracking();
    assert_eq!(tracking.get(&slug("acme")).await.unwrap(), TrackingSettings::default());
    for (host, updated_at) in [("a.example.com", 1), ("b.example.com", 2)] {
        let settings = TrackingSettings {
            names: [("Quiz".to_owned(), "view".to_owned())].into(),
            click_hosts: vec![host.to_owned()],
            updated_at,
        };
        tracking.set(&slug("acme"), &settings).await.unwrap();
        assert_eq!(tracking.get(&slug("acme")).await.unwrap(), settings);
    }
    assert!(tracking.set(&slug("nobody"), &TrackingSettings::default()).await.is_err());
}
