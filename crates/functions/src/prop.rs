//! `prop(properties, name) -> text`: one property of an event.
//!
//! `properties` is the JSON object that an event stores; the answer is the property's text (a JSON string without its
//! quotes, other values as written), NULL when it is missing or null.
//!
//! ```sql
//! select count(*) from events where prop(properties, 'seller') = 'S1'
//! ```
//!
//! In a stage rule's `where` the first argument is left out: `prop('seconds')`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use serde_json::value::RawValue;

/// The function's SQL name.
pub const NAME: &str = "prop";

/// The function.
pub fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(Prop { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Prop {
    signature: Signature,
}

impl ScalarUDFImpl for Prop {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match arguments.len() {
            // One argument stands for (properties, name) until a rule's `where` is bound to its event columns.
            1 | 2 => Ok(vec![DataType::Utf8; arguments.len()]),
            n => exec_err!("prop takes (properties, name), not {n} arguments"),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [properties, name] = args.args.as_slice() else {
            return exec_err!("prop takes (properties, name) here, such as prop(properties, 'seller')");
        };
        let ColumnarValue::Scalar(ScalarValue::Utf8(Some(name))) = name else {
            return exec_err!("the name of a property is a text in quotes, such as prop(properties, 'seller')");
        };
        let column = cast(&properties.to_array(args.number_rows)?, &DataType::Utf8)?;
        let texts = column.as_string::<i32>();
        let mut values = StringBuilder::with_capacity(texts.len(), texts.len() * 8);
        for text in texts {
            values.append_option(text.and_then(|object| property(object, name)));
        }
        Ok(ColumnarValue::Array(Arc::new(values.finish()) as ArrayRef))
    }
}

fn property(object: &str, name: &str) -> Option<String> {
    // Most events lack most properties: a text search spares them the parse.
    let is_escaped = name.contains(|c: char| c == '"' || c == '\\' || c.is_control());
    if !is_escaped && !object.contains(name) {
        return None;
    }
    let fields: std::collections::HashMap<String, Box<RawValue>> = serde_json::from_str(object).ok()?;
    let raw = fields.get(name)?.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        _ if raw == "null" => None,
        _ => Some(raw.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_its_text_as_written() {
        let object = r#"{"a":"x\"y","n":12.50,"z":null,"o":{"k":1}}"#;
        for (name, value) in
            [("a", Some("x\"y")), ("n", Some("12.50")), ("z", None), ("k", None), ("o", Some(r#"{"k":1}"#))]
        {
            assert_eq!(property(object, name).as_deref(), value, "{name}");
        }
        assert_eq!(property("not json a", "a"), None);
        assert_eq!(property(r#"{"a\"b\\":"x"}"#, "a\"b\\").as_deref(), Some("x"));
    }
}
