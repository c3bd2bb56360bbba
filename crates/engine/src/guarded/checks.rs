//! What a block's query may not be.

use std::collections::HashSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{Expr, JoinConstraint, LogicalPlan, Volatility};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;

use super::{FILE_COLUMN, LINE_COLUMN, UNCONVERTIBLE_COLUMN, explain};

/// Refuses anything but a query.
pub(super) fn check_statement(statement: &Statement) -> Result<(), String> {
    match statement {
        Statement::Statement(statement) if matches!(**statement, SqlStatement::Query(_)) => Ok(()),
        _ => Err("only a SELECT may stand in `sql`".into()),
    }
}

/// Refuses plans that change something or whose answer is not the same each time.
pub(super) fn check_plan(plan: &LogicalPlan) -> Result<(), String> {
    let only_reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_reads.verify_plan(plan).map_err(|_| "only a SELECT may stand in `sql`".to_owned())?;
    let mut reason = None;
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Join(join) = node
            && join.join_constraint == JoinConstraint::Using
            && joins_on_position(&join.on)
        {
            let text = "a NATURAL JOIN would join on _file and _line too; name the columns with USING (…) or ON";
            reason = Some(text.to_owned());
            return Ok(TreeNodeRecursion::Stop);
        }
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                if let Some(name) = changing_function(expr) {
                    reason = Some(format!(
                        "{name}() gives another answer each time, so importing a file twice would not give the same \
                         rows; take the value from the file"
                    ));
                    return Ok(TreeNodeRecursion::Stop);
                }
                Ok::<_, DataFusionError>(TreeNodeRecursion::Continue)
            })
        })
    })
    .map_err(|error| explain::message(&error))?;
    reason.map_or(Ok(()), Err)
}

fn joins_on_position(on: &[(Expr, Expr)]) -> bool {
    let has = |name: &str| on.iter().any(|(left, _)| matches!(left, Expr::Column(column) if column.name == name));
    has(FILE_COLUMN) && has(LINE_COLUMN)
}

fn changing_function(expr: &Expr) -> Option<&str> {
    let (name, volatility) = match expr {
        Expr::ScalarFunction(call) => (call.func.name(), call.func.signature().volatility),
        Expr::AggregateFunction(call) => (call.func.name(), call.func.signature().volatility),
        Expr::ScalarVariable(..) => return Some("a variable"),
        _ => return None,
    };
    (volatility != Volatility::Immutable).then_some(name)
}

/// Canonical columns that name something: two names must never become one.
const KEYS: [&str; 9] =
    ["event_id", "order_id", "line_id", "item_id", "store_id", "category", "campaign", "content", "programme"];

/// Refuses output columns that cannot be told apart, and ids and keys that are floating-point numbers.
pub(super) fn check_output(plan: &LogicalPlan) -> Result<(), String> {
    let mut names = HashSet::new();
    for field in plan.schema().fields() {
        let name = field.name();
        // `select *` over a join gives the position of every input; the guard leaves those out.
        let is_position = name == FILE_COLUMN || name == LINE_COLUMN;
        if !names.insert(name) && !is_position {
            return Err(format!("two output columns are called {name:?}; give one another name with AS"));
        }
        if name == UNCONVERTIBLE_COLUMN {
            return Err(format!("the output column {name:?} is reserved; give it another name with AS"));
        }
        if (name.starts_with("id.") || KEYS.contains(&name.as_str())) && is_floating(field.data_type()) {
            return Err(format!(
                "the output column {name:?} is a floating-point number ({}), which cannot be an id: long ids would lose \
                 digits; use the text of the file, or cast it to bigint",
                field.data_type()
            ));
        }
    }
    Ok(())
}

fn is_floating(data_type: &DataType) -> bool {
    data_type.is_floating()
}
