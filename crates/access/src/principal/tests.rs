use proptest::prelude::*;

use super::*;

/// The table of `docs/guide/access.md`, written out: action, then whether viewer, analyst, operator, owner may.
const TABLE: [(&str, [bool; 4]); 12] = [
    ("assets.read", [true, true, true, true]),
    ("consumers.read", [false, true, true, true]),
    ("selections.write", [false, true, true, true]),
    ("rejects.summary", [false, true, true, true]),
    ("imports.read", [false, true, true, true]),
    ("imports.write", [false, false, true, true]),
    ("rejects.read", [false, false, true, true]),
    ("rules.write", [false, false, true, true]),
    ("keys.manage", [false, false, false, true]),
    ("members.manage", [false, false, false, true]),
    ("audit.read", [false, false, false, true]),
    ("installation.manage", [false, false, false, false]),
];

fn slug(text: &str) -> BrandSlug {
    text.parse().unwrap()
}

fn user(grants: Vec<Grant>) -> Principal {
    let actor = Actor::User { username: "anna".to_owned(), display_name: "Anna".to_owned() };
    Principal::user(actor, grants, false, true)
}

fn grant(reach: &str, role: Role) -> Grant {
    Grant { reach: reach.parse().unwrap(), role }
}

fn key(scopes: Vec<Action>) -> Principal {
    Principal::key(Actor::Key { id: "1".to_owned(), name: "k".to_owned() }, slug("acme"), scopes)
}

#[test]
fn every_role_may_what_the_table_says_on_its_own_brand_and_nothing_elsewhere() {
    let (acme, other) = (slug("acme"), slug("other"));
    for (text, allowed) in TABLE {
        let action: Action = text.parse().unwrap();
        let forbidden = Err(Denied::Forbidden { action });
        for (role, allowed) in Role::ALL.into_iter().zip(allowed) {
            let member = user(vec![grant("acme", role)]);
            let expected = if allowed { Ok(()) } else { forbidden };
            assert_eq!(member.may(action, Target::Brand(&acme)), expected, "{role} {text}");
            assert_eq!(member.may(action, Target::Brand(&other)), Err(Denied::NotFound), "{role} {text} elsewhere");
            assert_eq!(member.may(action, Target::Installation), forbidden, "{role} {text} of all");

            let everywhere = user(vec![grant("*", role)]);
            let owner = role == Role::Owner;
            let expected = if allowed || owner { Ok(()) } else { forbidden };
            for brand in [&acme, &other] {
                assert_eq!(everywhere.may(action, Target::Brand(brand)), expected, "{role} of * {text}");
            }
            let installation = owner && matches!(action, Action::InstallationManage | Action::AuditRead);
            let expected = if installation { Ok(()) } else { forbidden };
            assert_eq!(everywhere.may(action, Target::Installation), expected, "{role} of * {text} of all");
        }
    }
}

#[test]
fn every_action_is_in_the_table_and_reads_as_it_writes() {
    for action in Action::ALL {
        let row = TABLE.iter().find(|(text, _)| *text == action.as_str());
        let (text, allowed) = row.unwrap_or_else(|| panic!("{action} is not in the table"));
        assert_eq!(text.parse(), Ok(action));
        if !action.is_of_installation() {
            let least = Role::ALL.into_iter().zip(allowed).find(|(_, allowed)| **allowed).map(|(role, _)| role);
            assert_eq!(least, Some(action.least_role()));
        }
    }
    assert!("assets.write".parse::<Action>().is_err());
}

#[test]
fn a_key_may_what_its_scopes_name_on_its_brand_alone() {
    let (acme, other) = (slug("acme"), slug("other"));
    for scope in Action::ALL {
        for action in Action::ALL {
            let key = key(vec![scope]);
            let allowed = scope == action && action.is_for_keys();
            let expected = if allowed { Ok(()) } else { Err(Denied::Forbidden { action }) };
            assert_eq!(key.may(action, Target::Brand(&acme)), expected, "{scope} {action}");
            assert_eq!(key.may(action, Target::Brand(&other)), Err(Denied::NotFound), "{scope} {action}");
            assert_eq!(key.may(action, Target::Installation), Err(Denied::Forbidden { action }), "{scope} {action}");
        }
    }
    assert_eq!(key(Action::ALL.to_vec()).role_on(&acme), None);
}

