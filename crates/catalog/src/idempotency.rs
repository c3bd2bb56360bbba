//! Answers to creating requests, kept for a while, so that a request that is sent again creates nothing again.

use std::fmt;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::entity::idempotency;
use crate::error::database;
use crate::{Catalog, CatalogError};

/// A request that may be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Who sends it. Two who choose the same key do not meet.
    pub actor: String,
    /// The key that they chose.
    pub key: String,
    /// The brand that it is about.
    pub brand: Option<BrandSlug>,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// The hash of its body.
    pub request_hash: String,
}

/// An answer that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its status.
    pub status: u16,
    /// Its body. Must hold no secret that is shown only once.
    pub body: String,
}

impl fmt::Debug for StoredAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What a request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encounter {
    /// It is the first: carry it out, then finish or abandon.
    First,
    /// The same request is at work.
    AtWork,
    /// The same request was answered.
    Answered(StoredAnswer),
    /// The key was used for another request.
    Other,
}

/// The kept answers of an installation.
#[derive(Debug)]
pub struct Idempotency<'a> {
    catalog: &'a Catalog,
}

impl<'a> Idempotency<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Begins a request. Forgets what is older than `forget_before` first.
    pub async fn begin(
        &self,
        request: &IdempotentRequest,
        now: i64,
        forget_before: i64,
    ) -> Result<Encounter, CatalogError> {
        let action = "begin a request";
        let transaction = self.catalog.write().await?;
        idempotency::Entity::delete_many()
            .filter(idempotency::Column::CreatedAt.lt(forget_before))
            .exec(&transaction)
            .await
            .map_err(database(action))?;
        let stored = idempotency::Entity::find_by_id((request.actor.clone(), request.key.clone()))
            .one(&transaction)
            .await
            .map_err(database(action))?;
        let begun = match stored {
            Some(row) => meet(request, row)?,
            None => {
                let row = idempotency::ActiveModel {
                    actor: Set(request.actor.clone()),
                    key: Set(request.key.clone()),
                    brand: Set(request.brand.as_ref().map(|brand| brand.as_str().to_owned())),
                    method: Set(request.method.clone()),
                    path: Set(request.path.clone()),
                    request_hash: Set(request.request_hash.clone()),
                    status: Set(None),
                    body: Set(None),
                    created_at: Set(now),
                };
                idempotency::Entity::insert(row)
                    .exec_without_returning(&transaction)
                    .await
                    .map_err(database(action))?;
                Encounter::First
            }
        };
        self.catalog.commit(transaction).await?;
        Ok(begun)
    }

    /// Keeps the answer to a request that was begun.
    pub async fn finish(&self, actor: &str, key: &str, answer: &StoredAnswer) -> Result<(), CatalogError> {
        let action = "keep an answer";
        let transaction = self.catalog.write().await?;
        let row = idempotency::Entity::find_by_id((actor.to_owned(), key.to_owned()))
            .one(&transaction)
            .await
            .map_err(database(action))?;
        // Gone when its brand was erased meanwhile.
        if let Some(row) = row {
            let mut change = row.into_active_model();
            change.status = Set(Some(i32::from(answer.status)));
            change.body = Set(Some(answer.body.clone()));
            idempotency::Entity::update(change).exec(&transaction).await.map_err(database(action))?;
        }
        self.catalog.commit(transaction).await
    }

    /// Forgets a request that was begun and created nothing, so that it may be sent again.
    pub async fn abandon(&self, actor: &str, key: &str) -> Result<(), CatalogError> {
        let transaction = self.catalog.write().await?;
        idempotency::Entity::delete_by_id((actor.to_owned(), key.to_owned()))
            .exec(&transaction)
            .await
            .map_err(database("forget a request"))?;
        self.catalog.commit(transaction).await
    }

    /// Forgets requests without an answer: for the start of the process that owns the data directory, when nobody is
    /// at work on them any more.
    pub async fn abandon_unanswered(&self) -> Result<u64, CatalogError> {
        // Asked first: where nothing is written, the catalog stays sealed.
        let open = idempotency::Entity::find().filter(idempotency::Column::Status.is_null());
        if open.one(self.catalog.db()).await.map_err(database("forget requests"))?.is_none() {
            return Ok(0);
        }
        let transaction = self.catalog.write().await?;
        let result = idempotency::Entity::delete_many()
            .filter(idempotency::Column::Status.is_null())
            .exec(&transaction)
            .await
            .map_err(database("forget requests"))?;
        self.catalog.commit(transaction).await?;
        Ok(result.rows_affected)
    }
}

fn meet(request: &IdempotentRequest, row: idempotency::Model) -> Result<Encounter, CatalogError> {
    let same = row.method == request.method && row.path == request.path && row.request_hash == request.request_hash;
    if !same {
        return Ok(Encounter::Other);
    }
    let Some(status) = row.status else { return Ok(Encounter::AtWork) };
    let status = u16::try_from(status)
        .map_err(|_| CatalogError::Damaged { what: "answer", detail: format!("{status} is not a status") })?;
    Ok(Encounter::Answered(StoredAnswer { status, body: row.body.unwrap_or_default() }))
}
