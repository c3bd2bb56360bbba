//! One consumer's record.

use databank_consumers::{Attribute, ConsumerEvent, MaskedId, Totals};
use databank_history::Stay;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// An id to look up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUp {
    /// `TYPE:VALUE`, the value written in any way that an import would take.
    #[schema(example = "phone:13912345678", max_length = 512)]
    pub id: String,
}

/// Whose an id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct LookedUp {
    /// The consumer's number within the brand.
    pub consumer: u32,
}

/// One consumer's record.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConsumerDocument {
    /// The number within the brand.
    pub consumer: u32,
    /// Ids, masked: strongest first, digests last.
    pub ids: Vec<IdDocument>,
    /// What masters state, by name.
    pub attributes: Vec<AttributeDocument>,
    /// Stage on the brand's default day; null is outside the chain.
    pub stage: Option<String>,
    /// The rule set of `stage` and `history`, with its version.
    #[schema(example = "aipl@1")]
    pub rule_set: String,
    /// Stays in stages, in order, with the decay to come if nothing more happens.
    pub history: Vec<StayDocument>,
    /// The vault version that answered.
    pub vault_version: i64,
    /// Sums over all events.
    pub totals: TotalsDocument,
}

/// One id, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IdDocument {
    /// Type of the id.
    #[schema(example = "phone")]
    pub r#type: String,
    /// What may be shown of it: a masked contact value, or the beginning of its token.
    #[schema(example = "138****1234")]
    pub masked: String,
    /// The number of its profile.
    pub profile: u32,
    /// Whether it is a digest under which the profile's value may arrive.
    pub alias: bool,
}

/// One attribute: the newest value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttributeDocument {
    /// Its name.
    #[schema(example = "city")]
    pub name: String,
    /// Its value.
    pub value: String,
    /// Since when it holds.
    #[schema(format = DateTime)]
    pub valid_from: String,
    /// Who said so.
    pub source: String,
}

/// A stay in a stage, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StayDocument {
    /// The stage.
    pub stage: String,
    /// First day.
    #[schema(format = Date)]
    pub from_day: String,
    /// First day no longer; 9999-12-31 when nothing ends it.
    #[schema(format = Date)]
    pub to_day: String,
}

/// Sums over all events of a consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TotalsDocument {
    /// How many there are.
    pub events: i64,
    /// Day of the first.
    #[schema(format = Date)]
    pub first_day: Option<String>,
    /// Day of the last.
    #[schema(format = Date)]
    pub last_day: Option<String>,
    /// What was bought by currency, gross.
    pub amounts: Vec<MoneyDocument>,
}

/// Money in whole minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MoneyDocument {
    /// Minor units.
    #[schema(example = 129_900)]
    pub minor: i64,
    /// The currency.
    #[schema(example = "CNY")]
    pub currency: String,
}

/// One event of a consumer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventDocument {
    /// The instant.
    #[schema(format = DateTime)]
    pub ts: String,
    /// The business day.
    #[schema(format = Date)]
    pub day: String,
    /// What was done.
    #[schema(example = "purchase")]
    pub behavior: String,
    /// Where.
    pub channel: Option<String>,
    /// In which store.
    pub store_id: Option<String>,
    /// With which item.
    pub item_id: Option<String>,
    /// Of which category.
    pub category: Option<String>,
    /// In which order.
    pub order_id: Option<String>,
    /// How many.
    pub quantity: Option<i64>,
    /// For how much.
    pub amount: Option<MoneyDocument>,
    /// How it was rated, of 5.
    pub rating: Option<f64>,
    /// Under which campaign.
    pub campaign: Option<String>,
    /// At which touchpoint.
    pub touchpoint: Option<String>,
    /// Who told it.
    pub source: String,
    /// What else was told.
    pub properties: Map<String, Value>,
}

impl From<&MaskedId> for IdDocument {
    fn from(id: &MaskedId) -> Self {
        Self { r#type: id.id_type.to_string(), masked: id.masked.clone(), profile: id.profile.0, alias: id.alias }
    }
}

impl From<Attribute> for AttributeDocument {
    fn from(attribute: Attribute) -> Self {
        let valid_from = rfc3339(attribute.valid_from_us);
        Self { name: attribute.name, value: attribute.value, valid_from, source: attribute.source }
    }
}

impl From<Stay> for StayDocument {
    fn from(stay: Stay) -> Self {
        Self { stage: stay.stage, from_day: stay.from.to_string(), to_day: stay.to.to_string() }
    }
}

impl From<Totals> for TotalsDocument {
    fn from(totals: Totals) -> Self {
        let amounts = totals.amounts.into_iter();
        Self {
            events: totals.events,
            first_day: totals.first_day.map(|day| day.to_string()),
            last_day: totals.last_day.map(|day| day.to_string()),
            amounts: amounts.map(|sum| MoneyDocument { minor: sum.minor, currency: sum.currency }).collect(),
        }
    }
}

impl From<ConsumerEvent> for EventDocument {
    fn from(event: ConsumerEvent) -> Self {
        let currency = event.currency.unwrap_or_default();
        let properties = event.properties.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self {
            ts: rfc3339(event.at.ts_us),
            day: event.day.to_string(),
            behavior: event.behavior,
            channel: event.channel,
            store_id: event.store_id,
            item_id: event.item_id,
            category: event.category,
            order_id: event.order_id,
            quantity: event.quantity,
            amount: event.amount_minor.map(|minor| MoneyDocument { minor, currency }),
            rating: event.rating,
            campaign: event.campaign,
            touchpoint: event.touchpoint,
            source: event.source,
            properties,
        }
    }
}
