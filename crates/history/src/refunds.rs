//! From when an order's purchase no longer counts.
//!
//! An order's purchase counts from its day until the day before cumulative refunds reach what was paid. Amounts decide;
//! where a line or refund of the order has none, quantities do (a line without one counts 1); a refund with neither takes
//! back the whole order. A refund of an order that nobody bought changes nothing here.

use rustc_hash::FxHashMap;

use crate::extract::OrderLine;

#[derive(Debug, Default)]
struct Order {
    paid_minor: i64,
    bought: i64,
    has_lines: bool,
    lacks_amount: bool,
    refunds: Vec<OrderLine>,
}

/// Order key to the first day on which its purchases no longer count; only orders that were refunded in full.
pub(crate) fn cancelled_from(lines: &[OrderLine], refunds: &[OrderLine]) -> FxHashMap<u64, i32> {
    let mut orders: FxHashMap<u64, Order> = FxHashMap::default();
    for refund in refunds {
        let order = orders.entry(refund.order).or_default();
        order.lacks_amount |= refund.amount_minor.is_none();
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
        let (mut returned, whole) = (0_i64, if self.lacks_amount { self.bought } else { self.paid_minor });
        for refund in &self.refunds {
            returned = returned.saturating_add(match (self.lacks_amount, refund.amount_minor, refund.quantity) {
                (false, Some(amount), _) => amount,
                (_, _, Some(quantity)) => quantity,
                _ => whole,
            });
            if returned >= whole {
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
        OrderLine { order: 1, day, amount_minor, quantity }
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
    fn a_refund_of_an_unknown_order_changes_nothing() {
        assert!(cancelled_from(&[], &[line(4, Some(1), None)]).is_empty());
    }
}
