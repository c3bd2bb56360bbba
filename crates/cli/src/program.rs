//! This program as a file that can be started again.

use std::path::PathBuf;

use databank_engine::sql::worker::ARGUMENT;

use crate::commands::CommandError;

/// Whether this process was started to answer one query: see [`databank_engine::sql::worker`].
pub(crate) fn is_sql_worker() -> bool {
    std::env::args_os().nth(1).is_some_and(|argument| argument == ARGUMENT)
}

/// The program that runs, even when its file was replaced meanwhile.
pub(crate) fn this_program() -> Result<PathBuf, CommandError> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe().map_err(|error| CommandError::failed(&error))
}
