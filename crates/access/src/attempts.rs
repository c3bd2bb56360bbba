//! Failed attempts, counted per account and per address.
//!
//! The generic cell rate algorithm, with one thing that limiters of requests lack: an attempt that turns out right is
//! given back, so that who signs in often is never held up, while attempts made at once all count before any is judged.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::AttemptLimit;

/// Names remembered before those are forgotten that have nothing against them any more.
const MANY: usize = 4_096;

/// How many attempts each name has left.
#[derive(Debug)]
pub(crate) struct Attempts {
    limit: AttemptLimit,
    /// When each name will have all its attempts again, in microseconds.
    clear_at: Mutex<HashMap<String, i64>>,
}

impl Attempts {
    pub(crate) fn new(limit: AttemptLimit) -> Self {
        Self { limit, clear_at: Mutex::default() }
    }

    /// Takes one of a name's attempts; the seconds to wait when none is left.
    pub(crate) fn take(&self, name: &str, now_us: i64) -> Result<(), u64> {
        let mut clear_at = self.clear_at();
        if clear_at.len() >= MANY {
            clear_at.retain(|_, at| *at > now_us);
        }
        let all_us = self.limit.every_us * i64::from(self.limit.at_once);
        // Nobody is further from having all of them again than when none is left: what says so is of a clock that was set back.
        let held = clear_at.get(name).copied().filter(|at| *at <= now_us + all_us);
        let before = held.unwrap_or(now_us).max(now_us);
        let after = before + self.limit.every_us;
        let over_us = after - now_us - all_us;
        if over_us > 0 {
            return Err(over_us.unsigned_abs().div_ceil(1_000_000));
        }
        clear_at.insert(name.to_owned(), after);
        Ok(())
    }

    /// Gives an attempt back, which turned out right.
    pub(crate) fn give_back(&self, name: &str) {
        if let Some(at) = self.clear_at().get_mut(name) {
            *at -= self.limit.every_us;
        }
    }

    fn clear_at(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.clear_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name that an address counts under. Whoever has one address of IPv6 has the 2^64 beside it, too.
pub(crate) fn address_name(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn so_many_at_once_then_one_in_so_long() {
        let attempts = Attempts::new(AttemptLimit { at_once: 3, every_us: 10 * SECOND });
        for _ in 0..3 {
            attempts.take("anna", 0).unwrap();
        }
        assert_eq!(attempts.take("anna", 0), Err(10));
        assert_eq!(attempts.take("anna", 4 * SECOND), Err(6));
        attempts.take("bert", 0).unwrap();
        attempts.take("anna", 10 * SECOND).unwrap();
        assert_eq!(attempts.take("anna", 10 * SECOND), Err(10));
        for _ in 0..3 {
            attempts.take("anna", 1_000 * SECOND).unwrap();
        }
        assert!(attempts.take("anna", 1_000 * SECOND).is_err());
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let attempts = Attempts::new(AttemptLimit { at_once: 1, every_us: 10 * SECOND });
        attempts.take("anna", 86_400 * SECOND).unwrap();
        attempts.take("anna", 0).unwrap();
        assert_eq!(attempts.take("anna", 0), Err(10));
        attempts.take("anna", 10 * SECOND).unwrap();
    }

    #[test]
    fn what_was_right_does_not_count() {
        let attempts = Attempts::new(AttemptLimit { at_once: 1, every_us: SECOND });
        for _ in 0..100 {
            attempts.take("anna", 0).unwrap();
            attempts.give_back("anna");
        }
        attempts.take("anna", 0).unwrap();
        assert_eq!(attempts.take("anna", 0), Err(1));
    }

    #[test]
    fn names_with_nothing_against_them_are_forgotten() {
        let attempts = Attempts::new(AttemptLimit { at_once: 1, every_us: SECOND });
        for number in 0..MANY {
            attempts.take(&number.to_string(), 0).unwrap();
        }
        attempts.take("late", 2 * SECOND).unwrap();
        assert_eq!(attempts.clear_at().len(), 1);
    }

    #[test]
    fn an_ipv6_network_is_one_name() {
        assert_eq!(address_name("2001:db8:1:2:3::4"), address_name("2001:db8:1:2:ffff::"));
        assert_ne!(address_name("2001:db8:1:2::"), address_name("2001:db8:1:3::"));
        assert_eq!(address_name("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(address_name("local"), "local");
    }
}
