//! A world to files.
//!
//! Threads make units and encode their rows; the calling thread puts them into files in the units' order. So a file's bytes
//! follow from the plan alone, and memory holds the units that are being made and no more.

mod masters;
mod texts;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::WorldError;
use crate::calendar::Calendar;
use crate::market::{Brand, BrandFacts};
use crate::parquet_file::{Encoded, Format, TableFile};
use crate::plan::{UnitPlan, WorldPlan};
use crate::tables::events::{BrandTexts, schema};
use crate::tables::{Sheet, UNIT_TABLES};
use crate::truth::{Tally, Totals};
use crate::unit::{Market, make};

/// Units of one file of events.
const UNITS_OF_FILE: u64 = 16;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldReport {
    /// The brands.
    pub brands: Vec<BrandFacts>,
    /// What the files hold.
    pub totals: Totals,
    /// Bytes of all files.
    pub bytes: u64,
}

/// A unit, made and encoded.
struct Ready {
    number: u64,
    brand: usize,
    rows: u64,
    events: Encoded,
    late: Option<Encoded>,
    sheets: Vec<Option<Encoded>>,
    tally: Tally,
}

/// Writes a world into a directory that is empty or not there yet. `progress` is told of rows as they are made.
pub fn write(plan: &WorldPlan, directory: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<WorldReport, WorldError> {
    plan.check()?;
    make_directories(directory)?;
    let calendar = Calendar::new(plan.until);
    let brands: Vec<Brand> = (0..plan.brands).map(|place| Brand::make(plan.seed, place, &calendar)).collect();
    let texts: Vec<BrandTexts> = brands.iter().map(BrandTexts::of).collect();
    let market = Market { seed: plan.seed, calendar: &calendar, brands: &brands, texts: &texts };
    let mut tallies: Vec<Tally> = brands.iter().map(|brand| Tally::new(brand, &calendar)).collect();
    let mut bytes = write_units(plan, directory, &market, &mut tallies, progress)?;
    bytes += masters::write(plan.seed, directory, &brands, &tallies, &calendar)?;
    bytes += texts::write(plan, directory, &brands, &tallies)?;
    let facts = brands.into_iter().map(|brand| brand.facts).collect();
    Ok(WorldReport { brands: facts, totals: Totals::of(&tallies), bytes })
}

fn make_directories(directory: &Path) -> Result<(), WorldError> {
    match std::fs::read_dir(directory) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(WorldError::NotEmpty { path: directory.to_owned() });
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(WorldError::io(directory)(error)),
    }
    for name in ["events", "truth"] {
        let path = directory.join(name);
        std::fs::create_dir_all(&path).map_err(WorldError::io(&path))?;
    }
    Ok(())
}

/// How each table is encoded.
struct Formats {
    events: Format,
    sheets: Vec<Format>,
}

fn write_units(
    plan: &WorldPlan,
    directory: &Path,
    market: &Market<'_>,
    tallies: &mut [Tally],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64, WorldError> {
    let units = plan.units();
    let sheets = UNIT_TABLES.iter().map(|table| Format::new(table.file, Sheet::new(table).schema()));
    let formats = Formats { events: Format::new("events", schema())?, sheets: sheets.collect::<Result<_, _>>()? };
    let threads = plan.threads.clamp(1, 256);
    let (next, stopped) = (AtomicU64::new(0), AtomicBool::new(false));
    let (sender, receiver) = sync_channel(threads * 2);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            let (units, formats, next, stopped) = (&units, &formats, &next, &stopped);
            scope.spawn(move || work(market, units, formats, (next, stopped), &sender, progress));
        }
        drop(sender);
        let written = gather(directory, &formats, units.len() as u64, &receiver, tallies);
        // Whoever waits to hand over a unit goes on when nobody takes it any more.
        stopped.store(true, Ordering::Relaxed);
        drop(receiver);
        written
    })
}

/// Makes units until there are no more.
fn work(
    market: &Market<'_>,
    units: &[UnitPlan],
    formats: &Formats,
    (next, stopped): (&AtomicU64, &AtomicBool),
    sender: &SyncSender<Result<Ready, WorldError>>,
    progress: &(dyn Fn(u64) + Sync),
) {
    while !stopped.load(Ordering::Relaxed) {
        let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed) as usize) else { return };
        let ready = prepare(market, *unit, formats);
        progress(unit.rows);
        let failed = ready.is_err();
        if sender.send(ready).is_err() || failed {
            return;
        }
    }
}

fn prepare(market: &Market<'_>, unit: UnitPlan, formats: &Formats) -> Result<Ready, WorldError> {
    let rows = make(market, unit)?;
    let encoded = |format: &Format, batch| if_any(batch).map(|batch| format.encode(batch)).transpose();
    let sheets = formats.sheets.iter().zip(&rows.sheets).map(|(format, batch)| encoded(format, batch));
    Ok(Ready {
        number: unit.number,
        brand: unit.brand,
        rows: unit.rows,
        events: formats.events.encode(&rows.events)?,
        late: encoded(&formats.events, &rows.late)?,
        sheets: sheets.collect::<Result<_, _>>()?,
        tally: rows.tally,
    })
}

fn if_any(batch: &arrow::array::RecordBatch) -> Option<&arrow::array::RecordBatch> {
    (batch.num_rows() > 0).then_some(batch)
}

/// Puts units into files, in their order.
fn gather(
    directory: &Path,
    formats: &Formats,
    units: u64,
    receiver: &Receiver<Result<Ready, WorldError>>,
    tallies: &mut [Tally],
) -> Result<u64, WorldError> {
    let mut late = formats.events.open(directory.join("events/part-late.parquet"))?;
    let mut sheets = Vec::new();
    for (format, table) in formats.sheets.iter().zip(&UNIT_TABLES) {
        sheets.push(format.open(directory.join(table.file))?);
    }
    let mut part: Option<TableFile> = None;
    let mut bytes = 0;
    let mut waiting: BTreeMap<u64, Ready> = BTreeMap::new();
    for number in 0..units {
        let ready = loop {
            if let Some(ready) = waiting.remove(&number) {
                break ready;
            }
            let ready = receiver.recv().map_err(|_| WorldError::Broken)??;
            waiting.insert(ready.number, ready);
        };
        if number % UNITS_OF_FILE == 0 {
            bytes += part.take().map_or(Ok(0), TableFile::finish)?;
            let name = format!("events/part-{:04}.parquet", number / UNITS_OF_FILE);
            part = Some(formats.events.open(directory.join(name))?);
        }
        debug_assert!(ready.rows > 0);
        if let Some(part) = &mut part {
            part.append(ready.events)?;
        }
        if let Some(rows) = ready.late {
            late.append(rows)?;
        }
        for (file, rows) in sheets.iter_mut().zip(ready.sheets) {
            if let Some(rows) = rows {
                file.append(rows)?;
            }
        }
        if let Some(tally) = tallies.get_mut(ready.brand) {
            tally.merge(&ready.tally);
        }
    }
    for file in part.into_iter().chain([late]).chain(sheets) {
        bytes += file.finish()?;
    }
    Ok(bytes)
}
