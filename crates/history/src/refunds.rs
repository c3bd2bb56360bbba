//! From when an order's purchase no longer counts.
//!
//! An order's purchase counts from its day until the day before cumulative refunds reach what was paid. Each refund takes
//! back a share of its order: its amount of what was paid, or its quantity of what was bought (a line without one counts 1)
//! where the refund or a line has no amount. In an order of which some lines have no amount, an amount alone is measured
//! by the others; a refund with nothing to measure it by takes back the whole order. A refund of an order that nobody
//! bought changes nothing here.

use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Int64Type};
use databank_lake::cores::on_all_cores;
use databank_lake::tracks::{FLAG_BOT, Stretch, Tracks, key_of_text};
use databank_lake::{DataFile, FileReader, RowChoice, read_chosen, read_file};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::{REPEATING, dictionary};
use crate::track_file::TrackFile;
use crate::{HistoryError, HistorySource};

/// A purchase line or a refund that names an order.
#[derive(Debug, Clone, Copy)]
struct OrderLine {
    order: u64,
    consumer: Option<u32>,
    day: i32,
    amount_minor: Option<i64>,
    quantity: Option<i64>,
}

/// Refunds of a brand, matched to their orders over the whole brand: a refund may come under another id, in another
/// category and in another partition than its order.
#[derive(Debug, Default)]
pub(crate) struct Refunds {
    /// Order key to the first day on which its purchases no longer count; only orders that were refunded in full.
    pub(crate) cancelled: FxHashMap<u64, i32>,
    /// Consumers who bought in those of the asked orders that any refund names.
    pub(crate) buyers: FxHashSet<u32>,
}

impl Refunds {
    /// Reads refunds, then the purchase lines of the orders that they name: two passes over the order columns, so that
    /// memory is that of what was refunded and not of all that was bought.
    pub(crate) fn read(source: &HistorySource, asked: &FxHashSet<u64>) -> Result<Self, HistoryError> {
        if !source.has_refunds {
            return Ok(Self::default());
        }
        let refunds = lines_of(source, &["refund"], &|_| true)?;
        let refunded: FxHashSet<u64> = refunds.iter().map(|refund| refund.order).collect();
        let bought = lines_of(source, &["purchase"], &|order| refunded.contains(&order))?;
        let of_asked = bought.iter().filter(|line| asked.contains(&line.order));
        let buyers = of_asked.filter_map(|line| line.consumer).collect();
        Ok(Self { cancelled: cancelled_from(&bought, &refunds), buyers })
    }
}

/// Keys of the orders that chosen rows buy in or refund.
pub(crate) fn orders_named(files: &[DataFile], choice: &RowChoice) -> Result<FxHashSet<u64>, HistoryError> {
    let mut orders = FxHashSet::default();
    for file in files {
        let reader = read_chosen(file, &COLUMNS, REPEATING, choice)?;
        lines_of_columns(reader, &["purchase", "refund"], &mut |line| {
            orders.insert(line.order);
        })?;
    }
    Ok(orders)
}

