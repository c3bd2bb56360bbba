//! The audit log: who did what, on what, and how it ended. Entries are added, chained by their hashes, and never changed.

mod chain;

use std::fmt;
use std::str::FromStr;

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};

use crate::entity::audit;
use crate::error::{database, parse, read_json};
use crate::{Catalog, CatalogError, meta};

pub use chain::AuditCheck;

/// Where the sequence and hash of the newest entry are kept besides, so that cutting off the log's end shows.
const HEAD_KEY: &str = "audit_head";

/// What the first entry has as its previous hash.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What kind of actor did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditActor {
    /// A signed-in user.
    User,
    /// A program with a key.
    Key,
    /// Somebody at the machine's own command line.
    Command,
    /// The program by itself.
    System,
}

impl AuditActor {
    const ALL: [Self; 4] = [Self::User, Self::Key, Self::Command, Self::System];

    /// The kind as text: `user` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Key => "key",
            Self::Command => "command",
            Self::System => "system",
        }
    }
}

impl fmt::Display for AuditActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditActor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is not a kind of actor (user, key, command or system)"))
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It broke.
    Failed,
}

impl AuditOutcome {
    /// The outcome as text: `done` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for AuditOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditOutcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = [Self::Done, Self::Refused, Self::Failed].into_iter().find(|outcome| outcome.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is not an outcome (done, refused or failed)"))
    }
}

/// An entry to add. No field may hold personal data of consumers: entries outlive every erasure.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    /// Now.
    pub at: i64,
    /// What kind of actor.
    pub actor: AuditActor,
    /// Which one: a user name, a key's number, the operating system's user.
    pub actor_name: String,
    /// What was done: `key.create`.
    pub action: String,
    /// The brand that it was about.
    pub brand: Option<BrandSlug>,
    /// What it was about: a user, a key, a file name.
    pub target: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// More about it.
    pub details: Map<String, Value>,
    /// Where the request came from.
    pub address: Option<String>,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// 1, 2, 3 and so on.
    pub sequence: i64,
    /// What it says.
    pub entry: NewAuditEntry,
    /// The hash of the entry before it, hexadecimal.
    pub previous: String,
    /// Its own hash, over the previous one and all that it says, hexadecimal.
    pub hash: String,
}

/// Which entries; what is none does not count.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only of this brand.
    pub brand: Option<BrandSlug>,
    /// Only of the actor of this name.
    pub actor: Option<String>,
    /// Only of this action.
    pub action: Option<String>,
    /// Only of this outcome.
    pub outcome: Option<AuditOutcome>,
    /// Only at or after this instant.
    pub from: Option<i64>,
    /// Only before this instant.
    pub to: Option<i64>,
}

/// The audit log of an installation.
#[derive(Debug)]
pub struct Audit<'a> {
    catalog: &'a Catalog,
}

impl<'a> Audit<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Adds an entry, chained to the one before it.
    pub async fn append(&self, new: NewAuditEntry) -> Result<AuditEntry, CatalogError> {
        let transaction = self.catalog.write().await?;
        let newest = audit::Entity::find()
            .order_by_desc(audit::Column::Sequence)
            .one(&transaction)
            .await
            .map_err(database("read the newest audit entry"))?;
        let (sequence, previous) = match newest {
            Some(row) => (row.sequence + 1, row.hash),
            None => (1, NOTHING_BEFORE.to_owned()),
        };
        let mut row = audit::Model {
            sequence,
            at: new.at,
            actor_kind: new.actor.as_str().to_owned(),
            actor_name: new.actor_name,
            action: new.action,
            brand: new.brand.map(Into::into),
            target: new.target,
            outcome: new.outcome.as_str().to_owned(),
            details: Value::Object(new.details).to_string(),
            address: new.address,
            previous,
            hash: String::new(),
        };
        row.hash = chain::hash(&row);
        let stored = audit::Entity::insert(active(row))
            .exec_with_returning(&transaction)
            .await
            .map_err(database("add an audit entry"))?;
        meta::set(&transaction, HEAD_KEY, &chain::head(&stored)).await?;
        self.catalog.commit(transaction).await?;
        from_row(stored)
    }

    /// At most `limit` entries that pass the filter, newest first, those before the entry `before`.
    pub async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, CatalogError> {
        let mut query = audit::Entity::find().order_by_desc(audit::Column::Sequence).limit(limit);
        if let Some(before) = before {
            query = query.filter(audit::Column::Sequence.lt(before));
        }
        if let Some(brand) = &filter.brand {
            query = query.filter(audit::Column::Brand.eq(brand.as_str()));
        }
        if let Some(actor) = &filter.actor {
            query = query.filter(audit::Column::ActorName.eq(actor.as_str()));
        }
        if let Some(action) = &filter.action {
            query = query.filter(audit::Column::Action.eq(action.as_str()));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(audit::Column::Outcome.eq(outcome.as_str()));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit::Column::At.gte(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit::Column::At.lt(to));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database("list audit entries"))?;
        rows.into_iter().map(from_row).collect()
    }

    /// Goes through the whole log and says whether any entry was changed, dropped, moved or added by another way.
    pub async fn verify(&self) -> Result<AuditCheck, CatalogError> {
        // One transaction: an entry that is added meanwhile must not look like one too many.
        let transaction = self.catalog.write().await?;
        let check = verify(&transaction).await?;
        self.catalog.commit(transaction).await?;
        Ok(check)
    }
}

async fn verify<C: ConnectionTrait>(db: &C) -> Result<AuditCheck, CatalogError> {
    const AT_ONCE: u64 = 1_000;
    let mut chain = chain::Chain::begin();
    loop {
        let rows = audit::Entity::find()
            .filter(audit::Column::Sequence.gt(chain.last_sequence()))
            .order_by_asc(audit::Column::Sequence)
            .limit(AT_ONCE)
            .all(db)
            .await
            .map_err(database("verify the audit log"))?;
        if rows.is_empty() {
            let head = meta::get(db, HEAD_KEY).await?;
            return Ok(chain.end(head.as_deref()));
        }
        for row in &rows {
            if let Some(broken) = chain.follow(row) {
                return Ok(broken);
            }
        }
    }
}

fn active(row: audit::Model) -> audit::ActiveModel {
    audit::ActiveModel {
        sequence: Set(row.sequence),
        at: Set(row.at),
        actor_kind: Set(row.actor_kind),
        actor_name: Set(row.actor_name),
        action: Set(row.action),
        brand: Set(row.brand),
        target: Set(row.target),
        outcome: Set(row.outcome),
        details: Set(row.details),
        address: Set(row.address),
        previous: Set(row.previous),
        hash: Set(row.hash),
    }
}

fn from_row(row: audit::Model) -> Result<AuditEntry, CatalogError> {
    Ok(AuditEntry {
        sequence: row.sequence,
        entry: NewAuditEntry {
            at: row.at,
            actor: parse("kind of actor", &row.actor_kind)?,
            actor_name: row.actor_name,
            action: row.action,
            brand: row.brand.map(|text| parse("brand slug", &text)).transpose()?,
            target: row.target,
            outcome: parse("outcome", &row.outcome)?,
            details: read_json("details of an audit entry", &row.details)?,
            address: row.address,
        },
        previous: row.previous,
        hash: row.hash,
    })
}
