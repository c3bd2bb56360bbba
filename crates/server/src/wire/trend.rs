//! Stage counts of every day of a range.

use std::borrow::Cow;

use databank_assets::{AssetQuestion, TrendDay, TrendReport};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Stage counts of a range of days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TrendDocument {
    /// The brand.
    #[schema(example = "shop")]
    pub brand: String,
    /// The rule set, with its version.
    #[schema(example = "aipl@1")]
    pub rule_set: String,
    /// The vault version that answered.
    pub vault_version: i64,
    /// Stage codes, shallowest first.
    #[schema(example = json!(["A", "I", "P", "L"]))]
    pub stages: Vec<String>,
    /// One entry for each day of the range, in order.
    pub days: Vec<TrendDayDocument>,
}

/// One day: `day`, a count under each stage code, `total`, and `partial` or `projected` where that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendDayDocument {
    /// The day.
    pub day: String,
    /// Stage code and consumers in it, shallowest first.
    pub counts: Vec<(String, i64)>,
    /// Consumers in the chain.
    pub total: i64,
    /// Whether the day is today: more may come.
    pub partial: bool,
    /// Whether the day lies after the last event.
    pub projected: bool,
}

impl Serialize for TrendDayDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("day", &self.day)?;
        for (stage, count) in &self.counts {
            map.serialize_entry(stage, count)?;
        }
        map.serialize_entry("total", &self.total)?;
        for (name, holds) in [("partial", self.partial), ("projected", self.projected)] {
            if holds {
                map.serialize_entry(name, &true)?;
            }
        }
        map.end()
    }
}

impl PartialSchema for TrendDayDocument {
    fn schema() -> RefOr<Schema> {
        let of = |kind: Type, description: &str| ObjectBuilder::new().schema_type(kind).description(Some(description));
        let whole = |description: &str| {
            of(Type::Integer, description).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        };
        let day = of(Type::String, "The day.").format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        ObjectBuilder::new()
            .description(Some("One day; beside the named fields a count of consumers under each stage code."))
            .property("day", day)
            .property("total", whole("Consumers in the chain."))
            .property("partial", of(Type::Boolean, "True when the day is today: more may come. Else absent."))
            .property("projected", of(Type::Boolean, "True when the day lies after the last event. Else absent."))
            .required("day")
            .required("total")
            .additional_properties(Some(whole("Consumers in the stage of this code.")))
            .into()
    }
}

impl ToSchema for TrendDayDocument {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TrendDayDocument")
    }
}

impl TrendDocument {
    /// The document of a report.
    pub fn new(question: &AssetQuestion, report: &TrendReport) -> Self {
        let day = |day: &TrendDay| TrendDayDocument {
            day: day.day.to_string(),
            counts: report.stages.iter().cloned().zip(day.counts.iter().copied()).collect(),
            total: day.total,
            partial: day.marks.partial,
            projected: day.marks.projected,
        };
        Self {
            brand: question.reader.brand.slug.to_string(),
            rule_set: question.history.rules.to_string(),
            vault_version: question.reader.sequence(),
            stages: report.stages.clone(),
            days: report.days.iter().map(day).collect(),
        }
    }
}
