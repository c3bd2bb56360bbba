//! Tests of stage histories from outside, over real files.

mod extending;
mod world;
