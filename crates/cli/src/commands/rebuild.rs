//! `databank rebuild`: derived tables again from events.

use databank_history::rebuild::rebuild;
use serde::Serialize;
use serde_json::json;

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
    let brands = super::brands_of(context, &args.brands).await?;
    let progress = printer.progress("rebuilding", "brands", Some(brands.len() as u64));
    for slug in &brands {
        let _writing = context.installation.write_brand(slug).await;
        let rebuilt = Box::pin(rebuild(
            &context.installation.catalog,
            context.installation.path(),
            slug,
            context.installation.clock.now(),
        ))
        .await?;
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
