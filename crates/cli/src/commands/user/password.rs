//! `databank user password NAME`: another password for once.

use super::show_password;
use crate::args::UserNameArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::Printer;

/// Replaces the password and shows the new one.
pub(crate) async fn run(context: &Context, args: UserNameArgs, printer: &Printer) -> Result<(), CommandError> {
    let (user, password) = context.access.reset_password(&args.username).await?;
    show_password(&user, &password, printer).await
}
