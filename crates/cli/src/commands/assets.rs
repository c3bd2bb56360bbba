//! `databank assets`: stage counts and asset metrics of a day.

use databank_assets::{AssetQuestion, AssetReport, report};
use serde::Serialize;
use serde_json::{Value, json};

use super::questions::{answers, is_single, open};
use crate::args::AssetsArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 5] = ["brand", "as_of", "stage", "consumers", "share"];

#[derive(Debug, Serialize)]
struct AssetsView {
    brand: String,
    as_of: String,
    partial: bool,
    projected: bool,
    vault_version: i64,
    rule_set: String,
    total: i64,
    stages: Vec<StageView>,
    metrics: MetricsView,
}

#[derive(Debug, Serialize)]
struct StageView {
    stage: String,
    consumers: i64,
    share: f64,
}

#[derive(Debug, Serialize)]
struct MetricsView {
    active_consumers: i64,
    total_consumers: i64,
    cumulative_consumers: i64,
    wow_growth: Option<f64>,
    potential_customer_ratio: Option<f64>,
    weekly_deepening_rate: Option<f64>,
}

impl AssetsView {
    fn new(question: &AssetQuestion, report: AssetReport) -> Self {
        let metrics = report.metrics;
        Self {
            brand: question.reader.brand.slug.to_string(),
            as_of: report.as_of.to_string(),
            partial: report.marks.partial,
            projected: report.marks.projected,
            vault_version: question.reader.sequence(),
            rule_set: question.history.rules.to_string(),
            total: report.total,
            stages: report
                .stages
                .into_iter()
                .map(|s| StageView { stage: s.stage, consumers: s.consumers, share: s.share })
                .collect(),
            metrics: MetricsView {
                active_consumers: metrics.active_consumers,
                total_consumers: metrics.active_consumers,
                cumulative_consumers: metrics.cumulative_consumers,
                wow_growth: metrics.wow_growth,
                potential_customer_ratio: metrics.potential_customer_ratio,
                weekly_deepening_rate: metrics.weekly_deepening_rate,
            },
        }
    }

    fn rows(&self) -> Vec<Vec<Value>> {
        let row = |name: &str, value: Value, share: Value| {
            vec![json!(self.brand), json!(self.as_of), json!(name), value, share]
        };
        let percent = |share: f64| json!(format!("{:.1}%", share * 100.0));
        let mut rows: Vec<Vec<Value>> =
            self.stages.iter().map(|s| row(&s.stage, json!(s.consumers), percent(s.share))).collect();
        rows.push(row("total", json!(self.total), Value::Null));
        rows.push(row("cumulative", json!(self.metrics.cumulative_consumers), Value::Null));
        let metrics = [
            ("wow_growth", self.metrics.wow_growth),
            ("potential_customer_ratio", self.metrics.potential_customer_ratio),
            ("weekly_deepening_rate", self.metrics.weekly_deepening_rate),
        ];
        for (name, value) in metrics {
            rows.push(row(name, value.map_or(json!("—"), |value| json!(format!("{value:.4}"))), Value::Null));
        }
        rows
    }
}

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: AssetsArgs, printer: &Printer) -> Result<(), CommandError> {
    let mut views = Vec::new();
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let day = args.as_of.unwrap_or_else(|| question.default_day());
        let answer = report(&question, day)?;
        views.push(AssetsView::new(&question, answer));
    }
    let rows = views.iter().flat_map(AssetsView::rows).collect();
    let report = match views.as_slice() {
        [view] if is_single(&args.history) => Report::new(view, &COLUMNS, rows)?,
        all => Report::new(&all, &COLUMNS, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
