//! A synthetic market with known truth.
