//! Opens the catalog and hands out its repositories.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use tokio::sync::OnceCell;

use crate::error::database;
use crate::memory::{Memory, State};
use crate::seal::Found;
use crate::{
    ApiKeys, Audit, Brands, CatalogError, Collected, Deposits, Grants, Idempotency, Jobs, Meta, RuleSets,
    SavedMappings, Selections, Sessions, Tracking, Uploads, Users, VaultVersions, meta, migrations, seal,
};

/// How long a statement waits for another process's write lock before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it waits before it tries again what SQLite does not wait for.
const PAUSE: Duration = Duration::from_millis(20);

/// Readers at a time. Writers take turns, as SQLite has one write lock.
const MAX_CONNECTIONS: u32 = 4;

/// The control data of one data directory. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Catalog {
    db: DatabaseConnection,
    alone: Option<Arc<Alone>>,
}

/// What a catalog has whose opener is alone with it.
#[derive(Debug)]
struct Alone {
    catalog: PathBuf,
    seal_broken: OnceCell<()>,
    memory: Arc<Memory>,
}

impl Catalog {
    /// Opens the catalog at `path`, makes it when it is absent, and applies the migrations that it lacks.
    pub async fn open(path: &Path) -> Result<Self, CatalogError> {
        let open = |source: DbErr| CatalogError::Open { path: path.to_owned(), source: Box::new(source) };
        let db = connect(path).await.map_err(open)?;

        let transaction = begin_write(&db).await.map_err(open)?;
        migrations::apply(&transaction).await?;
        meta::check_format(&transaction).await?;
        transaction.commit().await.map_err(database("commit the migrations"))?;
        Ok(Self { db, alone: None })
    }

    /// Opens the catalog for the one process that may have it open, which ends with [`Catalog::close`]. What was changed or
    /// damaged while nobody had it open is an error that names the file.
    pub async fn open_alone(path: &Path) -> Result<Self, CatalogError> {
        let found = seal::check(path)?;
        if found == Found::Sealed {
            let db = connect(path)
                .await
                .map_err(|source| CatalogError::Open { path: path.to_owned(), source: Box::new(source) })?;
            let applied = migrations::are_applied(&db).await?;
            db.close().await.map_err(database("look at the catalog's migrations"))?;
            if !applied {
                seal::break_it(path)?;
            }
        }
        let mut catalog = Self::open(path).await?;
        if found == Found::Unsealed
            && let Some(first) = catalog.check().await?.first()
        {
            return Err(seal::unsound(path, first));
        }
        let (seal_broken, memory) = (OnceCell::new(), Arc::new(Memory::default()));
        catalog.alone = Some(Arc::new(Alone { catalog: path.to_owned(), seal_broken, memory }));
        if found != Found::Sealed {
            catalog.unseal().await?;
        }
        Ok(catalog)
    }

    /// What SQLite finds wrong with its file; nothing when it is sound.
    pub async fn check(&self) -> Result<Vec<String>, CatalogError> {
        let action = "check the catalog";
        let mut found = Vec::new();
        for pragma in ["PRAGMA integrity_check(20)", "PRAGMA foreign_key_check"] {
            let rows = self
                .db
                .query_all_raw(Statement::from_string(DbBackend::Sqlite, pragma))
                .await
                .map_err(database(action))?;
            for row in rows {
                let text: String = row.try_get_by_index(0).map_err(database(action))?;
                if text != "ok" {
                    found.push(text);
                }
            }
        }
        Ok(found)
    }

