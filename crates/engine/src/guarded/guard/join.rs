//! Joins: a row whose key failed comes out once, marked, instead of silently matching nothing.
//!
//! The side with keys that can fail is preserved, as by an outer join, and a filter behind the join drops the preserved
//! rows that did not fail. The keys and their failures are computed below the join. Where another key cannot fail, only
//! the rows that it brings together are marked.

use std::sync::Arc;

use datafusion::common::{DFSchema, NullEquality, Result};
use datafusion::logical_expr::utils::{conjunction, iter_conjunction};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Filter, Join, JoinType, LogicalPlan, Operator, lit};

use super::expression::{Guarded, Scope};
use super::functions::GuardFunction;
use super::node::{Guard, Node, unsupported};
use super::plan::visit_columns;

/// Which sides of a join an expression refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    Neither,
    Left,
    Right,
    Both,
}

/// One side of a join while it is rewritten.
struct Side {
    node: Node,
    /// Whether some keys or conditions of this side can fail.
    failing: Vec<usize>,
}

impl Guard {
    /// Gives an inner join the conditions of a filter above it. Returns what must stay above.
    pub(super) fn distribute(mut join: Join, predicate: &Expr) -> Result<(Join, Vec<Expr>)> {
        let mut left_over = Vec::new();
        let mut on = Vec::new();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let conditions = iter_conjunction(predicate).map(|condition| (condition, false));
        let own = join.filter.iter().flat_map(iter_conjunction).map(|condition| (condition, true));
        for (condition, is_own) in conditions.chain(own) {
            match sides_of(condition, join.left.schema(), join.right.schema())? {
                Some(Sides::Left) => left.push(condition.clone()),
                Some(Sides::Right) => right.push(condition.clone()),
                Some(Sides::Both) => on.push(condition.clone()),
                Some(Sides::Neither) | None if is_own => on.push(condition.clone()),
                Some(Sides::Neither) | None => left_over.push(condition.clone()),
            }
        }
        join.filter = conjunction(on);
        for (side, conditions) in [(&mut join.left, left), (&mut join.right, right)] {
            if let Some(predicate) = conjunction(conditions) {
                *side = Arc::new(LogicalPlan::Filter(Filter::try_new(predicate, Arc::clone(side))?));
            }
        }
        Ok((join, left_over))
    }

    pub(super) fn join(&mut self, join: Join) -> Result<Node> {
        let (join, left_over) = match (join.join_type, join.filter.clone()) {
            (JoinType::Inner, Some(_)) => Self::distribute(join, &lit(true))?,
            _ => (join, Vec::new()),
        };
        // The literal that stood for "no filter above" stays behind, and is none.
        let mut above: Vec<Expr> = left_over.into_iter().filter(|condition| *condition != lit(true)).collect();
        let is_semi = !matches!(join.join_type, JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full);
        let originals = (join.left.schema().fields().len(), join.right.schema().fields().len());
        let schemas = (Arc::clone(join.left.schema()), Arc::clone(join.right.schema()));
        let mut left = Side { node: self.plan((*join.left).clone())?, failing: Vec::new() };
        let mut right = Side { node: self.plan((*join.right).clone())?, failing: Vec::new() };
        if is_semi && !right.node.rows.is_empty() {
            return Err(unsupported("a semi or anti join"));
        }

        let is_inner = join.join_type == JoinType::Inner;
        let marked = left.node.rows.len() + right.node.rows.len();
        let mut on = Vec::with_capacity(join.on.len());
        let mut filters = Vec::new();
        let conditions: Vec<&Expr> = join.filter.iter().flat_map(iter_conjunction).collect();
        let has_sure_key = has_sure_key(&join.on, &conditions, &schemas, (&left.node, &right.node))?;
        for (left_key, right_key) in &join.on {
            if has_sure_key && is_inner && (left.may_fail(left_key)? || right.may_fail(right_key)?) {
                above.push(left_key.clone().eq(right_key.clone()));
            } else {
                on.push((left.key(self, left_key)?, right.key(self, right_key)?));
            }
        }
        for condition in conditions {
            let sides = sides_of(condition, &schemas.0, &schemas.1)?;
            // Rows that a sure key brings together decide whether a failure matters.
            let rewritten = match sides {
                Some(Sides::Both) if has_sure_key && is_inner && fails(condition, &left.node, &right.node)? => None,
                Some(Sides::Left) if has_sure_key => Some(left.lenient(self, condition)?),
                Some(Sides::Right) if has_sure_key => Some(right.lenient(self, condition)?),
                _ => self.condition(condition, &schemas, &mut left, &mut right)?,
            };
            match rewritten {
                Some(rewritten) => filters.push(rewritten),
                None if is_inner => above.push(condition.clone()),
                None => return Err(unsupported("a condition over both sides of an outer, semi or anti join")),
            }
        }
        let has_failing = !left.failing.is_empty() || !right.failing.is_empty();
        let is_marked = left.node.rows.len() + right.node.rows.len() > marked;
        if (has_failing || is_marked) && (is_semi || join.null_equality == NullEquality::NullEqualsNull) {
            return Err(unsupported("a semi join, an anti join or a join by IS NOT DISTINCT FROM"));
        }
        let node = self.assemble(&join, originals, (left, right), on, conjunction(filters))?;
        self.filter_node(node, &above)
    }

