//! What the catalog remembers of requests is what stands in it: after each write of any kind, what was asked before is asked again.

use databank_catalog::{Catalog, Grant, NewUser, NewVaultVersion, PasswordHash, UserChange};
use databank_model::{Reach, Role, Username};

use crate::{Installation, slug};

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

fn grant(role: Role) -> Grant {
    Grant { reach: Reach::Brand(slug("acme")), role }
}

/// All that is remembered: a brand's zone, its newest version, a session's last sight, a user's roles and whether they may sign in.
#[derive(Debug, PartialEq)]
struct Told {
    zone: Option<String>,
    sequence: Option<i64>,
    last_seen_at: Option<i64>,
    user: Option<(Vec<Role>, bool)>,
}

async fn told(catalog: &Catalog) -> Told {
    let brand = catalog.brands().find(&slug("acme")).await.unwrap();
    let version = catalog.vault_versions().latest(&slug("acme")).await.unwrap();
    let session = catalog.sessions().find("token").await.unwrap();
    let user = catalog.users().find(&name("mei")).await.unwrap();
    Told {
        zone: brand.map(|brand| brand.timezone.map_or_else(|| "none".to_owned(), |zone| zone.to_string())),
        sequence: version.map(|version| version.sequence),
        last_seen_at: session.map(|session| session.last_seen_at),
        user: user.map(|user| (user.grants.iter().map(|grant| grant.role).collect(), user.disabled)),
    }
}

#[tokio::test]
async fn what_is_remembered_is_what_was_written_last() {
    let mut installation = Installation::new().await;
    let path = installation.directory.path().join("data/catalog.sqlite");
    installation.catalog.close().await.unwrap();
    installation.catalog = Catalog::open_alone(&path).await.unwrap();
    let catalog = installation.catalog.clone();
    let acme = slug("acme");
    let mut expected = Told { zone: None, sequence: None, last_seen_at: None, user: None };
    // Asks twice, so that the second answer is remembered, and once more of a clone.
    macro_rules! holds {
        () => {
            for catalog in [&catalog, &catalog, &installation.catalog] {
                assert_eq!(told(catalog).await, expected);
            }
        };
    }
    holds!();
    installation.add_brand("acme").await;
    expected.zone = Some("none".to_owned());
    holds!();
    catalog
        .brands()
        .fix_zone_and_currency(&acme, "Asia/Shanghai".parse().unwrap(), "CNY".parse().unwrap(), 2)
        .await
        .unwrap();
    expected.zone = Some("Asia/Shanghai".to_owned());
    holds!();
    for sequence in 1..=2 {
        let version = NewVaultVersion {
            brand: acme.clone(),
            deposit: None,
            tables: [("events".to_owned(), sequence)].into(),
            identity_sequence: 0,
            inbox_offset: None,
            last_event_day: None,
            state: serde_json::json!({}),
            created_at: sequence,
        };
        catalog.vault_versions().publish(version, sequence - 1).await.unwrap();
        expected.sequence = Some(sequence);
        holds!();
    }
    let mei = NewUser {
        username: name("mei"),
        display_name: "Mei".to_owned(),
        password: PasswordHash::new("$argon2id$secret".to_owned()),
        grants: vec![grant(Role::Viewer)],
        created_at: 3,
    };
    catalog.users().add(mei).await.unwrap();
    expected.user = Some((vec![Role::Viewer], false));
    holds!();
    catalog.sessions().begin("token", &name("mei"), 4, 0).await.unwrap();
    expected.last_seen_at = Some(4);
    holds!();
    catalog.sessions().touch("token", 5).await.unwrap();
    expected.last_seen_at = Some(5);
    holds!();
    catalog.grants().set(&name("mei"), grant(Role::Operator)).await.unwrap();
    expected.user = Some((vec![Role::Operator], false));
    holds!();
    // What fails changes nothing.
    assert!(catalog.brands().add(installation.new_brand("acme")).await.is_err());
    holds!();
    catalog.grants().remove(&name("mei"), &Reach::Brand(acme.clone())).await.unwrap();
    expected.user = Some((Vec::new(), false));
    holds!();
    catalog.users().change(&name("mei"), UserChange { disabled: Some(true), ..UserChange::default() }).await.unwrap();
    expected.user = Some((Vec::new(), true));
    // Disabling ends a user's sessions.
    expected.last_seen_at = None;
    holds!();
    catalog.brands().erase(&acme).await.unwrap();
    (expected.zone, expected.sequence) = (None, None);
    holds!();
}
