//! Who moved from which stage to which between two days, and who they are.

use databank_assets::{AssetQuestion, FlowCell, FlowReport, People, Person};
use databank_consumers::MaskedId;
use databank_model::Day;
use serde::Serialize;
use utoipa::ToSchema;

/// How the contract writes "not in the chain".
pub const NONE: &str = "none";

/// The flow matrix between two days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowDocument {
    /// The brand.
    #[schema(example = "shop")]
    pub brand: String,
    /// The rule set, with its version.
    #[schema(example = "aipl@1")]
    pub rule_set: String,
    /// The vault version that answered.
    pub vault_version: i64,
    /// The first day.
    #[schema(format = Date)]
    pub from: String,
    /// The second day.
    #[schema(format = Date)]
    pub to: String,
    /// Cells that are not 0.
    pub cells: Vec<FlowCellDocument>,
    /// Splits those who came from outside the chain.
    pub outside: OutsideDocument,
}

/// How many stood in one stage on the first day and in another on the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowCellDocument {
    /// Stage on the first day; `none` is outside the chain.
    #[schema(example = "none")]
    pub from: String,
    /// Stage on the second day; `none` is outside the chain.
    #[schema(example = "A")]
    pub to: String,
    /// How many.
    pub consumers: i64,
}

/// Of those who came from outside the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutsideDocument {
    /// Were never in it before.
    pub never: i64,
    /// Had been in it, and were lost by the first day.
    pub lost: i64,
}

/// People of a cell or of a selection: how many, and some of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeopleDocument {
    /// How many there are.
    pub consumers: i64,
    /// Some of them, spread evenly over all; the same ones for the same vault version.
    pub sample: Vec<ConsumerSummary>,
    /// The vault version that answered.
    pub vault_version: i64,
}

/// One consumer of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsumerSummary {
    /// The number within the brand.
    pub consumer: u32,
    /// Ids, masked, strongest first, without digests.
    pub ids: Vec<IdSummary>,
    /// Stage on the second day; null is outside the chain.
    pub stage: Option<String>,
    /// Since when; null when they never were elsewhere.
    #[schema(format = Date)]
    pub stage_since: Option<String>,
    /// First day on which they no longer will, if nothing more happens; null when nothing ends it.
    #[schema(format = Date)]
    pub stage_until: Option<String>,
}

/// One id, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct IdSummary {
    /// Type of the id.
    #[schema(example = "phone")]
    pub r#type: String,
    /// What may be shown of it.
    #[schema(example = "138****1234")]
    pub masked: String,
}

/// A stage as documents write it.
pub(crate) fn place(stage: Option<&str>) -> String {
    stage.unwrap_or(NONE).to_owned()
}

/// A stage as requests write it.
pub(crate) fn stage(text: &str) -> Option<String> {
    (text != NONE).then(|| text.to_owned())
}

impl From<&FlowCell> for FlowCellDocument {
    fn from(cell: &FlowCell) -> Self {
        Self { from: place(cell.from.as_deref()), to: place(cell.to.as_deref()), consumers: cell.consumers }
    }
}

impl FlowDocument {
    /// The document of a report between two days.
    pub fn new(question: &AssetQuestion, from: Day, to: Day, report: &FlowReport) -> Self {
        Self {
            brand: question.reader.brand.slug.to_string(),
            rule_set: question.history.rules.to_string(),
            vault_version: question.reader.sequence(),
            from: from.to_string(),
            to: to.to_string(),
            cells: report.cells.iter().map(FlowCellDocument::from).collect(),
            outside: OutsideDocument { never: report.outside.never, lost: report.outside.lost },
        }
    }
}

impl ConsumerSummary {
    fn new(person: &Person, ids: &[MaskedId]) -> Self {
        let shown = ids.iter().filter(|id| !id.alias);
        Self {
            consumer: person.consumer.0,
            ids: shown.map(|id| IdSummary { r#type: id.id_type.to_string(), masked: id.masked.clone() }).collect(),
            stage: person.stage.clone(),
            stage_since: person.since.map(|day| day.to_string()),
            stage_until: person.until.map(|day| day.to_string()),
        }
    }
}

impl PeopleDocument {
    /// The document of a sample whose ids are known.
    pub fn new<'a>(people: &People, ids_of: impl Fn(&Person) -> &'a [MaskedId], vault_version: i64) -> Self {
        let sample = people.sample.iter().map(|person| ConsumerSummary::new(person, ids_of(person))).collect();
        Self { consumers: people.consumers, sample, vault_version }
    }
}
