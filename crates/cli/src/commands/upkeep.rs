//! What keeps a data directory safe: `backup`, `restore`, `doctor`.

pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod restore;

use databank_upkeep::{Progress, UpkeepError};

use super::CommandError;
use crate::commands::error::with_causes;
use crate::printer::{self, Printer};

/// Shows how far a work is.
struct Shown {
    printer: Printer,
    present: Option<printer::Progress>,
}

impl Shown {
    fn new(printer: &Printer) -> Self {
        Self { printer: printer.clone(), present: None }
    }
}

impl Progress for Shown {
    fn phase(&mut self, text: &str, bytes: Option<u64>) {
        self.present = Some(self.printer.progress(text, if bytes.is_some() { "bytes" } else { "" }, bytes));
    }

    fn done(&mut self, bytes: u64) {
        if let Some(present) = &self.present {
            present.add(bytes);
        }
    }
}

/// Work that reads and writes for long, on a thread of its own: it must not keep those waiting that the process answers.
async fn apart<T: Send + 'static>(
    work: impl Future<Output = Result<T, UpkeepError>> + Send + 'static,
) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(work)).await;
    done.map_err(|broken| CommandError::Failed(format!("the work broke down: {broken}")))?.map_err(CommandError::from)
}

impl From<UpkeepError> for CommandError {
    fn from(error: UpkeepError) -> Self {
        let text = with_causes(&error);
        match error {
            UpkeepError::BadRequest { .. } | UpkeepError::DamagedBackup { .. } => Self::BadInput(text),
            UpkeepError::Damaged { .. } | UpkeepError::Io { .. } | UpkeepError::Lake(_) => Self::Failed(text),
            UpkeepError::Catalog(error) => error.into(),
            UpkeepError::Keyring(error) => error.into(),
            UpkeepError::Engine(error) => error.into(),
        }
    }
}
