//! `databank rules set`: saves a rule set, builds its history beside the active one, then switches.

use databank_history::rebuild::set_rules;
use serde::Serialize;
use serde_json::json;

use crate::args::RulesSetArgs;
use crate::commands::CommandError;
use crate::commands::deed::Details;
use crate::context::Context;
use crate::printer::{Printer, Report};

#[derive(Debug, Serialize)]
struct RulesSetView {
    brand: String,
    rule_set: String,
    events: u64,
    rows: u64,
    vault_version: i64,
}

/// Saves and switches.
pub(crate) async fn run(context: &Context, args: RulesSetArgs, printer: &Printer) -> Result<Details, CommandError> {
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| CommandError::BadInput(format!("{}: {error}", args.file.display())))?;
    let _writing = context.installation.write_brand(&args.brand).await;
    let (data, now) = (context.installation.path(), context.installation.clock.now());
    let set = Box::pin(set_rules(&context.installation.catalog, data, &args.brand, &text, now)).await;
    let (rules, rebuilt) = set.map_err(|error| match CommandError::from(error) {
        CommandError::BadInput(text) => CommandError::BadInput(format!("{}: {text}", args.file.display())),
        other => other,
    })?;
    let view = RulesSetView {
        brand: args.brand.to_string(),
        rule_set: rules.to_string(),
        events: rebuilt.events,
        rows: rebuilt.rows,
        vault_version: rebuilt.sequence,
    };
    let row =
        vec![json!(view.brand), json!(view.rule_set), json!(view.events), json!(view.rows), json!(view.vault_version)];
    let columns = ["brand", "rule_set", "events", "rows", "vault_version"];
    printer.report(&Report::new(&view, &columns, vec![row])?).await?;
    Ok(Details::from_iter([("rule_set".to_owned(), json!(view.rule_set))]))
}
