//! What became of tracked events, by source and minute of their receipt. Written with the vault version that holds them, so
//! that nothing is counted that is not there, and nothing is there that is not counted.

use databank_model::BrandSlug;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::entity::collected;
use crate::error::database;
use crate::{Catalog, CatalogError};

/// Rows of one statement: beyond some 32,000 bound values a database refuses it.
const ROWS: usize = 1_000;

/// What became of events: received is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// Received.
    pub received: i64,
    /// New.
    pub accepted: i64,
    /// There already.
    pub duplicate: i64,
    /// Refused and kept.
    pub rejected: i64,
    /// Refused by consent, erasure or policy.
    pub suppressed: i64,
}

impl EventCounts {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.received += other.received;
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
        self.suppressed += other.suppressed;
    }

    /// Whether every event is accounted for.
    pub fn is_balanced(&self) -> bool {
        self.received == self.accepted + self.duplicate + self.rejected + self.suppressed
    }
}

/// What became of the events that a source sent in one minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedMinute {
    /// The source's name.
    pub source: String,
    /// Minutes since 1970-01-01 UTC.
    pub minute: i64,
    /// What became of them.
    pub counts: EventCounts,
}

/// The counts of tracked events of all brands.
#[derive(Debug)]
pub struct Collected<'a> {
    catalog: &'a Catalog,
}

impl<'a> Collected<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// A brand's minutes from one until before another, by minute and source.
    pub async fn list(&self, brand: &BrandSlug, from: i64, until: i64) -> Result<Vec<CollectedMinute>, CatalogError> {
        let rows = collected::Entity::find()
            .filter(collected::Column::Brand.eq(brand.as_str()))
            .filter(collected::Column::Minute.gte(from))
            .filter(collected::Column::Minute.lt(until))
            .order_by_asc(collected::Column::Minute)
            .order_by_asc(collected::Column::Source)
            .all(self.catalog.db())
            .await
            .map_err(database("read counts of tracked events"))?;
        Ok(rows.into_iter().map(from_row).collect())
    }
}

fn from_row(row: collected::Model) -> CollectedMinute {
    let collected::Model { source, minute, received, accepted, duplicate, rejected, suppressed, .. } = row;
    CollectedMinute { source, minute, counts: EventCounts { received, accepted, duplicate, rejected, suppressed } }
}

/// Adds counts to those that are there, within the caller's transaction.
pub(crate) async fn add<C: ConnectionTrait>(
    db: &C,
    brand: &BrandSlug,
    minutes: &[CollectedMinute],
) -> Result<(), CatalogError> {
    let sum = |column: collected::Column| (column, Expr::col((collected::Entity, column)).add(excluded(column)));
    for minutes in minutes.chunks(ROWS) {
        let rows = minutes.iter().map(|of| collected::ActiveModel {
            brand: Set(brand.as_str().to_owned()),
            minute: Set(of.minute),
            source: Set(of.source.clone()),
            received: Set(of.counts.received),
            accepted: Set(of.counts.accepted),
            duplicate: Set(of.counts.duplicate),
            rejected: Set(of.counts.rejected),
            suppressed: Set(of.counts.suppressed),
        });
        let key = [collected::Column::Brand, collected::Column::Minute, collected::Column::Source];
        let counts = [
            collected::Column::Received,
            collected::Column::Accepted,
            collected::Column::Duplicate,
            collected::Column::Rejected,
            collected::Column::Suppressed,
        ];
        collected::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).values(counts.map(sum)).to_owned())
            .exec_without_returning(db)
            .await
            .map_err(database("count tracked events"))?;
    }
    Ok(())
}

/// What the row that is not inserted says.
fn excluded(column: collected::Column) -> Expr {
    Expr::col(("excluded", column))
}
