//! From the inbox to a vault.

use std::sync::Arc;

use databank_deposit::brand::Sizes;
use databank_deposit::live::{LiveDeposit, Sent};
use databank_engine::BrandReader;
use databank_inbox::Record;
use databank_model::BrandSlug;
use databank_tracking::body::{CallKind, Limits, Request, read, unpack};

use crate::gate::deposited;
use crate::incoming::Facts;
use crate::{CollectError, Collector};

/// Bytes of the inbox that are read at a time.
pub(crate) const READ_BYTES: u64 = 16 << 20;
/// Events of one deposit at most; what comes meanwhile belongs to the next.
const MOST_EVENTS: u64 = 1_000_000;

/// What a deposit brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deposited {
    /// Events that it took from the inbox.
    pub events: u64,
    /// The vault version now.
    pub sequence: i64,
}

/// A record's request.
struct Opened {
    source: Arc<str>,
    call: CallKind,
    received_us: i64,
    unpacked: Vec<u8>,
}

impl Collector {
    /// Deposits what waits of a brand. Its caller is the brand's only writer. Blocks its thread.
    pub async fn deposit(&self, slug: &BrandSlug, now_us: i64) -> Result<Deposited, CollectError> {
        let context = self.context(now_us, Sizes::default());
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let (mut after, mut events) = (deposited(&reader), 0);
        let sequence = reader.sequence();
        // What an earlier process deposited and could not forget.
        self.inbox().forget(slug, after);
        if self.inbox().pending(slug).is_none() {
            return Ok(Deposited { events, sequence });
        }
        drop(reader);
        let mut live = Box::pin(LiveDeposit::open(&context, slug)).await?;
        let deposit = live.deposit();
        let taken = loop {
            let records = match self.inbox().read(slug, after, READ_BYTES) {
                Ok(records) => records,
                Err(error) => break Err(CollectError::from(error)),
            };
            let Some(last) = records.last() else { break Ok(()) };
            after = last.sequence;
            events += records.iter().map(|record| u64::from(record.events)).sum::<u64>();
            if let Err(error) = take(&mut live, &records) {
                break Err(error);
            }
            if events >= MOST_EVENTS {
                break Ok(());
            }
        };
        let published = match taken {
            Ok(()) => live.finish(after).await.map_err(CollectError::from),
            Err(error) => Err(error),
        };
        let published = match published {
            Ok(published) => published,
            Err(error) => {
                LiveDeposit::fail(&context, slug, deposit).await;
                return Err(error);
            }
        };
        self.look_again(slug, now_us).await?;
        self.inbox().forget(slug, after);
        self.views().forget(slug);
        Ok(Deposited { events, sequence: published.sequence })
    }
}

/// Takes records in their order.
pub(crate) fn take(live: &mut LiveDeposit<'_>, records: &[Record]) -> Result<(), CollectError> {
    let limits = Limits::default();
    let mut opened = Vec::with_capacity(records.len());
    for record in records {
        let Some((facts, call)) = Facts::read(record) else {
            return Err(CollectError::GivenUp(format!("record {} of the inbox has no facts", record.sequence)));
        };
        let unpacked = unpack(&record.body, facts.encoding.as_deref(), &limits)?.into_owned();
        opened.push(Opened { source: facts.source.into(), call, received_us: record.received_us, unpacked });
    }
    // Read once when they were accepted, by the same program or one before it.
    let requests: Vec<Request<'_>> =
        opened.iter().map(|of| read(&of.unpacked, of.call, &limits)).collect::<Result<_, _>>()?;
    let sent: Vec<Sent<'_>> = opened
        .iter()
        .zip(&requests)
        .map(|(of, request)| Sent {
            source: &of.source,
            received_us: of.received_us,
            call: of.call,
            request,
            repairs: None,
        })
        .collect();
    Ok(live.take(&sent)?)
}
