//! The rules, one file each.

mod floors;
mod homes;
pub(crate) mod manifest;
mod names;
mod private;
mod size;
mod sources;

use crate::problem::Problem;
use crate::repository::Repository;

/// A rule looks at the repository and says what is wrong with it.
type Rule = fn(&Repository) -> Vec<Problem>;

/// Every rule, in the order in which their problems are worth reading.
pub(crate) const RULES: [Rule; 6] =
    [floors::check, homes::check, names::check, size::check, sources::check, private::check];
