//! From files to mapped rows, through the public face of the crate.

mod convert;
mod csv;
mod jsonl;
mod mapping;
mod parquet;
mod shared_data;
mod suggest;
mod support;
