//! The catalog over a directory that goes away.

mod audit;
mod beside;
mod brands;
mod collected;
mod deposits;
mod keyring;
mod opening;
mod remembered;
mod rule_sets;
mod sealed;
mod users;
mod vault_versions;

use databank_catalog::{Brand, BrandKey, Catalog, KeyPurpose, Keyring, NewBrand};
use databank_model::BrandSlug;
use tempfile::TempDir;

/// A data directory and a key directory beside it, with an open catalog and keyring.
struct Installation {
    directory: TempDir,
    catalog: Catalog,
    keyring: Keyring,
}

impl Installation {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let catalog = Catalog::open(&data.join("catalog.sqlite")).await.unwrap();
        let (keyring, _) = Keyring::open(&catalog, &data, &directory.path().join("keys/master.key")).await.unwrap();
        Self { directory, catalog, keyring }
    }

    async fn add_brand(&self, name: &str) -> Brand {
        self.catalog.brands().add(self.new_brand(name)).await.unwrap()
    }

    fn new_brand(&self, name: &str) -> NewBrand {
        let slug = slug(name);
        let wrap = |purpose| self.keyring.wrap(&slug, purpose, &BrandKey::generate().unwrap()).unwrap();
        NewBrand {
            rule_sets: Vec::new(),
            display_name: format!("The {name} company"),
            timezone: None,
            currency: None,
            wrapped_id_key: wrap(KeyPurpose::Id),
            wrapped_seal_key: wrap(KeyPurpose::Seal),
            created_at: 1,
            slug,
        }
    }
}

fn slug(name: &str) -> BrandSlug {
    name.parse().unwrap()
}
