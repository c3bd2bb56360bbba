//! Lets a value that fails to convert reject its row instead of the import.
//!
//! SQL stops a query at the first value that cannot be converted. A guarded plan never stops for that: every cast and
//! every other call that can fail gives NULL for the rows it fails on, and a second, hidden expression says why it
//! failed. Where a value with such a *failure* is stored in a column, the failure is stored in a hidden column beside
//! it, so that it costs nothing until the value is used, exactly as in a lazy evaluation:
//!
//! - **expressions** pass on the failures of what they evaluate: `CASE` only those of the branch taken, `COALESCE` only
//!   those up to the first value, `AND` and `OR` none if another operand decides the result;
//! - **Filter** keeps a row whose condition failed, unless another condition drops it, and marks the row;
//! - **Join** gives a row whose key or condition failed once, marked, with NULL for the other side;
//! - **Aggregate** gives rows with a failed key groups of their own, and marks a group that aggregates a failed value;
//! - **Window** marks the row whose own arguments failed; other rows are calculated with NULL in its place;
//! - the **output** collects the failures of its columns and of its row in `_unconvertible`.
//!
//! The plan is rewritten after the engine's analyzer, which adds implicit casts, and before its optimizer, which only
//! sees ordinary columns and immutable functions, and so cannot break what it does not know.
//!
//! Not guarded, so that a failure there stops the import with the engine's error: the inside of subqueries in
//! expressions, of recursive queries and of lambdas. Refused: failing keys of semi and anti joins, of grouping sets and of
//! DISTINCT ON.

mod aggregate;
mod expression;
mod functions;
mod join;
mod node;
mod plan;

use std::collections::HashSet;

use datafusion::common::{Column, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use datafusion::scalar::ScalarValue;

use super::{FILE_COLUMN, LINE_COLUMN, UNCONVERTIBLE_COLUMN};
use node::Guard;

/// Rewrites an analyzed plan so that failing values mark their rows. Its output has the plan's columns, then `_file` and
/// `_line` where a row comes from one input row, then `_unconvertible`.
pub(super) fn guard(plan: LogicalPlan) -> Result<LogicalPlan> {
    let fields: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut guard = Guard::default();
    let node = guard.plan(plan)?;
    let mut seen = HashSet::new();
    let repeated: HashSet<&String> = fields.iter().filter(|name| !seen.insert(*name)).collect();
    let mut output = Vec::with_capacity(fields.len() + 3);
    let mut failures = Vec::new();
    for (index, name) in fields.iter().enumerate() {
        failures.extend(node.failure_of(index));
        // Only the positions of several inputs can share a name here, and then they say nothing about the row.
        if !repeated.contains(name) {
            output.push(Expr::Column(node.column(index)).alias(name));
        }
    }
    if let Some((file, line)) = node.position() {
        for (name, column) in [(FILE_COLUMN, file), (LINE_COLUMN, line)] {
            if !seen.contains(&name.to_owned()) {
                output.push(Expr::Column(column).alias(name));
            }
        }
    }
    failures.extend(node.row_failures());
    let failures = failures.into_iter().map(Expr::Column);
    let reason = functions::first(failures).unwrap_or(Expr::Literal(ScalarValue::Utf8(None), None));
    output.push(reason.alias(UNCONVERTIBLE_COLUMN));
    Ok(LogicalPlan::Projection(Projection::try_new(output, node.plan.into())?))
}

/// Returns the columns of a plan as expressions.
fn all_columns(plan: &LogicalPlan) -> Vec<Expr> {
    plan.schema().iter().map(|(relation, field)| Expr::Column(Column::from((relation, field)))).collect()
}
