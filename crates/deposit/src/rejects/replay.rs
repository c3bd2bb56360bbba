//! Refused events read again as they came, or repaired by rule: what is accepted then, or known already, leaves the rejects.

use std::collections::BTreeMap;
use std::sync::Arc;

use databank_engine::BrandReader;
use databank_lake::LakeError;
use databank_model::BrandSlug;
use databank_tracking::body::{CallKind, Request};
use databank_tracking::repair::{Step, repair};
use futures::future::BoxFuture;
use serde::Serialize;

use super::read::{RejectFilter, RejectReader};
use crate::DepositError;
use crate::brand::arrivals::Outcome;
use crate::import::ImportContext;
use crate::live::texts::KeptEvent;
use crate::live::{BLOCK, LiveDeposit, Sent};

/// Events that are read again at a time, and bytes of them: what is left is told.
const MOST_EVENTS: usize = 200_000;
const MOST_BYTES: usize = 64 << 20;
/// Events that are told one by one.
const EXAMPLES: usize = 20;
/// Events that are handed over together.
const AT_A_TIME: usize = 4_096;

/// Which refused events are read again, and how.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// Which of them. Those of files are not meant: they go out to a file and come back.
    pub filter: RejectFilter,
    /// What is done to each before it is read; nothing when whatever refused it has been mended elsewhere.
    pub steps: Vec<Step>,
    /// Only those after this one, by their ids: where an earlier call ended.
    pub after: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// What became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Events that were read again.
    pub read: u64,
    /// Those accepted, which left the rejects.
    pub accepted: u64,
    /// Those known already, which left the rejects.
    pub duplicate: u64,
    /// Those refused again, which stay as they were.
    pub rejected: u64,
    /// Those that may not be stored, which left the rejects.
    pub suppressed: u64,
    /// Those of which only the beginning was kept: too large to be taken.
    pub cut: u64,
    /// The last of them, when there are more: after it the next call goes on.
    pub next: Option<String>,
    /// What became of the first of them.
    pub examples: Vec<ReplayedEvent>,
    /// The vault version now.
    pub sequence: i64,
}

impl Replayed {
    /// And what became of those after them.
    pub fn add(&mut self, after: Self) {
        let Self { read, accepted, duplicate, rejected, suppressed, cut, next, mut examples, sequence } = after;
        self.read += read;
        self.accepted += accepted;
        self.duplicate += duplicate;
        self.rejected += rejected;
        self.suppressed += suppressed;
        self.cut += cut;
        self.next = next;
        examples.truncate(EXAMPLES - self.examples.len().min(EXAMPLES));
        self.examples.append(&mut examples);
        self.sequence = sequence;
    }
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayedEvent {
    /// Its reject.
    pub reject: String,
    /// What it was refused with.
    pub was: String,
    /// The event as it came.
    pub event: String,
    /// The event as it was read, where steps changed it.
    pub repaired: Option<String>,
    /// `accepted`, `duplicate`, `rejected`, `suppressed`.
    pub outcome: &'static str,
    /// What it is refused with now.
    pub code: Option<String>,
    /// What is wrong with it now.
    pub message: Option<String>,
}

/// An event that is read again.
#[derive(Debug)]
struct Again {
    reject: String,
    was: String,
    source: Arc<str>,
    call: CallKind,
    kept: KeptEvent,
    /// The event repaired, or why it cannot be.
    repaired: Result<String, String>,
}

impl Again {
    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        self.kept.event.len() + self.repaired.as_ref().map_or(0, String::len) + size_of::<Self>()
    }
}

/// Reads refused events of a brand again and deposits what is accepted. Its caller is the brand's only writer. Blocks its thread.
pub fn replay<'a>(
    context: &'a ImportContext<'a>,
    slug: &'a BrandSlug,
    replay: &'a Replay,
) -> BoxFuture<'a, Result<Replayed, DepositError>> {
    Box::pin(async move {
        let (again, mut replayed) = gather(context, slug, replay).await?;
        if again.is_empty() {
            replayed.sequence = BrandReader::open(context.catalog, &context.data_directory, slug).await?.sequence();
            return Ok(replayed);
        }
        let mut live = Box::pin(LiveDeposit::open_replay(context, slug)).await?;
        let deposit = live.deposit();
        let taken = match take(&mut live, &again) {
            Ok(()) => live.finish_replay().await,
            Err(error) => Err(error),
        };
        match taken {
            Ok((sequence, account)) => {
                replayed.sequence = sequence;
                Ok(told(replayed, again, &account))
            }
            Err(error) => {
                LiveDeposit::fail(context, slug, deposit).await;
                Err(error)
            }
        }
    })
}

