//! Files that people read: the mapping, the brands, totals and campaigns.

use std::path::Path;

use serde_json::{Value, json};

use crate::WorldError;
use crate::event::ID_TYPES;
use crate::market::Brand;
use crate::plan::WorldPlan;
use crate::truth::{Tally, Totals, campaigns_json};

pub(super) fn write(
    plan: &WorldPlan,
    directory: &Path,
    brands: &[Brand],
    tallies: &[Tally],
) -> Result<u64, WorldError> {
    let facts: Vec<_> = brands.iter().map(|brand| &brand.facts).collect();
    let totals = json!({
        "events": plan.events, "seed": plan.seed, "until": plan.until.to_string(), "totals": Totals::of(tallies),
    });
    let files = [
        ("brands.json", pretty(&json!(facts))),
        ("truth/totals.json", pretty(&totals)),
        ("truth/campaigns.json", pretty(&campaigns_json(brands, tallies))),
        ("world.toml", mapping()),
    ];
    let mut bytes = 0;
    for (name, text) in files {
        let path = directory.join(name);
        std::fs::write(&path, &text).map_err(WorldError::io(&path))?;
        bytes += text.len() as u64;
    }
    Ok(bytes)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The mapping by which a world is imported as it is.
fn mapping() -> String {
    let ids: Vec<String> = ID_TYPES.iter().map(|name| format!("\"id.{name}\"")).collect();
    let strong = ids[..8].join(", ");
    let ids = ids.join(", ");
    format!(
        r#"# A synthetic market as `databank world` writes it. Import it as it is:
#   databank import --brands BRAND,… --mapping world.toml .
# What must come out is beside it, in truth/.
name     = "world"
timezone = "Asia/Shanghai"
currency = "CNY"

[inputs]
events      = "events/part-*.parquet"
# A till whose clock is broken: its times are no times, so all of it is refused.
till        = "till.parquet"
consumers   = "consumers.parquet"
items       = "items.parquet"
stores      = "stores.parquet"
campaigns   = "campaigns.parquet"
memberships = "memberships.parquet"

[[events]]
sql = """
  select event_id, brand, ts, behavior, {ids},
         channel, store_id, item_id, category, order_id, line_id, quantity, amount, rating, campaign, content, creator,
         keyword, "prop.programme", "prop.session"
  from events
"""

[[events]]
sql = """
  select event_id, brand, ts, behavior, "id.phone", store_id, item_id, amount, 'store' as channel from till
"""

[[consumers]]
sql = """
  select brand, {strong}, valid_from,
         gender, birth_year, city, province, region, city_tier, price_band
  from consumers
"""

[[items]]
sql = """
  select brand, item_id, valid_from, name_zh, name_en, category, category_zh, category_en, price_band, price_minor,
         launch_day
  from items
"""

[[stores]]
sql = """
  select brand, store_id, valid_from, name_zh, name_en, kind, channel, region, province, city, city_tier from stores
"""

[[campaigns]]
sql = """
  select brand, campaign, valid_from, name_zh, name_en, kind, "from", "to", cost_minor, currency from campaigns
"""

[[memberships]]
sql = """
  select brand, {strong}, valid_from,
         programme, tier, joined, "left"
  from memberships
"""
"#
    )
}
