//! Stage counts and asset metrics of a day.

use databank_assets::{AssetMetrics, AssetQuestion, AssetReport, StageCount};
use serde::Serialize;
use utoipa::ToSchema;

/// A brand's consumer assets on one day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AssetsDocument {
    /// The brand.
    #[schema(example = "shop")]
    pub brand: String,
    /// The day.
    #[schema(format = Date, example = "2026-10-31")]
    pub as_of: String,
    /// Whether the day is today: more may come.
    pub partial: bool,
    /// Whether the day lies after the last event: what decay alone would make of it.
    pub projected: bool,
    /// The vault version that answered.
    pub vault_version: i64,
    /// The rule set, with its version.
    #[schema(example = "aipl@1")]
    pub rule_set: String,
    /// Consumers in the chain.
    pub total: i64,
    /// Each stage, shallowest first.
    pub stages: Vec<StageDocument>,
    /// Metrics of the day.
    pub metrics: MetricsDocument,
}

/// One stage on one day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StageDocument {
    /// Its code.
    #[schema(example = "A")]
    pub stage: String,
    /// Consumers in it.
    pub consumers: i64,
    /// Their share of all in the chain; 0 when there are none.
    pub share: f64,
}

/// Asset metrics of a day; null where the denominator is 0, or the rule set has no such stages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MetricsDocument {
    /// In the chain on the day.
    pub active_consumers: i64,
    /// The same number, as `total`.
    pub total_consumers: i64,
    /// Ever in the chain up to the day, lost ones included.
    pub cumulative_consumers: i64,
    /// Growth of the total over seven days.
    pub wow_growth: Option<f64>,
    /// (A + I) / (P + L).
    pub potential_customer_ratio: Option<f64>,
    /// In the chain seven days before and deeper now, over the total then.
    pub weekly_deepening_rate: Option<f64>,
}

impl From<StageCount> for StageDocument {
    fn from(count: StageCount) -> Self {
        Self { stage: count.stage, consumers: count.consumers, share: count.share }
    }
}

impl From<AssetMetrics> for MetricsDocument {
    fn from(metrics: AssetMetrics) -> Self {
        Self {
            active_consumers: metrics.active_consumers,
            total_consumers: metrics.active_consumers,
            cumulative_consumers: metrics.cumulative_consumers,
            wow_growth: metrics.wow_growth,
            potential_customer_ratio: metrics.potential_customer_ratio,
            weekly_deepening_rate: metrics.weekly_deepening_rate,
        }
    }
}

impl AssetsDocument {
    /// The document of a report.
    pub fn new(question: &AssetQuestion, report: AssetReport) -> Self {
        Self {
            brand: question.reader.brand.slug.to_string(),
            as_of: report.as_of.to_string(),
            partial: report.marks.partial,
            projected: report.marks.projected,
            vault_version: question.reader.sequence(),
            rule_set: question.history.rules.to_string(),
            total: report.total,
            stages: report.stages.into_iter().map(StageDocument::from).collect(),
            metrics: report.metrics.into(),
        }
    }
}
