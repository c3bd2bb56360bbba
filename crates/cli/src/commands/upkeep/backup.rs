//! `databank backup`: a consistent copy beside whatever runs.

use std::sync::Arc;
use std::time::Instant;

use databank_upkeep::backup::{BackupRequest, back_up};
use serde_json::json;

use super::{Shown, apart};
use crate::args::BackupArgs;
use crate::commands::{CommandError, Details};
use crate::context::Context;
use crate::owner::wire::VERSION;
use crate::printer::{Printer, Report};

/// Takes a back-up and says where it is.
pub(crate) async fn run(context: &Context, args: BackupArgs, printer: &Printer) -> Result<Details, CommandError> {
    let started = Instant::now();
    let installation = Arc::clone(&context.installation);
    // What waits in the inbox was accepted: it is part of what is backed up.
    for brand in installation.collector.waiting() {
        if args.brands.is_empty() || args.brands.contains(&brand) {
            installation.deposit_waiting(&brand).await?;
        }
    }
    let mut shown = Shown::new(printer);
    let taken = apart(async move {
        let request = BackupRequest {
            catalog: &installation.catalog,
            data_directory: installation.path(),
            to: &args.to,
            brands: &args.brands,
            now_us: installation.clock.now(),
            program: VERSION,
        };
        back_up(request, &mut shown).await
    })
    .await?;
    let (files, bytes) = (taken.manifest.files.len(), taken.manifest.bytes());
    let path = taken.path.display().to_string();
    let document = json!({
        "backup": path,
        "brands": taken.manifest.brands,
        "files": files,
        "bytes": bytes,
        "copied_bytes": taken.copied_bytes,
        "key_fingerprint": taken.manifest.key_fingerprint,
        "seconds": started.elapsed().as_secs_f64(),
    });
    let row = vec![
        json!(path),
        json!(taken.manifest.brands.len()),
        json!(files),
        json!(bytes),
        json!(taken.copied_bytes),
        json!(started.elapsed().as_secs_f64()),
    ];
    let columns = ["backup", "brands", "files", "bytes", "copied_bytes", "seconds"];
    printer.report(&Report::new(&document, &columns, vec![row])?).await?;
    let fingerprint = &taken.manifest.key_fingerprint;
    let key = format!(
        "the master key (fingerprint {fingerprint}) is not in the back-up: keep a copy of its file elsewhere; without it nobody can read this"
    );
    printer.note(&key).await;
    let name = taken.path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Details::from_iter([
        ("backup".to_owned(), json!(name)),
        ("files".to_owned(), json!(files)),
        ("bytes".to_owned(), json!(bytes)),
    ]))
}
