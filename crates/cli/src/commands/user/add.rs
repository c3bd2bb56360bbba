//! `databank user add NAME`: a new user, with a password for once.

use databank_access::{Grant, NewAccount};

use super::show_password;
use crate::args::UserAddArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::Printer;

/// Adds the user and shows the password.
pub(crate) async fn run(context: &Context, args: UserAddArgs, printer: &Printer) -> Result<(), CommandError> {
    // The parser lets neither come alone.
    let grant = args.reach.reach().zip(args.role).map(|(reach, role)| Grant { reach, role });
    let account = NewAccount { username: args.username, display_name: args.name, grants: grant.into_iter().collect() };
    let (user, password) = context.access.create_user(account, context.installation.clock.now()).await?;
    show_password(&user, &password, printer).await?;
    if user.grants.is_empty() {
        printer.note("the user has no role yet; `databank user grant` gives one").await;
    }
    Ok(())
}
