//! What is asked for.

use databank_model::Day;

use crate::WorldError;
use crate::names::BRANDS;

/// The days that a world covers, the last one included.
pub(crate) const SPAN_DAYS: i32 = 400;
/// Rows of events that one stream of chance makes.
pub(crate) const UNIT_ROWS: u64 = 1 << 16;
/// Fewest rows a brand can be told from.
const LEAST_ROWS: u64 = 1_000;
/// Phone numbers have eleven digits.
const MOST_ROWS: u64 = 400_000_000;

/// A world as it is asked for. The same plan gives the same bytes, whatever the number of threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldPlan {
    /// Rows of events, all brands together: repeated, late and bad ones included.
    pub events: u64,
    /// Number of brands.
    pub brands: usize,
    /// Where chance begins.
    pub seed: u64,
    /// The last day.
    pub until: Day,
    /// How many threads work on it.
    pub threads: usize,
}

/// A piece of a brand that is made by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnitPlan {
    /// Number among all units.
    pub(crate) number: u64,
    /// Place of its brand.
    pub(crate) brand: usize,
    /// Number among the units of its brand.
    pub(crate) of_brand: u64,
    /// Rows that it makes.
    pub(crate) rows: u64,
}

impl WorldPlan {
    pub(crate) fn check(&self) -> Result<(), WorldError> {
        let bad = |reason: String| Err(WorldError::BadPlan { reason });
        if self.brands == 0 || self.brands > BRANDS.len() {
            return bad(format!("{} brands cannot be made; ask for 1 to {}", self.brands, BRANDS.len()));
        }
        let least = LEAST_ROWS * self.brands as u64;
        if self.events < least || self.events > MOST_ROWS {
            let (events, brands) = (self.events, self.brands);
            return bad(format!("{events} events of {brands} brands cannot be made; ask for {least} to {MOST_ROWS}"));
        }
        if !(Day(7_305)..=Day(29_219)).contains(&self.until) {
            return bad(format!("a world cannot end on {}; ask for a day from 1990 to 2049", self.until));
        }
        Ok(())
    }

    /// The pieces, brand by brand. Brands have sizes like 1, 1/2, 1/3 …, softened so that the last is not nothing.
    pub(crate) fn units(&self) -> Vec<UnitPlan> {
        let weights: Vec<u64> = (0..self.brands as u64).map(|place| 1_000 / (place + 2)).collect();
        let all: u64 = weights.iter().sum();
        let mut units = Vec::new();
        let mut left = self.events;
        for (brand, weight) in weights.iter().enumerate() {
            let last = brand + 1 == self.brands;
            let mut rows = if last { left } else { self.events * weight / all };
            left -= rows;
            let mut of_brand = 0;
            while rows > 0 {
                // The rest of a brand is not left to a unit that is too small to hold anybody.
                let own = if rows < UNIT_ROWS * 3 / 2 { rows } else { UNIT_ROWS };
                units.push(UnitPlan { number: units.len() as u64, brand, of_brand, rows: own });
                rows -= own;
                of_brand += 1;
            }
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(events: u64, brands: usize) -> WorldPlan {
        WorldPlan { events, brands, seed: 1, until: "2026-10-31".parse().unwrap(), threads: 2 }
    }

    #[test]
    fn units_hold_all_rows_and_every_brand() {
        for (events, brands) in [(3_000, 3), (1_000_000, 3), (7_654_321, 40)] {
            let plan = plan(events, brands);
            plan.check().unwrap();
            let units = plan.units();
            assert_eq!(units.iter().map(|unit| unit.rows).sum::<u64>(), events);
            assert_eq!(units.last().unwrap().brand, brands - 1);
            assert!(units.iter().all(|unit| (1..UNIT_ROWS * 2).contains(&unit.rows)));
        }
    }

    #[test]
    fn plans_that_cannot_be_met_are_refused() {
        for (events, brands) in [(999, 1), (1_000_000, 0), (1_000_000, 41), (MOST_ROWS + 1, 3)] {
            assert!(plan(events, brands).check().is_err(), "{events} {brands}");
        }
        let early = WorldPlan { until: Day(0), ..plan(10_000, 3) };
        assert!(early.check().is_err());
    }
}
