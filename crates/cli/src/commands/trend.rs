//! `databank trend`: stage counts of every day of a range.

use databank_assets::trend;
use databank_server::wire::trend::TrendDocument;
use serde_json::json;

use super::questions::{answers, is_single, open};
use crate::args::PeriodArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: PeriodArgs, printer: &Printer) -> Result<(), CommandError> {
    let (mut documents, mut reports) = (Vec::new(), Vec::new());
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let report = trend(&question, args.from, args.to)?;
        documents.push(TrendDocument::new(&question, &report));
        reports.push((slug, report));
    }
    // Brands may have rule sets of their own: each stage code is one column, empty where a brand has no such stage.
    let mut stages: Vec<&str> = Vec::new();
    for code in reports.iter().flat_map(|(_, report)| &report.stages) {
        if !stages.contains(&code.as_str()) {
            stages.push(code);
        }
    }
    let mut rows = Vec::new();
    for (slug, report) in &reports {
        let places: Vec<Option<usize>> =
            stages.iter().map(|code| report.stages.iter().position(|held| held == code)).collect();
        for day in &report.days {
            let mut row = vec![json!(slug.as_str()), json!(day.day.to_string())];
            row.extend(places.iter().map(|place| json!(place.and_then(|place| day.counts.get(place)))));
            row.push(json!(day.total));
            rows.push(row);
        }
    }
    let columns: Vec<&str> = ["brand", "day"].into_iter().chain(stages).chain(["total"]).collect();
    let report = match documents.as_slice() {
        [document] if is_single(&args.history) => Report::new(document, &columns, rows)?,
        all => Report::new(&all, &columns, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
