//! `databank rejects`: what was refused and why; out to a file for correction, or read again.

use std::path::Path;

use databank_deposit::rejects::{RejectFilter, RejectReader, Replayed, export_to_file};
use databank_server::wire::rejects::{RepairStep, ReplayQuestion, ReplayedDocument};
use serde_json::{Value, json};

use crate::args::RejectsArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 7] = ["source", "block", "file", "line", "code", "field", "message"];

/// Lists, or writes to a file.
pub(crate) async fn run(context: &Context, args: RejectsArgs, printer: &Printer) -> Result<(), CommandError> {
    if args.replay {
        return replay(context, args, printer).await;
    }
    let reader = RejectReader::open(
        &context.installation.import_context(),
        context.installation.reader(&args.brand, None).await?,
    )
    .await?;
    let all = RejectFilter { code: args.code, source: args.source, file: None, text: args.text };
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

/// Reads refused events again, until there are no more.
async fn replay(context: &Context, args: RejectsArgs, printer: &Printer) -> Result<(), CommandError> {
    let RejectsArgs { brand, code, source, text, repair, dry_run, .. } = args;
    let steps = repair.map(|path| steps_of(&path)).transpose()?.unwrap_or_default();
    let question = ReplayQuestion { code, source, q: text, steps, dry_run, after: None, limit: None };
    let mut replay = question.replay().map_err(|error| CommandError::BadInput(error.to_string()))?;
    let mut replayed = Replayed::default();
    loop {
        replayed.add(context.installation.replay_rejects(&brand, replay.clone(), dry_run).await?);
        if replayed.next.is_none() {
            break;
        }
        printer.note(&format!("{} events read again so far", replayed.read)).await;
        replay.after.clone_from(&replayed.next);
    }
    let document = ReplayedDocument::from(replayed);
    let rows = document
        .examples
        .iter()
        .map(|one| {
            vec![
                json!(one.outcome),
                json!(one.was),
                json!(one.code),
                json!(one.message),
                json!(one.repaired.as_deref().unwrap_or(&one.event)),
            ]
        })
        .collect();
    let ReplayedDocument { read, accepted, duplicate, rejected, suppressed, cut, .. } = &document;
    let would = if dry_run { "would be " } else { "" };
    let note = format!(
        "{read} events read again: {accepted} {would}accepted, {duplicate} known already, {rejected} refused again, \
         {suppressed} suppressed; {cut} are cut and stay"
    );
    printer.note(&note).await;
    printer.report(&Report::new(&document, &["outcome", "was", "code", "message", "event"], rows)?).await?;
    Ok(())
}

fn steps_of(path: &Path) -> Result<Vec<RepairStep>, CommandError> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| CommandError::BadInput(format!("{name}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        CommandError::BadInput(format!(
            "{name}: {error}; write a list of steps, such as \
            [{{\"op\":\"to_number\",\"path\":\"/properties/total\"}}]"
        ))
    })
}
