//! Tests of the sweep from outside: worked cases, refused resumptions, stored bytes, and properties against a naive
//! reference.

mod naive;
mod properties;
mod random;
mod reading;
mod resuming;
mod worked;
mod world;
