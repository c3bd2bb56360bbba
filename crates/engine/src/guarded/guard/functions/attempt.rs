//! Runs a vectorised computation and finds the rows it fails on.

use datafusion::arrow::array::new_null_array;
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::ColumnarValue;
use datafusion::scalar::ScalarValue;

/// The longest error text that is kept of a row.
const ERROR_CHARACTERS: usize = 300;

/// What a computation gave: NULL for the rows it failed on.
pub(super) struct Attempted {
    pub(super) value: ColumnarValue,
    pub(super) rows: usize,
    /// The failed rows in order, with the text of their errors.
    pub(super) errors: Vec<(usize, String)>,
}

/// Runs `compute` over `rows` rows. Where it fails, the rows are halved until the failing ones are alone: without
/// failures it runs once, with `k` of them about `2 k log(rows)` times.
pub(super) fn attempt(
    args: &[ColumnarValue],
    rows: usize,
    result: &DataType,
    compute: impl Fn(&[ColumnarValue], usize) -> Result<ColumnarValue>,
) -> Result<Attempted> {
    let error = match compute(args, rows) {
        Ok(value) => return Ok(Attempted { value, rows, errors: Vec::new() }),
        Err(error) => about_data(error)?,
    };
    let is_constant = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    if is_constant {
        let value = ColumnarValue::Scalar(ScalarValue::try_from(result)?);
        return Ok(Attempted { value, rows: 1, errors: vec![(0, error)] });
    }
    let mut parts = Vec::new();
    let mut errors = Vec::new();
    // Ranges still to be computed, the first one last.
    let mut open = vec![(0, rows)];
    while let Some((start, length)) = open.pop() {
        let slice: Vec<ColumnarValue> = args
            .iter()
            .map(|arg| match arg {
                ColumnarValue::Array(array) => ColumnarValue::Array(array.slice(start, length)),
                ColumnarValue::Scalar(value) => ColumnarValue::Scalar(value.clone()),
            })
            .collect();
        // The whole range is known to fail, so it is not tried a second time.
        let computed = if length == rows && rows > 1 { None } else { Some(compute(&slice, length)) };
        match computed {
            Some(Ok(value)) => parts.push(value.cast_to(result, None)?.into_array(length)?),
            Some(Err(error)) if length <= 1 => {
                errors.push((start, about_data(error)?));
                parts.push(new_null_array(result, length));
            }
            Some(Err(_)) | None => {
                let half = length / 2;
                open.push((start + half, length - half));
                open.push((start, half));
            }
        }
    }
    let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
    Ok(Attempted { value: ColumnarValue::Array(concat(&parts)?), rows, errors })
}

/// Returns the text of an error that a value caused; an error of the engine itself is passed on.
fn about_data(error: DataFusionError) -> Result<String> {
    match error.find_root() {
        DataFusionError::Internal(_) | DataFusionError::NotImplemented(_) | DataFusionError::ResourcesExhausted(_) => {
            Err(error)
        }
        root => Ok(root.strip_backtrace().chars().take(ERROR_CHARACTERS).collect()),
    }
}
