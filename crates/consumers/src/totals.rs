//! Sums of what a consumer did.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Int64Type};
use databank_model::{ConsumerId, Day};

use crate::events::column;
use crate::{ConsumerDesk, ConsumerError};

/// What was bought in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountTotal {
    /// The currency.
    pub currency: String,
    /// The sum of purchases, gross, in minor units.
    pub minor: i64,
}

/// Sums over all events of a consumer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many there are.
    pub events: i64,
    /// Day of the first.
    pub first_day: Option<Day>,
    /// Day of the last.
    pub last_day: Option<Day>,
    /// What was bought, by currency.
    pub amounts: Vec<AmountTotal>,
}

impl ConsumerDesk {
    /// The sums of a consumer's events. Amounts are those of purchases; refunds are not taken off.
    pub fn totals(&self, consumer: ConsumerId) -> Result<Totals, ConsumerError> {
        let mut totals = Totals::default();
        let mut amounts: BTreeMap<String, i64> = BTreeMap::new();
        for slice in self.slices_of(consumer)? {
            slice.read_all(&["day", "behavior", "amount_minor", "currency"], &mut |batch| {
                let days = column(batch, "day")?.as_primitive::<Date32Type>();
                let behaviors = column(batch, "behavior")?.as_string::<i32>();
                let minors = column(batch, "amount_minor")?.as_primitive::<Int64Type>();
                let currencies = column(batch, "currency")?.as_string::<i32>();
                totals.events += batch.num_rows() as i64;
                for row in 0..batch.num_rows() {
                    let day = Day(days.value(row));
                    totals.first_day = Some(totals.first_day.map_or(day, |first| first.min(day)));
                    totals.last_day = Some(totals.last_day.map_or(day, |last| last.max(day)));
                    if minors.is_valid(row) && behaviors.value(row) == "purchase" {
                        let currency = if currencies.is_valid(row) { currencies.value(row) } else { "" };
                        let sum = amounts.entry(currency.to_owned()).or_default();
                        *sum = sum.saturating_add(minors.value(row));
                    }
                }
                Ok(())
            })?;
        }
        totals.amounts = amounts.into_iter().map(|(currency, minor)| AmountTotal { currency, minor }).collect();
        Ok(totals)
    }
}
