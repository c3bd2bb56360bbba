//! `databank flow`: who moved from which stage to which between two days.

use databank_assets::flow;
use databank_server::wire::flow::FlowDocument;
use serde_json::json;

use super::questions::{answers, is_single, open};
use crate::args::PeriodArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Answers for one brand or for each.
pub(crate) async fn run(context: &Context, args: PeriodArgs, printer: &Printer) -> Result<(), CommandError> {
    let (mut documents, mut rows) = (Vec::new(), Vec::new());
    for slug in answers(context, &args.history).await? {
        let question = open(context, &slug, &args.history).await?;
        let report = flow(&question.history, args.from, args.to)?;
        let document = FlowDocument::new(&question, args.from, args.to, &report);
        for cell in &document.cells {
            rows.push(vec![json!(slug.as_str()), json!(cell.from), json!(cell.to), json!(cell.consumers)]);
        }
        documents.push(document);
    }
    let columns = ["brand", "from", "to", "consumers"];
    let report = match documents.as_slice() {
        [document] if is_single(&args.history) => Report::new(document, &columns, rows)?,
        all => Report::new(&all, &columns, rows)?,
    };
    printer.report(&report).await?;
    Ok(())
}
