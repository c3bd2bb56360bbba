//! What cannot fail for any row, and so needs no guard.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::Operator;

/// Functions that give an answer for every value of their types. Whatever is not listed is guarded, which is always
/// right and only slower.
const TOTAL: [&str; 52] = [
    "array_distinct", "array_element", "array_has", "array_length", "array_sort", "array_to_string", "arrow_typeof",
    "ascii", "bit_length", "btrim", "cardinality", "character_length", "concat", "concat_ws", "contains", "ends_with",
    "find_in_set", "get_field", "greatest", "initcap", "isnan", "iszero", "least", "left", "levenshtein", "lower",
    "ltrim", "make_array", "md5", "named_struct", "nanvl", "nullif", "octet_length", "pi", "replace", "reverse",
    "right", "rtrim", "sha224", "sha256", "sha384", "sha512", "signum", "starts_with", "string_to_array", "strpos",
    "struct", "to_hex", "translate", "union_tag", "upper", "version",
];

/// Returns whether a function cannot fail.
pub(super) fn function_is_total(name: &str) -> bool {
    TOTAL.contains(&name)
}

/// Returns whether a function does not evaluate all its arguments.
pub(super) fn is_lazy(name: &str) -> bool {
    matches!(name, "coalesce" | "nvl" | "ifnull" | "nvl2")
}

/// Returns whether a function is a cast by another name, which the engine replaces by one.
pub(super) fn is_cast_function(name: &str) -> bool {
    matches!(name, "arrow_cast" | "cast_to_type") || is_try_cast_function(name)
}

/// Returns whether a cast function gives NULL where it fails, as its user asked.
pub(super) fn is_try_cast_function(name: &str) -> bool {
    matches!(name, "arrow_try_cast" | "try_cast_to_type")
}

/// Returns whether an operator cannot fail. Integers and decimals overflow and divide by zero; floating-point numbers
/// do not.
pub(super) fn operator_is_total(op: Operator, result: &DataType) -> bool {
    match op {
        Operator::Plus | Operator::Minus | Operator::Multiply | Operator::Divide | Operator::Modulo => {
            result.is_floating() || result.is_null()
        }
        _ => true,
    }
}

/// Returns whether every value of one type has a value of another.
pub(super) fn cast_is_total(source: &DataType, target: &DataType) -> bool {
    if source == target || source.is_null() {
        return true;
    }
    let is_text = |kind: &DataType| matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    if is_text(target) {
        let is_decimal = matches!(source, DataType::Decimal128(..) | DataType::Decimal256(..));
        return is_text(source)
            || source.is_integer()
            || source.is_floating()
            || (*source == DataType::Boolean)
            || is_decimal;
    }
    if let (Some((from_signed, from)), Some((to_signed, to))) = (bits(source), bits(target)) {
        return match (from_signed, to_signed) {
            (true, true) | (false, false) => from <= to,
            (false, true) => from < to,
            (true, false) => false,
        };
    }
    let is_boolean = *source == DataType::Boolean;
    match target {
        DataType::Float32 => source.is_integer() || is_boolean,
        DataType::Float64 => source.is_integer() || source.is_floating() || is_boolean,
        _ => is_boolean && target.is_integer(),
    }
}

/// Returns whether an integer type is signed, and its width.
fn bits(data_type: &DataType) -> Option<(bool, u8)> {
    Some(match data_type {
        DataType::Int8 => (true, 8),
        DataType::Int16 => (true, 16),
        DataType::Int32 => (true, 32),
        DataType::Int64 => (true, 64),
        DataType::UInt8 => (false, 8),
        DataType::UInt16 => (false, 16),
        DataType::UInt32 => (false, 32),
        DataType::UInt64 => (false, 64),
        _ => return None,
    })
}
