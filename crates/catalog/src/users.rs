//! Users: who may sign in, with the hashes of their passwords.

use std::fmt;

use databank_model::{Reach, Role, Username};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::entity::{grant, user};
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, Grant, grants, sessions};

/// A password as it is stored: a PHC string. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash of that PHC string.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name that they sign in with.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Whether they must choose another password before anything else.
    pub password_change_needed: bool,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// When they were added.
    pub created_at: i64,
    /// When they last signed in.
    pub last_signed_in_at: Option<i64>,
    /// Their roles, by reach.
    pub grants: Vec<Grant>,
}

/// A user to add.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name that they sign in with.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Their first password, which they must change.
    pub password: PasswordHash,
    /// Their roles.
    pub grants: Vec<Grant>,
    /// Now.
    pub created_at: i64,
}

/// What of a user is to change; none leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// What people read.
    pub display_name: Option<String>,
    /// Whether they may not sign in. Disabling ends their sessions at once.
    pub disabled: Option<bool>,
    /// All their roles, in place of those that they have.
    pub grants: Option<Vec<Grant>>,
}

/// The users of an installation.
#[derive(Debug)]
pub struct Users<'a> {
    catalog: &'a Catalog,
}

impl<'a> Users<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Adds a user with their roles, all or nothing.
    pub async fn add(&self, new: NewUser) -> Result<User, CatalogError> {
        let transaction = self.catalog.write().await?;
        if row(&transaction, &new.username).await?.is_some() {
            return Err(CatalogError::UserExists { username: new.username });
        }
        let row = user::ActiveModel {
            username: Set(new.username.as_str().to_owned()),
            display_name: Set(new.display_name),
            password_hash: Set(new.password.0),
            password_change_needed: Set(true),
            disabled: Set(false),
            created_at: Set(new.created_at),
            last_signed_in_at: Set(None),
        };
        user::Entity::insert(row).exec_without_returning(&transaction).await.map_err(database("add a user"))?;
        grants::replace(&transaction, &new.username, &new.grants).await?;
        let user = require(&transaction, &new.username).await?;
        self.catalog.commit(transaction).await?;
        Ok(user)
    }

    /// The user of that name, if there is one.
    pub async fn find(&self, username: &Username) -> Result<Option<User>, CatalogError> {
        self.catalog.recall(|memory| &mut memory.users, username, lookup(self.catalog.db(), username)).await
    }

    /// The user of that name; an error when there is none.
    pub async fn get(&self, username: &Username) -> Result<User, CatalogError> {
        require(self.catalog.db(), username).await
    }

    /// The stored password of that user, if there is one.
    pub async fn password(&self, username: &Username) -> Result<Option<PasswordHash>, CatalogError> {
        Ok(row(self.catalog.db(), username).await?.map(|row| PasswordHash(row.password_hash)))
    }

    /// At most `limit` users by name, those after `after`.
    pub async fn list(&self, after: Option<&Username>, limit: u64) -> Result<Vec<User>, CatalogError> {
        let mut query = user::Entity::find().order_by_asc(user::Column::Username).limit(limit);
        if let Some(after) = after {
            query = query.filter(user::Column::Username.gt(after.as_str()));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list users"))?;
        let mut users = Vec::with_capacity(rows.len());
        for row in rows {
            users.push(with_grants(self.catalog.db(), row).await?);
        }
        Ok(users)
    }

    /// Whether anybody owns the installation, and so could let others in.
    pub async fn any_owner(&self) -> Result<bool, CatalogError> {
        any_owner(self.catalog.db()).await
    }

    /// Changes a user. Refuses to leave the installation without an owner, when it has one.
    pub async fn change(&self, username: &Username, change: UserChange) -> Result<User, CatalogError> {
        let transaction = self.catalog.write().await?;
        let owned = any_owner(&transaction).await?;
        let mut row = required_row(&transaction, username).await?.into_active_model();
        if let Some(display_name) = change.display_name {
            row.display_name = Set(display_name);
        }
        if let Some(disabled) = change.disabled {
            row.disabled = Set(disabled);
        }
        if row.is_changed() {
            user::Entity::update(row).exec(&transaction).await.map_err(database("change a user"))?;
        }
        if let Some(grants) = &change.grants {
            grants::replace(&transaction, username, grants).await?;
        }
        if change.disabled == Some(true) {
            sessions::end_all(&transaction, username, None).await?;
        }
        keep_owner(&transaction, owned).await?;
        let user = require(&transaction, username).await?;
        self.catalog.commit(transaction).await?;
        Ok(user)
    }

    /// Stores another password, and ends the user's sessions but the one of `kept_session` (the hash of its token).
    pub async fn set_password(
        &self,
        username: &Username,
        password: PasswordHash,
        change_needed: bool,
        kept_session: Option<&str>,
    ) -> Result<User, CatalogError> {
        let transaction = self.catalog.write().await?;
        let mut row = required_row(&transaction, username).await?.into_active_model();
        row.password_hash = Set(password.0);
        row.password_change_needed = Set(change_needed);
        user::Entity::update(row).exec(&transaction).await.map_err(database("store a password"))?;
        sessions::end_all(&transaction, username, kept_session).await?;
        let user = require(&transaction, username).await?;
        self.catalog.commit(transaction).await?;
        Ok(user)
    }

    /// Stores the same password hashed anew, unless it was changed since `old` was read.
    pub async fn rehash_password(
        &self,
        username: &Username,
        old: &PasswordHash,
        new: PasswordHash,
    ) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        let row = required_row(&transaction, username).await?;
        if row.password_hash == old.0 {
            let mut row = row.into_active_model();
            row.password_hash = Set(new.0);
            user::Entity::update(row).exec(&transaction).await.map_err(database("store a password"))?;
        }
        self.catalog.commit(transaction).await
    }
}

