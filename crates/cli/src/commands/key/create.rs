//! `databank key create`: a new key, shown once.

use databank_access::{Actor, NewKey};
use databank_model::BusinessZone;
use serde_json::json;

use crate::args::KeyCreateArgs;
use crate::commands::CommandError;
use crate::commands::deed::Details;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Makes the key and shows it.
pub(crate) async fn run(context: &Context, args: KeyCreateArgs, printer: &Printer) -> Result<Details, CommandError> {
    let zone = context.installation.catalog.brands().get(&args.brand).await?.timezone.unwrap_or(BusinessZone::UTC);
    let new = NewKey {
        name: args.name.unwrap_or_else(|| args.kind.to_string()),
        brand: args.brand,
        kind: args.kind,
        scopes: args.scopes,
        // Through the end of that day.
        expires_at: args.expires.map(|day| zone.start_of(day.plus(1))),
    };
    let (key, info) = context.access.create_key(new, &Actor::Command, context.installation.clock.now()).await?;
    let row = vec![json!(key.expose())];
    printer.report(&Report::new(&json!({ "key": key.expose() }), &["key"], vec![row])?).await?;
    printer.note("this key is not shown again").await;
    let details = [("key", json!(info.id)), ("kind", json!(info.kind.to_string())), ("scopes", json!(info.scopes))];
    Ok(details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
