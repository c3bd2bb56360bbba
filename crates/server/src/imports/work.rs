//! The job of an import.

use std::sync::Arc;

use databank_catalog::Upload;
use databank_deposit::DepositError;
use databank_deposit::brand::Counts;
use databank_deposit::import::{ImportProgress, ImportReport, ImportRequest, import};
use databank_deposit::mapping::Mapping;
use databank_deposit::rejects::import_corrected;
use databank_model::BrandSlug;
use serde_json::{Value, json};

use super::of_deposit;
use crate::blocking::blocking;
use crate::installation::Installation;
use crate::jobs::JobHandle;
use crate::problem::Problem;
use crate::uploads::{forget, stage};

/// By which mapping files are read.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// By one of its own.
    Mapping(Box<Mapping>),
    /// As corrected rejects.
    Rejects,
}

/// What an import works on.
#[derive(Debug)]
pub(crate) struct ImportWork {
    pub(crate) installation: Arc<Installation>,
    pub(crate) brand: BrandSlug,
    pub(crate) source: Source,
    pub(crate) uploads: Vec<Upload>,
}

/// Hands progress to a job, and its cancellation to the import.
struct ToJob(JobHandle);

impl ImportProgress for ToJob {
    fn update(&mut self, bytes_read: u64, bytes: u64, rows: u64) {
        self.0.progress("reading", bytes_read.min(bytes), Some(bytes), "bytes");
        self.0.rows(rows);
    }

    fn phase(&mut self, text: &str) {
        // The page knows its brand.
        let phase = text.split_once(": ").map_or(text, |(_, phase)| phase);
        self.0.progress(phase, 0, None, "");
    }

    fn warn(&mut self, text: &str) {
        self.0.note(text);
    }

    fn is_canceled(&self) -> bool {
        self.0.canceled()
    }
}

impl ImportWork {
    /// Imports; then the uploads are of no more use.
    pub(crate) async fn run(self, handle: JobHandle) -> Result<Value, Problem> {
        let installation = Arc::clone(&self.installation);
        for upload in &self.uploads {
            installation.catalog.uploads().mark_used(&self.brand, upload.id, installation.clock.now()).await?;
        }
        let report = self.import(ToJob(handle.clone())).await.map_err(|error| match error {
            Failed::Before(problem) => problem,
            Failed::Import(error) => of_deposit(error, &self.uploads),
        })?;
        for upload in &self.uploads {
            // What stays behind goes with the next sweep.
            if let Err(problem) = forget(&installation, upload).await {
                tracing::warn!(cause = problem.cause, "failed to remove an imported upload");
            }
        }
        Ok(result_of(&report, &self.brand))
    }

    async fn import(&self, mut progress: ToJob) -> Result<ImportReport, Failed> {
        let installation = &self.installation;
        let context = installation.import_context();
        let mapping = match &self.source {
            Source::Mapping(mapping) => Some(mapping.as_ref()),
            Source::Rejects => None,
        };
        let staged = stage(installation, &self.brand, &self.uploads, mapping).map_err(Failed::Before)?;
        let outcome = match mapping {
            Some(mapping) => {
                let request = ImportRequest {
                    brands: vec![self.brand.clone()],
                    by_column: false,
                    mapping: mapping.clone(),
                    paths: staged.paths.clone(),
                };
                import(&context, &request, &mut progress).await
            }
            None => import_corrected(&context, &self.brand, &staged.paths, &mut progress).await,
        };
        // Removing a large folder may take a moment, and blocks.
        let _removed = blocking(move || drop(staged)).await;
        outcome.map_err(Failed::Import)
    }
}

/// Why an import did not happen.
enum Failed {
    Before(Problem),
    Import(DepositError),
}

fn counts(counts: Counts) -> Value {
    let Counts { read, accepted, duplicate, rejected, suppressed } = counts;
    json!({
        "read": read, "accepted": accepted, "duplicate": duplicate, "rejected": rejected, "suppressed": suppressed,
    })
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
    object
}

/// What came of an import: counts only, since whoever may see jobs need not be allowed to see rows.
fn result_of(report: &ImportReport, brand: &BrandSlug) -> Value {
    let inputs: Vec<Value> = report
        .inputs
        .iter()
        .map(|input| json!({ "input": input.input, "read": input.read, "unreadable": input.unreadable }))
        .collect();
    let blocks: Vec<Value> =
        report.blocks.iter().map(|(block, of_block)| with(counts(*of_block), "block", block.as_str())).collect();
    let mut result = counts(report.total);
    let unreadable: u64 = report.inputs.iter().map(|input| input.unreadable).sum();
    for (name, value) in [
        ("deposit", json!(report.deposit.to_string())),
        ("input_rows", json!(report.input_rows)),
        ("unreadable", json!(unreadable)),
        ("inputs", Value::from(inputs)),
        ("blocks", Value::from(blocks)),
        ("vault_version", json!(report.sequences.get(brand))),
    ] {
        result = with(result, name, value);
    }
    result
}
