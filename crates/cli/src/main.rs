//! The `databank` binary: every command, wired to what does it.
//!
//! What is here and what is not: [`args`] says what may be written; [`commands`] has one file per command; [`printer`]
//! is the only place that writes results; [`owner`] makes one process the owner of a data directory, to which the
//! others hand their commands; [`context`] is what every command works on. No command computes anything itself: it
//! calls the crate that does, and prints what it got.
//!
//! Invariants: results go to standard output and everything else to standard error; exit codes are 0 done, 1 failed,
//! 2 wrong use or bad input, 3 refused; a command does the same whether its own process runs it or the owner does.

mod app;
mod args;
mod commands;
mod context;
mod data_directory;
mod input;
mod logging;
mod owner;
mod printer;
mod program;

use std::process::ExitCode;

/// Gives back to the system what work has let go of: that of a large import stayed with the process before, beneath what it needed
/// next (decision 020).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if program::is_sql_worker() {
        return databank_engine::sql::worker::serve();
    }
    logging::start();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(app::run()),
        Err(error) => {
            tracing::error!(%error, "failed to start the runtime");
            ExitCode::FAILURE
        }
    }
}
