//! `databank audit verify`: whether the log still says all that was written.

use databank_access::AuditCheck;
use serde_json::json;

use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Goes through the log; a log that was tampered with is a failure that names the place.
pub(crate) async fn run(context: &Context, printer: &Printer) -> Result<(), CommandError> {
    match context.access.verify_audit().await? {
        AuditCheck::Whole { entries } => {
            let document = json!({ "whole": true, "entries": entries });
            let row = vec![json!(true), json!(entries)];
            printer.report(&Report::new(&document, &["whole", "entries"], vec![row])?).await?;
            Ok(())
        }
        AuditCheck::Broken { sequence, reason } => {
            Err(CommandError::Failed(format!("the audit log was tampered with at entry {sequence}: {reason}")))
        }
    }
}