    /// Rewrites a condition of a join whose failures belong to one side each; nothing if they do not.
    fn condition(
        &mut self,
        condition: &Expr,
        schemas: &(Arc<DFSchema>, Arc<DFSchema>),
        left: &mut Side,
        right: &mut Side,
    ) -> Result<Option<Expr>> {
        match sides_of(condition, &schemas.0, &schemas.1)? {
            // NULL, which a failed condition gives, does not hold either.
            Some(Sides::Left) => return left.key(self, condition).map(Some),
            Some(Sides::Right) => return right.key(self, condition).map(Some),
            Some(Sides::Neither) | None => return Ok(Some(condition.clone())),
            Some(Sides::Both) => {}
        }
        if let Expr::BinaryExpr(binary) = condition
            && is_comparison(binary.op)
        {
            let operand_sides =
                (sides_of(&binary.left, &schemas.0, &schemas.1)?, sides_of(&binary.right, &schemas.0, &schemas.1)?);
            let operands = match operand_sides {
                (Some(Sides::Left), Some(Sides::Right)) => {
                    Some((left.key(self, &binary.left)?, right.key(self, &binary.right)?))
                }
                (Some(Sides::Right), Some(Sides::Left)) => {
                    Some((right.key(self, &binary.left)?, left.key(self, &binary.right)?))
                }
                _ => None,
            };
            if let Some((first, second)) = operands {
                let rewritten = BinaryExpr::new(Box::new(first), binary.op, Box::new(second));
                return Ok(Some(Expr::BinaryExpr(rewritten)));
            }
        }
        let guarded = guard_over_both(condition, &left.node, &right.node)?;
        Ok(guarded.failure.is_none().then_some(guarded.value))
    }

    /// Joins the rewritten sides.
    fn assemble(
        &mut self,
        join: &Join,
        originals: (usize, usize),
        (mut left, mut right): (Side, Side),
        on: Vec<(Expr, Expr)>,
        filter: Option<Expr>,
    ) -> Result<Node> {
        let fails = (!left.failing.is_empty(), !right.failing.is_empty());
        let join_type = match (join.join_type, fails) {
            (JoinType::Inner, (true, false)) => JoinType::Left,
            (JoinType::Inner, (false, true)) => JoinType::Right,
            (JoinType::Inner, (true, true)) | (JoinType::Left, (_, true)) | (JoinType::Right, (true, _)) => {
                JoinType::Full
            }
            (other, _) => other,
        };
        let is_widened = join_type != join.join_type;
        let mut present = None;
        if is_widened {
            let mark = |guard: &mut Self, side: &mut Side| -> Result<usize> {
                let name = guard.hidden_name("present");
                let added = side.node.add(vec![lit(true).alias(name)])?;
                Ok(added.first().copied().unwrap_or_default())
            };
            present = Some((mark(self, &mut left)?, mark(self, &mut right)?));
        }
        let only_left = matches!(join.join_type, JoinType::LeftSemi | JoinType::LeftAnti);
        let only_right = matches!(join.join_type, JoinType::RightSemi | JoinType::RightAnti);
        let shift = if only_right { 0 } else { left.node.plan.schema().fields().len() };
        let (left, right) = (left, right);
        let plan = LogicalPlan::Join(Join::try_new(
            Arc::new(left.node.plan),
            Arc::new(right.node.plan),
            on,
            filter,
            join_type,
            join.join_constraint,
            join.null_equality,
            join.null_aware,
        )?);
        let mut columns = Vec::with_capacity(originals.0 + originals.1);
        let mut failures = std::collections::HashMap::new();
        let mut rows = Vec::new();
        let (mut left_failing, mut right_failing) = (Vec::new(), Vec::new());
        if !only_right {
            columns.extend(left.node.columns);
            failures.extend(left.node.failures);
            left_failing = left.failing;
            rows.extend(left.node.rows);
        }
        if !only_left {
            columns.extend(right.node.columns.iter().map(|column| column + shift));
            failures.extend(right.node.failures.iter().map(|(column, failure)| (column + shift, failure + shift)));
            right_failing = right.failing.iter().map(|row| row + shift).collect();
            rows.extend(right.node.rows.iter().map(|row| row + shift));
        }
        rows.extend(left_failing.iter().chain(&right_failing));
        let mut node = Node { plan, columns, failures, rows, position: None };
        if let Some((left_mark, right_mark)) = present {
            let exists = |index: usize| Expr::Column(node.at(index)).is_not_null();
            let (left_there, right_there) = (exists(left_mark), exists(right_mark + shift));
            let joined = match join.join_type {
                JoinType::Left => left_there,
                JoinType::Right => right_there,
                _ => left_there.and(right_there),
            };
            let kept = left_failing.iter().chain(&right_failing).fold(joined, |kept, &row| kept.or(exists(row)));
            node.plan = LogicalPlan::Filter(Filter::try_new(kept, Arc::new(node.plan.clone()))?);
        }
        Ok(node)
    }
}

