//! What somebody did: rows of the events table.

use super::columns::{
    CAMPAIGNS, CATEGORIES, CONTENTS, CREATORS, Fields, ITEM_IDS, KEYWORDS, ORDER_IDS, PAGE_CATEGORIES, STORE_IDS,
    TOTALS,
};
use super::flags::Flags;
use super::ids::{Context, Ids};
use super::json::{Object, Value};
use super::lines::{self, Lines};
use super::names::{Meaning, Names};
use super::properties::{Entry, Properties};
use super::refused::Refused;
use super::{Common, EventType, Row};

/// Characters that an event's name may have.
const MAX_NAME: usize = 255;

/// Behaviors with money: their amounts, currencies and quantities become columns. Elsewhere they stay properties.
const WITH_MONEY: [&str; 6] = ["cart", "order", "purchase", "refund", "aftersale", "book"];
/// Behaviors with quantities, besides those.
const WITH_QUANTITY: [&str; 3] = ["favorite", "claim", "sample"];

/// What `channel` of an event may say about the sender's program. None of these is a channel of the brand's.
const PROGRAMS: [&str; 8] = ["server", "mobile", "web", "browser", "sources", "source", "client", "app"];

/// Names of a page's fields, and of the properties that they become.
const PAGE_FIELDS: [(&str, &str); 3] = [("url", "page.url"), ("title", "page.title"), ("referrer", "page.referrer")];

pub(crate) fn rows(
    event_type: EventType,
    event: &Object<'_>,
    context: &Context<'_, '_>,
    ids: Ids,
    mut common: Common,
    names: &Names,
) -> Result<Vec<Row>, Refused> {
    let properties = event.part("properties")?;
    let within = |refused: Refused| refused.within("properties");
    let products = lines::products(properties).map_err(within)?;
    let name = match event_type {
        EventType::Track => Some(name_of(event)?),
        _ => None,
    };
    if name.is_some_and(holds_personal_number) {
        common.flags |= Flags::PERSONAL_NAME;
    }
    let meaning = name.map_or(Meaning::Page, |name| names.meaning(name));
    let behavior = match &meaning {
        Meaning::Behavior(behavior) => behavior,
        Meaning::Custom(behavior) => behavior.as_str(),
        Meaning::Page if shows_product(properties, products.as_ref()) => "view",
        Meaning::Page => "content_view",
    };

    let mut fields = Fields::of(properties);
    let lines = Lines::of(behavior, products.as_ref(), &mut fields).map_err(within)?;
    let mut row = Row {
        event_id: common.event_id,
        moment: common.moment,
        said_us: common.said_us,
        behavior: behavior.to_owned(),
        ids: ids.0,
        channel: None,
        store_id: fields.text(STORE_IDS),
        item_id: None,
        category: None,
        order_id: fields.key(ORDER_IDS).map_err(within)?,
        line_id: None,
        revision: None,
        quantity: None,
        amount: None,
        currency: None,
        rating: None,
        campaign: fields.text(CAMPAIGNS),
        content: fields.text(CONTENTS),
        creator: fields.text(CREATORS),
        touchpoint: fields.text(&["touchpoint"]),
        keyword: fields.text(KEYWORDS),
        properties: String::new(),
        flags: common.flags,
    };
    row.channel = channel(event, context, &mut fields);
    if let Some(campaign) = context.object("campaign") {
        row.campaign = row.campaign.or_else(|| campaign.text("name").map(str::to_owned));
        row.keyword = row.keyword.or_else(|| campaign.text("term").map(str::to_owned));
    }
    if behavior == "review" {
        row.rating = fields.rating().map_err(within)?;
    }
    if has_money(behavior) {
        row.currency = fields.currency().map_err(within)?;
        row.revision = fields.revision().map_err(within)?;
    }
    if matches!(lines, Lines::None) {
        row.item_id = fields.text(ITEM_IDS);
        row.category = fields.text(if name.is_some() { CATEGORIES } else { PAGE_CATEGORIES });
        measures(&mut row, &mut fields, TOTALS).map_err(within)?;
        row.line_id = lines::of_whole(&row, &mut fields).map_err(within)?;
    } else if lines.is_one_without_money() {
        row.amount = amount(behavior, &mut fields, TOTALS, None).map_err(within)?;
    }

    let mut left = Properties::default();
    let page = page_properties(event_type, event, context, &mut fields);
    left.add_rest(properties, fields.taken());
    if let Some(name) = name
        && name != row.behavior
        && row.behavior.strip_prefix("custom:") != Some(name)
    {
        left.add("event.name", Entry::Text(name));
    }
    left.add_context(context);
    for (name, entry) in page {
        left.add(name, entry);
    }
    lines::rows(row, &lines, left)
}

