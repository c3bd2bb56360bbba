//! The reading half of an import: every block's rows to the brands that they name, refusals to their ledgers.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use databank_model::BrandSlug;
use futures::StreamExt;
use tokio::sync::mpsc;

use super::file_names::FileNames;
use super::gather::Arrived;
use super::lanes::Lanes;
use super::settings::Prepared;
use super::split::Split;
use super::{ImportProgress, ImportRequest, check_canceled};
use crate::DepositError;
use crate::events::content::Keyer;
use crate::input::{InputLedger, UnreadableRow, UnreadableSink};
use crate::mapping::{MaxRejects, OpenedMapping};
use crate::reject::{REJECT, Reject, RowError, rejects_of};

/// Unreadable records on their way: a file may be nothing but such lines.
const UNREADABLE_AHEAD: usize = 256;

/// How often a query that gives no rows yet, such as a sort, is asked whether it should stop.
const STOP_CHECKS: Duration = Duration::from_millis(200);

/// Rows before which no import is stopped for what it refuses.
const EARLY_ROWS: u64 = 1 << 16;

/// Hands unreadable records from reading threads to the import; a reader that finds them faster than they are kept waits.
struct ToImport(mpsc::Sender<UnreadableRow>);

impl UnreadableSink for ToImport {
    fn unreadable(&self, row: UnreadableRow) {
        // The import has ended with an error of its own when nobody listens any more.
        let _ended = self.0.blocking_send(row);
    }
}

/// One import while it reads.
pub(super) struct Run<'a> {
    pub(super) request: &'a ImportRequest,
    pub(super) opened: &'a OpenedMapping,
    pub(super) lanes: Lanes,
    pub(super) progress: &'a mut dyn ImportProgress,
    /// Rows on their way to several brands, when rows name their brand.
    split: Option<Split>,
    file_names: FileNames,
}

impl<'a> Run<'a> {
    /// An import that has read nothing yet.
    pub(super) fn new(
        request: &'a ImportRequest,
        opened: &'a OpenedMapping,
        lanes: Lanes,
        progress: &'a mut dyn ImportProgress,
    ) -> Self {
        let split = request.by_column.then(|| Split::new(lanes.slugs()));
        Self { request, opened, lanes, progress, split, file_names: FileNames::default() }
    }

    /// Reads every block to its end, and waits until every brand has done its work.
    pub(super) async fn read_all(&mut self) -> Result<(), DepositError> {
        let outcome = self.read_blocks().await;
        if outcome.is_err() {
            self.lanes.stop().await;
        }
        outcome
    }

    async fn read_blocks(&mut self) -> Result<(), DepositError> {
        let (sender, mut unreadable) = mpsc::channel(UNREADABLE_AHEAD);
        self.opened.set_unreadable_sink(Arc::new(ToImport(sender)));
        let mut stop_checks = tokio::time::interval(STOP_CHECKS);
        for block in self.opened.blocks() {
            let prepared = Arc::new(Prepared::of(block));
            let mut stream = block.stream()?;
            loop {
                tokio::select! {
                    biased;
                    _ = stop_checks.tick() => check_canceled(self.progress)?,
                    Some(row) = unreadable.recv() => {
                        self.keep_unreadable(row);
                        self.lanes.make_room().await?;
                    }
                    Some(outcome) = self.lanes.next_done() => {
                        outcome?;
                        self.check_rejects(false)?;
                    }
                    batch = stream.next() => {
                        let Some(batch) = batch else { break };
                        let batch = batch.map_err(|e| block.explain(e))?;
                        self.take(&prepared, &batch)?;
                        self.lanes.make_room().await?;
                        self.check_rejects(false)?;
                        self.report_progress();
                        check_canceled(self.progress)?;
                    }
                }
            }
            for place in 0..self.lanes.len() {
                self.take_waiting(place, &prepared)?;
            }
            self.lanes.make_room().await?;
        }
        while let Ok(row) = unreadable.try_recv() {
            self.keep_unreadable(row);
        }
        self.lanes.finish().await?;
        self.check_rejects(true)?;
        self.report_progress();
        Ok(())
    }

    fn bytes(&self) -> (u64, u64) {
        let sum = |of: fn(&InputLedger) -> u64| self.opened.inputs().iter().map(|input| of(input)).sum();
        (sum(InputLedger::bytes_read), sum(InputLedger::bytes))
    }

    /// Rows that wait for their brand's next batch.
    fn waiting(split: Option<&Split>, place: usize) -> u64 {
        split.map_or(0, |split| split.waiting(place))
    }

    fn report_progress(&mut self) {
        let (read, bytes) = self.bytes();
        let split = self.split.as_ref();
        let waiting: u64 = (0..self.lanes.len()).map(|place| Self::waiting(split, place)).sum();
        let rows = self.lanes.total().read + waiting;
        self.progress.update(read, bytes, rows);
        if read > 0 {
            // How many rows the rest may bring, from how many the part read has brought.
            let expected = (rows as f64 * (bytes.max(read) as f64 / read as f64)) as u64;
            for place in 0..self.lanes.len() {
                let share = (self.lanes.read(place) + Self::waiting(split, place)) as f64 / rows.max(1) as f64;
                self.lanes.expect_rows(place, (expected as f64 * share) as u64);
            }
        }
    }

