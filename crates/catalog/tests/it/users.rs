use databank_catalog::{CatalogError, Grant, NewUser, PasswordHash, User, UserChange};
use databank_model::{Reach, Role, Username};

use crate::{Installation, slug};

pub(crate) fn name(text: &str) -> Username {
    text.parse().unwrap()
}

pub(crate) fn grant(reach: &str, role: Role) -> Grant {
    Grant { reach: reach.parse().unwrap(), role }
}

impl Installation {
    pub(crate) async fn add_user(&self, username: &str, grants: Vec<Grant>) -> User {
        self.catalog.users().add(new_user(username, grants)).await.unwrap()
    }
}

fn new_user(username: &str, grants: Vec<Grant>) -> NewUser {
    NewUser {
        username: name(username),
        display_name: username.to_uppercase(),
        password: PasswordHash::new("$argon2id$secret".to_owned()),
        grants,
        created_at: 1,
    }
}

#[tokio::test]
async fn users_are_added_once_with_their_roles_and_listed_by_page() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let users = installation.catalog.users();
    let anna = installation.add_user("anna", vec![grant("*", Role::Owner), grant("acme", Role::Viewer)]).await;
    assert!(anna.password_change_needed && !anna.disabled);
    assert_eq!(anna.grants, [grant("*", Role::Owner), grant("acme", Role::Viewer)]);
    assert_eq!(users.get(&name("ANNA")).await.unwrap(), anna);

    let error = users.add(new_user("anna", Vec::new())).await.unwrap_err();
    assert!(matches!(error, CatalogError::UserExists { .. }), "{error}");
    let error = users.add(new_user("bert", vec![grant("nobody", Role::Viewer)])).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
    assert_eq!(users.find(&name("bert")).await.unwrap(), None, "all or nothing");

    for username in ["dora", "carl", "bert"] {
        installation.add_user(username, Vec::new()).await;
    }
    let names = |users: Vec<User>| users.into_iter().map(|user| user.username.to_string()).collect::<Vec<_>>();
    assert_eq!(names(users.list(None, 2).await.unwrap()), ["anna", "bert"]);
    assert_eq!(names(users.list(Some(&name("bert")), 5).await.unwrap()), ["carl", "dora"]);
}

#[tokio::test]
async fn a_stored_password_is_never_shown() {
    let installation = Installation::new().await;
    installation.add_user("anna", Vec::new()).await;
    let password = installation.catalog.users().password(&name("anna")).await.unwrap().unwrap();
    assert_eq!(password.as_str(), "$argon2id$secret");
    let shown = format!("{password:?} {:?}", new_user("anna", Vec::new()));
    assert!(!shown.contains("argon2id"), "{shown}");
}

#[tokio::test]
async fn an_installation_that_has_an_owner_keeps_one() {
    let installation = Installation::new().await;
    let catalog = &installation.catalog;
    installation.add_user("bert", vec![grant("*", Role::Viewer)]).await;
    let viewer = UserChange { grants: Some(vec![grant("*", Role::Viewer)]), ..UserChange::default() };
    catalog.users().change(&name("bert"), viewer.clone()).await.unwrap();
    assert!(!catalog.users().any_owner().await.unwrap());

    installation.add_user("anna", vec![grant("*", Role::Owner)]).await;
    assert!(catalog.users().any_owner().await.unwrap());
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    let refused = [
        catalog.users().change(&name("anna"), viewer.clone()).await.unwrap_err(),
        catalog.users().change(&name("anna"), disable.clone()).await.unwrap_err(),
        catalog.grants().remove(&name("anna"), &Reach::AllBrands).await.unwrap_err(),
        catalog.grants().set(&name("anna"), grant("*", Role::Operator)).await.unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, CatalogError::LastOwner), "{error}");
    }
    let anna = catalog.users().get(&name("anna")).await.unwrap();
    assert_eq!((anna.disabled, anna.grants), (false, vec![grant("*", Role::Owner)]), "nothing changed");

    catalog.grants().set(&name("bert"), grant("*", Role::Owner)).await.unwrap();
    assert!(catalog.users().change(&name("anna"), disable).await.unwrap().disabled);
    let error = catalog.users().change(&name("bert"), viewer).await.unwrap_err();
    assert!(matches!(error, CatalogError::LastOwner), "a disabled owner does not count: {error}");
}

