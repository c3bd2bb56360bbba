//! Questions about histories, each against a naive reading of the same intervals.

mod naive;
mod questions;
