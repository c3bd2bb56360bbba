//! Rewrites the nodes of a plan.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, Result, TableReference};
use datafusion::logical_expr::expr::{Sort as SortExpr, WindowFunction};
use datafusion::logical_expr::utils::{conjunction, iter_conjunction};
use datafusion::logical_expr::{
    Distinct, DistinctOn, Expr, Filter, JoinType, Limit, LogicalPlan, Projection, Sort, SubqueryAlias, Union, Unnest,
    Window,
};

use super::super::{FILE_COLUMN, LINE_COLUMN};
use super::expression::{Guarded, Scope};
use super::functions;
use super::node::{Guard, Node, unsupported};

impl Guard {
    /// Rewrites a plan.
    pub(super) fn plan(&mut self, plan: LogicalPlan) -> Result<Node> {
        match plan {
            LogicalPlan::Projection(projection) => self.projection(&projection),
            LogicalPlan::Filter(filter) => self.filter(filter),
            LogicalPlan::Window(window) => self.window(&window),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(&aggregate),
            LogicalPlan::Sort(sort) => self.sort(&sort),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => self.union(&union),
            LogicalPlan::SubqueryAlias(alias) => {
                let mut node = self.plan((*alias.input).clone())?;
                let plan = SubqueryAlias::try_new(Arc::new(node.plan), alias.alias)?;
                node.plan = LogicalPlan::SubqueryAlias(plan);
                Ok(node)
            }
            LogicalPlan::Limit(Limit { skip, fetch, input }) => {
                let mut node = self.plan((*input).clone())?;
                node.plan = LogicalPlan::Limit(Limit { skip, fetch, input: Arc::new(node.plan) });
                Ok(node)
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut node = self.plan((*input).clone())?.narrow()?;
                node.plan = LogicalPlan::Distinct(Distinct::All(Arc::new(node.plan)));
                Ok(node)
            }
            LogicalPlan::Distinct(Distinct::On(distinct)) => self.distinct_on(&distinct),
            LogicalPlan::Unnest(unnest) => self.unnest(&unnest),
            LogicalPlan::TableScan(_) => Ok(scan(plan)),
            // Rows without inputs, and what the checks let through but nothing is known about.
            other => Ok(Node::plain(other)),
        }
    }

    fn projection(&mut self, projection: &Projection) -> Result<Node> {
        let input = self.plan((*projection.input).clone())?;
        let scope = Scope::of(&input);
        let mut output = Vec::with_capacity(projection.expr.len());
        let mut hidden: Vec<Expr> = Vec::new();
        let mut failures = HashMap::new();
        let originals = projection.expr.len();
        for (index, expr) in projection.expr.iter().enumerate() {
            let guarded = scope.guard(expr)?;
            if let Some(failure) = guarded.failure {
                let known = hidden.iter().position(|known| *known == failure);
                let place = known.unwrap_or_else(|| {
                    hidden.push(failure);
                    hidden.len() - 1
                });
                failures.insert(index, originals + place);
            }
            output.push(named(expr, guarded.value, projection.schema.qualified_field(index)));
        }
        let mut rows = Vec::with_capacity(input.rows.len());
        for row in input.row_failures() {
            rows.push(originals + hidden.len());
            hidden.push(Expr::Column(row));
        }
        let position = input.position().map(|(file, line)| {
            hidden.extend([Expr::Column(file), Expr::Column(line)]);
            (originals + hidden.len() - 2, originals + hidden.len() - 1)
        });
        for expr in hidden {
            output.push(expr.alias(self.hidden_name("hidden")));
        }
        let plan = LogicalPlan::Projection(Projection::try_new(output, Arc::new(input.plan))?);
        Ok(Node { plan, columns: (0..originals).collect(), failures, rows, position })
    }

    fn filter(&mut self, filter: Filter) -> Result<Node> {
        if let LogicalPlan::Join(join) = filter.input.as_ref()
            && join.join_type == JoinType::Inner
        {
            // The conditions of an implicit join stand in WHERE; the join must know them to treat failing keys.
            let (join, left_over) = Self::distribute(join.clone(), &filter.predicate)?;
            let node = self.join(join)?;
            return self.filter_node(node, &left_over);
        }
        let node = self.plan(Arc::unwrap_or_clone(filter.input))?;
        let conditions: Vec<Expr> = iter_conjunction(&filter.predicate).cloned().collect();
        self.filter_node(node, &conditions)
    }

