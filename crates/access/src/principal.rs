//! Who asks, and whether they may: the one place where it is decided.

use databank_catalog::{AuditActor, Grant};
use databank_model::{BrandSlug, Reach, Role};

use crate::{Action, Target};

/// Who asks, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in user.
    User {
        /// The name that they sign in with.
        username: String,
        /// What people read.
        display_name: String,
    },
    /// A program with a key.
    Key {
        /// The key's number.
        id: String,
        /// What people read.
        name: String,
    },
    /// Whoever may run commands on the machine itself. They own the files, so they may all.
    Command,
}

impl Actor {
    /// The actor as one text that no other actor has: `user:anna`, `key:17`, `command`.
    pub fn id(&self) -> String {
        match self {
            Self::User { username, .. } => format!("user:{username}"),
            Self::Key { id, .. } => format!("key:{id}"),
            Self::Command => "command".to_owned(),
        }
    }

    /// What the audit log calls this kind of actor.
    pub fn audit_kind(&self) -> AuditActor {
        match self {
            Self::User { .. } => AuditActor::User,
            Self::Key { .. } => AuditActor::Key,
            Self::Command => AuditActor::Command,
        }
    }

    /// What the audit log, and whatever says who made it, calls this actor: a user's name, a key's number.
    pub fn audit_name(&self) -> &str {
        match self {
            Self::User { username, .. } => username,
            Self::Key { id, .. } => id,
            Self::Command => "command",
        }
    }
}

/// Who asks, with what they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who asks.
    pub actor: Actor,
    rights: Rights,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rights {
    Roles { grants: Vec<Grant>, password_change_needed: bool, confirmed: bool },
    Scopes { brand: BrandSlug, scopes: Vec<Action> },
    All,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// For them there is no such brand.
    #[error("there is no such brand")]
    NotFound,
    /// They may do other things there, not this one.
    #[error("this needs the right {action}")]
    Forbidden {
        /// What was asked for.
        action: Action,
    },
    /// They must give their password again first.
    #[error("this needs your password again")]
    ConfirmationNeeded,
    /// They must choose a password of their own first.
    #[error("choose a password of your own first")]
    PasswordChangeNeeded,
}

impl Principal {
    /// The local command line.
    pub fn command() -> Self {
        Self { actor: Actor::Command, rights: Rights::All }
    }

    pub(crate) fn user(actor: Actor, grants: Vec<Grant>, password_change_needed: bool, confirmed: bool) -> Self {
        Self { actor, rights: Rights::Roles { grants, password_change_needed, confirmed } }
    }

    pub(crate) fn key(actor: Actor, brand: BrandSlug, scopes: Vec<Action>) -> Self {
        Self { actor, rights: Rights::Scopes { brand, scopes } }
    }

    /// Whether they may: see [`decide()`].
    pub fn may(&self, action: Action, target: Target<'_>) -> Result<(), Denied> {
        decide(self, action, target)
    }

    /// Whether they may, and gave their password a short while ago: for what changes who else may.
    pub fn may_confirmed(&self, action: Action, target: Target<'_>) -> Result<(), Denied> {
        decide(self, action, target)?;
        match &self.rights {
            Rights::Roles { confirmed: false, .. } => Err(Denied::ConfirmationNeeded),
            Rights::Roles { .. } | Rights::Scopes { .. } | Rights::All => Ok(()),
        }
    }

    /// Whether the brand is there for them.
    pub fn sees(&self, brand: &BrandSlug) -> bool {
        match &self.rights {
            Rights::Roles { grants, .. } => grants.iter().any(|grant| grant.reach.covers(brand)),
            Rights::Scopes { brand: own, .. } => own == brand,
            Rights::All => true,
        }
    }

    /// The greatest role that they have on a brand. Keys have scopes instead.
    pub fn role_on(&self, brand: &BrandSlug) -> Option<Role> {
        match &self.rights {
            Rights::Roles { grants, .. } => {
                grants.iter().filter(|grant| grant.reach.covers(brand)).map(|grant| grant.role).max()
            }
            Rights::Scopes { .. } => None,
            Rights::All => Some(Role::Owner),
        }
    }

    /// What they may do on a brand.
    pub fn actions_on(&self, brand: &BrandSlug) -> Vec<Action> {
        self.actions(Target::Brand(brand))
    }

    /// What they may do on the installation as a whole.
    pub fn installation_actions(&self) -> Vec<Action> {
        self.actions(Target::Installation)
    }

    fn actions(&self, target: Target<'_>) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| decide(self, *action, target).is_ok()).collect()
    }
}

/// Whether a principal may do an action on a target: the only function that knows the rules.
///
/// - A brand on which they have no right at all is not there.
/// - A user who must change their password may do nothing else.
/// - On a brand, a user may what their greatest role there may; a key what its scopes name.
/// - On the installation, an owner of all brands may manage it and read the whole audit log; nobody else may anything.
pub fn decide(principal: &Principal, action: Action, target: Target<'_>) -> Result<(), Denied> {
    if let Target::Brand(brand) = target
        && !principal.sees(brand)
    {
        return Err(Denied::NotFound);
    }
    let allowed = match &principal.rights {
        Rights::All => true,
        Rights::Roles { password_change_needed: true, .. } => return Err(Denied::PasswordChangeNeeded),
        Rights::Roles { grants, .. } => match target {
            Target::Brand(brand) if !action.is_of_installation() => {
                principal.role_on(brand).is_some_and(|role| role >= action.least_role())
            }
            Target::Brand(_) => owns_all(grants),
            Target::Installation => {
                matches!(action, Action::InstallationManage | Action::AuditRead) && owns_all(grants)
            }
        },
        Rights::Scopes { scopes, .. } => {
            matches!(target, Target::Brand(_)) && action.is_for_keys() && scopes.contains(&action)
        }
    };
    if allowed { Ok(()) } else { Err(Denied::Forbidden { action }) }
}

fn owns_all(grants: &[Grant]) -> bool {
    grants.iter().any(|grant| grant.reach == Reach::AllBrands && grant.role == Role::Owner)
}

#[cfg(test)]
mod tests;
