//! `databank trend`: stage counts of every day of a range.

use databank_assets::{AssetQuestion, TrendReport, trend};
use serde_json::{Map, Value, json};

use super::questions::{answers, is_single, open};
use crate::args::PeriodArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

fn document(question: &AssetQuestion, report: &TrendReport) -> Value {
    let days: Vec<Value> = report
        .days
        .iter()
        .map(|day| {
            let mut object = Map::new();
            object.insert("day".to_owned(), json!(day.day.to_string()));
            for (stage, count) in report.stages.iter().zip(&day.counts) {
                object.insert(stage.clone(), json!(count));
            }
            object.insert("total".to_owned(), json!(day.total));
            if day.marks.partial {
                object.insert("partial".to_owned(), json!(true));
            }
            if day.marks.projected {
                object.insert("projected".to_owned(), json!(true));
            }
            Value::Object(object)
        })
        .collect();
    json!({
        "brand": question.reader.brand.slug.as_str(),
        "rule_set": question.history.rules.to_string(),
        "vault_version": question.reader.sequence(),
        "stages": report.stages,
        "days": days,
    })
}

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: PeriodArgs, printer: &Printer) -> Result<(), CommandError> {
    let (mut documents, mut reports) = (Vec::new(), Vec::new());
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let report = trend(&question, args.from, args.to)?;
        documents.push(document(&question, &report));
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
