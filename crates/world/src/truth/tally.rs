//! Counts over persons.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Stages;
use crate::calendar::Calendar;
use crate::event::{Act, Event};
use crate::market::{Brand, Choice};
use crate::person::Life;

/// Movements that are told: days before the last, from and to.
pub(crate) const FLOWS: [(i32, i32); 6] = [(30, 0), (7, 0), (90, 60), (180, 150), (330, 300), (360, 0)];

/// Counts of one brand; sums of units in any order.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    /// Persons by day of the span and depth; those outside are not counted through.
    pub(crate) days: Vec<[u64; 5]>,
    /// Persons by movement of [`FLOWS`], depth before and after.
    pub(crate) flows: Vec<[[u64; 5]; 5]>,
    /// Of those who were outside before and inside after: how many had never been inside.
    pub(crate) never: Vec<u64>,
    /// By campaign and keenness: reached, reached and bought, held out, held out and bought.
    pub(crate) campaigns: Vec<[[u64; 4]; 3]>,
    pub(crate) totals: BrandTotals,
}

/// What a brand's files hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BrandTotals {
    /// The brand.
    pub brand: String,
    /// Rows of events, all of them.
    pub rows: u64,
    /// Rows that must be accepted.
    pub events: u64,
    /// Rows that repeat another.
    pub duplicates: u64,
    /// Rows that must be refused, by code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Accepted rows that come in the late file.
    pub late: u64,
    /// Persons that a correct OneID finds.
    pub persons: u64,
    /// Of these, known by a browser or device only.
    pub unknown_persons: u64,
    /// Rows of the members' list.
    pub memberships: u64,
    /// Rows of consumers' attributes.
    pub consumers: u64,
    /// Orders paid.
    pub orders: u64,
    /// Of these, refunded in full.
    pub cancelled_orders: u64,
    /// Lines of paid orders.
    pub order_lines: u64,
    /// Refunds.
    pub refunds: u64,
    /// What was paid.
    pub revenue_minor: i64,
    /// What was refunded.
    pub refund_minor: i64,
}

/// What a world holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Rows of events, all of them.
    pub rows: u64,
    /// Rows that must be accepted.
    pub events: u64,
    /// Rows that repeat another.
    pub duplicates: u64,
    /// Rows that must be refused.
    pub rejected: u64,
    /// Accepted rows that come in the late file.
    pub late: u64,
    /// Persons, counted once for each brand that knows them.
    pub persons: u64,
    /// The brands.
    pub brands: Vec<BrandTotals>,
}

impl Totals {
    pub(crate) fn of(tallies: &[Tally]) -> Self {
        let mut all = Self::default();
        for Tally { totals, .. } in tallies {
            all.rows += totals.rows;
            all.events += totals.events;
            all.duplicates += totals.duplicates;
            all.rejected += totals.rejected.values().sum::<u64>();
            all.late += totals.late;
            all.persons += totals.persons;
            all.brands.push(totals.clone());
        }
        all
    }
}

impl Tally {
    pub(crate) fn new(brand: &Brand, calendar: &Calendar) -> Self {
        Self {
            days: vec![[0; 5]; (calendar.until - calendar.first + 1) as usize],
            flows: vec![[[0; 5]; 5]; FLOWS.len()],
            never: vec![0; FLOWS.len()],
            campaigns: vec![[[0; 4]; 3]; brand.campaigns.len()],
            totals: BrandTotals { brand: brand.facts.slug.clone(), ..BrandTotals::default() },
        }
    }

    /// Counts a person.
    pub(crate) fn add_person(&mut self, life: &Life, stages: &Stages, calendar: &Calendar) {
        let skipped = (calendar.first - stages.first).max(0) as usize;
        let ahead = (stages.first - calendar.first).max(0) as usize;
        for (counts, depth) in self.days[ahead..].iter_mut().zip(stages.depths.iter().skip(skipped)) {
            counts[usize::from(*depth)] += 1;
        }
        for (place, (from, to)) in FLOWS.iter().enumerate() {
            let from = calendar.until - from;
            let (before, after) = (stages.on(from), stages.on(calendar.until - to));
            self.flows[place][usize::from(before)][usize::from(after)] += 1;
            if before == 0 && after > 0 && !stages.ever_by(from) {
                self.never[place] += 1;
            }
        }
        for enrolment in &life.enrolments {
            let counts = &mut self.campaigns[enrolment.campaign][life.keen];
            let at = if enrolment.reached { 0 } else { 2 };
            counts[at] += 1;
            counts[at + 1] += u64::from(enrolment.bought);
        }
        let totals = &mut self.totals;
        totals.persons += 1;
        totals.unknown_persons += u64::from(!life.is_known());
        let (orders, cancelled) = stages.orders();
        totals.orders += orders;
        totals.cancelled_orders += cancelled;
    }

