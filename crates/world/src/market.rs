//! Brands: what they sell, where, and which campaigns they run with which effect.

use serde::Serialize;

use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::names::{ADJECTIVES, BRANDS, CITIES, SEARCHES, SHOP_NAMES, TRADES, Trade};

/// Creators and contents of a brand.
pub(crate) const CREATORS: u32 = 12;
/// Contents of a brand.
pub(crate) const CONTENTS: u32 = 40;
/// Streams of chance that are no unit's begin here.
const STREAMS: u64 = 1 << 48;

/// What others need to know of a brand, as in `brands.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrandFacts {
    /// Name for directories and commands.
    pub slug: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Zone of its days.
    pub timezone: &'static str,
    /// Its currency.
    pub currency: &'static str,
    /// Code of what it sells.
    pub category: &'static str,
    /// That in Chinese.
    pub category_zh: &'static str,
    /// That in English.
    pub category_en: &'static str,
}

/// A thing for sale.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) name_zh: String,
    pub(crate) name_en: String,
    /// Place among the kinds of the trade.
    pub(crate) kind: usize,
    pub(crate) price_minor: u32,
    pub(crate) launched: i32,
}

/// A shop. The first six are online, one a channel.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) id: String,
    pub(crate) name_zh: String,
    pub(crate) name_en: String,
    pub(crate) channel: &'static str,
    /// Place among the cities; `None` online.
    pub(crate) city: Option<usize>,
    pub(crate) opened: i32,
}

/// Who is chosen for a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Choice {
    /// By the toss of a coin: the difference is the effect.
    Random,
    /// Those who would have bought anyway: the difference is not the effect.
    Targeted,
}

/// A campaign and what it does.
#[derive(Debug, Clone)]
pub(crate) struct Campaign {
    pub(crate) id: String,
    pub(crate) name_zh: String,
    pub(crate) name_en: String,
    pub(crate) kind: &'static str,
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) choice: Choice,
    /// How many more of a thousand buy in its days because they were reached.
    pub(crate) effect: u32,
    pub(crate) cost_minor: i64,
}

/// A campaign that comes every year.
struct Yearly {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    kind: &'static str,
    from: (u32, u32),
    to: (u32, u32),
    choice: Choice,
    effect: u32,
}

const YEARLY: [Yearly; 8] = [
    Yearly {
        code: "double-eleven",
        zh: "双十一",
        en: "Double Eleven",
        kind: "festival",
        from: (11, 1),
        to: (11, 11),
        choice: Choice::Random,
        effect: 45,
    },
    Yearly {
        code: "double-twelve",
        zh: "双十二",
        en: "Double Twelve",
        kind: "festival",
        from: (12, 6),
        to: (12, 12),
        choice: Choice::Random,
        effect: 25,
    },
    Yearly {
        code: "new-year",
        zh: "年货节",
        en: "New Year goods",
        kind: "festival",
        from: (1, 20),
        to: (2, 2),
        choice: Choice::Random,
        effect: 30,
    },
    // The null campaign: seen by many, chosen by a coin, without any effect.
    Yearly {
        code: "womens-day",
        zh: "女神节",
        en: "Women's Day",
        kind: "advertising",
        from: (3, 1),
        to: (3, 8),
        choice: Choice::Random,
        effect: 0,
    },
    Yearly {
        code: "member-spring",
        zh: "会员春日礼",
        en: "Spring for members",
        kind: "message",
        from: (4, 10),
        to: (4, 20),
        choice: Choice::Targeted,
        effect: 8,
    },
    Yearly {
        code: "mid-year",
        zh: "年中大促",
        en: "Mid-year sale",
        kind: "festival",
        from: (6, 1),
        to: (6, 18),
        choice: Choice::Random,
        effect: 50,
    },
    Yearly {
        code: "live-week",
        zh: "直播周",
        en: "Live week",
        kind: "livestream",
        from: (8, 10),
        to: (8, 16),
        choice: Choice::Random,
        effect: 35,
    },
    Yearly {
        code: "autumn-launch",
        zh: "秋季上新",
        en: "Autumn launch",
        kind: "launch",
        from: (9, 20),
        to: (9, 30),
        choice: Choice::Random,
        effect: 20,
    },
];

/// A brand.
pub(crate) struct Brand {
    pub(crate) facts: BrandFacts,
    pub(crate) trade: &'static Trade,
    /// Two letters that its ids begin with.
    pub(crate) prefix: String,
    pub(crate) items: Vec<Item>,
    /// Weights of all items up to and with each: a few are wanted by many.
    pub(crate) item_weights: Vec<u32>,
    pub(crate) stores: Vec<Store>,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) keywords: Vec<String>,
    /// Weights of the channels of [`Channel::SHOPS`](crate::event::Channel::SHOPS), cumulative.
    pub(crate) channel_weights: [u32; 7],
}

