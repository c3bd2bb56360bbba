//! Imports over HTTP: uploads and a mapping become a job.
//!
//! - `work`: the job. `problem`: what is wrong with a mapping, as its writer may read it. `built_in`: the mappings that
//!   come with the program.

mod built_in;
mod problem;
mod work;

pub(crate) use built_in::{built_in, is_built_in};
pub(crate) use problem::{of_deposit, of_mapping};
pub(crate) use work::{ImportWork, Source};
