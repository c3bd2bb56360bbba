//! A rule's `where`: a deterministic SQL expression over event columns, with `prop('name')` for a property.

use std::sync::{Arc, LazyLock};

use databank_functions::prop;
use databank_lake::Table;
use datafusion::arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{Expr, ExprSchemable, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::EngineError;

/// Parses and plans expressions, nothing else: it needs neither memory nor a disk, so one serves the process.
static EXPRESSIONS: LazyLock<SessionContext> = LazyLock::new(|| {
    let mut config = SessionConfig::new().with_information_schema(false);
    config.options_mut().sql_parser.enable_ident_normalization = false;
    let context = SessionContext::new_with_config(config);
    for function in databank_functions::all() {
        context.register_udf(function);
    }
    context
});

/// A compiled `where`.
#[derive(Debug, Clone)]
pub struct RowFilter {
    text: String,
    columns: Vec<String>,
    schema: SchemaRef,
    expression: Arc<dyn PhysicalExpr>,
}

impl RowFilter {
    /// Compiles a rule's `where`. Refuses unknown columns, subqueries, aggregates, clocks and chance, and anything that
    /// is not true or false.
    pub fn compile(text: &str) -> Result<Self, EngineError> {
        let context = &*EXPRESSIONS;
        let refuse = |reason: String| EngineError::BadQuestion { message: format!("where {text:?}: {reason}") };
        let all = Table::Events.schema();
        let wide = DFSchema::try_from(Arc::clone(&all))?;
        let parsed = context.parse_sql_expr(text, &wide).map_err(|e| refuse(e.strip_backtrace()))?;
        let bound = bind_properties(parsed)?;
        let mut reason = None;
        bound.apply(|part| {
            let found = match part {
                Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) => Some("no subqueries here".into()),
                Expr::AggregateFunction(_) | Expr::WindowFunction(_) => {
                    Some("one event at a time: no aggregates or windows".into())
                }
                Expr::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => {
                    Some(format!("{} depends on the moment it runs; a rule must not", call.func.name()))
                }
                _ => None,
            };
            Ok(match found {
                Some(text) => {
                    reason = Some(text);
                    TreeNodeRecursion::Stop
                }
                None => TreeNodeRecursion::Continue,
            })
        })?;
        if let Some(reason) = reason {
            return Err(refuse(reason));
        }
        if bound.get_type(&wide).map_err(|e| refuse(e.strip_backtrace()))? != DataType::Boolean {
            return Err(refuse("it must be true or false, such as rating >= 4".into()));
        }
        let mut columns: Vec<String> = bound.column_refs().into_iter().map(|c| c.name.clone()).collect();
        columns.sort_unstable();
        let fields: Vec<_> = columns.iter().filter_map(|name| all.field_with_name(name).ok().cloned()).collect();
        let schema = Arc::new(Schema::new(fields));
        let narrow = DFSchema::try_from(Arc::clone(&schema))?;
        let expression = context.create_physical_expr(bound, &narrow).map_err(|e| refuse(e.strip_backtrace()))?;
        Ok(Self { text: text.to_owned(), columns, schema, expression })
    }

    /// The event columns that the filter reads.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// For each row, whether the filter is true (NULL is not true). A value that does not convert is not true either,
    /// row by row: one odd event never stops a history.
    pub fn matches(&self, batch: &RecordBatch) -> Result<BooleanArray, EngineError> {
        let arrays = self
            .columns
            .iter()
            .map(|name| {
                let column = batch.column_by_name(name).ok_or_else(|| EngineError::BadQuestion {
                    message: format!("where {:?}: column {name} is not at hand", self.text),
                })?;
                Ok(datafusion::arrow::compute::cast(
                    column,
                    self.schema.field_with_name(name).map_or(&DataType::Utf8, |field| field.data_type()),
                )
                .map_err(datafusion::error::DataFusionError::from)?)
            })
            .collect::<Result<Vec<_>, EngineError>>()?;
        let options = datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let narrow = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(datafusion::error::DataFusionError::from)?;
        let answer = match self.evaluate(&narrow) {
            Ok(answer) => answer,
            Err(_) => {
                let rows = (0..narrow.num_rows()).map(|row| {
                    let one = self.evaluate(&narrow.slice(row, 1));
                    Some(one.is_ok_and(|a| a.iter().next().flatten() == Some(true)))
                });
                rows.collect()
            }
        };
        Ok(answer)
    }

    fn evaluate(&self, narrow: &RecordBatch) -> Result<BooleanArray, EngineError> {
        let value = self.expression.evaluate(narrow)?.into_array(narrow.num_rows())?;
        let answer = value.as_boolean();
        // The mask is made of the nulls: where there are none it may not be asked for.
        Ok(match answer.null_count() {
            0 => BooleanArray::new(answer.values().clone(), None),
            _ => datafusion::arrow::compute::prep_null_mask_filter(answer),
        })
    }
}

/// Gives `prop('name')` its first argument.
fn bind_properties(parsed: Expr) -> Result<Expr, EngineError> {
    let bound = parsed.transform_up(|part| match part {
        Expr::ScalarFunction(mut call) if call.func.name() == prop::NAME && call.args.len() == 1 => {
            call.args.insert(0, Expr::Column(Column::from_name("properties")));
            Ok(Transformed::yes(Expr::ScalarFunction(call)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(bound.data)
}