    /// Writes the catalog as it is at one moment into a new file, without what was deleted from it.
    pub async fn copy_to(&self, path: &Path) -> Result<(), CatalogError> {
        let action = "copy the catalog";
        let text = path.to_string_lossy().into_owned();
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [text.into()]);
        self.db.execute_raw(statement).await.map_err(database(action))?;
        Ok(())
    }

    /// Breaks the seal before the first write.
    async fn unseal(&self) -> Result<(), CatalogError> {
        let Some(alone) = &self.alone else { return Ok(()) };
        alone.seal_broken.get_or_try_init(|| async { seal::break_it(&alone.catalog) }).await?;
        Ok(())
    }

    /// Facts about the installation.
    pub fn meta(&self) -> Meta<'_> {
        Meta::new(self)
    }

    /// The brands.
    pub fn brands(&self) -> Brands<'_> {
        Brands::new(self)
    }

    /// What was deposited, with its accounts.
    pub fn deposits(&self) -> Deposits<'_> {
        Deposits::new(self)
    }

    /// Which table versions make up each brand's vault.
    pub fn vault_versions(&self) -> VaultVersions<'_> {
        VaultVersions::new(self)
    }

    /// The brands' stage rule sets.
    pub fn rule_sets(&self) -> RuleSets<'_> {
        RuleSets::new(self)
    }

    /// Who may sign in.
    pub fn users(&self) -> Users<'_> {
        Users::new(self)
    }

    /// Which roles users have.
    pub fn grants(&self) -> Grants<'_> {
        Grants::new(self)
    }

    /// Who is signed in.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions::new(self)
    }

    /// The keys of programs.
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(self)
    }

    /// Who did what.
    pub fn audit(&self) -> Audit<'_> {
        Audit::new(self)
    }

    /// Answers to requests that may be sent again.
    pub fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::new(self)
    }

    /// Long work.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs::new(self)
    }

    /// What brands say of their tracking.
    pub fn tracking(&self) -> Tracking<'_> {
        Tracking::new(self)
    }

    /// What became of tracked events.
    pub fn collected(&self) -> Collected<'_> {
        Collected::new(self)
    }

    /// Consumers that somebody picked out.
    pub fn selections(&self) -> Selections<'_> {
        Selections::new(self)
    }

    /// The brands' saved mappings.
    pub fn saved_mappings(&self) -> SavedMappings<'_> {
        SavedMappings::new(self)
    }

    /// Files that wait to be imported.
    pub fn uploads(&self) -> Uploads<'_> {
        Uploads::new(self)
    }

    /// Rewrites the files so that nothing of what was deleted stays in them. Fine for a catalog of megabytes.
    pub async fn scrub(&self) -> Result<(), CatalogError> {
        if self.db.get_database_backend() == DbBackend::Sqlite {
            self.unseal().await?;
            let action = "rewrite the catalog without deleted rows";
            self.db.execute_unprepared("VACUUM").await.map_err(database(action))?;
            self.db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(database(action))?;
        }
        Ok(())
    }

    /// Closes the connections and folds the write-ahead log into the file, which is then sealed.
    pub async fn close(self) -> Result<(), CatalogError> {
        self.db.close().await.map_err(database("close the catalog"))?;
        match self.alone {
            Some(alone) if alone.seal_broken.initialized() => seal::make(&alone.catalog),
            _ => Ok(()),
        }
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// Begins a transaction that holds the write lock from its start.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction, CatalogError> {
        self.unseal().await?;
        begin_write(&self.db).await.map_err(database("begin a catalog transaction"))
    }

    /// Commits a transaction of [`Catalog::write`]. Goes on to its end though nobody waits for it: what is remembered of the
    /// catalog hangs on when that is.
    pub(crate) async fn commit(&self, transaction: DatabaseTransaction) -> Result<(), CatalogError> {
        let committing = self.alone.as_ref().map(|alone| alone.memory.committing());
        let commit = async move {
            let outcome = transaction.commit().await;
            drop(committing);
            outcome
        };
        let ended = tokio::spawn(commit).await.unwrap_or_else(|stopped| Err(DbErr::Custom(stopped.to_string())));
        ended.map_err(database("commit a catalog transaction"))
    }

    /// What is remembered of a key since the last write, else what `read` finds of it.
    pub(crate) async fn recall<K: Eq + Hash + Clone, V: Clone>(
        &self,
        shelf: fn(&mut State) -> &mut HashMap<K, V>,
        key: &K,
        read: impl Future<Output = Result<Option<V>, CatalogError>>,
    ) -> Result<Option<V>, CatalogError> {
        match &self.alone {
            Some(alone) => alone.memory.recall(shelf, key, read).await,
            None => read.await,
        }
    }
}

/// Connects; tries again while somebody else makes the same file. Turning it to write-ahead logging needs it alone, and
/// SQLite does not wait for that by itself.
async fn connect(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut waited = Duration::ZERO;
    loop {
        let file = path.to_owned();
        let mut options = ConnectOptions::new("sqlite::memory:");
        options
            .max_connections(MAX_CONNECTIONS)
            // Connections to a file need not be renewed. With limits to their lives a task of the pool looks after them, and one that
            // looks while the pool is closed may count fewer idle ones than none, and go through as many for ever.
            .idle_timeout(None)
            .max_lifetime(None)
            .sqlx_logging(false)
            // What is given back is looked at there and then.
            .test_before_acquire(false)
            .map_sqlx_sqlite_opts(move |_| sqlite(&file))
            .map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(is_at_rest(connection))));
        match Database::connect(options).await {
            Err(error) if waited < BUSY_TIMEOUT && is_locked(&error) => {
                tokio::time::sleep(PAUSE).await;
                waited += PAUSE;
            }
            outcome => return outcome,
        }
    }
}

/// Whether a connection that is given back has no transaction open, as far as anybody knows; one that has is closed.
///
/// When the disk is full or fails, SQLite may end a transaction by itself. The driver does not learn of it: it goes on counting
/// the transaction as open, takes the next one for a part of it, and what it leaves open when that fails in turn keeps every
/// writer out for as long as this process lives.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // Answered after the roll-back that a dropped transaction has begun.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn is_locked(error: &DbErr) -> bool {
    error.to_string().contains("database is locked")
}

/// A transaction that reads first and writes later cannot wait for the write lock when somebody wrote in between, it
/// can only fail. So the lock is taken at once.
async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}

fn sqlite(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // An erased brand's wrapped keys must not stay in freed pages.
        .pragma("secure_delete", "ON")
        .disable_statement_logging()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_looks_after_connections_while_they_are_closed() {
        let place = tempfile::tempdir().unwrap();
        let db = connect(&place.path().join("catalog.db")).await.unwrap();
        let options = db.get_sqlite_connection_pool().options();
        assert_eq!(
            (options.get_idle_timeout(), options.get_max_lifetime(), options.get_min_connections()),
            (None, None, 0)
        );
    }
}
