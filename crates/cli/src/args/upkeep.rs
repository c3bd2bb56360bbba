//! Options of what keeps a data directory safe.

use std::path::PathBuf;

use clap::Args;
use databank_model::BrandSlug;

use super::{BrandSelection, PARTITION_ROWS};

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// A directory for back-ups, outside the data directory; unchanged files of an earlier one in it are linked, not copied
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Only these brands [default: all]
    #[arg(long = "brand", value_name = "BRAND")]
    pub(crate) brands: Vec<BrandSlug>,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// A back-up, or a directory of back-ups, of which the newest is taken
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Only these brands [default: all]
    #[arg(long = "brand", value_name = "BRAND")]
    pub(crate) brands: Vec<BrandSlug>,
    /// Decode every row too, and compute histories again from events to compare them
    #[arg(long)]
    pub(crate) deep: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompactArgs {
    #[command(flatten)]
    pub(crate) brands: BrandSelection,
    /// Rows of a partition; with twice as many for each, partitions are split (tests cross every edge with few rows)
    #[arg(long, hide = true, default_value_t = PARTITION_ROWS)]
    pub(crate) partition_rows: u64,
}

#[derive(Debug, Args)]
pub(crate) struct VersionsArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
}
