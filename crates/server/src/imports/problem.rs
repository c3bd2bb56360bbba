//! What is wrong with a mapping or its files, as their writer may read it: where, and what would be right. Paths of this
//! machine and values of rows stay here.

use databank_catalog::Upload;
use databank_deposit::DepositError;
use databank_deposit::input::InputError;
use databank_deposit::mapping::MappingError;

use crate::problem::{Problem, with_causes};

/// Of a mapping that does not parse, compile or run.
pub(crate) fn of_mapping(error: &MappingError, uploads: &[Upload]) -> Problem {
    let text = with_causes(error);
    match error {
        MappingError::Parse { line, reason, .. } => Problem::invalid(format!("the mapping, line {line}: {reason}"))
            .with_error(format!("line {line}"), reason.clone()),
        MappingError::Block { kind, number, reason } => {
            Problem::invalid(text).with_error(format!("{kind} {number}"), reason.clone())
        }
        MappingError::Run { kind, number, .. } => {
            Problem::invalid(text.clone()).with_error(format!("{kind} {number}"), text)
        }
        MappingError::Input(InputError::NoFile { table, pattern, .. }) => {
            let names: Vec<&str> = uploads.iter().map(|upload| upload.name.as_str()).collect();
            let message = format!(
                "no uploaded file is called like {pattern:?}; uploaded: {}; correct `path`, or rename the file",
                names.join(", ")
            );
            Problem::invalid(format!("input {table:?}: {message}")).with_error(format!("input {table}"), message)
        }
        MappingError::Load { .. } | MappingError::Engine { .. } => Problem::failed(error),
        _ => Problem::invalid(text),
    }
}

/// Of an import that did not happen.
pub(crate) fn of_deposit(error: DepositError, uploads: &[Upload]) -> Problem {
    match error {
        DepositError::Mapping(error) => of_mapping(&error, uploads),
        // The first refusal may quote its row; what was refused is kept for nobody, so only its place is told.
        DepositError::TooManyRejects { rejected, read, .. } => Problem::invalid(format!(
            "{rejected} of {read} rows were refused, more than max_rejects of the mapping allows; nothing was deposited"
        )),
        other => other.into(),
    }
}
