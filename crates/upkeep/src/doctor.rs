//! The doctor: everything stored, checked, and for each damage what it means and what mends it.
//!
//! It changes nothing. Each part has its file: `places` looks at the data directory itself, `control` at the catalog and the
//! keys, `vaults` at each brand's tables, files and look-up runs, `derived` (asked for apart: it computes every history
//! again) at what is derived from events.

mod control;
mod derived;
mod places;
mod vaults;

use std::path::Path;

use databank_catalog::{Catalog, Keyring};
use databank_model::BrandSlug;
use serde::Serialize;

use crate::{BoxFuture, Progress, UpkeepError};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something stored is not what was written, or not there.
    Damage,
    /// Nothing is lost, but somebody should act.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Damage => "damage",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something that the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Whose it is; none for the installation.
    pub brand: Option<BrandSlug>,
    /// The file or directory, as a path.
    pub path: String,
    /// What is wrong, with the place in the file where it is known.
    pub found: String,
    /// What it means for whoever asks.
    pub means: String,
    /// The command that mends it; none when nothing has to be done.
    pub mend: Option<String>,
}

/// What the doctor looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Brands looked at.
    pub brands: u64,
    /// Files whose every byte was read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of those, files of earlier programs, that have no sums: only what they are was looked at.
    pub without_sums: u64,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl Examination {
    /// How many findings are damage.
    pub fn damages(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Damage).count()
    }

    fn add(&mut self, severity: Severity, path: &Path, told: Told) {
        let Told { brand, found, means, mend } = told;
        self.findings.push(Finding { severity, brand, path: path.display().to_string(), found, means, mend });
    }
}

/// What is told of a finding beside where it is.
struct Told {
    brand: Option<BrandSlug>,
    found: String,
    means: String,
    mend: Option<String>,
}

/// Whom the doctor looks at.
#[derive(Debug)]
pub struct Patient<'a> {
    /// The open catalog.
    pub catalog: &'a Catalog,
    /// The master key, when it could be opened.
    pub keyring: Option<&'a Keyring>,
    /// The data directory.
    pub data_directory: &'a Path,
    /// The brands; all when there is none.
    pub brands: &'a [BrandSlug],
    /// Whether rows are decoded and histories computed again.
    pub deep: bool,
}

impl Patient<'_> {
    /// The command that brings a back-up into a new directory beside this one.
    fn restore(&self) -> String {
        restore_command(self.data_directory)
    }

    fn rebuild(&self, brand: &BrandSlug) -> String {
        format!("databank --data {} rebuild --brand {brand}", quoted(self.data_directory))
    }
}

/// The command that brings a back-up into a new directory beside a damaged one.
fn restore_command(data_directory: &Path) -> String {
    let mut beside = data_directory.as_os_str().to_owned();
    beside.push("-restored");
    format!("databank --data {} restore --from DIRECTORY_OF_BACKUPS", quoted(Path::new(&beside)))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Examines an installation.
pub fn examine<'a>(
    patient: &'a Patient<'a>,
    progress: &'a mut dyn Progress,
) -> BoxFuture<'a, Result<Examination, UpkeepError>> {
    Box::pin(async move {
        let mut examination = Examination::default();
        progress.phase("looking at the data directory", None);
        let brands = control::examine(patient, &mut examination).await;
        places::examine(patient.data_directory, brands.as_deref(), &mut examination);
        for brand in brands.unwrap_or_default() {
            if !patient.brands.is_empty() && !patient.brands.contains(&brand.slug) {
                continue;
            }
            examination.brands += 1;
            let sound = vaults::examine(patient, &brand.slug, &mut examination, progress).await;
            if patient.deep && sound {
                progress.phase(&format!("{}: computing the history again", brand.slug), None);
                derived::examine(patient, &brand.slug, &mut examination).await;
            }
        }
        examination.findings.sort_by_key(|finding| finding.severity);
        Ok(examination)
    })
}

/// What is found when the catalog itself does not open: nothing else can be looked at without it.
pub fn unopened(data_directory: &Path, reason: &str, key_is_wrong: bool) -> Examination {
    let mut examination = Examination::default();
    places::examine(data_directory, None, &mut examination);
    let (catalog, seal) = (data_directory.join(crate::backup::CATALOG), data_directory.join("catalog.seal"));
    let (path, means, mend) = if key_is_wrong {
        let mend = format!("databank --data {} --key-file FILE doctor", quoted(data_directory));
        (catalog, "without its master key nobody can read what is sealed, and nothing opens the directory", mend)
    } else if reason.contains(&format!("{} is damaged", seal.display())) {
        let mend = format!("rm {}", quoted(&seal));
        (seal, "it vouches for the catalog's bytes; without it only their structure can be checked", mend)
    } else {
        let means = "the catalog says which files belong to which brand; without it nothing is opened";
        (catalog, means, restore_command(data_directory))
    };
    let told = Told { brand: None, found: reason.to_owned(), means: means.to_owned(), mend: Some(mend) };
    examination.add(Severity::Damage, &path, told);
    examination.findings.sort_by_key(|finding| finding.severity);
    examination
}

/// An error with all its causes, in one line.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = next.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