    /// Stops an import that refuses more than its mapping allows. A share is judged at the end only: a file may begin with
    /// its worst rows; and so is a short import, so that its error can tell all of them.
    fn check_rejects(&self, at_end: bool) -> Result<(), DepositError> {
        let Some(limit) = self.request.mapping.max_rejects else { return Ok(()) };
        let total = self.lanes.total();
        let unreadable: u64 = self.opened.inputs().iter().map(|input| input.unreadable()).sum();
        let (rejected, read) = (total.rejected + unreadable, total.read + unreadable);
        let too_many = match limit {
            MaxRejects::Number(number) => rejected > number && (at_end || read >= EARLY_ROWS),
            MaxRejects::Share(share) => at_end && rejected as f64 > share * read as f64,
        };
        if too_many {
            let first = self.lanes.first_refused().map(described).unwrap_or_default();
            return Err(DepositError::TooManyRejects { rejected, read, first });
        }
        Ok(())
    }

    /// Keeps an unreadable line with the first brand: a line that cannot be read names no brand. Of several brands it may
    /// be any one's, so that what it says is not kept.
    fn keep_unreadable(&mut self, row: UnreadableRow) {
        let reject = Reject {
            block: format!("input {}", row.table),
            source: None,
            file: Some(row.file.to_string()),
            line: Some(row.line as i64),
            code: row.code.as_str().to_owned(),
            field: None,
            message: row.message,
            row: serde_json::json!({ "_raw": row.raw }).to_string(),
        };
        let keyer = self.lanes.keyer(0).filter(|_| self.split.is_some());
        let reject = keyer.map(|keyer| withheld(&reject, keyer)).unwrap_or(reject);
        self.lanes.give(0, Arrived::Unreadable(reject));
    }

    fn take(&mut self, prepared: &Arc<Prepared>, batch: &RecordBatch) -> Result<(), DepositError> {
        let batch = &self.file_names.shorten(batch)?;
        if let Some(split) = &mut self.split {
            let unnamed = split.add(batch)?;
            if !unnamed.is_empty() {
                // Their refusals go to the first brand, after those of its rows that came before.
                self.take_waiting(0, prepared)?;
                self.refuse_unnamed(prepared, batch, &unnamed)?;
            }
            while let Some(place) = self.split.as_ref().and_then(Split::next_full) {
                self.take_waiting(place, prepared)?;
            }
        } else {
            self.lanes.give(0, Arrived::Rows(Arc::clone(prepared), batch.clone()));
        }
        Ok(())
    }

    /// Takes what waits of a brand.
    fn take_waiting(&mut self, place: usize, prepared: &Arc<Prepared>) -> Result<(), DepositError> {
        if let Some(batch) = self.split.as_mut().map(|split| split.take(place)).transpose()?.flatten() {
            self.lanes.give(place, Arrived::Rows(Arc::clone(prepared), batch));
        }
        Ok(())
    }

    /// Rows of brands that were not named are counted and listed with the first named brand. What they say is not kept: it
    /// is about other brands' people.
    fn refuse_unnamed(
        &mut self,
        prepared: &Prepared,
        batch: &RecordBatch,
        unnamed: &[usize],
    ) -> Result<(), DepositError> {
        let slugs: Vec<&str> = self.lanes.slugs().map(BrandSlug::as_str).collect();
        let message = format!("brand is not one of those named with --brands: {}", slugs.join(", "));
        let errors: Vec<RowError> =
            unnamed.iter().map(|row| RowError::new(*row, "unknown_brand", "brand", message.clone())).collect();
        let rejects = rejects_of(batch, &prepared.name, &errors)?;
        let Some(keyer) = self.lanes.keyer(0) else { return Ok(()) };
        let rejects = rejects.iter().map(|reject| withheld(reject, keyer)).collect();
        self.lanes.give(0, Arrived::Refused(rejects));
        Ok(())
    }
}

/// A refusal without its row: a keyed hash stands for it, so that the same row is known again.
fn withheld(reject: &Reject, keyer: &Keyer) -> Reject {
    let hash: String = keyer.of_text(&reject.row).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut row = serde_json::json!({ "_withheld": hash });
    let said: serde_json::Value = serde_json::from_str(&reject.row).unwrap_or_default();
    if let Some(repairs) = said.get(REJECT) {
        row[REJECT] = repairs.clone();
    }
    let message =
        "of several brands' files no row is kept that may be another brand's: correct it there and import again";
    Reject { message: format!("{}; {message}", reject.message), row: row.to_string(), ..reject.clone() }
}

/// A refusal as the error of an import shows it.
fn described(reject: &Reject) -> String {
    let place = match (&reject.file, reject.line) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        _ => String::new(),
    };
    format!("{place}{}: {}", reject.code, reject.message)
}
