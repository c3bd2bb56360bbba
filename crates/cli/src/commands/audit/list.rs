//! `databank audit`: the newest entries of the log.

use databank_access::{AuditFilter, AuditRow};
use databank_server::rfc3339;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::args::AuditArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 8] = ["sequence", "at", "actor", "action", "brand", "target", "outcome", "details"];

/// An entry as results show it.
#[derive(Debug, Serialize)]
struct EntryView {
    sequence: i64,
    at: String,
    actor: ActorView,
    action: String,
    brand: Option<String>,
    target: Option<String>,
    outcome: &'static str,
    details: Map<String, Value>,
    address: Option<String>,
}

/// Who did it.
#[derive(Debug, Serialize)]
struct ActorView {
    kind: &'static str,
    name: String,
}

impl EntryView {
    fn new(row: AuditRow) -> Self {
        let entry = row.entry;
        Self {
            sequence: row.sequence,
            at: rfc3339(entry.at),
            actor: ActorView { kind: entry.actor.as_str(), name: entry.actor_name },
            action: entry.action,
            brand: entry.brand.map(|brand| brand.to_string()),
            target: entry.target,
            outcome: entry.outcome.as_str(),
            details: entry.details,
            address: entry.address,
        }
    }

    /// The cells under [`COLUMNS`].
    fn row(&self) -> Vec<Value> {
        let details = if self.details.is_empty() { Value::Null } else { Value::Object(self.details.clone()) };
        vec![
            json!(self.sequence),
            json!(self.at),
            json!(format!("{} {}", self.actor.kind, self.actor.name)),
            json!(self.action),
            json!(self.brand),
            json!(self.target),
            json!(self.outcome),
            details,
        ]
    }
}

/// Shows entries, newest first.
pub(crate) async fn run(context: &Context, args: AuditArgs, printer: &Printer) -> Result<(), CommandError> {
    // A brand that was erased still has entries, so it need not be there.
    let filter = AuditFilter { brand: args.brand, ..AuditFilter::default() };
    let entries = context.access.audit(&filter, None, args.limit).await?;
    let views: Vec<EntryView> = entries.items.into_iter().map(EntryView::new).collect();
    let rows = views.iter().map(EntryView::row).collect();
    printer.report(&Report::new(&views, &COLUMNS, rows)?).await?;
    Ok(())
}
