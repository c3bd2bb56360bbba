//! Stage counts of every day of a range.

use databank_model::Day;

use crate::{AssetError, AssetQuestion, Marks};

/// Longest range that one answer covers: ten years of days.
const MAX_DAYS: i32 = 3660;

/// Stage counts on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendDay {
    /// The day.
    pub day: Day,
    /// Consumers in each stage, in the order of [`TrendReport::stages`].
    pub counts: Vec<i64>,
    /// In the chain: the sum.
    pub total: i64,
    /// How far the day can be trusted.
    pub marks: Marks,
}

/// Stage counts of a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendReport {
    /// Stage codes, shallowest first: A, I, P, L.
    pub stages: Vec<String>,
    /// One entry for each day of the range, in order.
    pub days: Vec<TrendDay>,
}

/// Consumers in each stage (shallowest first) on every day from `from` to `to`, both included.
pub fn trend(question: &AssetQuestion, from: Day, to: Day) -> Result<TrendReport, AssetError> {
    if from > to {
        return Err(AssetError::Reversed { from, to });
    }
    if to.0 - from.0 >= MAX_DAYS {
        return Err(AssetError::TooLong { from, to, max_days: MAX_DAYS });
    }
    let deltas = question.history.day_deltas()?;
    let n_stages = question.history.stages.len();
    let mut counts = vec![0_i64; n_stages];
    let mut next = deltas.iter().peekable();
    let mut days = Vec::with_capacity((to.0 - from.0 + 1) as usize);
    for number in from.0..=to.0 {
        while let Some(delta) = next.next_if(|delta| delta.day <= number) {
            // Histories list the deepest stage first; people read from awareness up.
            if let Some(count) = counts.iter_mut().rev().nth(usize::from(delta.stage)) {
                *count += delta.entered - delta.left;
            }
        }
        let day = Day(number);
        days.push(TrendDay { day, counts: counts.clone(), total: counts.iter().sum(), marks: question.marks(day) });
    }
    let stages = question.history.stages.iter().rev().cloned().collect();
    Ok(TrendReport { stages, days })
}
