//! Aggregates: failed keys get groups of their own, failed values mark their group.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::functions_aggregate::expr_fn::max;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan};

use super::expression::{Guarded, Scope};
use super::functions;
use super::node::{Guard, Node, unsupported};
use super::plan::{guard_sorts, named};

impl Guard {
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Node> {
        let input = self.plan((*aggregate.input).clone())?;
        let scope = Scope::of(&input);
        let has_sets = matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]);
        // A grouping set has more columns than expressions: the keys and the grouping id.
        let keys = aggregate.schema.fields().len() - aggregate.aggr_expr.len();

        let mut groups = Vec::with_capacity(keys);
        let mut group_failures: Vec<Expr> = Vec::new();
        let mut failed_keys = Vec::new();
        for (index, expr) in aggregate.group_expr.iter().enumerate() {
            let guarded = scope.guard(expr)?;
            match guarded.failure {
                Some(_) if has_sets => return Err(unsupported("grouping sets, ROLLUP or CUBE")),
                Some(failure) => {
                    let known = group_failures.iter().position(|known| *known == failure);
                    failed_keys.push((index, known.unwrap_or(group_failures.len())));
                    if known.is_none() {
                        group_failures.push(failure);
                    }
                }
                None => {}
            }
            let value = if has_sets { expr.clone() } else { guarded.value };
            groups.push(named(expr, value, aggregate.schema.qualified_field(index)));
        }

        let mut values = Vec::with_capacity(aggregate.aggr_expr.len());
        let mut value_failures = Vec::new();
        for (index, expr) in aggregate.aggr_expr.iter().enumerate() {
            let (_, field) = aggregate.schema.qualified_field(keys + index);
            let Guarded { value, failure } = guard_aggregate(&scope, expr)?;
            values.push(if value == *expr { value } else { value.alias(field.name()) });
            if let Some(failure) = failure {
                value_failures.push((index, failure));
            }
        }

        let group_count = keys + group_failures.len();
        let first_failed = group_count + values.len();
        let mut failures: HashMap<usize, usize> =
            failed_keys.into_iter().map(|(index, place)| (index, keys + place)).collect();
        let mut rows: Vec<usize> = (keys..group_count).collect();
        for (place, (index, _)) in value_failures.iter().enumerate() {
            failures.insert(group_count + index, first_failed + place);
        }
        // A group that took in a row whose condition failed may be wrong in every value.
        let row_failures = input.row_failures().into_iter().map(Expr::Column);
        let all_failed: Vec<Expr> = value_failures.into_iter().map(|(_, failure)| failure).collect();
        let first_row = first_failed + all_failed.len();
        let all_failed: Vec<Expr> = all_failed.into_iter().chain(row_failures).collect();
        rows.extend(first_row..first_failed + all_failed.len());

        for failure in group_failures {
            groups.push(failure.alias(self.hidden_name("group")));
        }
        for failure in all_failed {
            values.push(max(failure).alias(self.hidden_name("failed")));
        }
        let columns = (0..keys).chain(group_count..first_failed).collect();
        let plan = LogicalPlan::Aggregate(Aggregate::try_new(Arc::new(input.plan), groups, values)?);
        Ok(Node { plan, columns, failures, rows, position: None })
    }
}

/// Guards the arguments of an aggregate call. What its filter drops cannot fail.
fn guard_aggregate(scope: &Scope<'_>, expr: &Expr) -> Result<Guarded> {
    let call = match expr {
        Expr::Alias(alias) => {
            let Guarded { value, failure } = guard_aggregate(scope, &alias.expr)?;
            let value = if value == *alias.expr { expr.clone() } else { value };
            return Ok(Guarded { value, failure });
        }
        Expr::AggregateFunction(call) => call,
        other => return Ok(Guarded { value: other.clone(), failure: None }),
    };
    let AggregateFunction { func, mut params } = call.clone();
    let (args, failed) = scope.guard_all(&params.args)?;
    params.args = args;
    let mut failures: Vec<Expr> = failed.into_iter().collect();
    params.order_by = guard_sorts(scope, &params.order_by, &mut failures)?;
    let mut failure = functions::first(failures);
    if let Some(filter) = &params.filter {
        let guarded = scope.guard(filter)?;
        let aggregated = failure.map(|failure| functions::when(guarded.value.clone(), failure));
        failure = functions::first(guarded.failure.into_iter().chain(aggregated));
        params.filter = Some(Box::new(guarded.value));
    }
    Ok(Guarded { value: Expr::AggregateFunction(AggregateFunction { func, params }), failure })
}
