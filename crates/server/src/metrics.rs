//! What is counted, for Prometheus. Labels name routes and kinds, never brands, people or addresses.

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// From half a millisecond to a minute.
const BUCKETS: [f64; 12] = [0.0005, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

/// What became of a compaction in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum CompactionOutcome {
    /// There was nothing to do.
    Nothing,
    /// A vault version with fewer files.
    Published,
    /// Somebody waited, so that all or a part is left for later.
    GaveWay,
    /// It failed, and the log says why.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CompactionLabels {
    outcome: CompactionOutcome,
}

/// What became of a tracked event, as its sender was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum EventOutcome {
    Accepted,
    Duplicate,
    Rejected,
    Suppressed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    outcome: EventOutcome,
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter<u64, AtomicU64>>,
    durations: Family<RouteLabels, Histogram>,
    jobs_running: Gauge<i64, AtomicI64>,
    compactions: Family<CompactionLabels, Counter<u64, AtomicU64>>,
    events: Family<EventLabels, Counter<u64, AtomicU64>>,
    memory: Gauge<i64, AtomicI64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let jobs_running = Gauge::default();
        let compactions = Family::default();
        let events = Family::default();
        let memory = Gauge::default();
        let mut registry = Registry::with_prefix("databank");
        registry.register("http_requests", "Requests by route and class of status", requests.clone());
        let told = "How long requests took until their answer began";
        registry.register_with_unit("http_request_duration", told, Unit::Seconds, durations.clone());
        registry.register("jobs_running", "Jobs at work", jobs_running.clone());
        registry.register(
            "compactions",
            "Looks at brands that were written to, by what became of them",
            compactions.clone(),
        );
        registry.register("tracked_events", "Tracked events, by what became of them", events.clone());
        registry.register_with_unit("resident_memory", "Memory of the process", Unit::Bytes, memory.clone());
        Self { registry, requests, durations, jobs_running, compactions, events, memory }
    }

    /// Jobs at work.
    pub fn jobs_running(&self) -> &Gauge<i64, AtomicI64> {
        &self.jobs_running
    }

    pub(crate) fn compacted(&self, outcome: CompactionOutcome) {
        self.compactions.get_or_create(&CompactionLabels { outcome }).inc();
    }

    /// Counts the events of an answered request.
    pub(crate) fn collected(&self, answer: &databank_collector::Answer) {
        for (outcome, count) in [
            (EventOutcome::Accepted, answer.accepted),
            (EventOutcome::Duplicate, answer.duplicate),
            (EventOutcome::Rejected, answer.rejected),
            (EventOutcome::Suppressed, answer.suppressed),
        ] {
            if count > 0 {
                self.events.get_or_create(&EventLabels { outcome }).inc_by(count.cast_unsigned());
            }
        }
    }

    pub(crate) fn record(&self, method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
        // Clients may invent methods; the number of series must stay small.
        let known =
            [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
        let method = if known.contains(method) { method.as_str() } else { "other" }.to_owned();
        let class = format!("{}xx", status.as_u16() / 100);
        let route = route.to_owned();
        let labels = RequestLabels { method: method.clone(), route: route.clone(), status: class };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabels { method, route }).observe(elapsed.as_secs_f64());
    }

    pub(crate) fn encode(&self) -> Result<String, std::fmt::Error> {
        if let Some(bytes) = resident_bytes() {
            self.memory.set(bytes);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Memory that the process has, where the system says so.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
