//! `databank sql`: a read-only query over one brand's vault.

use std::time::Duration;

use databank_engine::Limits;
use databank_engine::sql::{Answer, query};
use serde_json::{Map, Value};

use crate::args::SqlArgs;
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Answers a query.
pub(crate) async fn run(context: &Context, args: SqlArgs, printer: &Printer) -> Result<(), CommandError> {
    let Some(brand) = args.brand else {
        return Err(CommandError::Usage("sql needs --brand".to_owned()));
    };
    let installation = &context.installation;
    let reader = installation.reader(&brand, args.at_version).await?;
    let deadline = Duration::from_secs(args.timeout);
    let limits = Limits { deadline, ..Limits::standard(context.installation.path()) };
    let program = crate::program::this_program()?;
    let answer = query(&program, &reader, &args.query, &limits).await?;
    let columns: Vec<&str> = answer.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let objects = rows_of(&answer)?;
    let rows = objects
        .iter()
        .map(|object| columns.iter().map(|name| object.get(*name).cloned().unwrap_or(Value::Null)).collect())
        .collect();
    printer.report(&Report::new(&objects, &columns, rows)?).await?;
    Ok(())
}

/// Rows as JSON objects: whole numbers as numbers, decimals and instants as text, NULL as null.
fn rows_of(answer: &Answer) -> Result<Vec<Map<String, Value>>, CommandError> {
    databank_engine::sql::rows_as_json(answer).map_err(Into::into)
}
