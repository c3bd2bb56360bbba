//! `databank identity`: why ids are one person, and what somebody says against it.

use databank_deposit::oneid::unlink::Unlink;
use serde_json::json;

use crate::args::{IdentityBrandArgs, IdentityExplainArgs, IdentityUnlinkArgs};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// `identity explain`: the person of an id, link by link.
pub(crate) async fn explain(
    context: &Context,
    args: IdentityExplainArgs,
    printer: &Printer,
) -> Result<(), CommandError> {
    let explained = context.installation.explain_identity(&args.brand, args.id, args.with).await?;
    let name = |profile: u32| {
        let id = explained.ids.iter().find(|id| id.profile == profile);
        let shown = |id: &databank_server::wire::identity::ExplainedId| {
            format!("{} {}", id.r#type, id.masked.as_deref().unwrap_or("…"))
        };
        id.map_or_else(|| format!("somebody else's {profile}"), shown)
    };
    let mut rows = Vec::new();
    let path = explained.path.as_deref();
    for (links, part) in [(path.unwrap_or_default(), "path"), (explained.links.as_slice(), "link")] {
        for link in links {
            let outcome = match &link.limit {
                Some(limit) => format!("{} (limit of {limit})", link.outcome),
                None => link.outcome.clone(),
            };
            rows.push(vec![json!(part), json!(name(link.a)), json!(name(link.b)), json!(link.at), json!(outcome)]);
        }
    }
    if rows.is_empty() {
        rows.extend(explained.ids.iter().map(|id| {
            vec![json!("id"), json!(name(id.profile)), json!(null), json!(null), json!("linked with nothing")]
        }));
    }
    printer
        .note(&format!("consumer {}: {} ids, {} links", explained.consumer, explained.ids_total, explained.links_total))
        .await;
    printer.report(&Report::new(&explained, &["part", "a", "b", "at", "outcome"], rows)?).await?;
    Ok(())
}

/// `identity unlink`: two ids that are not one person's.
pub(crate) async fn unlink(context: &Context, args: IdentityUnlinkArgs, printer: &Printer) -> Result<(), CommandError> {
    let by = context.user().to_owned();
    let said = Unlink { id: args.id, from: args.from, undo: args.undo, by };
    let unlinked = context.installation.unlink_identity(&args.brand, said).await?;
    let document = json!({ "brand": args.brand, "pairs": unlinked.pairs, "vault_version": unlinked.sequence });
    let row = vec![json!(args.brand), json!(unlinked.pairs), json!(unlinked.sequence)];
    printer.report(&Report::new(&document, &["brand", "pairs", "vault_version"], vec![row])?).await?;
    Ok(())
}

/// `identity conflicts`: joins that were refused.
pub(crate) async fn conflicts(
    context: &Context,
    args: IdentityBrandArgs,
    printer: &Printer,
) -> Result<(), CommandError> {
    let found = context.installation.identity_conflicts(&args.brand).await?;
    let row = |one: &databank_server::wire::identity::ConflictDocument| {
        vec![
            json!(one.code),
            json!(one.r#type),
            json!(one.consumer_a),
            json!(one.consumer_b),
            json!(one.at),
            json!(one.met),
        ]
    };
    let rows = found.conflicts.iter().map(row).collect();
    let columns = ["code", "type", "consumer_a", "consumer_b", "at", "met"];
    printer.note(&format!("{} conflicts", found.total)).await;
    printer.report(&Report::new(&found, &columns, rows)?).await?;
    Ok(())
}
