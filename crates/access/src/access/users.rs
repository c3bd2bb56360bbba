//! Users: added by name, with a password for once.

use databank_catalog::{Grant, NewUser, User, UserChange};
use databank_model::{Reach, Username};

use super::{Access, one_line};
use crate::{AccessError, Page, Secret, random};

/// A user to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The name that they sign in with.
    pub username: Username,
    /// What people read; the name when none is given.
    pub display_name: Option<String>,
    /// Their roles.
    pub grants: Vec<Grant>,
}

impl Access {
    /// Adds a user. They sign in with the password that is given out here, and must change it at once.
    pub async fn create_user(&self, new: NewAccount, now_us: i64) -> Result<(User, Secret<String>), AccessError> {
        let display_name = match &new.display_name {
            Some(name) => one_line("display_name", name)?,
            None => new.username.to_string(),
        };
        let password = random::one_time_password()?;
        let user = NewUser {
            username: new.username,
            display_name,
            password: self.inner.hashing.hash(password.clone()).await?,
            grants: new.grants,
            created_at: now_us,
        };
        Ok((self.catalog().users().add(user).await?, password))
    }

    /// The users by name.
    pub async fn list_users(&self, page: Option<&str>, limit: u64) -> Result<Page<User>, AccessError> {
        let after = page_name(page)?;
        let users = self.catalog().users().list(after.as_ref(), limit + 1).await?;
        Ok(Page::of(users, limit, |user| user.username.to_string()))
    }

    /// A user.
    pub async fn get_user(&self, username: &Username) -> Result<User, AccessError> {
        Ok(self.catalog().users().get(username).await?)
    }

    /// Changes a user's display name, whether they may sign in, or all their roles. The last owner stays one.
    pub async fn change_user(&self, username: &Username, mut change: UserChange) -> Result<User, AccessError> {
        if let Some(name) = &change.display_name {
            change.display_name = Some(one_line("display_name", name)?);
        }
        Ok(self.catalog().users().change(username, change).await?)
    }

    /// Gives a user another password for once, and ends all their sessions.
    pub async fn reset_password(&self, username: &Username) -> Result<(User, Secret<String>), AccessError> {
        self.catalog().users().get(username).await?;
        let password = random::one_time_password()?;
        let hash = self.inner.hashing.hash(password.clone()).await?;
        let user = self.catalog().users().set_password(username, hash, true, None).await?;
        Ok((user, password))
    }

    /// Gives a user a role on a reach, in place of the one that they have there.
    pub async fn grant(&self, username: &Username, grant: Grant) -> Result<User, AccessError> {
        self.catalog().grants().set(username, grant).await?;
        self.get_user(username).await
    }

    /// Takes a user's role on a reach away.
    pub async fn revoke(&self, username: &Username, reach: &Reach) -> Result<User, AccessError> {
        if self.catalog().grants().remove(username, reach).await? {
            return self.get_user(username).await;
        }
        let on = match reach {
            Reach::AllBrands => "all brands".to_owned(),
            Reach::Brand(brand) => format!("brand {brand}"),
        };
        Err(AccessError::Invalid {
            field: "brand",
            message: format!("user {username} has no role of their own on {on}"),
        })
    }
}

/// The user name that a page begins after.
pub(super) fn page_name(page: Option<&str>) -> Result<Option<Username>, AccessError> {
    page.map(str::parse).transpose().map_err(|error| AccessError::invalid("page", &error))
}
