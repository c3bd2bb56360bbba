//! Read-only SQL over a vault.
//!
//! What a query may do is decided on its logical plan, never on its text: no statement that makes, changes, copies or
//! sets anything; no table but the vault's own views; no function that reads files or the network (none is registered).
//! What it may take is bounded from outside: it runs in a process of its own ([`worker`]), which is killed at its deadline
//! and cannot hold more memory than it may.

mod execute;
mod json;
mod views;
pub mod worker;

use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use futures::future::BoxFuture;

use crate::{BrandReader, EngineError, Limits};
use views::Source;

pub use json::{batch_as_json, rows_as_json};

/// Rows of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

/// Answers a read-only query over one brand's vault, in a process that `program` (this very program) becomes.
pub fn query<'a>(
    program: &'a Path,
    reader: &'a BrandReader,
    text: &'a str,
    limits: &'a Limits,
) -> BoxFuture<'a, Result<Answer, EngineError>> {
    Box::pin(async move {
        if text.len() > 1 << 20 {
            return Err(EngineError::BadQuestion { message: "a query is at most 1 MB of text".into() });
        }
        let source = Source::of(reader).await?;
        let (program, text, limits) = (program.to_owned(), text.to_owned(), limits.clone());
        let asked = tokio::task::spawn_blocking(move || worker::ask(&program, source, &text, &limits)).await;
        asked.unwrap_or_else(|broken| Err(EngineError::Worker { source: std::io::Error::other(broken) }))
    })
}
