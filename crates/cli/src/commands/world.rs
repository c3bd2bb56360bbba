//! `databank world`: a synthetic market with known truth. It needs no data directory.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

use databank_world::{WorldPlan, WorldReport, write};
use serde_json::{Value, json};

use crate::args::WorldArgs;
use crate::commands::CommandError;
use crate::printer::{Printer, Report};

/// Writes a world.
pub(crate) async fn run(args: WorldArgs, printer: &Printer) -> Result<(), CommandError> {
    let started = Instant::now();
    let plan = WorldPlan {
        events: args.events,
        brands: usize::from(args.brands),
        seed: args.seed,
        until: args.until,
        threads: args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from),
    };
    let report = write_world(plan, args.out.clone(), printer).await?;
    show(&report, &args.out, started.elapsed().as_secs_f64(), printer).await
}

/// Writes a world on threads of its own.
pub(crate) async fn write_world(
    plan: WorldPlan,
    directory: PathBuf,
    printer: &Printer,
) -> Result<WorldReport, CommandError> {
    let printer = printer.clone();
    let written = tokio::task::spawn_blocking(move || {
        // Nothing is told before something is made: a refusal takes one line.
        let progress = OnceLock::new();
        let begin = || printer.progress("making a world", "events", Some(plan.events));
        write(&plan, &directory, &|rows| progress.get_or_init(begin).add(rows))
    });
    let written = written.await.map_err(|error| CommandError::failed(&error))?;
    Ok(written?)
}

async fn show(report: &WorldReport, out: &Path, seconds: f64, printer: &Printer) -> Result<(), CommandError> {
    let totals = &report.totals;
    let document = json!({
        "directory": out.display().to_string(), "events": totals.rows, "accepted": totals.events,
        "duplicate": totals.duplicates, "rejected": totals.rejected, "late": totals.late, "persons": totals.persons,
        "bytes": report.bytes, "seconds": seconds, "brands": report.brands,
    });
    let columns = ["brand", "name", "category", "events", "persons", "orders", "revenue"];
    let rows: Vec<Vec<Value>> = report
        .brands
        .iter()
        .zip(&totals.brands)
        .map(|(facts, held)| {
            let revenue = format!("{}.{:02}", held.revenue_minor / 100, held.revenue_minor % 100);
            let name = format!("{} {}", facts.name_zh, facts.name_en);
            vec![
                json!(facts.slug),
                json!(name),
                json!(facts.category),
                json!(held.rows),
                json!(held.persons),
                json!(held.orders),
                json!(revenue),
            ]
        })
        .collect();
    printer.report(&Report::new(&document, &columns, rows)?).await?;
    let slugs: Vec<&str> = report.brands.iter().map(|facts| facts.slug.as_str()).collect();
    let (slugs, out) = (slugs.join(","), out.display());
    printer.note(&format!("`databank import --brands {slugs} --mapping {out}/world.toml {out}` deposits it")).await;
    Ok(())
}
