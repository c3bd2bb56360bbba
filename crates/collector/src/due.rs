//! Which brands are to be deposited next.

use std::cmp::Reverse;

use databank_inbox::Pending;
use databank_model::BrandSlug;

const SECOND_US: i64 = 1_000_000;

/// When a brand's events are deposited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositAfter {
    /// Events of a brand beyond which it is deposited at once.
    pub events: u64,
    /// Age of a brand's oldest event, in seconds, at which it is deposited, however few there are.
    pub seconds: u32,
}

impl Default for DepositAfter {
    fn default() -> Self {
        Self { events: 50_000, seconds: 15 * 60 }
    }
}

/// Between the two, events times seconds decide: as many as are deposited at once wait no longer than so many
/// seconds. A commit costs about the same whether it holds ten events or thousands. By default ten thousand wait for a minute, a thousand for ten.
const SECONDS_OF_MANY: f64 = 12.0;
/// Events of all brands beyond which those with most are deposited, due or not: before the inbox is full.
const CROWD: u64 = 1_000_000;

/// The brands that are due, the most urgent first.
pub(crate) fn due(after: DepositAfter, mut pending: Vec<(BrandSlug, Pending)>, now_us: i64) -> Vec<BrandSlug> {
    let (many, old_us) = (after.events, i64::from(after.seconds) * SECOND_US);
    let is_crowd = pending.iter().map(|(_, pending)| pending.events).sum::<u64>() > CROWD;
    let urgency = |pending: &Pending| {
        let age_us = now_us.saturating_sub(pending.oldest_us);
        // What is of a time that has not come yet came before the clock was set back: nobody knows how long ago.
        let age_us = if age_us < 0 { old_us } else { age_us };
        (age_us, pending.events as f64 * (age_us as f64 / SECOND_US as f64))
    };
    let is_due = |pending: &Pending| {
        let (age_us, event_seconds) = urgency(pending);
        pending.events >= many || age_us >= old_us || event_seconds >= many as f64 * SECONDS_OF_MANY
    };
    pending.retain(|(_, pending)| is_due(pending) || (is_crowd && pending.events >= many / 10));
    pending.sort_by_key(|(_, pending)| Reverse(pending.events));
    pending.into_iter().map(|(brand, _)| brand).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_events_or_old_ones_are_due_and_few_new_ones_are_not() {
        let now_us = 1_800_000_000 * SECOND_US;
        let waits = |name: &str, events: u64, seconds: i64| {
            let oldest_us = now_us - seconds * SECOND_US;
            (name.parse().unwrap(), Pending { records: 1, events, bytes: 1, oldest_us, last: 1 })
        };
        let all = vec![
            waits("new", 900, 600),
            waits("slow", 1_000, 600),
            waits("busy", 10_000, 60),
            waits("calm", 9_000, 60),
            waits("burst", 50_000, 0),
            waits("old", 1, 900),
            waits("ahead", 5, -100),
        ];
        let due: Vec<String> =
            super::due(DepositAfter::default(), all.clone(), now_us).iter().map(ToString::to_string).collect();
        assert_eq!(due, ["burst", "busy", "slow", "ahead", "old"]);
        let mut crowd = all;
        crowd.push(waits("huge", 1_000_000, 0));
        assert_eq!(super::due(DepositAfter::default(), crowd, now_us).len(), 7);
        let at_once = DepositAfter { events: 1, seconds: 1 };
        assert_eq!(super::due(at_once, vec![waits("one", 1, 0)], now_us).len(), 1);
    }
}
