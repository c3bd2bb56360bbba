//! `databank user …`: who may sign in, and with which roles.

pub(super) mod add;
pub(super) mod change;
pub(super) mod list;
pub(super) mod password;

use databank_access::{Secret, User};
use databank_server::rfc3339;
use serde::Serialize;
use serde_json::{Value, json};

use crate::commands::CommandError;
use crate::printer::{Printer, Report};

const COLUMNS: [&str; 6] = ["user", "name", "disabled", "roles", "created_at", "last_signed_in_at"];

/// A user as results show it.
#[derive(Debug, Serialize)]
struct UserView {
    username: String,
    display_name: String,
    disabled: bool,
    grants: Vec<GrantView>,
    created_at: String,
    last_signed_in_at: Option<String>,
    password_change_needed: bool,
}

/// A role as results show it.
#[derive(Debug, Serialize)]
struct GrantView {
    /// `*` for all brands.
    brand: String,
    role: String,
}

impl UserView {
    fn new(user: &User) -> Self {
        let grant =
            |grant: &databank_access::Grant| GrantView { brand: grant.reach.to_string(), role: grant.role.to_string() };
        Self {
            username: user.username.to_string(),
            display_name: user.display_name.clone(),
            disabled: user.disabled,
            grants: user.grants.iter().map(grant).collect(),
            created_at: rfc3339(user.created_at),
            last_signed_in_at: user.last_signed_in_at.map(rfc3339),
            password_change_needed: user.password_change_needed,
        }
    }

    /// The cells under [`COLUMNS`].
    fn row(&self) -> Vec<Value> {
        let roles: Vec<String> = self.grants.iter().map(|grant| format!("{} {}", grant.role, grant.brand)).collect();
        vec![
            json!(self.username),
            json!(self.display_name),
            json!(self.disabled),
            json!(roles.join(", ")),
            json!(self.created_at),
            json!(self.last_signed_in_at),
        ]
    }
}

/// Shows one user.
async fn show(user: &User, printer: &Printer) -> Result<(), CommandError> {
    let view = UserView::new(user);
    printer.report(&Report::new(&view, &COLUMNS, vec![view.row()])?).await?;
    Ok(())
}

/// Shows a user's password for once: the only place where it is ever written.
async fn show_password(user: &User, password: &Secret<String>, printer: &Printer) -> Result<(), CommandError> {
    let document = json!({ "user": UserView::new(user), "one_time_password": password.expose() });
    let row = vec![json!(user.username), json!(password.expose())];
    printer.report(&Report::new(&document, &["user", "one_time_password"], vec![row])?).await?;
    printer.note("this password is not shown again; it must be changed at the first sign-in").await;
    Ok(())
}
