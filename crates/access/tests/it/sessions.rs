use databank_access::{
    AccessError, AccessSettings, Action, Denied, HashingCost, Role, SignInError, Target, UserChange,
};

use crate::{GOOD_PASSWORD, HOUR, MINUTE, NOW, Place, SECOND, brand, contains, name, patient, secret};

#[tokio::test]
async fn there_is_no_default_account() {
    let place = Place::new().await;
    assert_eq!(place.access.list_users(None, 10).await.unwrap().items, []);
    for (username, password) in [("admin", "admin"), ("root", "root"), ("databank", "databank"), ("", "")] {
        let error = place.access.sign_in(username, secret(password), "local", NOW).await.unwrap_err();
        assert!(matches!(error, SignInError::Wrong), "{error}");
    }
}

#[tokio::test]
async fn passwords_are_hashed_as_they_should_be_and_anew_when_that_changes() {
    let old = AccessSettings { hashing: HashingCost { memory_kib: 64, passes: 1, lanes: 1 }, ..patient() };
    let place = Place::with(old).await;
    place.add_user("anna", &[("*", Role::Owner)]).await;
    let stored = || async { place.catalog.users().password(&name("anna")).await.unwrap().unwrap() };
    let first = stored().await;
    assert!(first.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", first.as_str());

    // The same installation, with the settings that hold unless somebody says otherwise.
    let access = databank_access::Access::new(place.catalog.clone(), AccessSettings::default());
    access.sign_in("anna", secret("wrong"), "local", NOW).await.unwrap_err();
    assert_eq!(stored().await, first, "a wrong password changes nothing");
    access.sign_in("anna", secret(GOOD_PASSWORD), "local", NOW).await.unwrap();
    let second = stored().await;
    assert!(second.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", second.as_str());
    access.sign_in("anna", secret(GOOD_PASSWORD), "local", NOW).await.unwrap();
    assert_eq!(stored().await, second, "once is enough");
}

#[tokio::test]
async fn the_same_password_is_stored_differently_for_everybody() {
    let place = Place::new().await;
    place.add_user("anna", &[]).await;
    place.add_user("bert", &[]).await;
    let users = place.catalog.users();
    let stored = (users.password(&name("anna")).await.unwrap(), users.password(&name("bert")).await.unwrap());
    assert_ne!(stored.0, stored.1);
}

#[tokio::test]
async fn fifty_who_sign_in_at_once_are_hashed_two_at_a_time() {
    let place = Place::with(patient()).await;
    place.add_user("anna", &[]).await;
    let before = place.access.hashing().hashes;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let access = place.access.clone();
        let password = if number % 2 == 0 { GOOD_PASSWORD } else { "wrong" };
        tasks.spawn(async move { access.sign_in("anna", secret(password), "local", NOW).await.is_ok() });
    }
    let signed_in = tasks.join_all().await.into_iter().filter(|signed_in| *signed_in).count();
    assert_eq!(signed_in, 25);
    let stats = place.access.hashing();
    assert_eq!(stats.hashes - before, 50);
    assert!(stats.most_at_once <= 2, "{stats:?}");
}

#[tokio::test]
async fn unknown_users_wrong_passwords_and_disabled_users_answer_the_same_after_the_same_work() {
    let place = Place::with(patient()).await;
    place.add_user("anna", &[("*", Role::Owner)]).await;
    place.add_user("bert", &[]).await;
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    place.access.change_user(&name("bert"), disable).await.unwrap();
    let long = "x".repeat(1_000_000);
    for (username, password) in [
        ("anna", "wrong"),
        ("anna", ""),
        ("anna", &long[..]),
        ("bert", GOOD_PASSWORD),
        ("bert", "wrong"),
        ("nobody", GOOD_PASSWORD),
        ("no user name", "wrong"),
        ("", ""),
    ] {
        let before = place.access.hashing().hashes;
        let error = place.access.sign_in(username, secret(password), "local", NOW).await.unwrap_err();
        assert_eq!(error.to_string(), "wrong user name or password", "{username}");
        assert_eq!(place.access.hashing().hashes - before, 1, "{username}");
    }
}

#[tokio::test]
async fn every_byte_of_a_password_counts() {
    let place = Place::with(patient()).await;
    let first = place.add_fresh("anna", &[]).await;
    let session = place.access.sign_in("anna", first.clone(), "local", NOW).await.unwrap();
    let long = "füчка and seventeen bicycles ".repeat(30);
    let token = session.token.expose();
    place.access.change_password(token, first, secret(&long), "local", NOW).await.unwrap();
    let cut: String = long.chars().take(72).collect();
    let decomposed = long.replace('ü', "u\u{308}");
    for other in [&long[..long.len() - 1], &cut, long.trim_end(), &long.to_uppercase(), &decomposed] {
        place.access.sign_in("anna", secret(other), "local", NOW).await.unwrap_err();
    }
    place.access.sign_in("ANNA", secret(&long), "local", NOW).await.unwrap();
}

#[tokio::test]
async fn failures_hold_up_their_account_and_their_address_and_nobody_else() {
    let place = Place::new().await;
    place.add_user("anna", &[]).await;
    place.add_user("bert", &[]).await;
    let try_it = async |username: &str, password: &str, address: &str, now| {
        place.access.sign_in(username, secret(password), address, now).await
    };
    for number in 0..10 {
        let error = try_it("anna", "wrong", &format!("192.0.2.{number}"), NOW).await.unwrap_err();
        assert!(matches!(error, SignInError::Wrong), "{error}");
    }
    let hashes = place.access.hashing().hashes;
    let error = try_it("anna", GOOD_PASSWORD, "192.0.2.99", NOW).await.unwrap_err();
    assert!(matches!(error, SignInError::TooMany { retry_after_s: 30 }), "{error}");
    assert_eq!(place.access.hashing().hashes, hashes, "no work for it");
    try_it("bert", GOOD_PASSWORD, "192.0.2.99", NOW).await.unwrap();
    try_it("anna", GOOD_PASSWORD, "192.0.2.99", NOW + 30 * SECOND).await.unwrap();

    for number in 0..30 {
        try_it(&format!("guess-{number}"), "wrong", "2001:db8::1", NOW).await.unwrap_err();
    }
    let error = try_it("bert", GOOD_PASSWORD, "2001:db8::2", NOW).await.unwrap_err();
    assert!(matches!(error, SignInError::TooMany { .. }), "the same network: {error}");
    for _ in 0..100 {
        try_it("bert", GOOD_PASSWORD, "198.51.100.7", NOW).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_ends_when_nobody_is_there_and_after_twelve_hours() {
    let place = Place::new().await;
    let signed_in = place.add_user("anna", &[("acme", Role::Viewer)]).await;
    let token = signed_in.token.expose();
    assert_eq!(signed_in.session.expires_at, NOW + 30 * MINUTE);
    let mut now = NOW;
    while now < NOW + 12 * HOUR - 29 * MINUTE {
        now += 29 * MINUTE;
        let session = place.access.session(token, now).await.unwrap();
        assert_eq!(session.expires_at, (now + 30 * MINUTE).min(NOW + 12 * HOUR));
    }
    let error = place.access.session(token, NOW + 12 * HOUR).await.unwrap_err();
    assert!(matches!(error, AccessError::NotSignedIn), "{error}");

    let idle = place.sign_in("anna", NOW).await;
    place.access.session(idle.token.expose(), NOW + 30 * MINUTE - 1).await.unwrap();
    let idle = place.sign_in("anna", NOW).await;
    place.access.session(idle.token.expose(), NOW + 30 * MINUTE).await.unwrap_err();
    place.access.session(idle.token.expose(), NOW).await.unwrap_err();
}

#[tokio::test]
async fn no_session_outlives_a_clock_that_is_set_back() {
    let place = Place::with(patient()).await;
    place.add_user("anna", &[("*", Role::Owner)]).await;
    let year = 365 * 24 * HOUR;
    let ahead = place.sign_in("anna", NOW + year).await;
    place.access.session(ahead.token.expose(), NOW).await.unwrap_err();
    place.access.session(ahead.token.expose(), NOW + year).await.unwrap_err();
    // Used in between, while the clock was wrong.
    let used = place.sign_in("anna", NOW).await;
    place.access.session(used.token.expose(), NOW + 20 * MINUTE).await.unwrap();
    place.access.session(used.token.expose(), NOW + MINUTE).await.unwrap_err();
    // Set right by a little, as it is all the time.
    let little = place.sign_in("anna", NOW + 2 * MINUTE).await;
    let session = place.access.session(little.token.expose(), NOW).await.unwrap();
    assert_eq!(session.expires_at, little.session.expires_at);
}

#[tokio::test]
async fn a_token_that_was_signed_out_is_worth_nothing() {
    let place = Place::new().await;
    let (first, second) = (place.add_user("anna", &[]).await, place.sign_in("anna", NOW).await);
    assert_ne!(first.token.expose(), second.token.expose());
    assert_eq!(first.token.expose().len(), 43);
    assert!(place.access.sign_out(first.token.expose()).await.unwrap());
    assert!(!place.access.sign_out(first.token.expose()).await.unwrap());
    place.access.session(first.token.expose(), NOW).await.unwrap_err();
    place.access.session(second.token.expose(), NOW).await.unwrap();
    for nonsense in ["", "x", &"A".repeat(43)] {
        place.access.session(nonsense, NOW).await.unwrap_err();
    }
}

#[tokio::test]
async fn changing_resetting_and_disabling_end_the_other_sessions_at_once() {
    let place = Place::new().await;
    place.add_user("owner", &[("*", Role::Owner)]).await;
    let (one, other) = (place.add_user("anna", &[]).await, place.sign_in("anna", NOW).await);
    let holds = async |token: &str| place.access.session(token, NOW).await.is_ok();
    let new = "nine lemon yellow tractors";
    let (access, token) = (&place.access, one.token.expose());
    let error = access.change_password(token, secret("wrong"), secret(new), "local", NOW).await.unwrap_err();
    assert!(matches!(error, SignInError::Wrong), "{error}");
    for (bad, reason) in [(GOOD_PASSWORD, "current one"), ("short", "fewer than 10"), ("password1234", "guessed")] {
        let error = access.change_password(token, secret(GOOD_PASSWORD), secret(bad), "local", NOW).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert!(holds(other.token.expose()).await);
    access.change_password(token, secret(GOOD_PASSWORD), secret(new), "local", NOW).await.unwrap();
    assert!(holds(token).await && !holds(other.token.expose()).await);
    access.sign_in("anna", secret(GOOD_PASSWORD), "local", NOW).await.unwrap_err();

    let (user, one_time) = access.reset_password(&name("anna")).await.unwrap();
    assert!(user.password_change_needed && !holds(token).await);
    let fresh = access.sign_in("anna", one_time, "local", NOW).await.unwrap();
    let disable = UserChange { disabled: Some(true), ..UserChange::default() };
    access.change_user(&name("anna"), disable).await.unwrap();
    assert!(!holds(fresh.token.expose()).await);
}

#[tokio::test]
async fn a_password_for_once_opens_nothing_but_its_own_change() {
    let place = Place::new().await;
    let one_time = place.add_fresh("anna", &[("*", Role::Owner)]).await;
    assert!(one_time.expose().len() >= 20);
    let signed_in = place.access.sign_in("anna", one_time.clone(), "local", NOW).await.unwrap();
    assert!(signed_in.session.user.password_change_needed);
    let principal = &signed_in.session.principal;
    assert_eq!(principal.may(Action::AssetsRead, Target::Brand(&brand("acme"))), Err(Denied::PasswordChangeNeeded));
    let token = signed_in.token.expose();
    let session =
        place.access.change_password(token, one_time.clone(), secret(GOOD_PASSWORD), "local", NOW).await.unwrap();
    assert_eq!(session.principal.may(Action::InstallationManage, Target::Installation), Ok(()));
    place.access.sign_in("anna", one_time, "local", NOW).await.unwrap_err();
}

#[tokio::test]
async fn what_changes_rights_needs_a_password_of_the_last_quarter_of_an_hour() {
    let place = Place::new().await;
    let signed_in = place.add_user("anna", &[("acme", Role::Owner)]).await;
    let token = signed_in.token.expose();
    let acme = brand("acme");
    let may = async |now| {
        let session = place.access.session(token, now).await.unwrap();
        session.principal.may_confirmed(Action::KeysManage, Target::Brand(&acme))
    };
    assert_eq!(may(NOW - 2 * MINUTE).await, Ok(()), "a clock that was set right by a little");
    assert_eq!(may(NOW + 15 * MINUTE).await, Ok(()));
    let later = NOW + 15 * MINUTE + 1;
    assert_eq!(may(later).await, Err(Denied::ConfirmationNeeded));
    let error = place.access.confirm(token, secret("wrong"), "local", later).await.unwrap_err();
    assert!(matches!(error, SignInError::Wrong), "{error}");
    assert_eq!(may(later).await, Err(Denied::ConfirmationNeeded));
    place.access.confirm(token, secret(GOOD_PASSWORD), "local", later).await.unwrap();
    assert_eq!(may(later + 15 * MINUTE).await, Ok(()));
    let error = place.access.confirm("unknown", secret(GOOD_PASSWORD), "local", later).await.unwrap_err();
    assert!(matches!(error, SignInError::Failed(AccessError::NotSignedIn)), "{error}");
}

#[tokio::test]
async fn rights_that_were_taken_away_are_gone_at_once() {
    let place = Place::new().await;
    let signed_in = place.add_user("anna", &[("acme", Role::Owner)]).await;
    let role = async || {
        let session = place.access.session(signed_in.token.expose(), NOW).await.unwrap();
        session.principal.role_on(&brand("acme"))
    };
    assert_eq!(role().await, Some(Role::Owner));
    place.access.set_member(&brand("acme"), &name("anna"), Role::Viewer).await.unwrap();
    assert_eq!(role().await, Some(Role::Viewer));
    place.access.remove_member(&brand("acme"), &name("anna")).await.unwrap();
    assert_eq!(role().await, None);
}

#[tokio::test]
async fn no_password_or_token_is_stored_or_shown() {
    let place = Place::new().await;
    let one_time = place.add_fresh("bert", &[]).await;
    let signed_in = place.add_user("anna", &[]).await;
    let bytes = place.bytes().await;
    for hidden in [GOOD_PASSWORD, one_time.expose(), signed_in.token.expose()] {
        assert!(!contains(&bytes, hidden), "{hidden}");
        let shown = format!("{:?} {:?} {signed_in:?} {:?}", secret(hidden), one_time, place.access);
        assert!(!shown.contains(hidden), "{shown}");
    }
}
