//! `databank doctor`: everything stored, checked.

use std::path::Path;
use std::sync::Arc;

use databank_upkeep::doctor::{Examination, Finding, Patient, Severity, examine, unopened};
use serde_json::json;

use super::{Shown, apart};
use crate::args::{DoctorArgs, Format};
use crate::commands::{CommandError, Details};
use crate::context::Context;
use crate::printer::{Printer, Report};

/// Examines an open data directory.
pub(crate) async fn run(context: &Context, args: DoctorArgs, printer: &Printer) -> Result<Details, CommandError> {
    for brand in &args.brands {
        context.installation.catalog.brands().get(brand).await?;
    }
    let installation = Arc::clone(&context.installation);
    let mut shown = Shown::new(printer);
    let examination = apart(async move {
        let patient = Patient {
            catalog: &installation.catalog,
            keyring: Some(&installation.keyring),
            data_directory: installation.path(),
            brands: &args.brands,
            deep: args.deep,
        };
        examine(&patient, &mut shown).await
    })
    .await?;
    tell(&examination, printer).await?;
    Ok(Details::from_iter([("files".to_owned(), json!(examination.files))]))
}

/// What can be said of a data directory that does not open.
pub(crate) async fn run_unopened(
    data_directory: &Path,
    reason: &CommandError,
    printer: &Printer,
) -> Result<(), CommandError> {
    // What the user gave, a key file above all, is bad input; what is stored is a failure.
    let key_is_wrong = matches!(reason, CommandError::BadInput(_));
    let reason = reason.message().unwrap_or_default();
    tell(&unopened(data_directory, &reason, key_is_wrong), printer).await
}

async fn tell(examination: &Examination, printer: &Printer) -> Result<(), CommandError> {
    if printer.format() == Format::Table {
        let found: String = examination.findings.iter().map(for_people).collect();
        printer.result(format!("{found}{}\n", summary(examination))).await?;
    } else {
        let row = |finding: &Finding| {
            let Finding { severity, brand, path, found, means, mend } = finding;
            vec![json!(severity), json!(brand), json!(path), json!(found), json!(means), json!(mend)]
        };
        let rows = examination.findings.iter().map(row).collect();
        let columns = ["severity", "brand", "path", "found", "means", "mend"];
        printer.report(&Report::new(examination, &columns, rows)?).await?;
    }
    match examination.damages() {
        0 => Ok(()),
        1 => Err(CommandError::Failed("the doctor found 1 damage".to_owned())),
        damages => Err(CommandError::Failed(format!("the doctor found {damages} damages"))),
    }
}

fn for_people(finding: &Finding) -> String {
    let Finding { severity, brand, path, found, means, mend } = finding;
    let whose = brand.as_ref().map(|brand| format!("brand {brand}: ")).unwrap_or_default();
    let mend = mend.as_ref().map(|mend| format!("  mend:  {mend}\n")).unwrap_or_default();
    format!("{}: {whose}{path}\n  found: {found}\n  means: {means}\n{mend}", severity.as_str())
}

fn summary(examination: &Examination) -> String {
    let count = |severity| examination.findings.iter().filter(|finding| finding.severity == severity).count();
    let Examination { brands, files, bytes, without_sums, .. } = examination;
    let sums = if *without_sums > 0 {
        format!(" ({without_sums} of an earlier program, without sums)")
    } else {
        String::new()
    };
    format!(
        "looked at {brands} {} and {files} {}{sums}, {} MB: {} damage, {} warnings, {} notes",
        if *brands == 1 { "brand" } else { "brands" },
        if *files == 1 { "file" } else { "files" },
        bytes.div_ceil(1 << 20),
        count(Severity::Damage),
        count(Severity::Warning),
        count(Severity::Note)
    )
}
