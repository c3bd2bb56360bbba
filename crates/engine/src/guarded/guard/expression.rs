//! Expressions: the value that never fails to compute, and the failure that says when it should have.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::utils::iter_conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};

use super::functions::{self, GuardFunction};
use super::node::Node;

mod total;

/// An expression that never stops a query, and why it failed for a row.
#[derive(Debug, Clone)]
pub(super) struct Guarded {
    pub(super) value: Expr,
    /// A text, or NULL where nothing failed; nothing if it cannot fail.
    pub(super) failure: Option<Expr>,
}

/// What expressions refer to.
pub(super) struct Scope<'n> {
    schema: &'n DFSchema,
    failures: &'n HashMap<usize, usize>,
}

impl<'n> Scope<'n> {
    pub(super) fn new(schema: &'n DFSchema, failures: &'n HashMap<usize, usize>) -> Self {
        Self { schema, failures }
    }

    pub(super) fn of(node: &'n Node) -> Self {
        Self::new(node.plan.schema(), &node.failures)
    }

    /// Guards an expression.
    pub(super) fn guard(&self, expr: &Expr) -> Result<Guarded> {
        match expr {
            Expr::Column(column) => Ok(Guarded { value: expr.clone(), failure: self.failure_of(column) }),
            Expr::Cast(cast) => self.cast(expr, &cast.expr, cast.field.data_type(), true),
            Expr::TryCast(cast) => self.cast(expr, &cast.expr, cast.field.data_type(), false),
            Expr::BinaryExpr(binary) => match binary.op {
                Operator::And | Operator::Or => self.logic(expr, binary.op),
                _ => self.binary(expr, binary),
            },
            Expr::Case(case) => self.case(case),
            Expr::ScalarFunction(call) => self.call(expr, call),
            // The columns of a lambda are its own.
            Expr::HigherOrderFunction(_) | Expr::Lambda(_) => Ok(Guarded { value: expr.clone(), failure: None }),
            _ => self.eager(expr),
        }
    }

    /// Guards several expressions and joins their failures.
    pub(super) fn guard_all<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Result<(Vec<Expr>, Option<Expr>)> {
        let (mut values, mut failures) = (Vec::new(), Vec::new());
        for expr in exprs {
            let guarded = self.guard(expr)?;
            values.push(guarded.value);
            failures.extend(guarded.failure);
        }
        Ok((values, functions::first(failures)))
    }

    fn failure_of(&self, column: &Column) -> Option<Expr> {
        let index = self.schema.maybe_index_of_column(column)?;
        let (relation, field) = self.schema.qualified_field(*self.failures.get(&index)?);
        Some(Expr::Column(Column::from((relation, field))))
    }

    /// Guards an expression that evaluates all its operands and cannot fail itself.
    fn eager(&self, expr: &Expr) -> Result<Guarded> {
        let mut failures = Vec::new();
        let value = expr.clone().map_children(|child| {
            let guarded = self.guard(&child)?;
            failures.extend(guarded.failure);
            Ok(if guarded.value == child { Transformed::no(child) } else { Transformed::yes(guarded.value) })
        })?;
        Ok(Guarded { value: value.data, failure: functions::first(failures) })
    }

    fn cast(&self, whole: &Expr, inner: &Expr, target: &DataType, strict: bool) -> Result<Guarded> {
        if is_constant(inner) {
            // It fails for all rows or for none, so it is the mapping that is wrong.
            return Ok(Guarded { value: folded(whole, inner, target), failure: None });
        }
        let guarded = self.guard(inner)?;
        let source = guarded.value.get_type(self.schema)?;
        if total::cast_is_total(&source, target) {
            let value = whole.clone().map_children(|_| Ok(Transformed::yes(guarded.value.clone())))?.data;
            return Ok(Guarded { value, failure: guarded.failure });
        }
        let value = GuardFunction::try_cast(target.clone()).call(vec![guarded.value.clone()]);
        if !strict {
            return Ok(Guarded { value, failure: guarded.failure });
        }
        let text = format!("cast({} as {target})", inner.human_display());
        let failed = GuardFunction::cast_failure(text).call(vec![guarded.value, value.clone()]);
        Ok(Guarded { value, failure: functions::first(guarded.failure.into_iter().chain([failed])) })
    }

    fn binary(&self, whole: &Expr, binary: &BinaryExpr) -> Result<Guarded> {
        let (left, right) = (self.guard(&binary.left)?, self.guard(&binary.right)?);
        let failures = left.failure.into_iter().chain(right.failure);
        let operands = vec![left.value.clone(), right.value.clone()];
        let value = Expr::BinaryExpr(BinaryExpr::new(Box::new(left.value), binary.op, Box::new(right.value)));
        let result = value.get_type(self.schema)?;
        let is_constant = is_constant(&binary.left) && is_constant(&binary.right);
        if is_constant || total::operator_is_total(binary.op, &result) {
            return Ok(Guarded { value, failure: functions::first(failures) });
        }
        let call = GuardFunction::binary(binary.op, result.clone(), whole.human_display().to_string());
        Ok(unwrap_call(call.call(operands), result, failures))
    }

