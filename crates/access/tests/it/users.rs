use databank_access::{
    AccessError, Actor, AuditActor, AuditCheck, AuditEntry, AuditFilter, AuditOutcome, Grant, NewAccount, Reach, Role,
    UserChange,
};
use databank_catalog::CatalogError;

use crate::{NOW, Place, brand, name};

#[tokio::test]
async fn the_last_owner_stays_one() {
    let place = Place::new().await;
    place.add_fresh("anna", &[("*", Role::Owner)]).await;
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    let demote = UserChange { grants: Some(Vec::new()), ..UserChange::default() };
    let refused = [
        place.access.change_user(&name("anna"), disable).await.unwrap_err(),
        place.access.change_user(&name("anna"), demote.clone()).await.unwrap_err(),
        place.access.revoke(&name("anna"), &Reach::AllBrands).await.unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, AccessError::Catalog(CatalogError::LastOwner)), "{error}");
    }
    place.add_fresh("bert", &[("*", Role::Owner)]).await;
    assert_eq!(place.access.change_user(&name("anna"), demote).await.unwrap().grants, []);
}

#[tokio::test]
async fn users_are_listed_page_by_page_and_changed_by_name() {
    let place = Place::new().await;
    for username in ["carl", "anna", "bert"] {
        place.add_fresh(username, &[]).await;
    }
    let first = place.access.list_users(None, 2).await.unwrap();
    let names: Vec<_> = first.items.iter().map(|user| user.username.as_str()).collect();
    assert_eq!((names, first.next.as_deref()), (vec!["anna", "bert"], Some("bert")));
    let last = place.access.list_users(first.next.as_deref(), 2).await.unwrap();
    assert_eq!((last.items.len(), last.next), (1, None));

    let change = |display_name: &str| UserChange { display_name: Some(display_name.to_owned()), ..Default::default() };
    let changed = place.access.change_user(&name("anna"), change(" Anna L. ")).await.unwrap();
    assert_eq!(changed.display_name, "Anna L.");
    for bad in ["", " ", "two\nlines", &"x".repeat(101)] {
        let error = place.access.change_user(&name("anna"), change(bad)).await.unwrap_err();
        assert!(matches!(error, AccessError::Invalid { field: "display_name", .. }), "{error}");
    }
    let account = NewAccount { username: name("anna"), display_name: None, grants: Vec::new() };
    let error = place.access.create_user(account, NOW).await.unwrap_err();
    assert!(matches!(error, AccessError::Catalog(CatalogError::UserExists { .. })), "{error}");
}

#[tokio::test]
async fn a_member_has_the_greater_of_two_roles_and_a_brand_takes_only_its_own_away() {
    let place = Place::new().await;
    place.add_fresh("anna", &[("*", Role::Operator)]).await;
    let acme = brand("acme");
    let member = place.access.set_member(&acme, &name("anna"), Role::Viewer).await.unwrap();
    assert_eq!((member.role, member.inherited), (Role::Operator, true));
    let member = place.access.set_member(&acme, &name("anna"), Role::Owner).await.unwrap();
    assert_eq!((member.role, member.inherited), (Role::Owner, false));
    assert_eq!(place.access.list_members(&acme, None, 5).await.unwrap().items, [member]);

    place.access.remove_member(&acme, &name("anna")).await.unwrap();
    let error = place.access.remove_member(&acme, &name("anna")).await.unwrap_err();
    assert!(matches!(error, AccessError::Catalog(CatalogError::NotFound { .. })), "{error}");
    assert_eq!(place.access.list_members(&acme, None, 5).await.unwrap().items.len(), 1, "by all brands still");

    let user = place.access.grant(&name("anna"), Grant { reach: "acme".parse().unwrap(), role: Role::Viewer }).await;
    assert_eq!(user.unwrap().grants.len(), 2);
    let error = place.access.revoke(&name("anna"), &"other".parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("no role of their own on brand other"), "{error}");
}

#[tokio::test]
async fn what_is_recorded_is_listed_and_verified() {
    let place = Place::new().await;
    for number in 0..3 {
        let actor = Actor::User { username: "anna".to_owned(), display_name: "Anna".to_owned() };
        let entry = AuditEntry {
            at: NOW + number,
            actor: actor.audit_kind(),
            actor_name: actor.audit_name().to_owned(),
            action: "key.create".to_owned(),
            brand: Some(brand("acme")),
            target: None,
            outcome: AuditOutcome::Done,
            details: serde_json::Map::new(),
            address: Some("192.0.2.1".to_owned()),
        };
        place.access.record(entry).await.unwrap();
    }
    let filter = AuditFilter { brand: Some(brand("acme")), ..AuditFilter::default() };
    let page = place.access.audit(&filter, None, 2).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.sequence).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(page.items[0].entry.actor, AuditActor::User);
    let page = place.access.audit(&filter, page.next.as_deref(), 2).await.unwrap();
    assert_eq!((page.items.len(), page.next), (1, None));
    assert_eq!(place.access.verify_audit().await.unwrap(), AuditCheck::Whole { entries: 3 });
}
