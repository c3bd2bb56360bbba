//! `databank assets`: stage counts and asset metrics of a day.

use databank_assets::report;
use databank_server::wire::assets::AssetsDocument;
use serde_json::{Value, json};

use super::questions::{answers, is_single, open};
use crate::args::AssetsArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 5] = ["brand", "as_of", "stage", "consumers", "share"];

fn rows(document: &AssetsDocument) -> Vec<Vec<Value>> {
    let row = |name: &str, value: Value, share: Value| {
        vec![json!(document.brand), json!(document.as_of), json!(name), value, share]
    };
    let percent = |share: f64| json!(format!("{:.1}%", share * 100.0));
    let mut rows: Vec<Vec<Value>> =
        document.stages.iter().map(|s| row(&s.stage, json!(s.consumers), percent(s.share))).collect();
    rows.push(row("total", json!(document.total), Value::Null));
    rows.push(row("cumulative", json!(document.metrics.cumulative_consumers), Value::Null));
    let metrics = [
        ("wow_growth", document.metrics.wow_growth),
        ("potential_customer_ratio", document.metrics.potential_customer_ratio),
        ("weekly_deepening_rate", document.metrics.weekly_deepening_rate),
    ];
    for (name, value) in metrics {
        rows.push(row(name, value.map_or(json!("—"), |value| json!(format!("{value:.4}"))), Value::Null));
    }
    rows
}

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: AssetsArgs, printer: &Printer) -> Result<(), CommandError> {
    let mut documents = Vec::new();
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let day = args.as_of.unwrap_or_else(|| question.default_day());
        let answer = report(&question, day)?;
        documents.push(AssetsDocument::new(&question, answer));
    }
    let rows = documents.iter().flat_map(rows).collect();
    let report = match documents.as_slice() {
        [document] if is_single(&args.history) => Report::new(document, &COLUMNS, rows)?,
        all => Report::new(&all, &COLUMNS, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
