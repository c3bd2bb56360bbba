//! `databank rules show`: a rule set as it was saved.

use databank_engine::BrandReader;
use databank_history::history::find_rules;
use serde::Serialize;
use serde_json::json;

use crate::args::{Format, RulesShowArgs};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

#[derive(Debug, Serialize)]
struct RulesView {
    brand: String,
    rule_set: String,
    /// Whether the brand's stored history is of these rules.
    active: bool,
    text: String,
    /// All that is saved.
    saved: Vec<String>,
}

/// Shows the text; in a table format, the text alone.
pub(crate) async fn run(context: &Context, args: RulesShowArgs, printer: &Printer) -> Result<(), CommandError> {
    let reader = BrandReader::open(&context.installation.catalog, context.installation.path(), &args.brand).await?;
    let choice = args.rules.as_ref().map(ToString::to_string);
    let (rules, parsed) = find_rules(&context.installation.catalog, &reader, choice.as_deref()).await?;
    let saved = context.installation.catalog.rule_sets().list(&args.brand).await?;
    let view = RulesView {
        brand: args.brand.to_string(),
        active: reader.state.rules.as_ref() == Some(&rules),
        rule_set: rules.to_string(),
        text: parsed.source().to_owned(),
        saved: saved.iter().map(|r| format!("{}@{}", r.name, r.version)).collect(),
    };
    if printer.format() == Format::Table {
        let active = if view.active { ", the brand's default" } else { "" };
        printer.result(format!("# {}{active}\n{}", view.rule_set, view.text)).await?;
        return Ok(());
    }
    let row = vec![json!(view.brand), json!(view.rule_set), json!(view.active), json!(view.text)];
    printer.report(&Report::new(&view, &["brand", "rule_set", "active", "text"], vec![row])?).await?;
    Ok(())
}
