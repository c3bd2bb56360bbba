//! What is derived from events, computed again and compared: stage histories and their day sums.

use databank_engine::BrandReader;
use databank_history::{Entity, History, HistoryError};
use databank_lake::Table;
use databank_model::BrandSlug;

use super::{Examination, Patient, Severity, Told, with_causes};

/// Computes the brand's history again and compares it with the stored one. Holds both in memory, by intervals.
pub(super) async fn examine(patient: &Patient<'_>, brand: &BrandSlug, examination: &mut Examination) {
    let mut damage = |found: String, table: Table| {
        let told = Told {
            brand: Some(brand.clone()),
            found,
            means: "reports from the stored history may be wrong; events are not touched".to_owned(),
            mend: Some(patient.rebuild(brand)),
        };
        let path = patient.data_directory.join("vaults").join(brand.as_str()).join(table.name());
        examination.add(Severity::Damage, &path, told);
    };
    match compare(patient, brand).await {
        Ok(found) => found.into_iter().for_each(|(found, table)| damage(found, table)),
        Err(error) => damage(with_causes(&error), Table::Stages),
    }
}

async fn compare(patient: &Patient<'_>, brand: &BrandSlug) -> Result<Vec<(String, Table)>, HistoryError> {
    let reader = BrandReader::open(patient.catalog, patient.data_directory, brand).await?;
    let Some(rules) = reader.state.rules.clone() else { return Ok(Vec::new()) };
    let stored = History::open(patient.catalog, &reader, None, Entity::Brand).await?;
    // A reader that names no kept history has it swept from events.
    let mut unkept = reader.clone();
    unkept.state.rules = None;
    let rules = rules.to_string();
    let swept = History::open(patient.catalog, &unkept, Some(&rules), Entity::Brand).await?;
    let mut found = Vec::new();
    let (kept, fresh) = (Sum::of(&stored)?, Sum::of(&swept)?);
    if kept != fresh {
        let text = format!("{} intervals under {rules}, from the events come {}", kept.rows, fresh.rows);
        let text = if kept.rows == fresh.rows { format!("{text}, and they are others") } else { text };
        found.push((text, Table::Stages));
    }
    let (kept, fresh) = (stored.day_deltas()?, swept.day_deltas()?);
    if kept != fresh {
        let first = kept.iter().zip(&fresh).find(|(kept, fresh)| kept != fresh).map(|(kept, _)| kept.day);
        let day = first.map_or_else(String::new, |day| format!(", first on {}", databank_model::Day(day)));
        found.push((format!("its day sums are not those of the events{day}"), Table::StageDays));
    }
    Ok(found)
}

/// Intervals, counted and summed whatever their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    hash: u64,
}

impl Sum {
    fn of(history: &History) -> Result<Self, HistoryError> {
        let mut sum = Self::default();
        history.for_each_rows(&mut |rows| {
            for place in 0..rows.len() {
                let said = (rows.consumers[place], rows.stages[place], rows.from[place], rows.to[place]);
                let bytes = blake3::hash(format!("{said:?}").as_bytes());
                let head = bytes.as_bytes().first_chunk().map_or(0, |head| u64::from_le_bytes(*head));
                sum.hash = sum.hash.wrapping_add(head);
                sum.rows += 1;
            }
        })?;
        Ok(sum)
    }
}
