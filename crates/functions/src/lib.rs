//! DataFusion functions of Databank, apart from the engine so that a changed function rebuilds little.
//!
//! - `prop(properties, name)`: one property of an event, as text ([`prop`]).
//!
//! To add one: a file with its name, its docs and a SQL example, and a line in [`all`].

pub mod prop;

use datafusion::logical_expr::ScalarUDF;

/// All functions, for registration in a session.
pub fn all() -> Vec<ScalarUDF> {
    vec![prop::udf()]
}
