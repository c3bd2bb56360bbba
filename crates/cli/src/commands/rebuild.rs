//! `databank rebuild`: derived tables again from events.

use std::sync::Arc;

use databank_history::rebuild::rebuild;
use databank_lake::cores::apart;
use serde::Serialize;
use serde_json::json;
use tokio::task::JoinSet;

use crate::args::{Derived, RebuildArgs};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

#[derive(Debug, Default, Serialize)]
struct RebuildView {
    events: u64,
    rows: u64,
    seconds: f64,
}

/// Rebuilds for one brand or for all; the answer is their sum.
pub(crate) async fn run(context: &Context, args: RebuildArgs, printer: &Printer) -> Result<(), CommandError> {
    if args.what != Derived::History {
        // Tags and audiences are not kept yet, so there is nothing that could be stale.
        return Err(CommandError::Usage("only the history is derived in this version; leave the last word out".into()));
    }
    let started = std::time::Instant::now();
    let mut view = RebuildView::default();
    let mut waiting = super::brands_of(context, &args.brands).await?.into_iter();
    let progress = printer.progress("rebuilding", "brands", Some(waiting.len() as u64));
    // More than there are cores: while some work, others wait for the disk.
    let at_once = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let mut at_work = JoinSet::new();
    loop {
        while at_work.len() < at_once
            && let Some(slug) = waiting.next()
        {
            let installation = Arc::clone(&context.installation);
            at_work.spawn(apart(async move {
                let _writing = installation.write_brand(&slug).await;
                rebuild(&installation.catalog, installation.path(), &slug, installation.clock.now()).await
            }));
        }
        let Some(rebuilt) = at_work.join_next().await else { break };
        let rebuilt = rebuilt.map_err(|broken| CommandError::Failed(format!("rebuilding broke down: {broken}")))??;
        view.events += rebuilt.events;
        view.rows += rebuilt.rows;
        progress.add(1);
    }
    drop(progress);
    view.seconds = started.elapsed().as_secs_f64();
    let row = vec![json!(view.events), json!(view.rows), json!(view.seconds)];
    printer.report(&Report::new(&view, &["events", "rows", "seconds"], vec![row])?).await?;
    Ok(())
}
