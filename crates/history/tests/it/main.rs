//! Tests of stage histories from outside, over real files.

mod definition;
mod extending;
mod world;