    /// Counts an accepted row.
    pub(crate) fn add_event(&mut self, event: &Event) {
        let totals = &mut self.totals;
        totals.rows += 1;
        totals.events += 1;
        totals.late += u64::from(event.late);
        match event.act {
            Act::Purchase => {
                totals.order_lines += 1;
                totals.revenue_minor += i64::from(event.amount_minor);
            }
            Act::Refund => {
                totals.refunds += 1;
                totals.refund_minor += i64::from(event.amount_minor);
            }
            _ => {}
        }
    }

    /// Counts a row that must be refused.
    pub(crate) fn add_bad(&mut self, code: &'static str) {
        self.totals.rows += 1;
        *self.totals.rejected.entry(code).or_default() += 1;
    }

    /// Adds another unit's counts of the same brand.
    pub(crate) fn merge(&mut self, other: &Self) {
        fn add<'a>(ours: impl Iterator<Item = &'a mut u64>, theirs: impl Iterator<Item = &'a u64>) {
            ours.zip(theirs).for_each(|(our, their)| *our += their);
        }
        add(self.days.iter_mut().flatten(), other.days.iter().flatten());
        add(self.flows.iter_mut().flatten().flatten(), other.flows.iter().flatten().flatten());
        add(self.never.iter_mut(), other.never.iter());
        add(self.campaigns.iter_mut().flatten().flatten(), other.campaigns.iter().flatten().flatten());
        let (ours, theirs) = (&mut self.totals, &other.totals);
        for (code, count) in &theirs.rejected {
            *ours.rejected.entry(code).or_default() += count;
        }
        ours.rows += theirs.rows;
        ours.events += theirs.events;
        ours.duplicates += theirs.duplicates;
        ours.late += theirs.late;
        ours.persons += theirs.persons;
        ours.unknown_persons += theirs.unknown_persons;
        ours.memberships += theirs.memberships;
        ours.consumers += theirs.consumers;
        ours.orders += theirs.orders;
        ours.cancelled_orders += theirs.cancelled_orders;
        ours.order_lines += theirs.order_lines;
        ours.refunds += theirs.refunds;
        ours.revenue_minor += theirs.revenue_minor;
        ours.refund_minor += theirs.refund_minor;
    }
}

/// What campaigns were made to do, and what came of it.
pub(crate) fn campaigns_json(brands: &[Brand], tallies: &[Tally]) -> Value {
    let mut list = Vec::new();
    for (brand, tally) in brands.iter().zip(tallies) {
        for (campaign, by_keenness) in brand.campaigns.iter().zip(&tally.campaigns) {
            let sum = |of: usize| by_keenness.iter().map(|counts| counts[of]).sum::<u64>();
            let share = |bought: u64, all: u64| if all == 0 { None } else { Some(bought as f64 / all as f64) };
            let difference = match (share(sum(1), sum(0)), share(sum(3), sum(2))) {
                (Some(reached), Some(held_out)) => Some(reached - held_out),
                _ => None,
            };
            let strata: Vec<Value> = by_keenness
                .iter()
                .zip(["seldom", "sometimes", "often"])
                .map(|([reached, bought, held_out, held_out_bought], keen)| {
                    json!({ "buys": keen, "reached": reached, "reached_bought": bought, "held_out": held_out,
                            "held_out_bought": held_out_bought })
                })
                .collect();
            list.push(json!({
                "brand": brand.facts.slug, "campaign": campaign.id, "kind": campaign.kind,
                "from": databank_model::Day(campaign.from).to_string(),
                "to": databank_model::Day(campaign.to).to_string(),
                "chosen": campaign.choice, "planted_effect": f64::from(campaign.effect) / 1_000.0,
                "is_null": campaign.effect == 0, "is_confounded": campaign.choice == Choice::Targeted,
                "reached": sum(0), "reached_bought": sum(1), "held_out": sum(2), "held_out_bought": sum(3),
                "difference": difference, "by_keenness": strata,
            }));
        }
    }
    Value::from(list)
}
