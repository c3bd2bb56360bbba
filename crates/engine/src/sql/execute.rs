//! Runs one query: plans it, refuses what is not reading, and hands its batches over.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SQLOptions, SessionContext};
use futures::TryStreamExt;

use super::views::Source;
use crate::session::session;
use crate::{EngineError, Limits};

/// Takes an answer: its columns first, then its batches.
pub(super) trait Taker {
    fn columns(&mut self, schema: &SchemaRef) -> Result<(), EngineError>;
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), EngineError>;
}

/// Answers a query in this process. Its time is the caller's to bound: a plan may go on for long without ever waiting.
pub(super) async fn execute(
    source: Source,
    text: &str,
    limits: &Limits,
    taker: &mut (dyn Taker + Send),
) -> Result<(), EngineError> {
    let context: SessionContext = session(limits)?;
    source.register(&context, text).await?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let question = |e: DataFusionError| EngineError::BadQuestion { message: short(e.strip_backtrace()) };
    let plan = context.state().create_logical_plan(text).await.map_err(question)?;
    read_only.verify_plan(&plan).map_err(question)?;
    let frame = context.execute_logical_plan(plan).await.map_err(question)?;
    let schema = Arc::clone(frame.schema().inner());
    for (place, field) in schema.fields().iter().enumerate() {
        if schema.fields().iter().take(place).any(|other| other.name() == field.name()) {
            let message =
                format!("two columns of the answer are called {:?}; give one another name with AS", field.name());
            return Err(EngineError::BadQuestion { message });
        }
    }
    let mut stream = frame.execute_stream().await.map_err(|e| sorted_out(e, limits))?;
    taker.columns(&stream.schema())?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await.map_err(|e| sorted_out(e, limits))? {
        rows += batch.num_rows();
        if rows > limits.max_rows {
            let message = format!("the answer has more than {} rows; add a limit or a grouping", limits.max_rows);
            return Err(EngineError::BadQuestion { message });
        }
        taker.rows(&batch)?;
    }
    Ok(())
}

/// Characters of a message: one that lists the columns of a table may list thousands.
const MESSAGE_CHARS: usize = 600;

fn short(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARS) {
        message.truncate(end);
        message.push('…');
    }
    message
}

fn sorted_out(error: DataFusionError, limits: &Limits) -> EngineError {
    // On its way through readers a damaged file's error is left with its text alone.
    let is_damage = error.to_string().contains(" is damaged: ");
    match error.find_root() {
        _ if is_damage => EngineError::Query(Box::new(error)),
        DataFusionError::ResourcesExhausted(_) => EngineError::MemoryLimit { megabytes: limits.memory_bytes >> 20 },
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) | DataFusionError::Plan(_) => {
            EngineError::BadQuestion { message: short(error.strip_backtrace()) }
        }
        _ => EngineError::Query(Box::new(error)),
    }
}