impl Side {
    fn may_fail(&self, key: &Expr) -> Result<bool> {
        Ok(Scope::of(&self.node).guard(key)?.failure.is_some())
    }

    /// Rewrites a condition over this side to one that also holds where it failed, and marks those rows.
    fn lenient(&mut self, guard: &mut Guard, condition: &Expr) -> Result<Expr> {
        let guarded = Scope::of(&self.node).guard(condition)?;
        let Some(failure) = guarded.failure else { return Ok(guarded.value) };
        self.node.fail_rows(guard, vec![failure])?;
        let failed = self.node.rows.last().copied().unwrap_or_default();
        Ok(guarded.value.or(Expr::Column(self.node.at(failed)).is_not_null()))
    }

    /// Rewrites an expression over this side to a value that is NULL where it failed.
    fn key(&mut self, guard: &mut Guard, key: &Expr) -> Result<Expr> {
        let guarded = Scope::of(&self.node).guard(key)?;
        let Some(failure) = guarded.failure else { return Ok(guarded.value) };
        let result = guarded.value.get_type(self.node.plan.schema())?;
        let failed = self.node.add(vec![failure.alias(guard.hidden_name("failed"))])?;
        let failed = failed.first().copied().unwrap_or_default();
        self.failing.push(failed);
        let checked = GuardFunction::checked(result).call(vec![guarded.value, Expr::Column(self.node.at(failed))]);
        let value = self.node.add(vec![checked.alias(guard.hidden_name("key"))])?;
        Ok(Expr::Column(self.node.at(value.first().copied().unwrap_or_default())))
    }
}

/// Guards a condition over the rows that a join brings together.
fn guard_over_both(condition: &Expr, left: &Node, right: &Node) -> Result<Guarded> {
    let schema = left.plan.schema().join(right.plan.schema())?;
    let shift = left.plan.schema().fields().len();
    let shifted = right.failures.iter().map(|(column, failure)| (column + shift, failure + shift));
    let failures = left.failures.clone().into_iter().chain(shifted).collect();
    Scope::new(&schema, &failures).guard(condition)
}

fn fails(condition: &Expr, left: &Node, right: &Node) -> Result<bool> {
    Ok(guard_over_both(condition, left, right)?.failure.is_some())
}

/// Returns whether some equality of both sides cannot fail. The other conditions then only matter for the rows that it
/// brings together, so that a row without a partner is not marked for them.
fn has_sure_key(
    on: &[(Expr, Expr)],
    conditions: &[&Expr],
    schemas: &(Arc<DFSchema>, Arc<DFSchema>),
    (left, right): (&Node, &Node),
) -> Result<bool> {
    for (left_key, right_key) in on {
        if Scope::of(left).guard(left_key)?.failure.is_none() && Scope::of(right).guard(right_key)?.failure.is_none() {
            return Ok(true);
        }
    }
    for condition in conditions {
        if let Expr::BinaryExpr(BinaryExpr { left: first, op: Operator::Eq, right: second }) = condition {
            let sides = (sides_of(first, &schemas.0, &schemas.1)?, sides_of(second, &schemas.0, &schemas.1)?);
            let joins =
                matches!(sides, (Some(Sides::Left), Some(Sides::Right)) | (Some(Sides::Right), Some(Sides::Left)));
            if joins && !fails(condition, left, right)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Returns whether an operator does not hold where an operand is NULL, and cannot fail itself.
fn is_comparison(op: Operator) -> bool {
    matches!(op, Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq)
}

/// Returns which sides an expression refers to; nothing if it holds a subquery, which stays where it is.
fn sides_of(expr: &Expr, left: &DFSchema, right: &DFSchema) -> Result<Option<Sides>> {
    let (mut in_left, mut in_right) = (false, false);
    let has_subquery = visit_columns(expr, |column| {
        let is_left = left.has_column(column);
        in_left |= is_left;
        in_right |= !is_left && right.has_column(column);
    })?;
    Ok((!has_subquery).then_some(match (in_left, in_right) {
        (false, false) => Sides::Neither,
        (true, false) => Sides::Left,
        (false, true) => Sides::Right,
        (true, true) => Sides::Both,
    }))
}
