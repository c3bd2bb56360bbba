//! Sessions: who is signed in, by the hash of a token that only they have.

use databank_model::Username;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entity::session;
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, users};

/// A sign-in that may still hold; how long it holds is its reader's matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Who.
    pub username: Username,
    /// When they signed in.
    pub created_at: i64,
    /// When they were last there, give or take a minute.
    pub last_seen_at: i64,
    /// When they last gave their password.
    pub authenticated_at: i64,
}

/// The sessions of an installation.
#[derive(Debug)]
pub struct Sessions<'a> {
    catalog: &'a Catalog,
}

impl<'a> Sessions<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Begins a session, and remembers the sign-in with its user. Forgets sessions that were last seen before
    /// `forget_before`: nobody can use them any more.
    pub async fn begin(
        &self,
        token_hash: &str,
        username: &Username,
        now: i64,
        forget_before: i64,
    ) -> Result<StoredSession, CatalogError> {
        let transaction = self.catalog.write().await?;
        users::signed_in(&transaction, username, now).await?;
        session::Entity::delete_many()
            .filter(session::Column::LastSeenAt.lt(forget_before))
            .exec(&transaction)
            .await
            .map_err(database("forget old sessions"))?;
        let row = session::ActiveModel {
            token_hash: Set(token_hash.to_owned()),
            username: Set(username.as_str().to_owned()),
            created_at: Set(now),
            last_seen_at: Set(now),
            authenticated_at: Set(now),
        };
        let stored = session::Entity::insert(row)
            .exec_with_returning(&transaction)
            .await
            .map_err(database("begin a session"))?;
        self.catalog.commit(transaction).await?;
        from_row(&stored)
    }

    /// The session of a token, if there is one.
    pub async fn find(&self, token_hash: &str) -> Result<Option<StoredSession>, CatalogError> {
        let token_hash = token_hash.to_owned();
        let read = async {
            let row = session::Entity::find_by_id(token_hash.clone()).one(self.catalog.db()).await;
            row.map_err(database("read a session"))?.as_ref().map(from_row).transpose()
        };
        self.catalog.recall(|memory| &mut memory.sessions, &token_hash, read).await
    }

    /// Remembers that somebody was there.
    pub async fn touch(&self, token_hash: &str, now: i64) -> Result<(), CatalogError> {
        self.set(token_hash, &[(session::Column::LastSeenAt, now)]).await
    }

    /// Remembers that somebody gave their password again.
    pub async fn authenticate(&self, token_hash: &str, now: i64) -> Result<(), CatalogError> {
        self.set(token_hash, &[(session::Column::LastSeenAt, now), (session::Column::AuthenticatedAt, now)]).await
    }

    /// Ends a session. Says whether there was one.
    pub async fn end(&self, token_hash: &str) -> Result<bool, CatalogError> {
        let transaction = self.catalog.write().await?;
        let result = session::Entity::delete_by_id(token_hash.to_owned())
            .exec(&transaction)
            .await
            .map_err(database("end a session"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected > 0)
    }

    /// Ends everybody's sessions.
    pub async fn end_all(&self) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        session::Entity::delete_many().exec(&transaction).await.map_err(database("end all sessions"))?;
        self.catalog.commit(transaction).await
    }

    async fn set(&self, token_hash: &str, values: &[(session::Column, i64)]) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        let mut update = session::Entity::update_many().filter(session::Column::TokenHash.eq(token_hash));
        for (column, value) in values {
            update = update.col_expr(*column, Expr::value(*value));
        }
        update.exec(&transaction).await.map_err(database("keep a session"))?;
        self.catalog.commit(transaction).await
    }
}

/// Ends a user's sessions but one, within the caller's transaction.
pub(crate) async fn end_all<C: ConnectionTrait>(
    db: &C,
    username: &Username,
    kept: Option<&str>,
) -> Result<(), CatalogError> {
    let mut which = Condition::all().add(session::Column::Username.eq(username.as_str()));
    if let Some(kept) = kept {
        which = which.add(session::Column::TokenHash.ne(kept));
    }
    session::Entity::delete_many().filter(which).exec(db).await.map_err(database("end a user's sessions"))?;
    Ok(())
}

fn from_row(row: &session::Model) -> Result<StoredSession, CatalogError> {
    Ok(StoredSession {
        username: parse("user name", &row.username)?,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        authenticated_at: row.authenticated_at,
    })
}