impl Brand {
    /// The brand at a place of the list.
    pub(crate) fn make(seed: u64, place: usize, calendar: &Calendar) -> Self {
        let (slug, zh, en) = BRANDS[place % BRANDS.len()];
        let trade = &TRADES[place % TRADES.len()];
        let mut dice = Dice::new(seed, STREAMS + place as u64);
        let prefix = format!("{}{place:02}", slug.get(..1).unwrap_or("x"));
        let facts = BrandFacts {
            slug: slug.to_owned(),
            name_zh: zh.to_owned(),
            name_en: en.to_owned(),
            timezone: "Asia/Shanghai",
            currency: "CNY",
            category: trade.code,
            category_zh: trade.zh,
            category_en: trade.en,
        };
        let items = items(&mut dice, &prefix, trade, calendar);
        let mut sum = 0;
        let item_weights = (0..items.len() as u32)
            .map(|rank| {
                sum += 100_000 / (rank + 4);
                sum
            })
            .collect();
        let mut channel_weights = [26, 14, 20, 16, 10, 6, 8].map(|usual: u32| usual * (60 + dice.below(80)));
        for channel in 1..channel_weights.len() {
            channel_weights[channel] += channel_weights[channel - 1];
        }
        let mut keywords: Vec<String> = vec![zh.to_owned(), slug.to_owned()];
        for kind in &trade.kinds {
            keywords.push(kind.zh.to_owned());
            keywords.extend(SEARCHES.iter().map(|word| format!("{}{word}", kind.zh)));
        }
        Self {
            stores: stores(&mut dice, &prefix, &facts, calendar),
            campaigns: campaigns(&mut dice, calendar),
            facts,
            trade,
            prefix,
            items,
            item_weights,
            keywords,
            channel_weights,
        }
    }
}

fn items(dice: &mut Dice, prefix: &str, trade: &Trade, calendar: &Calendar) -> Vec<Item> {
    let count = 60 + dice.below(90);
    (0..count)
        .map(|number| {
            let kind = dice.below(4) as usize;
            let of = &trade.kinds[kind];
            let (word_zh, word_en) = ADJECTIVES[dice.below(ADJECTIVES.len() as u32) as usize];
            // Prices end in .00 or .90 and spread as people's budgets do.
            let yuan = u64::from(of.price_minor) * u64::from(dice.spending()) / 100_000 + 1;
            let tenths = if dice.chance(500) { 90 } else { 0 };
            // The first ones have always been there, so that any day has something to sell.
            let launched = if number < 8 || dice.chance(600) {
                calendar.first - dice.between(30, 900)
            } else {
                calendar.day_from(dice, calendar.first)
            };
            Item {
                id: format!("{prefix}-i{number:04}"),
                name_zh: format!("{word_zh}{} {number}", of.zh),
                name_en: format!("{word_en} {} {number}", of.en.to_lowercase()),
                kind,
                price_minor: (yuan * 100) as u32 + tenths,
                launched,
            }
        })
        .collect()
}

fn stores(dice: &mut Dice, prefix: &str, facts: &BrandFacts, calendar: &Calendar) -> Vec<Store> {
    let mut stores = Vec::new();
    for (place, (zh, en)) in SHOP_NAMES.iter().enumerate() {
        stores.push(Store {
            id: format!("{prefix}-s{place:03}"),
            name_zh: format!("{}{zh}", facts.name_zh),
            name_en: format!("{} {en}", facts.name_en),
            channel: crate::event::CHANNELS[place],
            city: None,
            opened: calendar.first - dice.between(400, 1_500),
        });
    }
    let mut weights: Vec<u32> = CITIES.iter().map(|(.., weight)| *weight).collect();
    for place in 1..weights.len() {
        weights[place] += weights[place - 1];
    }
    for place in stores.len() as u32..stores.len() as u32 + 8 + dice.below(25) {
        let city = dice.by_weight(&weights);
        stores.push(Store {
            id: format!("{prefix}-s{place:03}"),
            name_zh: format!("{}{}{place}店", facts.name_zh, CITIES[city].0),
            name_en: format!("{} store {place}", facts.name_en),
            channel: "store",
            city: Some(city),
            opened: calendar.first - dice.between(0, 1_200),
        });
    }
    stores
}

fn campaigns(dice: &mut Dice, calendar: &Calendar) -> Vec<Campaign> {
    let mut campaigns = Vec::new();
    for yearly in &YEARLY {
        for (year, from, to) in calendar.windows(yearly.from, yearly.to) {
            campaigns.push(Campaign {
                id: format!("{year}-{}", yearly.code),
                name_zh: format!("{year} {}", yearly.zh),
                name_en: format!("{} {year}", yearly.en),
                kind: yearly.kind,
                from,
                to,
                choice: yearly.choice,
                effect: yearly.effect,
                cost_minor: i64::from(dice.between(80, 900)) * 100_000,
            });
        }
    }
    campaigns.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
    campaigns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brand_has_what_a_world_needs() {
        let calendar = Calendar::new("2026-10-31".parse().unwrap());
        for place in 0..BRANDS.len() {
            let brand = Brand::make(5, place, &calendar);
            assert!(brand.facts.slug.parse::<databank_model::BrandSlug>().is_ok(), "{}", brand.facts.slug);
            assert!(brand.campaigns.iter().any(|campaign| campaign.effect == 0), "a null campaign");
            assert!(brand.campaigns.iter().any(|campaign| campaign.choice == Choice::Targeted));
            assert!(brand.items[..8].iter().all(|item| item.launched < calendar.first));
            assert!(brand.stores.len() > SHOP_NAMES.len());
        }
    }
}