    /// Keeps the rows of which each condition holds or failed.
    pub(super) fn filter_node(&mut self, mut node: Node, conditions: &[Expr]) -> Result<Node> {
        if conditions.is_empty() {
            return Ok(node);
        }
        let scope = Scope::of(&node);
        let guarded = conditions.iter().map(|condition| scope.guard(condition)).collect::<Result<Vec<Guarded>>>()?;
        let failures: Vec<Expr> = guarded.iter().filter_map(|condition| condition.failure.clone()).collect();
        let before = node.rows.len();
        node.fail_rows(self, failures)?;
        let mut failed = node.rows.get(before..).unwrap_or_default().iter().map(|&row| Expr::Column(node.at(row)));
        let kept = guarded.into_iter().map(|condition| match condition.failure.and_then(|_| failed.next()) {
            Some(failed) => condition.value.or(failed.is_not_null()),
            None => condition.value,
        });
        if let Some(predicate) = conjunction(kept) {
            node.plan = LogicalPlan::Filter(Filter::try_new(predicate, Arc::new(node.plan.clone()))?);
        }
        Ok(node)
    }

    fn sort(&mut self, sort: &Sort) -> Result<Node> {
        let mut node = self.plan((*sort.input).clone())?;
        let mut failures = Vec::new();
        let scope = Scope::of(&node);
        let expr = guard_sorts(&scope, &sort.expr, &mut failures)?;
        // A column that failed is reported by whoever uses its value; as a key alone it marks the row.
        node.fail_rows(self, failures)?;
        node.plan = LogicalPlan::Sort(Sort { expr, input: Arc::new(node.plan), fetch: sort.fetch });
        Ok(node)
    }

    fn window(&mut self, window: &Window) -> Result<Node> {
        let mut node = self.plan((*window.input).clone())?;
        let inputs = window.input.schema().fields().len();
        let mut failures = Vec::new();
        let mut window_expr = Vec::with_capacity(window.window_expr.len());
        let scope = Scope::of(&node);
        for (index, expr) in window.window_expr.iter().enumerate() {
            let (_, field) = window.schema.qualified_field(inputs + index);
            let value = guard_window(&scope, expr, &mut failures)?;
            window_expr.push(if value == *expr { value } else { value.unalias().alias(field.name()) });
        }
        node.fail_rows(self, failures)?;
        let first = node.plan.schema().fields().len();
        node.columns.extend(first..first + window_expr.len());
        node.plan = LogicalPlan::Window(Window::try_new(window_expr, Arc::new(node.plan))?);
        Ok(node)
    }

    fn union(&mut self, union: &Union) -> Result<Node> {
        let mut nodes = Vec::with_capacity(union.inputs.len());
        for input in &union.inputs {
            nodes.push(self.plan((**input).clone())?);
        }
        let originals = union.schema.fields().len();
        let failing: Vec<usize> =
            (0..originals).filter(|&index| nodes.iter().any(|node| node.failure_of(index).is_some())).collect();
        let rows = usize::from(nodes.iter().any(|node| !node.rows.is_empty()));
        let has_position = nodes.iter().all(|node| node.position.is_some());
        let hidden: Vec<String> =
            (0..failing.len() + rows + 2 * usize::from(has_position)).map(|_| self.hidden_name("union")).collect();
        let mut inputs = Vec::with_capacity(nodes.len());
        for (node, original) in nodes.into_iter().zip(&union.inputs) {
            let mut output = Vec::with_capacity(originals + hidden.len());
            for index in 0..originals {
                let (relation, field) = original.schema().qualified_field(index);
                let column = Expr::Column(node.column(index));
                let is_same = column == Expr::Column(Column::from((relation, field)));
                output.push(if is_same { column } else { column.alias_qualified(relation.cloned(), field.name()) });
            }
            let mut added: Vec<Expr> = Vec::with_capacity(hidden.len());
            for &index in &failing {
                added.push(node.failure_of(index).map_or_else(functions::no_failure, Expr::Column));
            }
            if rows > 0 {
                let failures = node.row_failures().into_iter().map(Expr::Column);
                added.push(functions::first(failures).unwrap_or_else(functions::no_failure));
            }
            if let (true, Some((file, line))) = (has_position, node.position()) {
                added.extend([Expr::Column(file), Expr::Column(line)]);
            }
            output.extend(added.into_iter().zip(&hidden).map(|(expr, name)| expr.alias(name)));
            inputs.push(Arc::new(LogicalPlan::Projection(Projection::try_new(output, Arc::new(node.plan))?)));
        }
        let plan = LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?);
        let failures = failing.iter().enumerate().map(|(place, &index)| (index, originals + place)).collect();
        let first_row = originals + failing.len();
        Ok(Node {
            plan,
            columns: (0..originals).collect(),
            failures,
            rows: (first_row..first_row + rows).collect(),
            position: has_position.then_some((first_row + rows, first_row + rows + 1)),
        })
    }

    fn distinct_on(&mut self, distinct: &DistinctOn) -> Result<Node> {
        let node = self.plan((*distinct.input).clone())?;
        let scope = Scope::of(&node);
        let sorts = distinct.sort_expr.iter().flatten().map(|sort| &sort.expr);
        let (_, failure) = scope.guard_all(distinct.on_expr.iter().chain(&distinct.select_expr).chain(sorts))?;
        if failure.is_some() || !node.rows.is_empty() {
            return Err(unsupported("DISTINCT ON"));
        }
        let distinct = DistinctOn::try_new(
            distinct.on_expr.clone(),
            distinct.select_expr.clone(),
            distinct.sort_expr.clone(),
            Arc::new(node.plan),
        )?;
        Ok(Node::plain(LogicalPlan::Distinct(Distinct::On(distinct))))
    }

    fn unnest(&mut self, unnest: &Unnest) -> Result<Node> {
        let node = self.plan((*unnest.input).clone())?;
        let made = Unnest::try_new(Arc::new(node.plan.clone()), unnest.exec_columns.clone(), unnest.options.clone())?;
        let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
        for (output, &input) in made.dependency_indices.iter().enumerate() {
            places.entry(input).or_default().push(output);
        }
        let place = |input: usize, occurrence: usize| places.get(&input).and_then(|list| list.get(occurrence)).copied();
        let mut columns = Vec::with_capacity(unnest.dependency_indices.len());
        let mut failures = HashMap::new();
        let mut occurrences: HashMap<usize, usize> = HashMap::new();
        for &original in &unnest.dependency_indices {
            let occurrence = occurrences.entry(original).or_default();
            let input = node.columns.get(original).copied().unwrap_or_default();
            let output = place(input, *occurrence).ok_or_else(|| unsupported("UNNEST"))?;
            *occurrence += 1;
            columns.push(output);
            if let Some(failure) = node.failures.get(&input).and_then(|&failure| place(failure, 0)) {
                failures.insert(output, failure);
            }
        }
        let rows = node.rows.iter().filter_map(|&row| place(row, 0)).collect();
        let position = node.position.and_then(|(file, line)| Some((place(file, 0)?, place(line, 0)?)));
        Ok(Node { plan: LogicalPlan::Unnest(made), columns, failures, rows, position })
    }
}

