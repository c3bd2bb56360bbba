//! Read-only SQL over a vault.
//!
//! What a query may do is decided on its logical plan, never on its text: no statement that makes, changes, copies or
//! sets anything; no table but the vault's own views; no function that reads files or the network (none is registered).

use std::collections::BTreeMap;
use std::sync::Arc;

use databank_lake::Table;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, SchemaRef, UInt64Type};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::{SQLOptions, SessionContext};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use crate::files::FilesTable;
use crate::session::session;
use crate::{BrandReader, EngineError, Limits};

/// Rows of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

/// Kinds of masters that are shown as tables, with the name of their key.
const MASTER_VIEWS: [(&str, &str); 5] = [
    ("items", "item_id"),
    ("stores", "store_id"),
    ("campaigns", "campaign"),
    ("contents", "content"),
    ("memberships", "programme"),
];

/// Answers a read-only query over one brand's vault.
pub fn query<'a>(
    reader: &'a BrandReader,
    text: &'a str,
    limits: &'a Limits,
) -> BoxFuture<'a, Result<Answer, EngineError>> {
    Box::pin(async move {
        if text.len() > 1 << 20 {
            return Err(EngineError::BadQuestion { message: "a query is at most 1 MB of text".into() });
        }
        let context = session(limits)?;
        register(&context, reader).await?;
        let within = tokio::time::timeout(limits.deadline, run(&context, text, limits)).await;
        within.unwrap_or(Err(EngineError::TimeLimit { seconds: limits.deadline.as_secs() }))
    })
}

async fn run(context: &SessionContext, text: &str, limits: &Limits) -> Result<Answer, EngineError> {
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let question = |e: DataFusionError| EngineError::BadQuestion { message: e.strip_backtrace() };
    let plan = context.state().create_logical_plan(text).await.map_err(question)?;
    read_only.verify_plan(&plan).map_err(question)?;
    let frame = context.execute_logical_plan(plan).await.map_err(question)?;
    let schema = Arc::clone(frame.schema().inner());
    let mut stream = frame.execute_stream().await.map_err(|e| sorted_out(e, limits))?;
    let (mut batches, mut rows) = (Vec::new(), 0);
    while let Some(batch) = stream.try_next().await.map_err(|e| sorted_out(e, limits))? {
        rows += batch.num_rows();
        if rows > limits.max_rows {
            let message = format!("the answer has more than {} rows; add a limit or a grouping", limits.max_rows);
            return Err(EngineError::BadQuestion { message });
        }
        batches.push(batch);
        // A plan that never waits would otherwise never see its deadline.
        tokio::task::yield_now().await;
    }
    Ok(Answer { schema, batches })
}

fn sorted_out(error: DataFusionError, limits: &Limits) -> EngineError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => EngineError::MemoryLimit { megabytes: limits.memory_bytes >> 20 },
        DataFusionError::ArrowError(..) | DataFusionError::Execution(_) | DataFusionError::Plan(_) => {
            EngineError::BadQuestion { message: error.strip_backtrace() }
        }
        _ => EngineError::Query(Box::new(error)),
    }
}

/// Registers the vault's tables and views under their names.
async fn register(context: &SessionContext, reader: &BrandReader) -> Result<(), EngineError> {
    for table in [Table::Events, Table::Stages, Table::StageDays] {
        context.register_table(table.name(), Arc::new(FilesTable::new(reader.files(table).await?)))?;
    }
    // Sealed rows, tokens and sealed contacts stay out of reach: only what is shown here can be asked for.
    let hidden = hidden_session(reader).await?;
    let shown = [
        ("profiles", "select profile, id_type, deposit from profiles where not alias".to_owned()),
        (
            "rejects",
            "select reject, source, block, file, line, code, field, message, received_at, deposit from rejects"
                .to_owned(),
        ),
        ("consumers", master_view("consumers", "profile", &reader.state.attributes)),
    ];
    let masters = MASTER_VIEWS.map(|(kind, key)| (kind, master_view(kind, key, &reader.state.attributes)));
    for (name, select) in shown.into_iter().chain(masters) {
        let frame = hidden.sql(&select).await?;
        context.register_table(name, frame.into_view())?;
    }
    Ok(())
}

