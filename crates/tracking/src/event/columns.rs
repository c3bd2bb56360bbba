//! From fields of an object to columns of a row. What becomes a column is no property any more.

use databank_model::Currency;

use super::decimal::Decimal;
use super::ids::whole;
use super::json::{Object, Value};
use super::refused::{Refused, excerpt};

/// Names of a product's id, the most telling first. A bare `id` is a product's only within a list of products.
pub(crate) const ITEM_IDS: &[&str] = &["product_id", "productId", "item_id", "itemId", "sku"];
pub(crate) const LINE_ITEM_IDS: &[&str] = &["product_id", "productId", "item_id", "itemId", "sku", "id"];
pub(crate) const CATEGORIES: &[&str] = &["category", "item_category", "product_category"];
/// The same on pages, where a bare `category` is the page's.
pub(crate) const PAGE_CATEGORIES: &[&str] = &["item_category", "product_category"];
pub(crate) const ORDER_IDS: &[&str] = &["order_id", "orderId", "transaction_id", "transactionId"];
pub(crate) const LINE_IDS: &[&str] = &["line_id", "lineId"];
pub(crate) const STORE_IDS: &[&str] = &["store_id", "storeId", "shop_id", "shopId"];
pub(crate) const CAMPAIGNS: &[&str] = &["campaign", "utm_campaign"];
pub(crate) const CONTENTS: &[&str] = &["content_id", "contentId"];
pub(crate) const CREATORS: &[&str] = &["creator_id", "creatorId", "creator"];
pub(crate) const KEYWORDS: &[&str] = &["query", "search_term", "searchTerm", "keyword"];
/// Money of a whole order: what was paid, else what was earned by it.
pub(crate) const TOTALS: &[&str] = &["amount", "total", "revenue", "value"];

/// An object whose fields are taken one by one.
#[derive(Debug)]
pub(crate) struct Fields<'e, 'a> {
    object: &'e Object<'a>,
    taken: Vec<&'static str>,
}

impl<'e, 'a> Fields<'e, 'a> {
    pub(crate) fn of(object: &'e Object<'a>) -> Self {
        Self { object, taken: Vec::with_capacity(8) }
    }

    /// Names of the fields that are taken.
    pub(crate) fn taken(&self) -> &[&'static str] {
        &self.taken
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'e Value<'a>> {
        self.object.get(name)
    }

    pub(crate) fn take(&mut self, name: &'static str) {
        self.taken.push(name);
    }

    /// The first of these fields that holds a text or a number, as text. Anything else stays a property.
    pub(crate) fn text(&mut self, names: &[&'static str]) -> Option<String> {
        names.iter().find_map(|name| {
            let text = match self.object.get(name)? {
                Value::Text(text) if !text.trim().is_empty() => text.clone().into_owned(),
                Value::Number(number) => (*number).to_owned(),
                _ => return None,
            };
            self.take(name);
            Some(text)
        })
    }

    /// As [`Fields::text`], for what decides which rows are one another's repeats: a value that can be none refuses.
    pub(crate) fn key(&mut self, names: &[&'static str]) -> Result<Option<String>, Refused> {
        for name in names {
            let key = match self.object.only(name)? {
                None => continue,
                Some(Value::Text(text)) if text.trim().is_empty() => continue,
                Some(Value::Text(text)) => text.clone().into_owned(),
                Some(Value::Number(number)) if whole(number).is_some() => (*number).to_owned(),
                Some(_) => {
                    let message = format!("{name} is neither a text nor a whole number of 64 bits");
                    return Err(Refused::new("bad_id_type", *name, message));
                }
            };
            self.take(name);
            return Ok(Some(key));
        }
        Ok(None)
    }

    /// The first of these fields that is given, as a number, and its name.
    pub(crate) fn decimal(&mut self, names: &[&'static str]) -> Result<Option<(&'static str, Decimal)>, Refused> {
        for name in names {
            if let Some(value) = self.object.only(name)? {
                let decimal = Decimal::of(value, name)?;
                self.take(name);
                return Ok(Some((name, decimal)));
            }
        }
        Ok(None)
    }

    /// Money and the name of its field: the amount that is given, else a price times the quantity. The price stays a
    /// property: it is the piece's.
    pub(crate) fn amount(
        &mut self,
        totals: &[&'static str],
        quantity: Option<i64>,
    ) -> Result<Option<(&'static str, Decimal)>, Refused> {
        if let Some(named) = self.decimal(totals)? {
            return Ok(Some(named));
        }
        let Some(value) = self.object.only("price")? else { return Ok(None) };
        let price = Decimal::of(value, "price")?;
        let amount = price.times(Decimal::from(quantity.unwrap_or(1))).map_err(|_| {
            Refused::new("number_out_of_range", "price", "price times quantity has more digits than an amount may have")
        })?;
        Ok(Some(("price", amount)))
    }

    /// Pieces: a whole number above zero.
    pub(crate) fn quantity(&mut self) -> Result<Option<i64>, Refused> {
        let Some(value) = self.object.only("quantity")? else { return Ok(None) };
        let quantity = Decimal::of(value, "quantity")?;
        let Some(quantity) = quantity.whole().filter(|quantity| *quantity > 0) else {
            let message = format!(
                "quantity {quantity} is no whole number above zero; returns are refunds with positive quantities"
            );
            return Err(Refused::new("bad_quantity", "quantity", message));
        };
        self.take("quantity");
        Ok(Some(quantity))
    }

    /// A whole number.
    pub(crate) fn revision(&mut self) -> Result<Option<i64>, Refused> {
        let Some((_, revision)) = self.decimal(&["revision"])? else { return Ok(None) };
        match revision.whole() {
            Some(revision) => Ok(Some(revision)),
            None => Err(Refused::new("bad_number", "revision", format!("{revision} is not a whole number"))),
        }
    }

    /// A currency by its code, in any letter case.
    pub(crate) fn currency(&mut self) -> Result<Option<String>, Refused> {
        let bad = |message: String| Refused::new("bad_currency", "currency", message);
        let currency = match self.object.only("currency")? {
            None => return Ok(None),
            Some(Value::Text(text)) if text.trim().is_empty() => None,
            Some(Value::Text(text)) => match text.parse::<Currency>() {
                Ok(currency) => Some(currency.as_str().to_owned()),
                Err(_) => {
                    return Err(bad(format!("{:?} is no currency; write its ISO 4217 code, like CNY", excerpt(text))));
                }
            },
            Some(_) => return Err(bad("the currency is no text; write its ISO 4217 code, like CNY".to_owned())),
        };
        self.take("currency");
        Ok(currency)
    }

    /// Stars from 0 to 5.
    pub(crate) fn rating(&mut self) -> Result<Option<String>, Refused> {
        let Some(value) = self.object.only("rating")? else { return Ok(None) };
        let rating = Decimal::of(value, "rating")?;
        if rating.is_negative() || rating > Decimal::from(5) {
            return Err(Refused::new("bad_rating", "rating", format!("{rating} is not a rating from 0 to 5")));
        }
        self.take("rating");
        Ok(Some(rating.to_string()))
    }
}
