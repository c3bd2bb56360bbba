//! A rewritten plan node: where the original columns are in it, and where their failures are.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{Column, Result, plan_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};

use super::all_columns;

/// Rewrites plans; it numbers the hidden columns of one query.
#[derive(Debug, Default)]
pub(super) struct Guard {
    hidden: usize,
}

impl Guard {
    /// Returns a name that no other column of the query has.
    pub(super) fn hidden_name(&mut self, what: &str) -> String {
        self.hidden += 1;
        format!("_{what}_{}", self.hidden)
    }
}

/// A rewritten plan. All numbers are indexes into the schema of `plan`.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) plan: LogicalPlan,
    /// The original columns, in their order.
    pub(super) columns: Vec<usize>,
    /// The failure of a column that may have failed.
    pub(super) failures: HashMap<usize, usize>,
    /// The failures of the row as a whole.
    pub(super) rows: Vec<usize>,
    /// The file and the line of the input row that a row comes from.
    pub(super) position: Option<(usize, usize)>,
}

impl Node {
    /// Wraps a plan whose values cannot have failed.
    pub(super) fn plain(plan: LogicalPlan) -> Self {
        let columns = (0..plan.schema().fields().len()).collect();
        Self { plan, columns, failures: HashMap::new(), rows: Vec::new(), position: None }
    }

    /// Returns a column of the schema.
    pub(super) fn at(&self, index: usize) -> Column {
        let schema = self.plan.schema();
        if index < schema.fields().len() { Column::from(schema.qualified_field(index)) } else { no_column() }
    }

    /// Returns the column that holds an original column.
    pub(super) fn column(&self, original: usize) -> Column {
        self.columns.get(original).map_or_else(no_column, |&index| self.at(index))
    }

    /// Returns the column that holds the failure of an original column.
    pub(super) fn failure_of(&self, original: usize) -> Option<Column> {
        self.columns.get(original).and_then(|index| self.failures.get(index)).map(|&index| self.at(index))
    }

    pub(super) fn row_failures(&self) -> Vec<Column> {
        self.rows.iter().map(|&index| self.at(index)).collect()
    }

    pub(super) fn position(&self) -> Option<(Column, Column)> {
        self.position.map(|(file, line)| (self.at(file), self.at(line)))
    }

    /// Adds columns at the end and returns their indexes.
    pub(super) fn add(&mut self, added: Vec<Expr>) -> Result<Vec<usize>> {
        if added.is_empty() {
            return Ok(Vec::new());
        }
        let mut output = all_columns(&self.plan);
        let first = output.len();
        let indexes = (first..first + added.len()).collect();
        output.extend(added);
        self.plan = LogicalPlan::Projection(Projection::try_new(output, Arc::new(self.plan.clone()))?);
        Ok(indexes)
    }

    /// Adds failures as failures of the row.
    pub(super) fn fail_rows(&mut self, guard: &mut Guard, failures: Vec<Expr>) -> Result<()> {
        let added = failures.into_iter().map(|failure| failure.alias(guard.hidden_name("failed"))).collect();
        let added = self.add(added)?;
        self.rows.extend(added);
        Ok(())
    }

    /// Leaves only the original columns and the failures, in that order.
    pub(super) fn narrow(self) -> Result<Self> {
        let mut output: Vec<usize> = self.columns.clone();
        let mut failures = HashMap::new();
        for (place, column) in self.columns.iter().enumerate() {
            if let Some(&failure) = self.failures.get(column) {
                failures.insert(place, place_of(&mut output, self.columns.len(), failure));
            }
        }
        let rows = self.rows.iter().map(|&row| place_of(&mut output, self.columns.len(), row)).collect();
        let columns = (0..self.columns.len()).collect();
        if output.iter().copied().eq(0..self.plan.schema().fields().len()) {
            return Ok(Self { plan: self.plan, columns, failures, rows, position: None });
        }
        let expressions = output.iter().map(|&index| Expr::Column(self.at(index))).collect();
        let plan = LogicalPlan::Projection(Projection::try_new(expressions, Arc::new(self.plan.clone()))?);
        Ok(Self { plan, columns, failures, rows, position: None })
    }
}

/// A column that no plan has: planning with it fails, instead of silently taking another.
fn no_column() -> Column {
    Column::new_unqualified("")
}

/// Returns the place of a hidden column in an output, adding it if it is not there yet.
fn place_of(output: &mut Vec<usize>, originals: usize, index: usize) -> usize {
    let hidden = output.get(originals..).unwrap_or_default();
    if let Some(found) = hidden.iter().position(|&known| known == index) {
        return originals + found;
    }
    output.push(index);
    output.len() - 1
}

/// Makes the error for a plan whose failures cannot be followed.
pub(super) fn unsupported(what: &str) -> DataFusionError {
    plan_datafusion_err!(
        "a value that may fail to convert is used in {what}, where its row could not be told; convert it elsewhere, or \
         use try_cast"
    )
}
