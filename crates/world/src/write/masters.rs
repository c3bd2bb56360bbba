//! Tables that are small: what brands have, what advertising platforms report, and counts of the truth.

use std::path::Path;

use crate::WorldError;
use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::market::{Brand, CONTENTS};
use crate::names::{CITIES, SHOP_NAMES};
use crate::parquet_file::write_whole;
use crate::tables::{Cell, Sheet, Table, whole};
use crate::truth::{FLOWS, STAGES, Tally};

/// Streams of chance of media reports begin here.
const MEDIA: u64 = 1 << 50;

pub(super) fn write(
    seed: u64,
    directory: &Path,
    brands: &[Brand],
    tallies: &[Tally],
    calendar: &Calendar,
) -> Result<u64, WorldError> {
    let both = || brands.iter().zip(tallies);
    let mut bytes = 0;
    let mut put = |table: &Table, fill: &dyn Fn(&mut Sheet)| -> Result<(), WorldError> {
        let mut sheet = Sheet::new(table);
        fill(&mut sheet);
        bytes += write_whole(directory, table.file, &sheet.finish()?)?;
        Ok(())
    };
    put(&whole::ITEMS, &|sheet| brands.iter().for_each(|brand| items(brand, sheet)))?;
    put(&whole::STORES, &|sheet| brands.iter().for_each(|brand| stores(brand, sheet)))?;
    put(&whole::CAMPAIGNS, &|sheet| brands.iter().for_each(|brand| campaigns(brand, sheet)))?;
    put(&whole::MEDIA_STATS, &|sheet| {
        for (place, (brand, tally)) in both().enumerate() {
            media_stats(&mut Dice::new(seed, MEDIA + place as u64), brand, tally, sheet);
        }
    })?;
    put(&whole::STAGE_COUNTS, &|sheet| both().for_each(|(brand, tally)| counts(brand, tally, calendar, sheet)))?;
    put(&whole::FLOWS, &|sheet| both().for_each(|(brand, tally)| flows(brand, tally, calendar, sheet)))?;
    Ok(bytes)
}

fn items(brand: &Brand, sheet: &mut Sheet) {
    for item in &brand.items {
        let kind = &brand.trade.kinds[item.kind];
        let price_band = match item.price_minor * 10 / kind.price_minor {
            0..7 => "low",
            7..15 => "middle",
            _ => "high",
        };
        sheet.push(&[
            Cell::Text(&brand.facts.slug),
            Cell::Text(&item.id),
            Cell::Day(item.launched),
            Cell::Text(&item.name_zh),
            Cell::Text(&item.name_en),
            Cell::Text(kind.code),
            Cell::Text(kind.zh),
            Cell::Text(kind.en),
            Cell::Text(price_band),
            Cell::Whole(i64::from(item.price_minor)),
            Cell::Day(item.launched),
        ]);
    }
}

fn stores(brand: &Brand, sheet: &mut Sheet) {
    for store in &brand.stores {
        let city = store.city.and_then(|city| CITIES.get(city));
        let text = |of: fn(&(&'static str, &'static str, &'static str, i32, u32)) -> &'static str| {
            city.map_or(Cell::Null, |city| Cell::Text(of(city)))
        };
        let kind = if city.is_some() { "physical" } else { "online" };
        sheet.push(&[
            Cell::Text(&brand.facts.slug),
            Cell::Text(&store.id),
            Cell::Day(store.opened),
            Cell::Text(&store.name_zh),
            Cell::Text(&store.name_en),
            Cell::Text(kind),
            Cell::Text(store.channel),
            text(|city| city.2),
            text(|city| city.1),
            text(|city| city.0),
            city.map_or(Cell::Null, |city| Cell::Whole(i64::from(city.3))),
        ]);
    }
    debug_assert!(brand.stores.len() > SHOP_NAMES.len());
}

fn campaigns(brand: &Brand, sheet: &mut Sheet) {
    for campaign in &brand.campaigns {
        sheet.push(&[
            Cell::Text(&brand.facts.slug),
            Cell::Text(&campaign.id),
            Cell::Day(campaign.from - 14),
            Cell::Text(&campaign.name_zh),
            Cell::Text(&campaign.name_en),
            Cell::Text(campaign.kind),
            Cell::Day(campaign.from),
            Cell::Day(campaign.to),
            Cell::Whole(campaign.cost_minor),
            Cell::Text("CNY"),
        ]);
    }
}

/// What platforms say they showed: more than the brand itself can see, and never who saw it.
fn media_stats(dice: &mut Dice, brand: &Brand, tally: &Tally, sheet: &mut Sheet) {
    for (campaign, by_keenness) in brand.campaigns.iter().zip(&tally.campaigns) {
        if campaign.kind == "message" {
            continue;
        }
        let reached: u64 = by_keenness.iter().map(|counts| counts[0]).sum();
        let days = i64::from(campaign.to - campaign.from + 1);
        for day in campaign.from..=campaign.to {
            for channel in ["media", "douyin", "tmall"] {
                for _ in 0..2 {
                    let creative = format!("{}-post-{:02}", brand.prefix, dice.below(CONTENTS));
                    let shown = (reached as i64 * 40 / days + 100) * i64::from(dice.spending()) / 1_000;
                    let clicks = shown * i64::from(dice.between(6, 32)) / 1_000;
                    let cost = shown * i64::from(dice.between(3, 9));
                    sheet.push(&[
                        Cell::Text(&brand.facts.slug),
                        Cell::Day(day),
                        Cell::Text(&campaign.id),
                        Cell::Text(channel),
                        Cell::Text(&creative),
                        Cell::Whole(shown),
                        Cell::Whole(clicks),
                        Cell::Whole(cost),
                        Cell::Text("CNY"),
                    ]);
                }
            }
        }
    }
}

fn counts(brand: &Brand, tally: &Tally, calendar: &Calendar, sheet: &mut Sheet) {
    for (day, counts) in (calendar.first..).zip(&tally.days) {
        for (stage, persons) in STAGES.iter().zip(counts).skip(1) {
            sheet.push(&[
                Cell::Text(&brand.facts.slug),
                Cell::Day(day),
                Cell::Text(stage),
                Cell::Whole(*persons as i64),
            ]);
        }
    }
}

fn flows(brand: &Brand, tally: &Tally, calendar: &Calendar, sheet: &mut Sheet) {
    for (((from, to), cells), never) in FLOWS.iter().zip(&tally.flows).zip(&tally.never) {
        let days = [Cell::Day(calendar.until - from), Cell::Day(calendar.until - to)];
        for (before, row) in cells.iter().enumerate() {
            for (after, persons) in row.iter().enumerate().filter(|(_, persons)| **persons > 0) {
                if before == 0 && after == 0 {
                    continue;
                }
                // Told once for a movement, on each of its rows: of all who came in, how many had never been inside.
                let never = if before == 0 { Cell::Whole(*never as i64) } else { Cell::Null };
                sheet.push(&[
                    Cell::Text(&brand.facts.slug),
                    days[0],
                    days[1],
                    Cell::Text(STAGES[before]),
                    Cell::Text(STAGES[after]),
                    Cell::Whole(*persons as i64),
                    never,
                ]);
            }
        }
    }
}
