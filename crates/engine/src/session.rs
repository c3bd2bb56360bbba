//! DataFusion sessions: the one place where limits and settings are decided.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::EngineError;

/// What one question may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Working memory, beyond which sorts and groupings spill or the query stops.
    pub memory_bytes: usize,
    /// Time from the first plan to the last row.
    pub deadline: Duration,
    /// Where spilled data goes for the length of the question.
    pub spill_directory: PathBuf,
    /// Rows that an answer may have.
    pub max_rows: usize,
}

impl Limits {
    /// 1 GiB, 30 seconds and a million rows, spilling under the data directory.
    pub fn standard(data_directory: &std::path::Path) -> Self {
        Self {
            memory_bytes: 1 << 30,
            deadline: Duration::from_secs(30),
            spill_directory: data_directory.join("spill"),
            max_rows: 1_000_000,
        }
    }
}

/// A session under the given limits. Names are taken as written; nothing can be made, changed or fetched through it by
/// itself: see [`crate::sql`].
pub fn session(limits: &Limits) -> Result<SessionContext, EngineError> {
    let pool = FairSpillPool::new(limits.memory_bytes);
    let tracked = TrackConsumersPool::new(pool, std::num::NonZeroUsize::new(3).unwrap_or(std::num::NonZeroUsize::MIN));
    // The engine makes it too, but fails when another thread makes it at the same moment.
    std::fs::create_dir_all(&limits.spill_directory).map_err(DataFusionError::IoError)?;
    let disk =
        DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![limits.spill_directory.clone()]));
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(tracked)).with_disk_manager_builder(disk).build_arc()?;
    let mut config = SessionConfig::new().with_target_partitions(2).with_information_schema(false);
    let options = config.options_mut();
    options.execution.skip_partial_aggregation_probe_ratio_threshold = 0.5;
    options.sql_parser.enable_ident_normalization = false;
    let context = SessionContext::new_with_config_rt(config, runtime);
    for function in databank_functions::all() {
        context.register_udf(function);
    }
    Ok(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_that_begin_together_share_a_directory_that_none_has_made() {
        for _ in 0..50 {
            let directory = tempfile::tempdir().unwrap();
            let limits = Limits::standard(directory.path());
            let begin = std::sync::Barrier::new(8);
            std::thread::scope(|scope| {
                let one = || {
                    begin.wait();
                    session(&limits).map(|_| ())
                };
                let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
                assert!(all.into_iter().all(|thread| thread.join().unwrap().is_ok()));
            });
        }
    }
}
