//! What the first page shows.

use databank_assets::{AssetReport, ChangePart, FlowReport, MoveKind, Movement};
use databank_model::Day;
use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::Job;
use crate::routes::imports::ImportDocument;
use crate::wire::assets::{AssetsDocument, MetricsDocument, StageDocument};
use crate::wire::flow::{FlowCellDocument, place};
use crate::wire::trend::TrendDocument;

/// What the first page shows of a brand on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OverviewDocument {
    /// The day.
    pub assets: AssetsDocument,
    /// The day before.
    pub day_before: DayCounts,
    /// Seven days before.
    pub week_before: WeekBefore,
    /// The thirty days that end with the day.
    pub trend: TrendDocument,
    /// Who moved in the seven days that end with the day.
    pub moved: MovedDocument,
    /// Jobs of the brand that are not over.
    pub running: Vec<Job>,
    /// What was deposited last, newest first, five at most; empty for those who may not read imports.
    pub latest_deposits: Vec<ImportDocument>,
}

/// Stage counts of a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DayCounts {
    /// Each stage, shallowest first.
    pub stages: Vec<StageDocument>,
    /// Consumers in the chain.
    pub total: i64,
}

/// Stage counts and metrics of seven days before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WeekBefore {
    /// Each stage, shallowest first.
    pub stages: Vec<StageDocument>,
    /// Consumers in the chain.
    pub total: i64,
    /// Metrics of that day.
    pub metrics: MetricsDocument,
}

/// Who moved between two days, and what made most of the change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MovedDocument {
    /// The first day.
    #[schema(format = Date)]
    pub from: String,
    /// The second day.
    #[schema(format = Date)]
    pub to: String,
    /// In the chain on the second day less those on the first: `new` less `lost`.
    pub net: i64,
    /// From outside the chain.
    pub new: i64,
    /// Deeper than before.
    pub deepened: i64,
    /// In the same stage.
    pub kept: i64,
    /// Shallower than before.
    pub fell_back: i64,
    /// Out of the chain.
    pub lost: i64,
    /// Cells that are not 0.
    pub cells: Vec<FlowCellDocument>,
    /// The three cells with the most people who moved, largest first.
    pub reasons: Vec<ReasonDocument>,
}

/// What a cell of the flow means for the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// From outside the chain into it.
    New,
    /// To a deeper stage.
    Deepened,
    /// In the same stage.
    Kept,
    /// To a shallower stage.
    FellBack,
    /// Out of the chain.
    Lost,
}

/// One of the largest parts of a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReasonDocument {
    /// What it means.
    pub kind: ReasonKind,
    /// Stage on the first day; `none` is outside the chain.
    pub from: String,
    /// Stage on the second day; `none` is outside the chain.
    pub to: String,
    /// How many.
    pub consumers: i64,
    /// Their share of all who stand elsewhere than before.
    pub share_of_change: f64,
}

impl From<MoveKind> for ReasonKind {
    fn from(kind: MoveKind) -> Self {
        match kind {
            MoveKind::New => Self::New,
            MoveKind::Deepened => Self::Deepened,
            MoveKind::Kept => Self::Kept,
            MoveKind::FellBack => Self::FellBack,
            MoveKind::Lost => Self::Lost,
        }
    }
}

impl From<&ChangePart> for ReasonDocument {
    fn from(part: &ChangePart) -> Self {
        Self {
            kind: part.kind.into(),
            from: place(part.from.as_deref()),
            to: place(part.to.as_deref()),
            consumers: part.consumers,
            share_of_change: part.share_of_change,
        }
    }
}

impl WeekBefore {
    /// Of the report of that day.
    pub fn new(report: AssetReport) -> Self {
        let stages = report.stages.into_iter().map(StageDocument::from).collect();
        Self { stages, total: report.total, metrics: report.metrics.into() }
    }
}

impl DayCounts {
    /// Of counts by stage code, shallowest first.
    pub fn new(counts: &[(String, i64)], total: i64) -> Self {
        let share = |consumers: i64| if total == 0 { 0.0 } else { consumers as f64 / total as f64 };
        let stage = |(stage, consumers): &(String, i64)| StageDocument {
            stage: stage.clone(),
            consumers: *consumers,
            share: share(*consumers),
        };
        Self { stages: counts.iter().map(stage).collect(), total }
    }
}

impl MovedDocument {
    /// Of a flow between two days and what it comes to.
    pub fn new(from: Day, to: Day, flow: &FlowReport, movement: &Movement) -> Self {
        Self {
            from: from.to_string(),
            to: to.to_string(),
            net: movement.net,
            new: movement.new,
            deepened: movement.deepened,
            kept: movement.kept,
            fell_back: movement.fell_back,
            lost: movement.lost,
            cells: flow.cells.iter().map(FlowCellDocument::from).collect(),
            reasons: movement.parts.iter().map(ReasonDocument::from).collect(),
        }
    }
}
