//! Requests of one brand, read and converted.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;
use databank_identity::KnownIds;
use databank_lake::runs::Key;
use databank_tracking::body::{CallKind, Request};
use databank_tracking::event::{Envelope, Flags, Moment, Refused, Said, interpret};

use super::columns::EventColumns;
use super::facts::{FactColumns, FactRows};
use super::texts::Texts;
use super::{BLOCK, LiveBrand};
use crate::DepositError;
use crate::brand::arrivals::{Arrival, Arrivals};
use crate::events::columns::Columns;
use crate::events::content::short;
use crate::events::convert::{Converter, FLAG_CLOCK, Staged};
use crate::events::time::{BadTime, Clocks};
use crate::reject::Reject;

const MINUTE_US: i64 = 60_000_000;
/// How far ahead of its receipt an event may be.
const FUTURE_US: i64 = 24 * 60 * MINUTE_US;

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The declared source that sent it.
    pub source: &'a Arc<str>,
    /// When it was received, µs UTC.
    pub received_us: i64,
    /// What was called.
    pub call: CallKind,
    /// What it says.
    pub request: &'a Request<'a>,
    /// The stored reject that its only event was, when it is read again.
    pub repairs: Option<&'a str>,
}

/// Requests while they are read.
#[derive(Debug)]
pub struct Reading<'b> {
    brand: &'b LiveBrand,
    clocks: Clocks,
    /// Whether refused events are to be kept.
    keeps: bool,
    sources: Vec<SourceRows>,
}

/// What one source sent.
#[derive(Debug)]
struct SourceRows {
    source: Arc<str>,
    events: EventColumns,
    facts: FactColumns,
    refused: Vec<(u32, Told)>,
    texts: Texts,
}

/// Why an event was refused, as its sender is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Stable code.
    pub code: &'static str,
    /// Where in the event.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl From<Refused> for Told {
    fn from(refused: Refused) -> Self {
        let Refused { code, field, message } = refused;
        Self { code, field, message }
    }
}

/// Requests that were read.
#[derive(Debug, Default)]
pub struct Read(pub Vec<ReadOf>);

/// What one source sent, converted.
#[derive(Debug)]
pub struct ReadOf {
    /// The source.
    pub source: Arc<str>,
    /// Rows of events.
    pub(super) events: Option<(Staged, Vec<Arrival>)>,
    /// Facts about people.
    pub(super) facts: Option<FactRows>,
    /// Events that are refused, and why; ascending.
    pub refused: Vec<(u32, Told)>,
    /// The events as they came.
    pub(super) texts: Arc<Texts>,
}

impl<'b> Reading<'b> {
    /// Nothing read yet. `keeps` says whether refused events are to be kept.
    pub fn new(brand: &'b LiveBrand, keeps: bool) -> Self {
        // Whether an event is too far ahead is told by its receipt.
        let clocks = Clocks { mapping: brand.zone, brand: brand.zone, now_us: i64::MAX };
        Self { brand, clocks, keeps, sources: Vec::new() }
    }

    /// Reads a request, whose events are numbered from `first` on.
    pub fn take(&mut self, sent: Sent<'_>, first: u32) {
        let place = self.sources.iter().position(|held| held.source == *sent.source).unwrap_or_else(|| {
            self.sources.push(SourceRows::of(sent.source));
            self.sources.len() - 1
        });
        let Some(rows) = self.sources.get_mut(place) else { return };
        if self.keeps {
            rows.texts.begin(&sent);
        }
        let envelope = Envelope::new(sent.call, sent.request, sent.received_us);
        for (event, text) in (first..).zip(&sent.request.events) {
            if self.keeps {
                rows.texts.add(event, text);
            }
            let arrival = Arrival { event, received_us: sent.received_us };
            let taken = interpret(text, &envelope, &self.brand.names)
                .map_err(Told::from)
                .and_then(|said| rows.take(&self.clocks, arrival, said, text));
            if let Err(told) = taken {
                rows.refused.push((event, told));
            }
        }
    }

    /// Converts what was read.
    pub fn finish(self, known: &RefCell<KnownIds>) -> Result<Read, DepositError> {
        let read = self.sources.into_iter().map(|rows| rows.convert(self.brand, self.clocks, known));
        Ok(Read(read.collect::<Result<_, _>>()?))
    }
}

impl SourceRows {
    fn of(source: &Arc<str>) -> Self {
        Self {
            source: Arc::clone(source),
            events: EventColumns::default(),
            facts: FactColumns::default(),
            refused: Vec::new(),
            texts: Texts::default(),
        }
    }

    fn take(&mut self, clocks: &Clocks, arrival: Arrival, said: Said, text: &str) -> Result<(), Told> {
        // Who sends an event without an id of its own, and sends it again, says the same: in the same minute, where it does
        // not say when.
        let named = |event_id: Option<String>, flags: Flags| {
            event_id.unwrap_or_else(|| {
                let minute = flags.has(Flags::NO_TIME).then(|| arrival.received_us.div_euclid(MINUTE_US));
                format!("auto-{}-{}", blake3::hash(text.as_bytes()).to_hex(), minute.unwrap_or_default())
            })
        };
        match said {
            Said::Events(rows) => {
                let n_rows = rows.len();
                let Some(first) = rows.first() else { return Ok(()) };
                let (ts_us, is_odd) = instant(clocks, &first.moment, arrival.received_us)?;
                let own_ids = first.event_id.is_some();
                let made = if own_ids { String::new() } else { named(None, first.flags) };
                for (place, mut row) in rows.into_iter().enumerate() {
                    let flags = row.flags.0 | if is_odd { FLAG_CLOCK } else { 0 };
                    let event_id = match row.event_id.take() {
                        Some(event_id) => event_id,
                        None if n_rows == 1 => made.clone(),
                        None => format!("{made}:{}", place + 1),
                    };
                    self.events.push(arrival, row, ts_us, flags, &event_id);
                }
            }
            Said::Traits(traits) => {
                let (ts_us, _) = instant(clocks, &traits.moment, arrival.received_us)?;
                let event_id = named(traits.event_id, traits.flags);
                self.facts.push(arrival, traits.ids, (ts_us, traits.said_us), event_id, traits.attributes);
            }
            Said::Link(link) => {
                let (ts_us, _) = instant(clocks, &link.moment, arrival.received_us)?;
                let event_id = named(link.event_id, link.flags);
                self.facts.push(arrival, link.ids, (ts_us, link.said_us), event_id, Vec::new());
            }
        }
        Ok(())
    }

