//! What a brand and a mapping agree on, worked out once for each import.

use std::cell::RefCell;
use std::sync::Arc;

use databank_catalog::KeyPurpose;
use databank_engine::BrandReader;
use databank_engine::reader::DEFAULT_ZONE;
use databank_identity::{IdKey, IdType, KnownIds, SealKey};
use databank_model::{BusinessZone, Currency};

use super::{ImportContext, ImportRequest};
use crate::DepositError;
use crate::brand::BrandKeys;
use crate::events::columns::Columns;
use crate::events::content::Keyer;
use crate::events::convert::Converter;
use crate::events::time::Clocks;
use crate::mapping::{BlockKind, CompiledBlock, MissingId};
use crate::masters::MasterConverter;

/// What a brand and a mapping agree on.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) clocks: Clocks,
    pub(super) currency: Currency,
    pub(super) keep_anonymous: bool,
}

impl Settings {
    pub(super) fn of(
        context: &ImportContext<'_>,
        request: &ImportRequest,
        reader: &BrandReader,
    ) -> Result<Self, DepositError> {
        let bad = |message: String| DepositError::BadRequest { message };
        let named = |text: &str| text.parse::<BusinessZone>().map_err(bad);
        let of_mapping = request.mapping.timezone.map(|zone| named(zone.name())).transpose()?;
        let brand = match (reader.brand.timezone, of_mapping) {
            (Some(zone), _) | (None, Some(zone)) => zone,
            (None, None) => named(DEFAULT_ZONE)?,
        };
        let currency = match request.mapping.currency.as_deref() {
            Some(text) => text.parse::<Currency>().map_err(|error| bad(error.to_string()))?,
            None => reader.currency()?,
        };
        Ok(Self {
            clocks: Clocks { mapping: of_mapping.unwrap_or(brand), brand, now_us: context.now_us },
            currency,
            keep_anonymous: request.mapping.missing_id == MissingId::Anonymous,
        })
    }

    pub(super) fn converter<'a>(
        &self,
        prepared: &'a Prepared,
        known: &'a RefCell<KnownIds>,
        keyer: &'a Keyer,
    ) -> Converter<'a> {
        Converter {
            columns: &prepared.columns,
            id_types: Arc::clone(&prepared.id_types),
            clocks: self.clocks,
            currency: self.currency,
            keep_anonymous: self.keep_anonymous,
            known,
            keyer,
        }
    }

    pub(super) fn master_converter<'a>(
        &self,
        prepared: &'a Prepared,
        known: &'a RefCell<KnownIds>,
        keyer: &'a Keyer,
    ) -> MasterConverter<'a> {
        MasterConverter {
            kind: prepared.kind,
            columns: &prepared.columns,
            declared: prepared.declared.as_deref(),
            clocks: self.clocks,
            known,
            keyer,
        }
    }
}

/// A block with its columns sorted out.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) name: String,
    pub(super) kind: BlockKind,
    /// The date from which its facts hold, if the mapping declares it.
    declared: Option<String>,
    pub(super) columns: Columns,
    pub(super) id_types: Arc<Vec<IdType>>,
}

impl Prepared {
    pub(super) fn of(block: &CompiledBlock) -> Self {
        let columns = match block.kind() {
            BlockKind::Events => Columns::of_events(block.schema()),
            _ => Columns::of_masters(block.schema()),
        };
        let id_types = Arc::new(columns.ids.iter().map(|id| id.id_type.clone()).collect());
        Self {
            name: format!("{} {}", block.kind(), block.number()),
            kind: block.kind(),
            declared: block.valid_from().map(str::to_owned),
            columns,
            id_types,
        }
    }
}

/// Unwraps a brand's keys.
pub(crate) fn unwrap_keys(context: &ImportContext<'_>, reader: &BrandReader) -> Result<BrandKeys, DepositError> {
    let brand = &reader.brand;
    let failed = |e: databank_catalog::KeyringError| DepositError::BadRequest { message: e.to_string() };
    let id = context.keyring.unwrap(&brand.slug, KeyPurpose::Id, &brand.wrapped_id_key).map_err(failed)?;
    let seal = context.keyring.unwrap(&brand.slug, KeyPurpose::Seal, &brand.wrapped_seal_key).map_err(failed)?;
    Ok(BrandKeys { id: IdKey::new(*id.as_bytes()), seal: SealKey::new(1, *seal.as_bytes()) })
}