    /// AND and OR: an operand that decides the result makes the failures of the others irrelevant.
    fn logic(&self, whole: &Expr, op: Operator) -> Result<Guarded> {
        let operands: Vec<&Expr> = match op {
            Operator::And => iter_conjunction(whole).collect(),
            _ => disjunction(whole),
        };
        let mut guarded = Vec::with_capacity(operands.len());
        for operand in operands {
            guarded.push(self.guard(operand)?);
        }
        let failing: Vec<&Guarded> = guarded.iter().filter(|operand| operand.failure.is_some()).collect();
        let failure = (!failing.is_empty()).then(|| {
            let pairs = guarded.iter().flat_map(|operand| {
                [operand.value.clone(), operand.failure.clone().unwrap_or_else(functions::no_failure)]
            });
            GuardFunction::logic(op == Operator::And).call(pairs.collect())
        });
        let join = |left: Expr, right: Expr| Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)));
        let value = guarded.into_iter().map(|operand| operand.value).reduce(join);
        Ok(Guarded { value: value.unwrap_or_else(|| whole.clone()), failure })
    }

    /// CASE: the failures of the conditions up to the first that holds, and of its result.
    fn case(&self, case: &Case) -> Result<Guarded> {
        let base = case.expr.as_deref().map(|base| self.guard(base)).transpose()?;
        let otherwise = case.else_expr.as_deref().map(|result| self.guard(result)).transpose()?;
        let mut branches = Vec::with_capacity(case.when_then_expr.len());
        for (when, then) in &case.when_then_expr {
            branches.push((self.guard(when)?, self.guard(then)?));
        }
        let mut rest = otherwise.as_ref().and_then(|result| result.failure.clone());
        for (when, then) in branches.iter().rev() {
            let holds = match &base {
                Some(base) => base.value.clone().eq(when.value.clone()),
                None => when.value.clone(),
            };
            let taken = then.failure.clone().map(|failure| functions::when(holds.clone(), failure));
            let passed = rest.map(|failure| functions::unless(holds, failure));
            rest = functions::first(when.failure.clone().into_iter().chain(taken).chain(passed));
        }
        let first = base.as_ref().and_then(|base| base.failure.clone());
        let value = Expr::Case(Case {
            expr: base.map(|base| Box::new(base.value)),
            when_then_expr: branches
                .into_iter()
                .map(|(when, then)| (Box::new(when.value), Box::new(then.value)))
                .collect(),
            else_expr: otherwise.map(|result| Box::new(result.value)),
        });
        Ok(Guarded { value, failure: functions::first(first.into_iter().chain(rest)) })
    }

    fn call(&self, whole: &Expr, call: &ScalarFunction) -> Result<Guarded> {
        let name = call.func.name();
        if let (true, Some(inner)) = (total::is_cast_function(name), call.args.first()) {
            let target = whole.get_type(self.schema)?;
            let strict = !total::is_try_cast_function(name);
            return self.cast(&inner.clone().cast_to(&target, self.schema)?, inner, &target, strict);
        }
        let mut guarded = Vec::with_capacity(call.args.len());
        for argument in &call.args {
            guarded.push(self.guard(argument)?);
        }
        let values: Vec<Expr> = guarded.iter().map(|argument| argument.value.clone()).collect();
        let plain = |values| Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&call.func), values));
        if total::is_lazy(name) {
            return Ok(Guarded { value: plain(values), failure: lazy_failure(&guarded, name == "nvl2") });
        }
        let failures = guarded.into_iter().filter_map(|argument| argument.failure);
        if total::function_is_total(name) || call.args.iter().all(is_constant) {
            return Ok(Guarded { value: plain(values), failure: functions::first(failures) });
        }
        // Not the type of the original: a constant argument that is folded can make it narrower.
        let result = plain(values.clone()).get_type(self.schema)?;
        let text = whole.human_display().to_string();
        let guard = GuardFunction::call_of(Arc::clone(&call.func), result.clone(), text);
        Ok(unwrap_call(guard.call(values), result, failures))
    }
}

/// Splits the value and the failure that a guarded call gives.
fn unwrap_call(call: Expr, result: DataType, failures: impl Iterator<Item = Expr>) -> Guarded {
    let value = GuardFunction::value(result).call(vec![call.clone()]);
    let failed = GuardFunction::failure().call(vec![call]);
    Guarded { value, failure: functions::first(failures.chain([failed])) }
}

/// The failure of COALESCE and its like, which stop at the first value, or of NVL2, which chooses one of two.
fn lazy_failure(arguments: &[Guarded], is_choice: bool) -> Option<Expr> {
    if let (true, [condition, present, absent]) = (is_choice, arguments) {
        let is_null = condition.value.clone().is_null();
        let taken = present.failure.clone().map(|failure| functions::unless(is_null.clone(), failure));
        let passed = absent.failure.clone().map(|failure| functions::when(is_null, failure));
        return functions::first(condition.failure.clone().into_iter().chain(taken).chain(passed));
    }
    let mut rest: Option<Expr> = None;
    for argument in arguments.iter().rev() {
        let passed = rest.map(|failure| functions::when(argument.value.clone().is_null(), failure));
        rest = functions::first(argument.failure.clone().into_iter().chain(passed));
    }
    rest
}

fn disjunction(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            let mut operands = disjunction(left);
            operands.extend(disjunction(right));
            operands
        }
        other => vec![other],
    }
}

/// Returns the cast of a literal as a literal: functions derive their types from those.
fn folded(whole: &Expr, inner: &Expr, target: &DataType) -> Expr {
    let literal = match inner {
        Expr::Literal(value, _) => value.cast_to(target).ok(),
        _ => None,
    };
    literal.map_or_else(|| whole.clone(), |value| Expr::Literal(value, None))
}

/// Returns whether an expression has the same value for all rows.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..) => true,
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::Alias(alias) => is_constant(&alias.expr),
        Expr::Negative(inner) => is_constant(inner),
        _ => false,
    }
}
