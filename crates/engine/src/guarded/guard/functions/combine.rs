//! Combines failures: columns of texts that are NULL where nothing failed, which is nearly everywhere.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringBuilder};
use datafusion::arrow::compute::is_null;
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use datafusion::scalar::ScalarValue;

use super::argument;

/// Makes a column of failures.
pub(super) fn failures(texts: impl Iterator<Item = Option<String>>) -> ColumnarValue {
    let mut builder = StringBuilder::new();
    for text in texts {
        builder.append_option(text);
    }
    ColumnarValue::Array(Arc::new(builder.finish()))
}

/// Returns whether nothing failed.
fn is_clear(failure: &ColumnarValue) -> bool {
    match failure {
        ColumnarValue::Scalar(value) => value.is_null(),
        ColumnarValue::Array(array) => array.null_count() == array.len(),
    }
}

fn nothing() -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8(None))
}

/// `(failures…)`: per row the first that is not NULL.
pub(super) fn first(args: &ScalarFunctionArgs) -> Result<ColumnarValue> {
    let failing: Vec<&ColumnarValue> = args.args.iter().filter(|failure| !is_clear(failure)).collect();
    match failing.as_slice() {
        [] => Ok(nothing()),
        [only] => Ok((*only).clone()),
        several => {
            let mut arrays = Vec::with_capacity(several.len());
            for failure in several {
                arrays.push(failure.to_array(args.number_rows)?);
            }
            let texts: Vec<_> = arrays.iter().filter_map(|array| array.as_string_opt::<i32>()).collect();
            let text = |row: usize| {
                let text = texts.iter().find(|texts| texts.is_valid(row));
                text.map(|texts| texts.value(row).to_owned())
            };
            Ok(failures((0..args.number_rows).map(text)))
        }
    }
}

/// `(condition, failure)`: the failure of rows whose condition holds, or does not hold.
pub(super) fn gate(args: &ScalarFunctionArgs, wanted: bool) -> Result<ColumnarValue> {
    let (condition, failure) = (argument(args, 0)?, argument(args, 1)?);
    if is_clear(failure) {
        return Ok(nothing());
    }
    let (condition, failure) = (booleans(condition, args.number_rows)?, failure.to_array(args.number_rows)?);
    let condition = boolean(&condition)?;
    let texts = failure.as_string::<i32>();
    let text = |row: usize| {
        let holds = condition.is_valid(row) && condition.value(row);
        (holds == wanted && texts.is_valid(row)).then(|| texts.value(row).to_owned())
    };
    Ok(failures((0..args.number_rows).map(text)))
}

/// `(value, failure, …)` of the operands of AND or OR: the first failure, unless an operand that did not fail is false
/// (for AND) or true (for OR), which decides the result whatever the others are.
pub(super) fn logic(args: &ScalarFunctionArgs, is_and: bool) -> Result<ColumnarValue> {
    let pairs = || args.args.chunks_exact(2);
    if pairs().filter_map(<[_]>::last).all(is_clear) {
        return Ok(nothing());
    }
    let mut operands = Vec::with_capacity(args.args.len() / 2);
    for pair in pairs() {
        let [value, failure] = pair else { continue };
        operands.push((booleans(value, args.number_rows)?, failure.to_array(args.number_rows)?));
    }
    let text = |row: usize| {
        let mut first = None;
        for (values, failure) in &operands {
            let (values, texts) = (values.as_boolean(), failure.as_string::<i32>());
            if texts.is_valid(row) {
                first = first.or(Some(texts.value(row)));
            } else if values.is_valid(row) && values.value(row) != is_and {
                return None;
            }
        }
        first.map(str::to_owned)
    };
    Ok(failures((0..args.number_rows).map(text)))
}

/// `(value, failure)`: the value where nothing failed, else NULL.
pub(super) fn checked(args: &ScalarFunctionArgs) -> Result<ColumnarValue> {
    let (value, failure) = (argument(args, 0)?, argument(args, 1)?);
    if is_clear(failure) {
        return Ok(value.clone());
    }
    let (value, failure) = (value.to_array(args.number_rows)?, failure.to_array(args.number_rows)?);
    let nothing = ScalarValue::try_from(value.data_type())?.to_scalar()?;
    Ok(ColumnarValue::Array(zip(&is_null(&failure)?, &value, &nothing)?))
}

/// Returns a condition as booleans; an untyped NULL is a condition too.
fn booleans(condition: &ColumnarValue, rows: usize) -> Result<ArrayRef> {
    let condition = condition.cast_to(&datafusion::arrow::datatypes::DataType::Boolean, None)?;
    condition.to_array(rows)
}

fn boolean(array: &ArrayRef) -> Result<&BooleanArray> {
    array.as_boolean_opt().ok_or_else(|| exec_datafusion_err!("a condition is not boolean"))
}