/// The name of a tracked event.
fn name_of<'e>(event: &'e Object<'_>) -> Result<&'e str, Refused> {
    let bad = |message: &str| Refused::new("bad_name", "event", message);
    let name = event.get("event").ok_or_else(|| bad("event, the name of what was done, is missing"))?;
    let name = name.text().ok_or_else(|| bad("event, the name of what was done, is no text"))?.trim();
    if name.is_empty() {
        return Err(bad("event, the name of what was done, is empty"));
    }
    if name.len() > MAX_NAME && name.chars().count() > MAX_NAME {
        return Err(bad("event, the name of what was done, has more than 255 characters"));
    }
    Ok(name)
}

/// Whether a text holds as many digits in a row as a Chinese mobile number (11) or identity card (17 and a check character).
fn holds_personal_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| match digits.len() {
        11 => digits.starts_with('1'),
        17 | 18 => true,
        _ => false,
    })
}

fn shows_product(properties: &Object<'_>, products: Option<&lines::Products<'_, '_>>) -> bool {
    let names_one = |name: &&str| matches!(properties.get(name), Some(Value::Text(_) | Value::Number(_)));
    products.is_some_and(|products| products.list.len() == 1) || ITEM_IDS.iter().any(names_one)
}

/// Where it was done: what the properties say, else the context, else the event itself, unless that only tells which kind
/// of program sent it.
fn channel(event: &Object<'_>, context: &Context<'_, '_>, fields: &mut Fields<'_, '_>) -> Option<String> {
    let of_brand = |text: &&str| !PROGRAMS.iter().any(|program| program.eq_ignore_ascii_case(text));
    fields
        .text(&["channel"])
        .or_else(|| context.text("channel").map(str::to_owned))
        .or_else(|| event.text("channel").filter(of_brand).map(str::to_owned))
}

pub(crate) fn has_money(behavior: &str) -> bool {
    WITH_MONEY.contains(&behavior)
}

/// Quantity and money of a row. `totals` are the names of its money, before price times quantity.
pub(crate) fn measures(row: &mut Row, fields: &mut Fields<'_, '_>, totals: &[&'static str]) -> Result<(), Refused> {
    if has_money(&row.behavior) || WITH_QUANTITY.contains(&row.behavior.as_str()) {
        row.quantity = fields.quantity()?;
    }
    if let Some(given) = amount(&row.behavior, fields, totals, row.quantity)? {
        row.amount = Some(given);
    }
    Ok(())
}

/// Money as its exact decimal text. A refund's may be written with a minus: it is money that went back either way.
fn amount(
    behavior: &str,
    fields: &mut Fields<'_, '_>,
    totals: &[&'static str],
    quantity: Option<i64>,
) -> Result<Option<String>, Refused> {
    if !has_money(behavior) {
        return Ok(None);
    }
    match fields.amount(totals, quantity)? {
        Some((name, amount)) if amount.is_negative() && behavior != "refund" => {
            let message = format!("the amount {amount} is negative; a refund is a refund event");
            Err(Refused::new("negative_amount", name, message))
        }
        Some((_, amount)) => Ok(Some(amount.magnitude().to_string())),
        None => Ok(None),
    }
}

/// What is known of the page: of the one that the event is about, or of the one on which it happened.
fn page_properties<'e>(
    event_type: EventType,
    event: &'e Object<'e>,
    context: &Context<'e, 'e>,
    fields: &mut Fields<'e, 'e>,
) -> Vec<(&'e str, Entry<'e>)> {
    let page = context.object("page");
    let is_page = matches!(event_type, EventType::Page | EventType::Screen);
    let mut found = Vec::new();
    for (field, name) in PAGE_FIELDS {
        let mut value = page.and_then(|page| page.text(field));
        if is_page && let Some(own) = fields.get(field).and_then(Value::text) {
            fields.take(field);
            value = Some(own).filter(|own| !own.is_empty()).or(value);
        }
        if let Some(value) = value {
            found.push((name, Entry::Text(value)));
        }
    }
    if !is_page {
        return found;
    }
    // Parts of the address, which says both.
    if found.iter().any(|(name, _)| *name == "page.url") {
        fields.take("path");
        fields.take("search");
    }
    for (field, name) in [("name", "page.name"), ("category", "page.category")] {
        let own = fields.get(field).and_then(Value::text);
        let outer = event.text(field);
        if own.is_some() && (own == outer || outer.is_none()) {
            fields.take(field);
        }
        if let Some(text) = outer.or(own).filter(|text| !text.is_empty()) {
            found.push((name, Entry::Text(text)));
        }
    }
    found
}
