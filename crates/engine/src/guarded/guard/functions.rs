//! The functions that guarded plans are made of. They are immutable, never fail on data, and are not registered by name.

mod attempt;
mod combine;

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StructArray, new_null_array};
use datafusion::arrow::compute::CastOptions;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::scalar::ScalarValue;

use attempt::attempt;

/// The longest value shown in a failure.
const SHOWN_CHARACTERS: usize = 200;

/// What a guard function does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    /// `(source)`: the value in another type, NULL where it does not convert.
    TryCast(DataType),
    /// `(source, result)`: why the conversion failed where the result is NULL and the source is not.
    CastFailure(String),
    /// `(arguments…)`: the result of a function beside why it failed.
    Call { function: Arc<ScalarUDF>, result: DataType, text: String },
    /// `(left, right)`: the result of an operator beside why it failed.
    Binary { op: Operator, result: DataType, text: String },
    /// `(call)`: the result of a [`Kind::Call`] or [`Kind::Binary`].
    Value(DataType),
    /// `(call)`: the failure of a [`Kind::Call`] or [`Kind::Binary`].
    Failure,
    /// `(failures…)`: the first that is not NULL.
    First,
    /// `(condition, failure)`: the failure where the condition holds.
    When,
    /// `(condition, failure)`: the failure where the condition does not hold.
    Unless,
    /// `(value, failure, value, failure, …)` of the operands of AND (true) or OR (false): the first failure, unless an
    /// operand that did not fail decides.
    Logic(bool),
    /// `(value, failure)`: the value where nothing failed.
    Checked(DataType),
}

/// A function of guarded plans.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct GuardFunction {
    kind: Kind,
    signature: Signature,
}

impl GuardFunction {
    fn new(kind: Kind) -> Self {
        Self { kind, signature: Signature::variadic_any(Volatility::Immutable) }
    }

    pub(super) fn try_cast(target: DataType) -> Self {
        Self::new(Kind::TryCast(target))
    }

    pub(super) fn cast_failure(text: String) -> Self {
        Self::new(Kind::CastFailure(text))
    }

    pub(super) fn call_of(function: Arc<ScalarUDF>, result: DataType, text: String) -> Self {
        Self::new(Kind::Call { function, result, text })
    }

    pub(super) fn binary(op: Operator, result: DataType, text: String) -> Self {
        Self::new(Kind::Binary { op, result, text })
    }

    pub(super) fn value(result: DataType) -> Self {
        Self::new(Kind::Value(result))
    }

    pub(super) fn failure() -> Self {
        Self::new(Kind::Failure)
    }

    pub(super) fn logic(is_and: bool) -> Self {
        Self::new(Kind::Logic(is_and))
    }

    pub(super) fn checked(result: DataType) -> Self {
        Self::new(Kind::Checked(result))
    }

    pub(super) fn call(self, arguments: Vec<Expr>) -> Expr {
        Arc::new(ScalarUDF::new_from_impl(self)).call(arguments)
    }
}

/// Returns the NULL that says that nothing failed.
pub(super) fn no_failure() -> Expr {
    Expr::Literal(ScalarValue::Utf8(None), None)
}

/// Returns the first failure of several; nothing if there are none.
pub(super) fn first(failures: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    let mut distinct: Vec<Expr> = Vec::new();
    for failure in failures {
        if !distinct.contains(&failure) {
            distinct.push(failure);
        }
    }
    if distinct.len() <= 1 { distinct.pop() } else { Some(GuardFunction::new(Kind::First).call(distinct)) }
}

/// Returns a failure that counts where a condition holds.
pub(super) fn when(condition: Expr, failure: Expr) -> Expr {
    GuardFunction::new(Kind::When).call(vec![condition, failure])
}

/// Returns a failure that counts where a condition does not hold.
pub(super) fn unless(condition: Expr, failure: Expr) -> Expr {
    GuardFunction::new(Kind::Unless).call(vec![condition, failure])
}