/// Fails when the installation had an owner before and has none any more.
pub(crate) async fn keep_owner<C: ConnectionTrait>(db: &C, owned: bool) -> Result<(), CatalogError> {
    if owned && !any_owner(db).await? { Err(CatalogError::LastOwner) } else { Ok(()) }
}

/// Whether a user who may sign in owns all brands.
pub(crate) async fn any_owner<C: ConnectionTrait>(db: &C) -> Result<bool, CatalogError> {
    let action = "look for an owner";
    let owners = grant::Entity::find()
        .filter(grant::Column::Brand.eq(Reach::AllBrands.as_str()))
        .filter(grant::Column::Role.eq(Role::Owner.as_str()))
        .all(db)
        .await
        .map_err(database(action))?;
    let names = owners.into_iter().map(|owner| owner.username);
    let enabled = user::Entity::find()
        .filter(user::Column::Username.is_in(names))
        .filter(user::Column::Disabled.eq(false))
        .one(db)
        .await
        .map_err(database(action))?;
    Ok(enabled.is_some())
}

/// Remembers when a user signed in, within the caller's transaction.
pub(crate) async fn signed_in<C: ConnectionTrait>(db: &C, username: &Username, now: i64) -> Result<(), CatalogError> {
    let mut row = required_row(db, username).await?.into_active_model();
    row.last_signed_in_at = Set(Some(now));
    user::Entity::update(row).exec(db).await.map_err(database("remember a sign-in"))?;
    Ok(())
}

pub(crate) async fn lookup<C: ConnectionTrait>(db: &C, username: &Username) -> Result<Option<User>, CatalogError> {
    match row(db, username).await? {
        Some(row) => with_grants(db, row).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn require<C: ConnectionTrait>(db: &C, username: &Username) -> Result<User, CatalogError> {
    with_grants(db, required_row(db, username).await?).await
}

async fn required_row<C: ConnectionTrait>(db: &C, username: &Username) -> Result<user::Model, CatalogError> {
    row(db, username).await?.ok_or_else(|| CatalogError::UserNotFound { username: username.clone() })
}

async fn row<C: ConnectionTrait>(db: &C, username: &Username) -> Result<Option<user::Model>, CatalogError> {
    user::Entity::find_by_id(username.as_str().to_owned()).one(db).await.map_err(database("read a user"))
}

async fn with_grants<C: ConnectionTrait>(db: &C, row: user::Model) -> Result<User, CatalogError> {
    let username: Username = parse("user name", &row.username)?;
    let grants = grants::of_user(db, &username).await?;
    Ok(User {
        username,
        display_name: row.display_name,
        password_change_needed: row.password_change_needed,
        disabled: row.disabled,
        created_at: row.created_at,
        last_signed_in_at: row.last_signed_in_at,
        grants,
    })
}
