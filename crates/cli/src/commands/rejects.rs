//! `databank rejects`: what was refused and why; out to a file for correction.

use databank_deposit::brand::Sizes;
use databank_deposit::import::ImportContext;
use databank_deposit::rejects::{RejectFilter, RejectReader, export_to_file};
use serde_json::{Value, json};

use crate::args::RejectsArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 7] = ["source", "block", "file", "line", "code", "field", "message"];

/// Lists, or writes to a file.
pub(crate) async fn run(context: &Context, args: RejectsArgs, printer: &Printer) -> Result<(), CommandError> {
    let work = ImportContext {
        catalog: &context.installation.catalog,
        keyring: &context.installation.keyring,
        data_directory: context.installation.data_directory.clone(),
        now_us: context.installation.clock.now(),
        sizes: Sizes::default(),
    };
    let reader = RejectReader::open(&work, &args.brand).await?;
    let all = RejectFilter::default();
    if let Some(path) = &args.export {
        let exported = export_to_file(&reader, &all, path)?;
        let document = json!({ "exported": exported, "file": path.display().to_string() });
        let row = vec![json!(exported), json!(path.display().to_string())];
        printer.report(&Report::new(&document, &["exported", "file"], vec![row])?).await?;
        return Ok(());
    }
    let documents: Vec<Value> = reader
        .page(&all, None, usize::MAX)?
        .rejects
        .iter()
        .map(|stored| {
            let row: Value = serde_json::from_str(&stored.reject.row).unwrap_or(Value::Null);
            json!({
                "reject": stored.id, "source": stored.source, "block": stored.reject.block,
                "file": stored.reject.file, "line": stored.reject.line, "code": stored.reject.code,
                "field": stored.reject.field, "message": stored.reject.message, "row": row,
            })
        })
        .collect();
    let rows = documents.iter().map(|d| COLUMNS.iter().map(|c| d.get(c).cloned().unwrap_or(Value::Null)).collect());
    printer.report(&Report::new(&documents, &COLUMNS, rows.collect())?).await?;
    Ok(())
}
