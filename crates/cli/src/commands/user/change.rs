//! `databank user disable`, `enable`, `grant`, `revoke`: what a user may.

use databank_access::{Grant, UserChange, Username};

use super::show;
use crate::args::{UserGrantArgs, UserRevokeArgs};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::Printer;

/// Lets a user sign in, or not.
pub(crate) async fn disable(
    context: &Context,
    username: Username,
    disabled: bool,
    printer: &Printer,
) -> Result<(), CommandError> {
    let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
    show(&context.access.change_user(&username, change).await?, printer).await
}

/// Gives a user a role.
pub(crate) async fn grant(context: &Context, args: UserGrantArgs, printer: &Printer) -> Result<(), CommandError> {
    let grant = Grant { reach: args.reach.reach(), role: args.role };
    show(&context.access.grant(&args.username, grant).await?, printer).await
}

/// Takes a user's role away.
pub(crate) async fn revoke(context: &Context, args: UserRevokeArgs, printer: &Printer) -> Result<(), CommandError> {
    show(&context.access.revoke(&args.username, &args.reach.reach()).await?, printer).await
}
