use databank_catalog::{AuditActor, AuditCheck, AuditFilter, AuditOutcome, Catalog, NewAuditEntry};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;

use crate::{Installation, slug};

const TRIGGERS: [&str; 3] = ["audit_update", "audit_delete", "audit_replace"];

fn entry(at: i64, action: &str, brand: &str) -> NewAuditEntry {
    NewAuditEntry {
        at,
        actor: AuditActor::User,
        actor_name: "anna".to_owned(),
        action: action.to_owned(),
        brand: Some(slug(brand)),
        target: Some(format!("thing {at}")),
        outcome: if at % 2 == 0 { AuditOutcome::Done } else { AuditOutcome::Refused },
        details: json!({ "b": at, "a": [1.5, null, "é"] }).as_object().unwrap().clone(),
        address: None,
    }
}

async fn with_entries(count: i64) -> Installation {
    let installation = Installation::new().await;
    for at in 1..=count {
        let brand = if at % 3 == 0 { "acme" } else { "other" };
        installation.catalog.audit().append(entry(at, "key.create", brand)).await.unwrap();
    }
    installation
}

/// The file, as somebody with another program sees it.
async fn raw(installation: &Installation) -> DatabaseConnection {
    let path = installation.directory.path().join("data/catalog.sqlite");
    Database::connect(format!("sqlite://{}", path.display())).await.unwrap()
}

#[tokio::test]
async fn entries_are_chained_listed_newest_first_and_found_whole() {
    let installation = with_entries(7).await;
    let audit = installation.catalog.audit();
    let sequences = async |filter: AuditFilter, before, limit| {
        let entries = audit.list(&filter, before, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!(sequences(AuditFilter::default(), None, 3).await, [7, 6, 5]);
    assert_eq!(sequences(AuditFilter::default(), Some(5), 9).await, [4, 3, 2, 1]);
    let acme = AuditFilter { brand: Some(slug("acme")), ..AuditFilter::default() };
    assert_eq!(sequences(acme, None, 9).await, [6, 3]);
    let some = AuditFilter {
        actor: Some("anna".to_owned()),
        action: Some("key.create".to_owned()),
        outcome: Some(AuditOutcome::Done),
        from: Some(2),
        to: Some(6),
        ..AuditFilter::default()
    };
    assert_eq!(sequences(some, None, 9).await, [4, 2]);

    let entries = audit.list(&AuditFilter::default(), None, 9).await.unwrap();
    for (newer, older) in entries.iter().zip(entries.iter().skip(1)) {
        assert_eq!(newer.previous, older.hash);
    }
    assert_eq!(entries[6].entry, entry(1, "key.create", "other"));
    assert_eq!(audit.verify().await.unwrap(), AuditCheck::Whole { entries: 7 });
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    let installation = Installation::new().await;
    assert_eq!(installation.catalog.audit().verify().await.unwrap(), AuditCheck::Whole { entries: 0 });
}

#[tokio::test]
async fn the_database_refuses_to_change_delete_or_replace_an_entry() {
    let installation = with_entries(3).await;
    let db = raw(&installation).await;
    for statement in [
        "update audit set actor_name = 'bert' where sequence = 2",
        "delete from audit where sequence = 3",
        "delete from audit",
        "insert or replace into audit select * from audit where sequence = 2",
    ] {
        let error = db.execute_unprepared(statement).await.unwrap_err();
        assert!(error.to_string().contains("audit entries are never"), "{statement}: {error}");
    }
    assert_eq!(installation.catalog.audit().verify().await.unwrap(), AuditCheck::Whole { entries: 3 });
}

#[tokio::test]
async fn what_gets_past_the_triggers_is_found_with_its_place() {
    let copy = "insert into audit select 4, at, actor_kind, actor_name, action, brand, target, outcome, details, \
                address, previous, hash from audit where sequence = 3";
    let swap = "update audit set sequence = 99 where sequence = 1; update audit set sequence = 1 where sequence = 2; \
                update audit set sequence = 2 where sequence = 99";
    let cases = [
        ("update audit set actor_name = 'bert' where sequence = 2", 2),
        ("update audit set at = at + 1 where sequence = 1", 1),
        ("update audit set details = '{}' where sequence = 3", 3),
        ("update audit set address = '' where sequence = 2", 2),
        ("update audit set target = null where sequence = 2", 2),
        ("update audit set hash = previous where sequence = 3", 3),
        ("delete from audit where sequence = 2", 2),
        ("delete from audit where sequence = 1", 1),
        ("delete from audit where sequence = 3", 3),
        ("delete from audit", 1),
        (copy, 4),
        (swap, 1),
    ];
    for (change, place) in cases {
        let installation = with_entries(3).await;
        let db = raw(&installation).await;
        for trigger in TRIGGERS {
            db.execute_unprepared(&format!("drop trigger {trigger}")).await.unwrap();
        }
        db.execute_unprepared(change).await.unwrap();
        let check = installation.catalog.audit().verify().await.unwrap();
        let AuditCheck::Broken { sequence, .. } = check else { panic!("{change}: {check:?}") };
        assert_eq!(sequence, place, "{change}");
    }
}

#[tokio::test]
async fn entries_outlive_their_brand_and_go_on_after_opening_again() {
    let installation = with_entries(3).await;
    installation.add_brand("acme").await;
    installation.catalog.brands().erase(&slug("acme")).await.unwrap();
    installation.catalog.scrub().await.unwrap();
    let path = installation.directory.path().join("data/catalog.sqlite");
    let catalog = Catalog::open(&path).await.unwrap();
    assert_eq!(catalog.audit().append(entry(4, "brand.erase", "acme")).await.unwrap().sequence, 4);
    assert_eq!(catalog.audit().verify().await.unwrap(), AuditCheck::Whole { entries: 4 });
}

#[tokio::test]
async fn entries_that_are_added_at_once_make_one_chain() {
    let installation = Installation::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..20 {
        let catalog = installation.catalog.clone();
        tasks.spawn(async move { catalog.audit().append(entry(at, "sql", "acme")).await.unwrap().sequence });
    }
    let mut sequences = tasks.join_all().await;
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=20).collect::<Vec<_>>());
    assert_eq!(installation.catalog.audit().verify().await.unwrap(), AuditCheck::Whole { entries: 20 });
}
