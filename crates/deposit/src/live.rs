//! Tracked events: from requests as they came to a deposit.
//!
//! What a request says is read by `databank-tracking`; here it becomes the same columns as a file's rows, converted by the same
//! [`crate::events::convert`], so that an event is the same event by whichever way it came. It is read twice: when it is
//! answered, to say what becomes of each event ([`Reading`]), and when it is deposited ([`LiveDeposit`]).
//!
//! - [`LiveBrand`]: what reading a brand's requests needs to know.
//! - `columns`, `facts`: the two tables of rows that events make.
//! - [`texts`]: events as they came, kept for those that are refused.
//!
//! An event whose line is refused is refused whole. What was refused is kept as it came, so that it can be read again when
//! whatever refused it is mended.

mod columns;
mod deposit;
mod facts;
mod reading;
pub mod texts;

use std::sync::Arc;

use databank_engine::BrandReader;
use databank_identity::{KnownIds, Tokenizer};
use databank_model::{BrandSlug, BusinessZone, Currency};
use databank_tracking::event::Names;

pub use deposit::LiveDeposit;
pub use reading::{Read, ReadOf, Reading, Sent, Told};

use crate::DepositError;
use crate::events::content::Keyer;
use crate::import::{ImportContext, unwrap_keys};

/// The block that tracked events are counted and refused under.
pub const BLOCK: &str = "tracked";

/// What reading a brand's requests needs to know.
#[derive(Debug, Clone)]
pub struct LiveBrand {
    /// The brand.
    pub slug: BrandSlug,
    /// When it was added: one that was erased and added again is another.
    pub created_at: i64,
    /// Zone of its days, and of times that name none.
    pub(crate) zone: BusinessZone,
    /// Currency of amounts that name none.
    pub(crate) currency: Currency,
    /// Event keys.
    pub keyer: Keyer,
    pub(crate) tokenizer: Tokenizer,
    /// Names of events.
    pub(crate) names: Arc<Names>,
}

impl LiveBrand {
    /// Of an open brand.
    pub async fn of(context: &ImportContext<'_>, reader: &BrandReader) -> Result<Self, DepositError> {
        static STANDARD: std::sync::LazyLock<Arc<Names>> = std::sync::LazyLock::new(Arc::default);
        let settings = context.catalog.tracking().get(&reader.brand.slug).await?;
        let names = if settings.names.is_empty() {
            Arc::clone(&STANDARD)
        } else {
            let names = Names::with(settings.names);
            Arc::new(names.map_err(|error| DepositError::BadRequest { message: error.to_string() })?)
        };
        let keys = unwrap_keys(context, reader)?;
        Ok(Self {
            slug: reader.brand.slug.clone(),
            created_at: reader.brand.created_at,
            zone: reader.zone()?,
            currency: reader.currency()?,
            keyer: Keyer::new(&keys.id),
            tokenizer: Tokenizer::new(&keys.id),
            names,
        })
    }

    /// An empty memory for ids of this brand.
    pub fn known_ids(&self) -> KnownIds {
        KnownIds::new(self.tokenizer.clone())
    }
}