async fn hidden_session(reader: &BrandReader) -> Result<SessionContext, EngineError> {
    let context = SessionContext::new();
    for table in [Table::Profiles, Table::Masters, Table::Rejects] {
        context.register_table(table.name(), Arc::new(FilesTable::new(reader.files(table).await?)))?;
    }
    Ok(context)
}

/// The newest value of each attribute of each key, one column for each attribute.
fn master_view(kind: &str, key: &str, attributes: &BTreeMap<String, Vec<String>>) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let text = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let columns: String = attributes
        .get(kind)
        .into_iter()
        .flatten()
        // A column that the view has by itself would stand in it twice.
        .filter(|name| !name.eq_ignore_ascii_case("profile") && name.as_str() != key)
        .map(|name| format!(", max(case when attribute = {} then value end) as {}", text(name), quoted(name)))
        .collect();
    let (selected, grouped) = match kind {
        "consumers" => ("profile".to_owned(), "profile"),
        // The key is programme and first day; both are attributes too.
        "memberships" => (format!("profile, split_part(key, '|', 1) as {}", quoted(key)), "profile, key"),
        _ => (format!("key as {}", quoted(key)), "key"),
    };
    format!(
        "select {selected}{columns} from (select key, profile, attribute, value, row_number() over \
         (partition by key, profile, attribute order by valid_from desc, deposit desc, value desc) as place \
         from masters where kind = {}) where place = 1 group by {grouped}",
        text(kind)
    )
}

/// Rows of an answer as JSON objects in column order: whole numbers and floats as numbers, decimals, days and instants as
/// text, binary as hex, NULL as null.
pub fn rows_as_json(answer: &Answer) -> Result<Vec<Map<String, Value>>, EngineError> {
    let mut rows = Vec::new();
    for batch in &answer.batches {
        rows.extend(batch_as_json(batch)?);
    }
    Ok(rows)
}

/// Rows of a batch as JSON objects, as [`rows_as_json`] gives them.
pub fn batch_as_json(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, EngineError> {
    let mut rows = vec![Map::new(); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let column = plain(column).map_err(DataFusionError::from)?;
        for (row, object) in rows.iter_mut().enumerate() {
            let value = if column.is_null(row) { Value::Null } else { cell(&column, row)? };
            object.insert(field.name().clone(), value);
        }
    }
    Ok(rows)
}

/// Dictionaries and views as the plain columns that they stand for.
fn plain(column: &ArrayRef) -> Result<ArrayRef, datafusion::arrow::error::ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, value) => cast(column, value),
        DataType::Utf8View | DataType::LargeUtf8 => cast(column, &DataType::Utf8),
        _ => Ok(Arc::clone(column)),
    }
}

fn cell(column: &ArrayRef, row: usize) -> Result<Value, EngineError> {
    let number = |one: ArrayRef| -> Option<Value> {
        let one = cast(&one, &DataType::Int64).ok()?;
        Some(Value::from(one.as_primitive::<Int64Type>().value(0)))
    };
    let one = column.slice(row, 1);
    let value = match column.data_type() {
        DataType::Utf8 => Value::from(column.as_string::<i32>().value(row)),
        DataType::Boolean => Value::from(column.as_boolean().value(row)),
        DataType::UInt64 => Value::from(column.as_primitive::<UInt64Type>().value(row)),
        data_type if data_type.is_integer() => number(one).unwrap_or(Value::Null),
        DataType::Float64 | DataType::Float32 => {
            let float = cast(&one, &DataType::Float64).map_err(DataFusionError::from)?;
            // JSON has no NaN and no infinity: null says "no number".
            serde_json::Number::from_f64(float.as_primitive::<Float64Type>().value(0))
                .map_or(Value::Null, Value::Number)
        }
        DataType::Timestamp(..) => {
            let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));
            let formatter = ArrayFormatter::try_new(&one, &options).map_err(DataFusionError::from)?;
            Value::from(formatter.value(0).to_string())
        }
        _ => {
            let formatter = ArrayFormatter::try_new(&one, &FormatOptions::default()).map_err(DataFusionError::from)?;
            Value::from(formatter.value(0).to_string())
        }
    };
    Ok(value)
}
