//! `databank versions`: the versions of a brand's vault that can be read.

use databank_server::wire::versions::{VersionDocument, list};
use serde_json::{Value, json};

use crate::args::VersionsArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 5] = ["vault_version", "made_at", "made_by", "source", "readable_until"];

fn row(version: &VersionDocument) -> Vec<Value> {
    let VersionDocument { vault_version, made_at, made_by, source, readable_until, .. } = version;
    let made_by = made_by.map(|made_by| json!(made_by)).unwrap_or_default();
    vec![json!(vault_version), json!(made_at), made_by, json!(source), json!(readable_until)]
}

/// Shows them, newest first.
pub(crate) async fn run(context: &Context, args: VersionsArgs, printer: &Printer) -> Result<(), CommandError> {
    let installation = &context.installation;
    let brand = installation.catalog.brands().get(&args.brand).await?;
    let document = list(&installation.catalog, &brand.slug, installation.clock.now()).await?;
    let rows = document.versions.iter().map(row).collect();
    printer.report(&Report::new(&document, &COLUMNS, rows)?).await?;
    Ok(())
}