/// The lines of the wanted orders, of the given behaviours.
fn lines_of(
    source: &HistorySource,
    behaviors: &[&str],
    is_wanted: &(dyn Fn(u64) -> bool + Sync),
) -> Result<Vec<OrderLine>, HistoryError> {
    let lines = Mutex::new(Vec::new());
    on_all_cores(&source.partitions, &|range| -> Result<(), HistoryError> {
        let mut found = Vec::new();
        for file in source.files_of(*range) {
            match TrackFile::open(&file)? {
                Some(tracks) => lines_of_tracks(tracks, behaviors, is_wanted, &mut found)?,
                None => lines_of_columns(read_file(&file, &COLUMNS, REPEATING)?, behaviors, &mut |line| {
                    if is_wanted(line.order) {
                        found.push(line);
                    }
                })?,
            }
        }
        lines.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        Ok(())
    })?;
    Ok(lines.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Goes through the orders that tracks name: amounts and quantities are read of the wanted lines alone.
fn lines_of_tracks(
    mut file: TrackFile,
    behaviors: &[&str],
    is_wanted: &dyn Fn(u64) -> bool,
    found: &mut Vec<OrderLine>,
) -> Result<(), HistoryError> {
    let fits: Vec<bool> = file.names().iter().map(|name| behaviors.contains(&name.as_str())).collect();
    let fits = |code: i32| (code as usize).checked_sub(1).and_then(|code| fits.get(code)).copied().unwrap_or(false);
    while let Some(tracks) = file.next()? {
        let first = found.len();
        let mut places = Vec::new();
        for stretch in tracks.iter().flat_map(Tracks::stretches).filter(Stretch::has_orders) {
            let consumer = Some(stretch.consumer).filter(|_| !stretch.is_anonymous);
            stretch.for_each_row(|place, day, code, orders| {
                let order = orders.of(place);
                if order != 0 && fits(code) && is_wanted(order) {
                    places.push(stretch.row + place);
                    // Amounts and quantities are not told by tracks.
                    found.push(OrderLine { order, consumer, day, amount_minor: None, quantity: None });
                }
            })?;
        }
        if places.is_empty() {
            continue;
        }
        let columns = file.columns_of(&["quantity", "amount_minor"], &places)?;
        let number = |name: &str, row: usize| {
            let column = columns.column_by_name(name)?.as_primitive::<Int64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        for (row, line) in found[first..].iter_mut().enumerate() {
            line.amount_minor = number("amount_minor", row);
            line.quantity = number("quantity", row);
        }
    }
    Ok(())
}

const COLUMNS: [&str; 7] = ["day", "consumer", "behavior", "order_id", "quantity", "amount_minor", "flags"];

fn lines_of_columns(reader: FileReader, wanted: &[&str], take: &mut dyn FnMut(OrderLine)) -> Result<(), HistoryError> {
    for batch in reader {
        let batch = batch?;
        let behaviors = dictionary(batch.column(2))?;
        let names = behaviors.values().as_string::<i32>();
        let is_wanted: Vec<bool> = names.iter().map(|name| name.is_some_and(|n| wanted.contains(&n))).collect();
        if !is_wanted.contains(&true) {
            continue;
        }
        let orders = dictionary(batch.column(3))?;
        let order_ids = orders.values().as_string::<i32>();
        let days = batch.column(0).as_primitive::<Date32Type>();
        let number = |column: usize, row: usize| {
            let column = batch.column(column).as_primitive::<Int64Type>();
            column.is_valid(row).then(|| column.value(row))
        };
        for row in 0..batch.num_rows() {
            let fits = behaviors.key(row).and_then(|key| is_wanted.get(key)).copied().unwrap_or(false);
            let Some(order) = orders.key(row).filter(|_| fits) else { continue };
            if number(6, row).is_some_and(|flags| flags & FLAG_BOT != 0) {
                continue;
            }
            take(OrderLine {
                order: key_of_text(order_ids.value(order)),
                consumer: number(1, row).map(|consumer| consumer as u32),
                day: days.value(row),
                amount_minor: number(5, row),
                quantity: number(4, row),
            });
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Order {
    paid_minor: i64,
    bought: i64,
    has_lines: bool,
    /// Whether some line has no amount: what was paid is not known in full.
    lacks_amount: bool,
    refunds: Vec<OrderLine>,
}

/// Order key to the first day on which its purchases no longer count; only orders that were refunded in full.
fn cancelled_from(lines: &[OrderLine], refunds: &[OrderLine]) -> FxHashMap<u64, i32> {
    let mut orders: FxHashMap<u64, Order> = FxHashMap::default();
    for refund in refunds {
        let order = orders.entry(refund.order).or_default();
        order.refunds.push(*refund);
    }
    if orders.is_empty() {
        return FxHashMap::default();
    }
    for line in lines {
        if let Some(order) = orders.get_mut(&line.order) {
            order.has_lines = true;
            order.lacks_amount |= line.amount_minor.is_none();
            order.paid_minor = order.paid_minor.saturating_add(line.amount_minor.unwrap_or(0));
            order.bought = order.bought.saturating_add(line.quantity.unwrap_or(1));
        }
    }
    orders.into_iter().filter_map(|(key, order)| Some((key, order.cancelled_from()?))).collect()
}

impl Order {
    fn cancelled_from(mut self) -> Option<i32> {
        if !self.has_lines {
            return None;
        }
        self.refunds.sort_unstable_by_key(|refund| refund.day);
        let (paid, bought) = (i128::from(self.paid_minor), i128::from(self.bought));
        let (mut amount, mut quantity) = (0_i128, 0_i128);
        for refund in &self.refunds {
            match (refund.amount_minor, refund.quantity) {
                (Some(minor), _) if !self.lacks_amount => amount += i128::from(minor),
                (_, Some(count)) => quantity += i128::from(count),
                (Some(minor), None) if paid > 0 => amount += i128::from(minor),
                // Nothing to measure it by: the whole order.
                _ => return Some(refund.day),
            }
            // amount / paid + quantity / bought >= 1, in whole numbers.
            if amount * bought + quantity * paid >= paid * bought {
                return Some(refund.day);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(day: i32, amount_minor: Option<i64>, quantity: Option<i64>) -> OrderLine {
        OrderLine { order: 1, consumer: None, day, amount_minor, quantity }
    }

    #[test]
    fn an_order_counts_until_its_refunds_reach_what_was_paid() {
        let paid = [line(1, Some(100), Some(2)), line(1, Some(50), Some(1))];
        let cases: [(&[OrderLine], Option<i32>); 6] = [
            (&[], None),
            (&[line(5, Some(149), None)], None),
            (&[line(5, Some(100), None), line(9, Some(50), None)], Some(9)),
            (&[line(9, Some(100), None), line(5, Some(60), None)], Some(9)),
            (&[line(5, None, Some(3))], Some(5)),
            (&[line(5, None, None)], Some(5)),
        ];
        for (refunds, wanted) in cases {
            assert_eq!(cancelled_from(&paid, refunds).get(&1).copied(), wanted, "{refunds:?}");
        }
    }

    #[test]
    fn quantities_decide_where_an_amount_is_missing() {
        let bought = [line(1, None, Some(2)), line(1, Some(50), None)];
        assert_eq!(cancelled_from(&bought, &[line(4, Some(999), Some(2))]).get(&1), None);
        assert_eq!(cancelled_from(&bought, &[line(4, Some(1), Some(3))]).get(&1), Some(&4));
    }

    #[test]
    fn each_refund_is_measured_by_what_it_states() {
        let with_a_gift = [line(1, Some(100), Some(1)), line(1, None, Some(1))];
        assert_eq!(cancelled_from(&with_a_gift, &[line(4, Some(10), None)]).get(&1), None);
        assert_eq!(cancelled_from(&with_a_gift, &[line(4, Some(100), None)]).get(&1), Some(&4));
        // Half by amount and half by quantity.
        let two = [line(1, Some(50), Some(1)), line(1, Some(50), Some(1))];
        assert_eq!(cancelled_from(&two, &[line(4, Some(50), None), line(6, None, Some(1))]).get(&1), Some(&6));
        assert_eq!(cancelled_from(&two, &[line(4, Some(49), None), line(6, None, Some(1))]).get(&1), None);
        let free = [line(1, Some(0), Some(1))];
        assert_eq!(cancelled_from(&free, &[line(4, Some(0), None)]).get(&1), Some(&4));
    }

    #[test]
    fn a_refund_of_an_unknown_order_changes_nothing() {
        assert!(cancelled_from(&[], &[line(4, Some(1), None)]).is_empty());
    }
}
