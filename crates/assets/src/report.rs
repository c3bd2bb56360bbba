//! Stage counts and asset metrics on one day.

use databank_model::Day;

use crate::flow::passage;
use crate::{AssetError, AssetQuestion, FlowReport, Marks, movement, trend};

/// One stage on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct StageCount {
    /// Stage code.
    pub stage: String,
    /// Consumers in it.
    pub consumers: i64,
    /// Share of all in the chain; 0 when there are none.
    pub share: f64,
}

/// Asset metrics on one day (domain reference, section 2). `None` where a denominator is 0.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetMetrics {
    /// In the chain on the day: 活跃消费者.
    pub active_consumers: i64,
    /// Ever in the chain up to the day, lost ones included: 累计消费者.
    pub cumulative_consumers: i64,
    /// `(N(d) - N(d-7)) / N(d-7)`: 周增长率.
    pub wow_growth: Option<f64>,
    /// `(A + I) / (P + L)`, for rule sets with these stages: 潜客-客户比.
    pub potential_customer_ratio: Option<f64>,
    /// In the chain on d-7 and deeper on d, over N(d-7): 周关系加深率.
    pub weekly_deepening_rate: Option<f64>,
}

/// A brand's consumer assets on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetReport {
    /// The day.
    pub as_of: Day,
    /// How far it can be trusted.
    pub marks: Marks,
    /// In the chain.
    pub total: i64,
    /// Each stage, shallowest first.
    pub stages: Vec<StageCount>,
    /// Metrics.
    pub metrics: AssetMetrics,
}

/// Stage counts and metrics on `as_of`.
pub fn report(question: &AssetQuestion, as_of: Day) -> Result<AssetReport, AssetError> {
    Ok(report_and_flow(question, as_of)?.0)
}

/// Stage counts and metrics on `as_of`, and the flow of the seven days that end with it, from which some of them follow.
pub fn report_and_flow(question: &AssetQuestion, as_of: Day) -> Result<(AssetReport, FlowReport), AssetError> {
    let week_before = as_of.plus(-7);
    let week = trend(question, week_before, as_of)?;
    let (Some(then), Some(now)) = (week.days.first(), week.days.last()) else {
        return Err(AssetError::Reversed { from: week_before, to: as_of });
    };
    let share = |count: i64, of: i64| (of != 0).then(|| count as f64 / of as f64);
    let stages: Vec<StageCount> = week
        .stages
        .iter()
        .zip(&now.counts)
        .map(|(stage, count)| StageCount {
            stage: stage.clone(),
            consumers: *count,
            share: share(*count, now.total).unwrap_or(0.0),
        })
        .collect();
    let count_of = |code: &str| stages.iter().find(|s| s.stage == code).map(|s| s.consumers);
    let potential_customer_ratio = match (count_of("A"), count_of("I"), count_of("P"), count_of("L")) {
        (Some(a), Some(i), Some(p), Some(l)) => share(a + i, p + l),
        _ => None,
    };
    let passed = passage(&question.history, week_before, as_of)?;
    let deepened = movement(&question.history.stages, &passed.flow).deepened;
    let metrics = AssetMetrics {
        active_consumers: now.total,
        cumulative_consumers: passed.ever,
        wow_growth: share(now.total - then.total, then.total),
        potential_customer_ratio,
        weekly_deepening_rate: share(deepened, then.total),
    };
    Ok((AssetReport { as_of, marks: question.marks(as_of), total: now.total, stages, metrics }, passed.flow))
}
