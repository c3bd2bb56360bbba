//! `databank flow`: who moved from which stage to which between two days.

use databank_assets::flow;
use serde_json::{Value, json};

use super::questions::{answers, is_single, open};
use crate::args::PeriodArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// How the contract writes "not in the chain".
const NONE: &str = "none";

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: PeriodArgs, printer: &Printer) -> Result<(), CommandError> {
    let (mut documents, mut rows) = (Vec::new(), Vec::new());
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let report = flow(&question, args.from, args.to)?;
        let mut cells = Vec::new();
        for cell in &report.cells {
            let from = cell.from.as_deref().unwrap_or(NONE);
            let to = cell.to.as_deref().unwrap_or(NONE);
            cells.push(json!({ "from": from, "to": to, "consumers": cell.consumers }));
            rows.push(vec![json!(slug.as_str()), json!(from), json!(to), json!(cell.consumers)]);
        }
        documents.push(json!({
            "brand": slug.as_str(),
            "rule_set": question.history.rules.to_string(),
            "vault_version": question.reader.sequence(),
            "from": args.from.to_string(),
            "to": args.to.to_string(),
            "cells": cells,
            "outside": { "never": report.outside.never, "lost": report.outside.lost },
        }));
    }
    let columns = ["brand", "from", "to", "consumers"];
    let report = match documents.as_slice() {
        [document] if is_single(&args.history) => Report::new(document, &columns, rows)?,
        all => Report::new(&Value::from(all.to_vec()), &columns, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
