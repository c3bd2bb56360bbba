//! Chance from a seed. Whole numbers only: what mathematics libraries round differently from machine to machine stays out,
//! so that a seed gives the same bytes everywhere.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// The middles of 64 equal parts of a log-normal distribution with median 1000 and sigma 0.65: what people spend.
const SPENDING: [u32; 64] = [
    208, 275, 318, 353, 384, 411, 437, 462, 485, 508, 530, 551, 572, 593, 614, 635, 655, 676, 697, 717, 738, 759, 781,
    802, 824, 846, 868, 891, 914, 938, 963, 987, 1013, 1039, 1066, 1094, 1122, 1152, 1182, 1214, 1247, 1281, 1317,
    1355, 1394, 1435, 1479, 1526, 1575, 1628, 1685, 1747, 1814, 1888, 1970, 2062, 2166, 2287, 2430, 2606, 2831, 3143,
    3639, 4813,
];

/// The same with sigma 1.05: how busy people are.
const ACTIVITY: [u32; 64] = [
    79, 124, 157, 186, 213, 238, 263, 287, 311, 334, 358, 382, 406, 430, 455, 480, 505, 531, 558, 585, 613, 641, 670,
    700, 731, 763, 796, 830, 866, 902, 940, 980, 1021, 1064, 1108, 1155, 1204, 1256, 1310, 1368, 1428, 1492, 1560,
    1633, 1710, 1793, 1882, 1979, 2084, 2198, 2324, 2463, 2618, 2792, 2990, 3218, 3486, 3805, 4198, 4698, 5371, 6358,
    8059, 12_660,
];

/// A stream of chance.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The stream of this number under a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mix(seed ^ mix(stream.wrapping_add(0x5eed)))))
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        (((self.0.next_u64() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below_u64(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A number from `least` to `most`.
    pub(crate) fn between(&mut self, least: i32, most: i32) -> i32 {
        least + self.below((most - least).max(0) as u32 + 1) as i32
    }

    /// True in so many of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille
    }

    /// True in so many of ten thousand cases.
    pub(crate) fn rarely(&mut self, in_ten_thousand: u32) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// A place by weight; `cumulative` are the weights of all places up to and with each.
    pub(crate) fn by_weight(&mut self, cumulative: &[u32]) -> usize {
        let total = cumulative.last().copied().unwrap_or(1).max(1);
        let mark = self.below(total);
        cumulative.partition_point(|sum| *sum <= mark)
    }

    /// How often in a row something happens that each time goes on in so many of a thousand cases.
    pub(crate) fn repeats(&mut self, per_mille: u32, most: u32) -> u32 {
        let mut count = 0;
        while count < most && self.chance(per_mille) {
            count += 1;
        }
        count
    }

    /// What somebody spends, in thousandths of the usual.
    pub(crate) fn spending(&mut self) -> u32 {
        self.heavy(&SPENDING)
    }

    /// How busy somebody is, in thousandths of the usual.
    pub(crate) fn activity(&mut self) -> u32 {
        self.heavy(&ACTIVITY)
    }

    /// Between two neighbors of a list; beyond the last one the tail goes on like a Pareto's.
    fn heavy(&mut self, quantiles: &[u32; 64]) -> u32 {
        let word = self.0.next_u64();
        let (place, part) = ((word >> 58) as usize, (word >> 26) & 0xffff);
        let low = u64::from(quantiles[place]);
        match quantiles.get(place + 1) {
            Some(high) => (low + (((u64::from(*high) - low) * part) >> 16)) as u32,
            // 1 / (1 - u/1.2): up to six times the last.
            None => (low * 78_643 / (78_643 - part)) as u32,
        }
    }
}

/// Mixes a number into one that looks like chance. No two numbers give the same.
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, stream| (0..4).map(|_| Dice::new(seed, stream).below(1 << 30)).collect::<Vec<_>>();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn tails_are_heavy() {
        let mut dice = Dice::new(7, 7);
        let mut draws: Vec<u32> = (0..100_000).map(|_| dice.activity()).collect();
        draws.sort_unstable();
        assert!((900..1_150).contains(&draws[50_000]), "{}", draws[50_000]);
        let all: u64 = draws.iter().map(|draw| u64::from(*draw)).sum();
        let top: u64 = draws[90_000..].iter().map(|draw| u64::from(*draw)).sum();
        assert!(top * 100 > all * 30, "the busiest tenth does {top} of {all}");
    }
}