    fn convert(self, brand: &LiveBrand, clocks: Clocks, known: &RefCell<KnownIds>) -> Result<ReadOf, DepositError> {
        let Self { source, events, facts, mut refused, texts } = self;
        let told =
            |error: crate::reject::RowError| Told { code: error.code, field: error.field, message: error.message };
        let mut converted = None;
        if let Some(rows) = events.finish()? {
            let columns = Columns::of_events(&rows.raw.schema());
            let converter = Converter {
                columns: &columns,
                id_types: Arc::new(columns.ids.iter().map(|id| id.id_type.clone()).collect()),
                clocks,
                currency: brand.currency,
                keep_anonymous: false,
                known,
                keyer: &brand.keyer,
            };
            let (staged, errors) = converter.convert_with(&rows.raw, Some(&rows.beside))?;
            let (staged, arrivals) = if errors.is_empty() {
                (staged, rows.arrivals)
            } else {
                // An order of which a line is wrong is wrong.
                let event_of = |row: usize| rows.arrivals.get(row).map_or(u32::MAX, |arrival| arrival.event);
                let mut bad: Vec<(u32, Told)> =
                    errors.into_iter().map(|error| (event_of(error.row), told(error))).collect();
                bad.sort_by_key(|(event, _)| *event);
                bad.dedup_by_key(|(event, _)| *event);
                let is_good =
                    |arrival: &Arrival| bad.binary_search_by_key(&arrival.event, |(event, _)| *event).is_err();
                let keep: Vec<bool> = rows.arrivals.iter().map(is_good).collect();
                refused.extend(bad);
                let kept = rows.kept(&keep)?;
                (converter.convert_with(&kept.raw, Some(&kept.beside))?.0, kept.arrivals)
            };
            // Nobody looks at what the columns were made of: who is refused is kept as it came.
            let options = RecordBatchOptions::new().with_row_count(Some(staged.columns.num_rows()));
            let raw = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)?;
            converted = Some((Staged { raw, ..staged }, arrivals));
        }
        let (facts, of_facts) = facts.convert(&source, &brand.keyer, &mut known.borrow_mut())?;
        refused.extend(of_facts.into_iter().map(|(arrival, error)| (arrival.event, told(error))));
        refused.sort_by_key(|(event, _)| *event);
        Ok(ReadOf { source, events: converted, facts, refused, texts: Arc::new(texts) })
    }
}

/// The instant of a moment, and whether a wall clock showed it twice or never.
fn instant(clocks: &Clocks, moment: &Moment, received_us: i64) -> Result<(i64, bool), Told> {
    let text = match moment {
        Moment::At(ts_us) => return Ok((*ts_us, false)),
        Moment::Local(text) => text,
    };
    let read = match clocks.text(text) {
        Ok(read) if read.ts_us > received_us.saturating_add(FUTURE_US) => Err(BadTime::Future),
        read => read,
    };
    let field = Some("timestamp".to_owned());
    let read = read.map_err(|bad| Told { code: bad.code(), field, message: bad.message(text) })?;
    Ok((read.ts_us, read.adjusted))
}

impl ReadOf {
    /// What makes each event count once, and eight bytes of what it says, with the event's number; several for an order of
    /// several lines.
    pub fn keys(&self, brand: &LiveBrand) -> Vec<(Key, u64, u32)> {
        let mut keys = Vec::new();
        if let Some((staged, arrivals)) = &self.events
            && let Some(ids) = &staged.event_ids
        {
            for ((row, arrival), content) in arrivals.iter().enumerate().zip(&staged.contents) {
                keys.push((brand.keyer.of_event_id(&self.source, ids.value(row)), short(content), arrival.event));
            }
        }
        if let Some(facts) = &self.facts {
            for row in &facts.rows {
                let event = facts.arrivals.get(row.row).map_or(u32::MAX, |arrival| arrival.event);
                keys.push((row.content, row.said, event));
            }
        }
        keys
    }

    /// The refused events as they are kept, each with its number.
    pub(super) fn rejects(&self) -> Vec<(u32, Reject)> {
        let reject = |(event, told): &(u32, Told)| {
            let reject = Reject {
                block: BLOCK.to_owned(),
                source: Some(Arc::clone(&self.source)),
                file: None,
                line: None,
                code: told.code.to_owned(),
                field: told.field.clone(),
                message: told.message.clone(),
                row: self.texts.kept(*event),
            };
            (*event, reject)
        };
        self.refused.iter().map(reject).collect()
    }

    /// Who sent it, row by row.
    pub(super) fn arrivals_of(&self, events: Vec<Arrival>) -> Arrivals {
        Arrivals { source: Arc::clone(&self.source), events, texts: Arc::clone(&self.texts) }
    }
}