fn scan(plan: LogicalPlan) -> Node {
    let index = |name: &str| plan.schema().fields().iter().position(|field| field.name() == name);
    let position = index(FILE_COLUMN).zip(index(LINE_COLUMN));
    Node { position, ..Node::plain(plan) }
}

/// Gives a rewritten expression the name that the original has in its schema.
pub(super) fn named(
    original: &Expr,
    value: Expr,
    (relation, field): (Option<&TableReference>, &datafusion::arrow::datatypes::FieldRef),
) -> Expr {
    // An alias that was there keeps its place and metadata.
    if value == *original || matches!(value, Expr::Alias(_)) {
        return value;
    }
    value.alias_qualified(relation.cloned(), field.name())
}

pub(super) fn guard_sorts(scope: &Scope<'_>, sorts: &[SortExpr], failures: &mut Vec<Expr>) -> Result<Vec<SortExpr>> {
    let mut guarded = Vec::with_capacity(sorts.len());
    for sort in sorts {
        let Guarded { value, failure } = scope.guard(&sort.expr)?;
        failures.extend(failure);
        guarded.push(SortExpr::new(value, sort.asc, sort.nulls_first));
    }
    Ok(guarded)
}

fn guard_window(scope: &Scope<'_>, expr: &Expr, failures: &mut Vec<Expr>) -> Result<Expr> {
    let inner = match expr {
        Expr::Alias(alias) => {
            let inner = guard_window(scope, &alias.expr, failures)?;
            return Ok(if inner == *alias.expr { expr.clone() } else { inner });
        }
        Expr::WindowFunction(inner) => inner,
        other => return Ok(other.clone()),
    };
    let WindowFunction { fun, mut params } = (**inner).clone();
    let (args, failed) = scope.guard_all(&params.args)?;
    failures.extend(failed);
    params.args = args;
    let (partition_by, failed) = scope.guard_all(&params.partition_by)?;
    failures.extend(failed);
    params.partition_by = partition_by;
    params.order_by = guard_sorts(scope, &params.order_by, failures)?;
    if let Some(filter) = &params.filter {
        let Guarded { value, failure } = scope.guard(filter)?;
        failures.extend(failure);
        params.filter = Some(Box::new(value));
    }
    Ok(Expr::WindowFunction(Box::new(WindowFunction { fun, params })))
}

/// Calls `visit` for each column that an expression refers to; returns whether it holds a subquery.
pub(super) fn visit_columns(expr: &Expr, mut visit: impl FnMut(&Column)) -> Result<bool> {
    use datafusion::common::tree_node::TreeNode;
    let mut has_subquery = false;
    expr.apply(|expr| {
        match expr {
            Expr::Column(column) => visit(column),
            Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_) | Expr::SetComparison(_) => {
                has_subquery = true;
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(has_subquery)
}
