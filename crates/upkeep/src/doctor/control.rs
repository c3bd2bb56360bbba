//! The catalog: its file, its rows, its audit log, the brands' keys, files that wait to be imported.

use databank_catalog::{AuditCheck, Brand, KeyPurpose};

use databank_lake::sums::content_name_of;

use super::{Examination, Patient, Severity, Told, with_causes};
use crate::backup::CATALOG;

/// What it means that the catalog is not sound.
const STRUCTURE: &str = "what it says of brands, versions, users or deposits may be wrong or missing";

/// Looks at the catalog. Returns the brands, when it can say which there are.
pub(super) async fn examine(patient: &Patient<'_>, examination: &mut Examination) -> Option<Vec<Brand>> {
    let path = patient.data_directory.join(CATALOG);
    let damage = |examination: &mut Examination, found: String, means: &str| {
        let told = Told { brand: None, found, means: means.to_owned(), mend: Some(patient.restore()) };
        examination.add(Severity::Damage, &path, told);
    };
    match patient.catalog.check().await {
        Ok(found) => found.into_iter().for_each(|text| damage(examination, text, STRUCTURE)),
        Err(error) => damage(examination, with_causes(&error), STRUCTURE),
    }
    match patient.catalog.audit().verify().await {
        Ok(AuditCheck::Whole { .. }) => {}
        Ok(AuditCheck::Broken { sequence, reason }) => {
            let found = format!("entry {sequence} of the audit log: {reason}");
            damage(examination, found, "who did what before that entry can be shown, from there on it cannot");
        }
        Err(error) => damage(examination, with_causes(&error), "the audit log cannot be read"),
    }
    let brands = match patient.catalog.brands().list().await {
        Ok(brands) => brands,
        Err(error) => {
            damage(examination, with_causes(&error), "the brands cannot be listed, so none was looked at");
            return None;
        }
    };
    for brand in &brands {
        rows(patient, brand, examination).await;
        keys(patient, brand, examination);
        uploads(patient, brand, examination).await;
    }
    Some(brands)
}

/// Rows that have sums, or that must add up.
async fn rows(patient: &Patient<'_>, brand: &Brand, examination: &mut Examination) {
    let mut found = Vec::new();
    if let Err(error) = patient.catalog.vault_versions().list(&brand.slug).await {
        found.push(with_causes(&error));
    }
    if let Err(error) = patient.catalog.rule_sets().list(&brand.slug).await {
        found.push(with_causes(&error));
    }
    if let Err(error) = patient.catalog.deposits().list(&brand.slug).await {
        found.push(with_causes(&error));
    }
    for found in found {
        let told = Told {
            brand: Some(brand.slug.clone()),
            found,
            means: "what depends on this row is refused".to_owned(),
            mend: Some(patient.restore()),
        };
        examination.add(Severity::Damage, &patient.data_directory.join(CATALOG), told);
    }
}

fn keys(patient: &Patient<'_>, brand: &Brand, examination: &mut Examination) {
    let Some(keyring) = patient.keyring else { return };
    for (purpose, wrapped) in [(KeyPurpose::Id, &brand.wrapped_id_key), (KeyPurpose::Seal, &brand.wrapped_seal_key)] {
        if let Err(error) = keyring.unwrap(&brand.slug, purpose, wrapped) {
            let told = Told {
                brand: Some(brand.slug.clone()),
                found: with_causes(&error),
                means: "without it no id is found, no contact is opened and nothing can be deposited".to_owned(),
                mend: Some(patient.restore()),
            };
            examination.add(Severity::Damage, &patient.data_directory.join(CATALOG), told);
        }
    }
}

/// Files that were sent and wait.
async fn uploads(patient: &Patient<'_>, brand: &Brand, examination: &mut Examination) {
    let Ok(all) = patient.catalog.uploads().list_older(i64::MAX, u64::from(u32::MAX)).await else { return };
    for upload in all.into_iter().filter(|upload| upload.brand == brand.slug) {
        let path = patient.data_directory.join(&upload.path);
        let length = std::fs::metadata(&path).map(|metadata| metadata.len());
        let found = match length {
            Ok(length) if i64::try_from(length) != Ok(upload.bytes) => {
                format!("it has {length} bytes, not {}", upload.bytes)
            }
            Ok(_) => match (content_name_of(&path), &upload.content) {
                (Ok(name), Some(content)) if name != *content => "its bytes are not those that were sent".to_owned(),
                (Ok(_), _) => continue,
                (Err(error), _) => with_causes(&error),
            },
            Err(error) => format!("it cannot be opened: {error}"),
        };
        let told = Told {
            brand: Some(brand.slug.clone()),
            found,
            means: format!("the uploaded file {:?} cannot be imported any more; deposits are not touched", upload.name),
            mend: Some(format!("delete upload {} on the page of imports, and upload the file again", upload.id)),
        };
        examination.add(Severity::Damage, &path, told);
    }
}