impl ScalarUDFImpl for GuardFunction {
    fn name(&self) -> &str {
        match &self.kind {
            Kind::TryCast(_) => "_guard_try_cast",
            Kind::CastFailure(_) => "_guard_cast_failure",
            Kind::Call { .. } => "_guard_call",
            Kind::Binary { .. } => "_guard_binary",
            Kind::Value(_) => "_guard_value",
            Kind::Failure => "_guard_failure",
            Kind::First => "_guard_first",
            Kind::When => "_guard_when",
            Kind::Unless => "_guard_unless",
            Kind::Logic(_) => "_guard_logic",
            Kind::Checked(_) => "_guard_checked",
        }
    }

    /// Names the parameters too: the engine takes expressions of one name for the same.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let args: Vec<_> = args.iter().map(|arg| arg.schema_name().to_string()).collect();
        let args = args.join(",");
        Ok(match &self.kind {
            Kind::TryCast(target) | Kind::Value(target) | Kind::Checked(target) => {
                format!("{}[{target}]({args})", self.name())
            }
            Kind::CastFailure(text) => format!("{}[{text}]({args})", self.name()),
            Kind::Call { function, text, .. } => format!("{}[{}: {text}]({args})", self.name(), function.name()),
            Kind::Binary { op, text, .. } => format!("{}[{op}: {text}]({args})", self.name()),
            Kind::Logic(is_and) => format!("{}[{is_and}]({args})", self.name()),
            Kind::Failure | Kind::First | Kind::When | Kind::Unless => format!("{}({args})", self.name()),
        })
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        self.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(match &self.kind {
            Kind::TryCast(result) | Kind::Value(result) | Kind::Checked(result) => result.clone(),
            Kind::Call { result, .. } | Kind::Binary { result, .. } => DataType::Struct(call_fields(result)),
            Kind::CastFailure(_) | Kind::Failure | Kind::First | Kind::When | Kind::Unless | Kind::Logic(_) => {
                DataType::Utf8
            }
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match &self.kind {
            Kind::TryCast(target) => try_cast(&args, target),
            Kind::CastFailure(text) => cast_failure(&args, text),
            Kind::Call { function, result, text } => call(&args, function, result, text),
            Kind::Binary { op, result, text } => {
                let computed = attempt(&args.args, args.number_rows, result, |args, rows| operate(*op, args, rows))?;
                pack(computed, result, text)
            }
            Kind::Value(_) => unpack(&args, 0),
            Kind::Failure => unpack(&args, 1),
            Kind::First => combine::first(&args),
            Kind::When => combine::gate(&args, true),
            Kind::Unless => combine::gate(&args, false),
            Kind::Logic(is_and) => combine::logic(&args, *is_and),
            Kind::Checked(_) => combine::checked(&args),
        }
    }
}

fn argument(args: &ScalarFunctionArgs, index: usize) -> Result<&ColumnarValue> {
    args.args.get(index).ok_or_else(|| exec_datafusion_err!("a guard function lacks argument {index}"))
}

/// The fields of a guarded call's answer.
fn call_fields(result: &DataType) -> Fields {
    Fields::from(vec![Field::new("value", result.clone(), true), Field::new("failure", DataType::Utf8, true)])
}

fn try_cast(args: &ScalarFunctionArgs, target: &DataType) -> Result<ColumnarValue> {
    // In a nested value the lenient cast would give NULL for a part of it, and the failure would be lost.
    let options = CastOptions { safe: !target.is_nested(), ..CastOptions::default() };
    let computed = attempt(&args.args, args.number_rows, target, |args, _| {
        let source = args.first().ok_or_else(|| exec_datafusion_err!("a cast lacks its argument"))?;
        source.cast_to(target, Some(&options))
    })?;
    Ok(computed.value)
}

fn cast_failure(args: &ScalarFunctionArgs, text: &str) -> Result<ColumnarValue> {
    let (source, result) = (argument(args, 0)?, argument(args, 1)?);
    if let (ColumnarValue::Array(source), ColumnarValue::Array(result)) = (source, result)
        && source.logical_null_count() == result.logical_null_count()
    {
        return Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None)));
    }
    let (source, result) = (source.to_array(args.number_rows)?, result.to_array(args.number_rows)?);
    let (before, after) = (source.logical_nulls(), result.logical_nulls());
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(&source, &options)?;
    let failure = |row: usize| {
        let was_null = before.as_ref().is_some_and(|nulls| nulls.is_null(row));
        let is_null = after.as_ref().is_some_and(|nulls| nulls.is_null(row));
        (is_null && !was_null).then(|| {
            let value: String = shown.value(row).to_string().chars().take(SHOWN_CHARACTERS).collect();
            format!("{text}: {value:?}")
        })
    };
    Ok(combine::failures((0..source.len()).map(failure)))
}

