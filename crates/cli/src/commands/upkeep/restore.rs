//! `databank restore`: a back-up into an empty data directory. Needs none that is open, and keeps everybody else out.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Instant;

use databank_access::{Access, AccessSettings, AuditActor, AuditEntry, AuditOutcome};
use databank_server::Clock;
use databank_upkeep::restore::{Source, restore};
use serde_json::json;

use super::Shown;
use crate::args::RestoreArgs;
use crate::commands::{CommandError, Details};
use crate::context::system_user;
use crate::owner::lock::{Attempt, OwnerLock};
use crate::printer::{Printer, Report};

/// Restores and says what is there now.
pub(crate) async fn run(
    args: RestoreArgs,
    data_directory: &Path,
    key_file: &Path,
    printer: &Printer,
) -> Result<(), CommandError> {
    let started = Instant::now();
    let source = Source::find(&args.from)?;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_directory);
    let data = data_directory.display();
    made.map_err(|error| CommandError::Failed(format!("failed to make directory {data}: {error}")))?;
    let attempt = OwnerLock::try_acquire(data_directory, "restore")
        .map_err(|error| CommandError::Failed(format!("failed to lock {data}: {error}")))?;
    let lock = match attempt {
        Attempt::Owner(lock) => lock,
        Attempt::Held(holder) => {
            return Err(CommandError::BadInput(format!(
                "{holder} owns {data}; a back-up is restored into a new directory: name one with --data"
            )));
        }
    };
    let mut shown = Shown::new(printer);
    let catalog = restore(&source, data_directory, key_file, &mut shown).await?;
    drop(shown);
    let manifest = &source.manifest;
    let name = source.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let entry = AuditEntry {
        at: Clock::system().now(),
        actor: AuditActor::Command,
        actor_name: system_user(),
        action: "restore".to_owned(),
        brand: None,
        target: name,
        outcome: AuditOutcome::Done,
        details: Details::from_iter([
            ("created_at".to_owned(), json!(manifest.created_at)),
            ("files".to_owned(), json!(manifest.files.len())),
        ]),
        address: None,
    };
    let recorded = Access::new(catalog.clone(), AccessSettings::default()).record(entry).await;
    catalog.close().await?;
    drop(lock);
    recorded?;

    let document = json!({
        "data": data.to_string(),
        "backup": source.path.display().to_string(),
        "brands": manifest.brands,
        "files": manifest.files.len(),
        "bytes": manifest.bytes(),
        "seconds": started.elapsed().as_secs_f64(),
    });
    let row = vec![
        json!(data.to_string()),
        json!(manifest.brands.len()),
        json!(manifest.files.len()),
        json!(manifest.bytes()),
        json!(started.elapsed().as_secs_f64()),
    ];
    printer.report(&Report::new(&document, &["data", "brands", "files", "bytes", "seconds"], vec![row])?).await?;
    printer.note("whoever was signed in signs in again; keys that were revoked after the back-up hold again: `databank key list`").await;
    Ok(())
}
