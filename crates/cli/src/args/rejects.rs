//! Arguments about what was refused.

use std::path::PathBuf;

use clap::Args;
use databank_model::BrandSlug;

#[derive(Debug, Args)]
pub(crate) struct RejectsArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// Only those refused with this code
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Only those of this source
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Only those with this text in their file's name, field or message
    #[arg(long)]
    pub(crate) text: Option<String>,
    /// Write the refused rows to a file, to be corrected and imported with `--mapping rejects`
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub(crate) export: Option<PathBuf>,
    /// Read refused events of tracking again; what is accepted leaves the rejects
    #[arg(long)]
    pub(crate) replay: bool,
    /// What is done to each event before: a JSON list of steps, such as {"op":"to_number","path":"/properties/total"}
    #[arg(long, value_name = "FILE", requires = "replay")]
    pub(crate) repair: Option<PathBuf>,
    /// Only tell what would become of them
    #[arg(long, requires = "replay")]
    pub(crate) dry_run: bool,
}
