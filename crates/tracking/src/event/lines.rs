//! Lists of products: the lines of an order.

use databank_identity::IdType;

use super::acts::measures;
use super::columns::{CATEGORIES, Fields, LINE_IDS, LINE_ITEM_IDS};
use super::json::{Object, Value};
use super::properties::Properties;
use super::refused::Refused;
use super::{MAX_EVENT_ID, Row};

/// Products that an event may have.
const MAX_PRODUCTS: usize = 500;

/// Bytes that the lines of one order may have together. What an event says of the whole order is said again with each of
/// its lines.
const MAX_BYTES: usize = 256 << 10;

/// Behaviors that are done to each product of a list.
const TO_EACH: [&str; 6] = ["cart", "favorite", "order", "purchase", "refund", "aftersale"];
/// Behaviors that make lines of an order.
const OF_ORDERS: [&str; 4] = ["order", "purchase", "refund", "aftersale"];

/// A list of products and the name under which it stands.
#[derive(Debug)]
pub(crate) struct Products<'e, 'a> {
    name: &'static str,
    pub(crate) list: &'e [Value<'a>],
}

/// Which rows a list of products makes.
#[derive(Debug)]
pub(crate) enum Lines<'e, 'a> {
    /// The list, if there is one, stays a property: a shelf that was looked at is one look.
    None,
    /// One row, and this is its product.
    One(&'static str, Vec<&'e Object<'a>>),
    /// One row for each product.
    Each(&'static str, Vec<&'e Object<'a>>),
}

/// The list of products among properties, if there is one with something in it.
pub(crate) fn products<'e, 'a>(properties: &'e Object<'a>) -> Result<Option<Products<'e, 'a>>, Refused> {
    for name in ["products", "items"] {
        if let Some(Value::Array(list)) = properties.get(name)
            && !list.is_empty()
        {
            if list.len() > MAX_PRODUCTS {
                let message = format!("{} products; an event may have {MAX_PRODUCTS}", list.len());
                return Err(Refused::new("size_violation", name, message));
            }
            return Ok(Some(Products { name, list }));
        }
    }
    Ok(None)
}

impl<'e, 'a> Lines<'e, 'a> {
    /// Whether there is a single product that says nothing of money: the whole order's is its money.
    pub(crate) fn is_one_without_money(&self) -> bool {
        match self {
            Self::None => false,
            Self::One(_, products) | Self::Each(_, products) => match products.as_slice() {
                [product] => product.get("amount").or_else(|| product.get("price")).is_none(),
                _ => false,
            },
        }
    }

    /// What a behavior makes of the list, which is then no property any more.
    pub(crate) fn of(
        behavior: &str,
        products: Option<&Products<'e, 'a>>,
        fields: &mut Fields<'e, 'a>,
    ) -> Result<Self, Refused> {
        let Some(&Products { name, list }) = products else { return Ok(Self::None) };
        let objects: Vec<&Object<'a>> = list.iter().filter_map(Value::object).collect();
        if TO_EACH.contains(&behavior) {
            if let Some(place) = list.iter().position(|product| product.object().is_none()) {
                let refused = Refused::new("not_an_object", place.to_string(), "the product is no JSON object");
                return Err(refused.within(name));
            }
            fields.take(name);
            return Ok(Self::Each(name, objects));
        }
        if list.len() == 1 && objects.len() == 1 {
            fields.take(name);
            return Ok(Self::One(name, objects));
        }
        Ok(Self::None)
    }
}

/// The line that an event about an order is which lists no products: the one that it names. A purchase that names neither a line
/// nor a product is about the whole order, and is its first line: however often an order is told, its money counts once.
pub(crate) fn of_whole(row: &Row, fields: &mut Fields<'_, '_>) -> Result<Option<String>, Refused> {
    if row.order_id.is_none() || !OF_ORDERS.contains(&row.behavior.as_str()) {
        return Ok(None);
    }
    let is_whole = row.behavior == "purchase" && row.item_id.is_none();
    Ok(fields.key(LINE_IDS)?.or_else(|| is_whole.then(|| "1".to_owned())))
}

/// The rows of an event: `row` with what is so of all of them, `left` the properties of all of them.
pub(crate) fn rows<'e>(row: Row, lines: &Lines<'e, 'e>, left: Properties<'e>) -> Result<Vec<Row>, Refused> {
    let (name, products, are_numbered) = match lines {
        Lines::None => return Ok(vec![Row { properties: left.finish(), ..row }]),
        Lines::One(name, products) => (*name, products, false),
        Lines::Each(name, products) => (*name, products, true),
    };
    let mut rows = Vec::with_capacity(products.len());
    let n_bytes_of_all = n_bytes_of(&row);
    let mut n_bytes = 0;
    for (place, product) in products.iter().enumerate() {
        let mut line = row.clone();
        let within = |refused: Refused| refused.within(&place.to_string()).within(name).within("properties");
        line.properties = of_product(&mut line, product, place, left.clone()).map_err(within)?;
        n_bytes += line.properties.len() + n_bytes_of_all;
        if place > 0 && n_bytes > MAX_BYTES {
            let message =
                format!("the lines have more than {MAX_BYTES} bytes together, with what is said of the whole");
            return Err(Refused::new("size_violation", name, message).within("properties"));
        }
        if are_numbered && let Some(event_id) = &mut line.event_id {
            event_id.push_str(&format!(":{}", place + 1));
            if event_id.len() > MAX_EVENT_ID {
                let message = "messageId leaves no room for the number of a line; send at most 250 bytes";
                return Err(Refused::new("bad_event_id", "messageId", message));
            }
        }
        rows.push(line);
    }
    Ok(rows)
}

/// Bytes of what a row says of its event as a whole.
fn n_bytes_of(row: &Row) -> usize {
    let texts = [
        &row.channel, &row.store_id, &row.order_id, &row.campaign, &row.content, &row.creator, &row.touchpoint,
        &row.keyword,
    ];
    let n_bytes_of_ids: usize = row.ids.iter().map(|(_, id)| id.len() + size_of::<(IdType, String)>()).sum();
    texts.into_iter().flatten().map(String::len).sum::<usize>() + n_bytes_of_ids
}

/// Fills in what a product says; answers the properties.
fn of_product<'e>(
    line: &mut Row,
    product: &'e Object<'e>,
    place: usize,
    mut left: Properties<'e>,
) -> Result<String, Refused> {
    let mut fields = Fields::of(product);
    line.item_id = fields.text(LINE_ITEM_IDS);
    line.category = fields.text(CATEGORIES);
    let line_id = fields.key(LINE_IDS)?;
    line.line_id = if OF_ORDERS.contains(&line.behavior.as_str()) {
        Some(line_id.unwrap_or_else(|| (place + 1).to_string()))
    } else {
        line_id
    };
    if super::acts::has_money(&line.behavior)
        && let Some(currency) = fields.currency()?
    {
        line.currency = Some(currency);
    }
    measures(line, &mut fields, &["amount"])?;
    left.add_rest(product, fields.taken());
    Ok(left.finish())
}
