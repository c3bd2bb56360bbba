//! What is asked, resolved against one vault version.

use databank_catalog::Catalog;
use databank_engine::BrandReader;
use databank_history::{Entity, History};
use databank_model::Day;

use crate::AssetError;

/// A brand's history at one vault version, ready to be asked about days.
#[derive(Debug)]
pub struct AssetQuestion {
    /// The brand at one version.
    pub reader: BrandReader,
    /// The history.
    pub history: History,
    /// Today in the brand's zone.
    pub today: Day,
}

/// How far a day's answer can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// The day is today: more may come.
    pub partial: bool,
    /// The day lies beyond the last event: what decay alone would make of it.
    pub projected: bool,
}

impl AssetQuestion {
    /// Opens a history of an open brand. `rules` is `NAME[@V]`, the default when absent: that of the version.
    pub fn open<'a>(
        catalog: &'a Catalog,
        reader: BrandReader,
        rules: Option<&'a str>,
        entity: Entity,
        now_us: i64,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Self, AssetError>> + Send + 'a>> {
        Box::pin(async move {
            let history = History::open(catalog, &reader, rules, entity).await?;
            Self::of(reader, history, now_us)
        })
    }

    /// Asks a history that is open already.
    pub fn of(reader: BrandReader, history: History, now_us: i64) -> Result<Self, AssetError> {
        let today = reader.zone()?.day_of(now_us);
        Ok(Self { reader, history, today })
    }

    /// The day of the last event; `None` when the vault holds none.
    pub fn last_event_day(&self) -> Option<Day> {
        self.reader.version.as_ref().and_then(|version| version.last_event_day)
    }

    /// The day to answer for when none is named: the earlier of today and the last event day.
    pub fn default_day(&self) -> Day {
        self.last_event_day().map_or(self.today, |last| last.min(self.today))
    }

    /// How far a day can be trusted.
    pub fn marks(&self, day: Day) -> Marks {
        let beyond = self.last_event_day().is_none_or(|last| day > last);
        Marks { partial: day == self.today, projected: beyond || day > self.today }
    }
}
