//! What makes the audit log append-only: the database itself refuses to change or delete an entry.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

/// One statement each, for SQLite. The third is there because `insert or replace` deletes without asking the second.
const SQLITE: [&str; 3] = [
    "create trigger audit_update before update on audit \
     begin select raise(abort, 'audit entries are never changed'); end",
    "create trigger audit_delete before delete on audit \
     begin select raise(abort, 'audit entries are never deleted'); end",
    "create trigger audit_replace before insert on audit \
     when exists (select 1 from audit where sequence = new.sequence) \
     begin select raise(abort, 'audit entries are never replaced'); end",
];

/// The same for PostgreSQL, where an insert cannot replace and emptying a table has a trigger of its own.
const POSTGRES: [&str; 3] = [
    "create function audit_append_only() returns trigger language plpgsql as \
     $$ begin raise exception 'audit entries are never changed'; end $$",
    "create trigger audit_change before update or delete on audit for each row execute function audit_append_only()",
    "create trigger audit_truncate before truncate on audit for each statement execute function audit_append_only()",
];

/// Makes the triggers.
pub(super) async fn apply(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements = if manager.get_database_backend() == DbBackend::Sqlite { SQLITE } else { POSTGRES };
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
