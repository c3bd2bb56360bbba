//! `databank user list`: the users, by name.

use super::{COLUMNS, UserView};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Users read at once.
const AT_ONCE: u64 = 200;

/// Shows all users.
pub(crate) async fn run(context: &Context, printer: &Printer) -> Result<(), CommandError> {
    let mut views = Vec::new();
    let mut page = None;
    loop {
        let users = context.access.list_users(page.as_deref(), AT_ONCE).await?;
        views.extend(users.items.iter().map(UserView::new));
        page = users.next;
        if page.is_none() {
            break;
        }
    }
    let rows = views.iter().map(UserView::row).collect();
    printer.report(&Report::new(&views, &COLUMNS, rows)?).await?;
    Ok(())
}