#[test]
fn a_key_that_only_writes_may_nothing_of_the_interface() {
    let write = key(Vec::new());
    assert_eq!(write.actions_on(&slug("acme")), []);
    assert_eq!(write.installation_actions(), []);
    assert!(write.sees(&slug("acme")) && !write.sees(&slug("other")));
}

#[test]
fn who_has_no_grant_sees_nothing() {
    let nobody = user(Vec::new());
    for action in Action::ALL {
        assert_eq!(nobody.may(action, Target::Brand(&slug("acme"))), Err(Denied::NotFound));
        assert_eq!(nobody.may(action, Target::Installation), Err(Denied::Forbidden { action }));
    }
}

#[test]
fn who_must_change_their_password_may_nothing_else() {
    let actor = Actor::User { username: "anna".to_owned(), display_name: "Anna".to_owned() };
    let fresh = Principal::user(actor, vec![grant("*", Role::Owner)], true, true);
    for action in Action::ALL {
        for target in [Target::Installation, Target::Brand(&slug("acme"))] {
            assert_eq!(fresh.may(action, target), Err(Denied::PasswordChangeNeeded));
        }
    }
    assert_eq!(fresh.installation_actions(), []);
}

#[test]
fn a_step_up_is_asked_of_those_who_may_and_of_no_other() {
    let acme = slug("acme");
    let stale = |role| {
        let actor = Actor::User { username: "anna".to_owned(), display_name: "Anna".to_owned() };
        Principal::user(actor, vec![grant("acme", role)], false, false)
    };
    let action = Action::KeysManage;
    let target = Target::Brand(&acme);
    assert_eq!(stale(Role::Owner).may(action, target), Ok(()));
    assert_eq!(stale(Role::Owner).may_confirmed(action, target), Err(Denied::ConfirmationNeeded));
    assert_eq!(stale(Role::Operator).may_confirmed(action, target), Err(Denied::Forbidden { action }));
    assert_eq!(stale(Role::Owner).may_confirmed(action, Target::Brand(&slug("other"))), Err(Denied::NotFound));
    assert_eq!(user(vec![grant("acme", Role::Owner)]).may_confirmed(action, target), Ok(()));
}

#[test]
fn the_local_command_line_may_all() {
    let command = Principal::command();
    assert_eq!(command.actions_on(&slug("acme")), Action::ALL);
    assert_eq!(command.installation_actions(), Action::ALL);
    assert_eq!(command.may_confirmed(Action::KeysManage, Target::Installation), Ok(()));
}

fn any_grants() -> impl Strategy<Value = Vec<Grant>> {
    let reach = prop::sample::select(vec!["*", "acme", "other", "third"]);
    let role = prop::sample::select(Role::ALL.to_vec());
    prop::collection::vec((reach, role).prop_map(|(reach, role)| grant(reach, role)), 0..6)
}

proptest! {
    /// More grants never take anything away, and nothing comes from grants on other brands.
    #[test]
    fn rights_are_the_sum_of_the_grants_that_reach_the_brand(grants in any_grants()) {
        for brand in ["acme", "other", "third", "absent"] {
            let brand = slug(brand);
            let together = user(grants.clone());
            for action in Action::ALL {
                let alone = grants.iter().any(|grant| {
                    user(vec![grant.clone()]).may(action, Target::Brand(&brand)).is_ok()
                });
                prop_assert_eq!(together.may(action, Target::Brand(&brand)).is_ok(), alone);
            }
            let reached = grants.iter().any(|grant| grant.reach.covers(&brand));
            prop_assert_eq!(together.sees(&brand), reached);
            prop_assert_eq!(together.may(Action::AssetsRead, Target::Brand(&brand)).is_ok(), reached);
        }
    }
}