#[tokio::test]
async fn members_are_those_of_the_brand_and_of_all_brands() {
    let installation = Installation::new().await;
    for brand in ["acme", "other"] {
        installation.add_brand(brand).await;
    }
    installation.add_user("anna", vec![grant("*", Role::Operator), grant("acme", Role::Owner)]).await;
    installation.add_user("bert", vec![grant("*", Role::Analyst), grant("acme", Role::Viewer)]).await;
    installation.add_user("carl", vec![grant("other", Role::Owner)]).await;
    installation.add_user("dora", vec![grant("acme", Role::Viewer)]).await;
    let grants = installation.catalog.grants();
    let members = async |after: Option<&str>, limit| {
        let after = after.map(name);
        let page = grants.members(&slug("acme"), after.as_ref(), limit).await.unwrap();
        page.into_iter().map(|member| (member.username.to_string(), member.role, member.inherited)).collect::<Vec<_>>()
    };
    let anna = ("anna".to_owned(), Role::Owner, false);
    let bert = ("bert".to_owned(), Role::Analyst, true);
    let dora = ("dora".to_owned(), Role::Viewer, false);
    assert_eq!(members(None, 9).await, [anna, bert.clone(), dora.clone()]);
    assert_eq!(members(Some("anna"), 1).await, [bert]);
    assert_eq!(members(Some("bert"), 1).await, [dora]);

    assert!(grants.remove(&name("dora"), &"acme".parse().unwrap()).await.unwrap());
    assert!(!grants.remove(&name("dora"), &"acme".parse().unwrap()).await.unwrap());
    let error = grants.set(&name("nobody"), grant("acme", Role::Viewer)).await.unwrap_err();
    assert!(matches!(error, CatalogError::UserNotFound { .. }), "{error}");
}

#[tokio::test]
async fn sessions_end_with_the_right_to_sign_in_and_with_the_password() {
    let installation = Installation::new().await;
    let catalog = &installation.catalog;
    let sessions = catalog.sessions();
    installation.add_user("anna", Vec::new()).await;
    installation.add_user("bert", Vec::new()).await;
    for (token, user) in [("a1", "anna"), ("a2", "anna"), ("b1", "bert")] {
        sessions.begin(token, &name(user), 10, 0).await.unwrap();
    }
    assert_eq!(catalog.users().get(&name("anna")).await.unwrap().last_signed_in_at, Some(10));
    sessions.touch("a1", 20).await.unwrap();
    sessions.authenticate("a2", 30).await.unwrap();
    let session = sessions.find("a1").await.unwrap().unwrap();
    assert_eq!((session.created_at, session.last_seen_at, session.authenticated_at), (10, 20, 10));
    let session = sessions.find("a2").await.unwrap().unwrap();
    assert_eq!((session.last_seen_at, session.authenticated_at), (30, 30));

    let other = PasswordHash::new("other".to_owned());
    let changed = catalog.users().set_password(&name("anna"), other.clone(), false, Some("a2")).await.unwrap();
    assert!(!changed.password_change_needed);
    assert_eq!(sessions.find("a1").await.unwrap(), None);
    assert!(sessions.find("a2").await.unwrap().is_some());

    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    catalog.users().change(&name("anna"), disable).await.unwrap();
    assert_eq!(sessions.find("a2").await.unwrap(), None);

    sessions.begin("b2", &name("bert"), 100, 50).await.unwrap();
    assert_eq!(sessions.find("b1").await.unwrap(), None, "forgotten");
    assert!(sessions.end("b2").await.unwrap() && !sessions.end("b2").await.unwrap());

    let stale = PasswordHash::new("stale".to_owned());
    catalog.users().rehash_password(&name("anna"), &stale, PasswordHash::new("new".to_owned())).await.unwrap();
    assert_eq!(catalog.users().password(&name("anna")).await.unwrap(), Some(other), "changed meanwhile");
}
