//! `databank trend`: stage counts of every day of a range.

use databank_assets::{TrendReport, trend};
use serde_json::{Map, Value, json};

use super::questions::{answers, is_single, open};
use crate::args::PeriodArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

fn document(brand: &str, rule_set: &str, report: &TrendReport) -> Value {
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
    json!({ "brand": brand, "rule_set": rule_set, "stages": report.stages, "days": days })
}

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: PeriodArgs, printer: &Printer) -> Result<(), CommandError> {
    let (mut documents, mut rows) = (Vec::new(), Vec::new());
    let mut stages: Vec<String> = Vec::new();
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let report = trend(&question, args.from, args.to)?;
        for day in &report.days {
            let mut row = vec![json!(slug.as_str()), json!(day.day.to_string())];
            row.extend(day.counts.iter().map(|count| json!(count)));
            row.push(json!(day.total));
            rows.push(row);
        }
        documents.push(document(slug.as_str(), &question.history.rules.to_string(), &report));
        stages = report.stages;
    }
    let mut columns = vec!["brand", "day"];
    columns.extend(stages.iter().map(String::as_str));
    columns.push("total");
    let report = match documents.as_slice() {
        [document] if is_single(&args.history) => Report::new(document, &columns, rows)?,
        all => Report::new(&all, &columns, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
