use databank_access::{AccessError, Action, Actor, Denied, KeyKind, NewKey, Target};

use crate::{MINUTE, NOW, Place, brand, contains};

fn new_key(kind: KeyKind, scopes: &[Action]) -> NewKey {
    NewKey { brand: brand("acme"), name: " till ".to_owned(), kind, scopes: scopes.to_vec(), expires_at: None }
}

#[tokio::test]
async fn a_key_is_shown_once_and_only_its_hash_is_stored() {
    let place = Place::new().await;
    let (text, info) = place.access.create_key(new_key(KeyKind::Api, &[]), &Actor::Command, NOW).await.unwrap();
    assert_eq!((info.name.as_str(), info.created_by.as_str()), ("till", "command"));
    assert_eq!(info.scopes, [Action::AssetsRead], "the least, when nothing is said");
    assert!(text.expose().starts_with(&info.prefix) && info.prefix.starts_with("dbk_a"), "{info:?}");
    assert_eq!(text.expose().len(), info.prefix.len() + 43 + 1 + 8);

    let secret = &text.expose()[info.prefix.len()..][..43];
    assert!(!contains(&place.bytes().await, secret));
    let listed = place.access.list_keys(&brand("acme"), None, 10).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&info));
    assert!(!format!("{text:?} {info:?} {listed:?}").contains(secret));

    let principal = place.access.key(text.expose(), NOW).await.unwrap();
    assert_eq!(principal.actor, Actor::Key { id: info.id, name: "till".to_owned() });
    assert_eq!(principal.actions_on(&brand("acme")), [Action::AssetsRead]);
}

#[tokio::test]
async fn a_key_that_writes_may_nothing_on_any_read() {
    let place = Place::new().await;
    let (text, info) = place.access.create_key(new_key(KeyKind::Write, &[]), &Actor::Command, NOW).await.unwrap();
    assert!(info.prefix.starts_with("dbk_w") && info.scopes.is_empty(), "{info:?}");
    let principal = place.access.key(text.expose(), NOW).await.unwrap();
    for action in Action::ALL {
        assert_eq!(principal.may(action, Target::Brand(&brand("acme"))), Err(Denied::Forbidden { action }));
        assert_eq!(principal.may(action, Target::Brand(&brand("other"))), Err(Denied::NotFound));
    }
}

#[tokio::test]
async fn a_key_that_was_tampered_with_revoked_or_is_over_does_not_hold() {
    let place = Place::new().await;
    let access = &place.access;
    let expiring = NewKey { expires_at: Some(NOW + MINUTE), ..new_key(KeyKind::Api, &[]) };
    let (text, info) = access.create_key(expiring, &Actor::Command, NOW).await.unwrap();
    let (other, _) = access.create_key(new_key(KeyKind::Write, &[]), &Actor::Command, NOW).await.unwrap();
    let holds = async |text: &str, now| match access.key(text, now).await {
        Ok(_) => true,
        Err(AccessError::NotSignedIn) => false,
        Err(error) => panic!("{error}"),
    };
    assert!(holds(text.expose(), NOW).await);
    assert!(!holds(text.expose(), NOW + MINUTE).await, "it expired");
    for bad in ["", "dbk_", "dbk_a1_", &text.expose()[1..], &text.expose().replace("dbk_a", "dbk_w")] {
        assert!(!holds(bad, NOW).await, "{bad}");
    }
    // The secret of one key under the number of another, with a checksum that fits.
    let secret = &other.expose()[info.prefix.len()..][..43];
    let forged = forged_text(&info.prefix, secret);
    assert!(!holds(&forged, NOW).await, "{forged}");

    let revoked = access.revoke_key(&brand("acme"), &info.id, NOW + 1).await.unwrap();
    assert_eq!((revoked.revoked_at, revoked.last_used_at), (Some(NOW + 1), Some(NOW)));
    assert!(!holds(text.expose(), NOW + 1).await);
    for id in [&info.id, "999", "x"] {
        access.revoke_key(&brand("other"), id, NOW).await.unwrap_err();
    }
}

/// A key's text as the format says: anybody can compute the checksum, it keeps nobody out.
fn forged_text(prefix: &str, secret: &str) -> String {
    use sha2::{Digest, Sha256};
    let signed = format!("{prefix}{secret}");
    let checksum = hex::encode(Sha256::digest(&signed));
    format!("{signed}_{}", &checksum[..8])
}

#[tokio::test]
async fn scopes_that_would_outlive_a_key_are_refused() {
    let place = Place::new().await;
    for action in Action::ALL {
        let made = place.access.create_key(new_key(KeyKind::Api, &[action]), &Actor::Command, NOW).await;
        assert_eq!(made.is_ok(), action.is_for_keys(), "{action}");
    }
    let cases = [
        (new_key(KeyKind::Write, &[Action::AssetsRead]), "scopes"),
        (NewKey { name: "two\nlines".to_owned(), ..new_key(KeyKind::Api, &[]) }, "name"),
        (NewKey { name: " ".to_owned(), ..new_key(KeyKind::Api, &[]) }, "name"),
        (NewKey { expires_at: Some(NOW), ..new_key(KeyKind::Api, &[]) }, "expires_at"),
    ];
    for (new, expected) in cases {
        let error = place.access.create_key(new, &Actor::Command, NOW).await.unwrap_err();
        assert!(matches!(error, AccessError::Invalid { field, .. } if field == expected), "{error}");
    }
}

#[tokio::test]
async fn keys_are_listed_page_by_page_newest_first() {
    let place = Place::new().await;
    for number in 0..5 {
        let new = NewKey { name: format!("k{number}"), ..new_key(KeyKind::Api, &[]) };
        place.access.create_key(new, &Actor::Command, NOW).await.unwrap();
    }
    let mut names = Vec::new();
    let mut page = None;
    loop {
        let keys = place.access.list_keys(&brand("acme"), page.as_deref(), 2).await.unwrap();
        assert!(keys.items.len() <= 2);
        names.extend(keys.items.into_iter().map(|key| key.name));
        let Some(next) = keys.next else { break };
        page = Some(next);
    }
    assert_eq!(names, ["k4", "k3", "k2", "k1", "k0"]);
    place.access.list_keys(&brand("acme"), Some("x"), 2).await.unwrap_err();
}
