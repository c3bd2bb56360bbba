//! `GET /brands/{brand}/tracking/counts`: what became of the events that came, by source and time.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::{CollectedMinute, EventCounts};
use databank_engine::BrandReader;
use databank_model::BusinessZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::caller::Caller;
use crate::clock::{parse_rfc3339, rfc3339};
use crate::extract::{FromPath, FromQuery};
use crate::problem::{Missing, Problem, Refused, Unfit};

const MINUTE_US: i64 = 60_000_000;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// How finely events are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Every minute, over a day at most.
    #[default]
    Minute,
    /// Every hour, over 31 days at most.
    Hour,
    /// Every day of the brand's zone, over 400 days at most.
    Day,
}

impl Step {
    /// Minutes that may be asked for.
    fn most(self) -> i64 {
        match self {
            Self::Minute => DAY,
            Self::Hour => 31 * DAY,
            Self::Day => 400 * DAY,
        }
    }

    /// The instant at which the step of a minute begins.
    fn start_us(self, minute: i64, zone: BusinessZone) -> i64 {
        match self {
            Self::Minute => minute * MINUTE_US,
            Self::Hour => minute.div_euclid(HOUR) * HOUR * MINUTE_US,
            Self::Day => zone.start_of(zone.day_of(minute * MINUTE_US)),
        }
    }
}

/// Which time, and how finely.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CountsQuery {
    /// From when on, RFC 3339; an hour before `to` when absent.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Until when, RFC 3339, not included; the end of this minute when absent.
    #[param(format = DateTime)]
    to: Option<String>,
    /// How finely: `minute`, `hour` or `day`.
    #[serde(default)]
    step: Step,
}

/// What became of events: `received` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CountsDocument {
    /// Received.
    received: i64,
    /// New.
    accepted: i64,
    /// There already.
    duplicate: i64,
    /// Refused and kept.
    rejected: i64,
    /// Refused by consent, erasure or policy.
    suppressed: i64,
}

impl From<EventCounts> for CountsDocument {
    fn from(counts: EventCounts) -> Self {
        let EventCounts { received, accepted, duplicate, rejected, suppressed } = counts;
        Self { received, accepted, duplicate, rejected, suppressed }
    }
}

/// What became of the events that one source sent in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct StepCounts {
    /// When the step begins.
    #[schema(format = DateTime, example = "2026-11-28T08:15:00Z")]
    at: String,
    /// The source: the name of its key.
    #[schema(example = "web")]
    source: String,
    /// What became of them.
    #[serde(flatten)]
    counts: CountsDocument,
}

/// What became of all events of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SourceCounts {
    /// The source: the name of its key.
    #[schema(example = "web")]
    source: String,
    /// What became of them.
    #[serde(flatten)]
    counts: CountsDocument,
}

/// Events that are durable and not yet in the vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct WaitingDocument {
    /// How many.
    events: u64,
    /// When the first of them came.
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// What became of the events that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TrackingCounts)]
pub(crate) struct TrackingCountsDocument {
    /// From when on.
    #[schema(format = DateTime)]
    from: String,
    /// Until when, not included.
    #[schema(format = DateTime)]
    to: String,
    /// How finely.
    step: Step,
    /// By step and source; steps in which nothing came are left out.
    counts: Vec<StepCounts>,
    /// By source, over the whole time.
    sources: Vec<SourceCounts>,
    /// Of all sources.
    total: CountsDocument,
    /// What waits to be deposited; it is counted already.
    waiting: WaitingDocument,
}

/// What became of the events that came, by source and time
///
/// Every event that was answered is here: received = accepted + duplicate + rejected + suppressed, in every minute and for every
/// source. What waits is counted by what its sender was told; what is deposited, by what the deposit found.
#[utoipa::path(
    get, path = "/brands/{brand}/tracking/counts", tag = "tracking", operation_id = "get_tracking_counts",
    params(("brand" = String, Path, description = "The brand"), CountsQuery),
    responses((status = 200, description = "The counts", body = TrackingCountsDocument), Refused, Missing, Unfit)
)]
pub(crate) async fn get_tracking_counts(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<CountsQuery>,
) -> Result<Json<TrackingCountsDocument>, Problem> {
    let slug = app.authorize(&caller, &brand, Action::ImportsRead).await?;
    let (now_us, step) = (app.now_us(), query.step);
    let instant = |name: &str, text: Option<&String>| match text {
        None => Ok(None),
        Some(text) => parse_rfc3339(text)
            .map(Some)
            .ok_or_else(|| Problem::invalid_field(name, "must be an instant such as 2026-11-28T08:00:00Z")),
    };
    let to = instant("to", query.to.as_ref())?.map_or(now_us.div_euclid(MINUTE_US) + 1, |us| us.div_euclid(MINUTE_US));
    let from = instant("from", query.from.as_ref())?.map_or(to - HOUR, |us| us.div_euclid(MINUTE_US));
    if from > to {
        return Err(Problem::invalid_field("from", "is after to"));
    }
    if to - from > step.most() {
        let message =
            format!("is more than {} hours after from; ask for less, or for larger steps", step.most() / HOUR);
        return Err(Problem::invalid_field("to", message));
    }
    let installation = app.installation();
    let reader = BrandReader::open(&installation.catalog, &installation.data_directory, &slug).await?;
    let minutes = installation.collector.minutes(&slug, (from, to), now_us).await?;
    let pending = installation.collector.pending(&slug);
    let waiting = pending.map_or_else(WaitingDocument::default, |pending| WaitingDocument {
        events: pending.events,
        since: Some(rfc3339(pending.oldest_us)),
    });
    let (counts, sources, total) = sums(&minutes, step, reader.zone()?);
    let (from, to) = (rfc3339(from * MINUTE_US), rfc3339(to * MINUTE_US));
    Ok(Json(TrackingCountsDocument { from, to, step, counts, sources, total, waiting }))
}

fn sums(
    minutes: &[CollectedMinute],
    step: Step,
    zone: BusinessZone,
) -> (Vec<StepCounts>, Vec<SourceCounts>, CountsDocument) {
    let mut by_step: BTreeMap<(i64, &str), EventCounts> = BTreeMap::new();
    let mut by_source: BTreeMap<&str, EventCounts> = BTreeMap::new();
    let mut total = EventCounts::default();
    for CollectedMinute { source, minute, counts } in minutes {
        by_step.entry((step.start_us(*minute, zone), source)).or_default().add(*counts);
        by_source.entry(source).or_default().add(*counts);
        total.add(*counts);
    }
    let of_step = |((at, source), counts): ((i64, &str), EventCounts)| StepCounts {
        at: rfc3339(at),
        source: source.to_owned(),
        counts: counts.into(),
    };
    let of_source =
        |(source, counts): (&str, EventCounts)| SourceCounts { source: source.to_owned(), counts: counts.into() };
    (by_step.into_iter().map(of_step).collect(), by_source.into_iter().map(of_source).collect(), total.into())
}