fn call(args: &ScalarFunctionArgs, function: &ScalarUDF, result: &DataType, text: &str) -> Result<ColumnarValue> {
    let literals: Vec<Option<&ScalarValue>> = args
        .args
        .iter()
        .map(|arg| match arg {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        })
        .collect();
    let fields = ReturnFieldArgs { arg_fields: &args.arg_fields, scalar_arguments: &literals };
    let return_field = function.return_field_from_args(fields)?;
    let computed = attempt(&args.args, args.number_rows, result, |values, rows| {
        function.invoke_with_args(ScalarFunctionArgs {
            args: values.to_vec(),
            arg_fields: args.arg_fields.clone(),
            number_rows: rows,
            return_field: Arc::clone(&return_field),
            config_options: Arc::clone(&args.config_options),
        })
    })?;
    pack(computed, result, text)
}

/// Evaluates an operator, which fails when an integer or a decimal overflows.
fn operate(op: Operator, args: &[ColumnarValue], rows: usize) -> Result<ColumnarValue> {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    let mut operands: Vec<Arc<dyn PhysicalExpr>> = Vec::with_capacity(args.len());
    for arg in args {
        operands.push(match arg {
            ColumnarValue::Scalar(value) => Arc::new(Literal::new(value.clone())),
            ColumnarValue::Array(array) => {
                let name = format!("operand{}", fields.len());
                let column = Column::new(&name, fields.len());
                fields.push(Field::new(name, array.data_type().clone(), true));
                columns.push(Arc::clone(array));
                Arc::new(column)
            }
        });
    }
    let options = datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)?;
    let [left, right] = operands.as_slice() else {
        return Err(exec_datafusion_err!("an operator needs two operands"));
    };
    BinaryExpr::new(Arc::clone(left), op, Arc::clone(right)).with_fail_on_overflow(true).evaluate(&batch)
}

/// Puts a value and its failures into one answer.
fn pack(computed: attempt::Attempted, result: &DataType, text: &str) -> Result<ColumnarValue> {
    let is_scalar = matches!(computed.value, ColumnarValue::Scalar(_));
    // The engine may learn more about a function's type while it optimizes; the plan keeps the one it was made with.
    let value = computed.value.cast_to(result, None)?.into_array(computed.rows)?;
    let failure = if computed.errors.is_empty() {
        new_null_array(&DataType::Utf8, value.len())
    } else {
        let mut errors = computed.errors.into_iter().peekable();
        let failure = |row| errors.next_if(|(failed, _)| *failed == row).map(|(_, error)| format!("{text}: {error}"));
        let rows = value.len();
        combine::failures((0..rows).map(failure)).into_array(rows)?
    };
    let packed = StructArray::try_new(call_fields(value.data_type()), vec![value, failure], None)?;
    if is_scalar && packed.len() == 1 {
        return Ok(ColumnarValue::Scalar(ScalarValue::Struct(Arc::new(packed))));
    }
    Ok(ColumnarValue::Array(Arc::new(packed)))
}

/// Takes the value (0) or the failure (1) out of a guarded call's answer.
fn unpack(args: &ScalarFunctionArgs, part: usize) -> Result<ColumnarValue> {
    let missing = || exec_datafusion_err!("a guarded call did not answer");
    match argument(args, 0)? {
        ColumnarValue::Array(array) => {
            let part = array.as_struct_opt().and_then(|packed| packed.columns().get(part)).ok_or_else(missing)?;
            Ok(ColumnarValue::Array(Arc::clone(part)))
        }
        ColumnarValue::Scalar(ScalarValue::Struct(packed)) => {
            let part = packed.columns().get(part).ok_or_else(missing)?;
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(part, 0)?))
        }
        ColumnarValue::Scalar(_) => Err(missing()),
    }
}
