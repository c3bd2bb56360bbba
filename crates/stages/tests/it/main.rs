//! Tests of the sweep from outside: worked cases, and properties against a naive reference.

mod naive;
mod properties;
mod random;
mod reading;
mod worked;
mod world;