/// What [`replay`] would do, and does not. Nobody may write to the brand meanwhile: what it looks at would be replaced. Blocks its thread.
pub fn try_replay<'a>(
    context: &'a ImportContext<'a>,
    slug: &'a BrandSlug,
    replay: &'a Replay,
) -> BoxFuture<'a, Result<Replayed, DepositError>> {
    Box::pin(async move {
        let (again, mut replayed) = gather(context, slug, replay).await?;
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        replayed.sequence = reader.sequence();
        if again.is_empty() {
            return Ok(replayed);
        }
        let parent = context.data_directory.join("spill").join("views");
        let made = std::fs::create_dir_all(&parent).and_then(|()| tempfile::tempdir_in(&parent));
        let directory = made.map_err(LakeError::io("create", &parent))?;
        let mut live = Box::pin(LiveDeposit::open_passing(context, reader, directory.path())).await?;
        take(&mut live, &again)?;
        let account = live.finish_trial().await?;
        Ok(told(replayed, again, &account))
    })
}

/// The events that are meant, repaired.
async fn gather(
    context: &ImportContext<'_>,
    slug: &BrandSlug,
    replay: &Replay,
) -> Result<(Vec<Again>, Replayed), DepositError> {
    let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
    let rejects = RejectReader::open(context, reader).await?;
    let limit = replay.limit.unwrap_or(MOST_EVENTS).clamp(1, MOST_EVENTS);
    let chosen = rejects.of_block(BLOCK, &replay.filter, replay.after.as_ref(), limit)?;
    let mut end = chosen.keys.last().cloned().filter(|_| chosen.has_more);
    // By their ids; without an event where only its beginning was kept.
    let (mut read, mut bytes): (BTreeMap<String, Option<Again>>, usize) = (BTreeMap::new(), 0);
    rejects.each_at(chosen.places, &mut |stored| {
        if end.as_ref().is_some_and(|end| stored.id > *end) {
            return Ok(());
        }
        let Ok(kept) = serde_json::from_str::<KeptEvent>(&stored.reject.row) else { return Ok(()) };
        if kept.is_cut {
            read.insert(stored.id, None);
            return Ok(());
        }
        let repaired = repair(&kept.event, &replay.steps).map_err(|error| error.to_string());
        let again = Again {
            reject: stored.id,
            was: stored.reject.code,
            source: stored.source.into(),
            call: CallKind::of_path(&kept.call).unwrap_or(CallKind::Batch),
            kept,
            repaired,
        };
        bytes += again.bytes();
        read.insert(again.reject.clone(), Some(again));
        // What is too much is left for the next call, the last ones first.
        while bytes > MOST_BYTES && read.len() > 1 {
            bytes -= read.pop_last().and_then(|(_, again)| again).map_or(0, |again| again.bytes());
            end = read.last_key_value().map(|(id, _)| id.clone());
        }
        Ok(())
    })?;
    let cut = read.values().filter(|again| again.is_none()).count() as u64;
    let mut again: Vec<Again> = read.into_values().flatten().collect();
    // In the order in which they came: of two that say different things under one id the first stands.
    again.sort_by(|a, b| (a.kept.received_us, &a.reject).cmp(&(b.kept.received_us, &b.reject)));
    Ok((again, Replayed { cut, next: end, ..Replayed::default() }))
}

fn take(live: &mut LiveDeposit<'_>, again: &[Again]) -> Result<(), DepositError> {
    for some in again.chunks(AT_A_TIME) {
        let requests: Vec<Request<'_>> = some
            .iter()
            .map(|one| Request {
                write_key: None,
                sent_at: one.kept.sent_at.as_deref(),
                context: one.kept.context.as_deref(),
                // One that cannot be repaired is read as it came, and refused as it was.
                events: vec![one.repaired.as_deref().unwrap_or(&one.kept.event)],
            })
            .collect();
        let sent: Vec<Sent<'_>> = some
            .iter()
            .zip(&requests)
            .map(|(one, request)| Sent {
                source: &one.source,
                received_us: one.kept.received_us,
                call: one.call,
                request,
                repairs: Some(&one.reject),
            })
            .collect();
        live.take(&sent)?;
    }
    Ok(())
}

/// What became of each event, by its number, and why those were refused that were.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) refused: std::collections::BTreeMap<u32, (String, String)>,
}

fn told(mut replayed: Replayed, again: Vec<Again>, account: &Account) -> Replayed {
    replayed.read = again.len() as u64;
    for ((one, outcome), number) in again.into_iter().zip(&account.outcomes).zip(0_u32..) {
        let (count, outcome) = match outcome {
            Outcome::Accepted => (&mut replayed.accepted, "accepted"),
            Outcome::Duplicate => (&mut replayed.duplicate, "duplicate"),
            Outcome::Rejected => (&mut replayed.rejected, "rejected"),
            Outcome::Suppressed => (&mut replayed.suppressed, "suppressed"),
        };
        *count += 1;
        if replayed.examples.len() == EXAMPLES {
            continue;
        }
        let refused = account.refused.get(&number).filter(|_| outcome == "rejected");
        let (code, message) = match (&one.repaired, refused) {
            (Err(error), _) => (refused.map(|(code, _)| code.clone()), Some(error.clone())),
            (Ok(_), refused) => refused.cloned().unzip(),
        };
        replayed.examples.push(ReplayedEvent {
            reject: one.reject,
            was: one.was,
            repaired: one.repaired.ok().filter(|repaired| *repaired != one.kept.event),
            event: one.kept.event,
            outcome,
            code,
            message,
        });
    }
    replayed
}
