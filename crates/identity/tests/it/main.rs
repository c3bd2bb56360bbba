//! Tests of the crate from outside: the catalogue of bad ids, tokens, sealing, and who is one person.

mod assignment;
mod bad_input;
mod bad_links;
mod explanation;
mod generate;
mod known;
mod limits;
mod reference;
mod resolution;
mod sealing;
mod tokens;
