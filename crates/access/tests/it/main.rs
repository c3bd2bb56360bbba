//! Access over a catalog that goes away.

mod keys;
mod sessions;
mod users;

use databank_access::{
    Access, AccessSettings, AttemptLimit, Grant, HashingCost, NewAccount, Role, Secret, SignedIn, Username,
};
use databank_catalog::{BrandKey, Catalog, KeyPurpose, Keyring, NewBrand};
use databank_model::BrandSlug;
use tempfile::TempDir;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Some day.
const NOW: i64 = 1_800_000_000 * SECOND;

const GOOD_PASSWORD: &str = "seventeen purple bicycles";

/// An installation with the brands `acme` and `other`, and no users.
struct Place {
    directory: TempDir,
    catalog: Catalog,
    access: Access,
}

impl Place {
    async fn new() -> Self {
        Self::with(settings()).await
    }

    async fn with(settings: AccessSettings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let catalog = Catalog::open(&data.join("catalog.sqlite")).await.unwrap();
        let (keyring, _) = Keyring::open(&catalog, &data, &directory.path().join("master.key")).await.unwrap();
        for name in ["acme", "other"] {
            let slug = brand(name);
            let wrap = |purpose| keyring.wrap(&slug, purpose, &BrandKey::generate().unwrap()).unwrap();
            let new = NewBrand {
                display_name: name.to_owned(),
                timezone: None,
                currency: None,
                wrapped_id_key: wrap(KeyPurpose::Id),
                wrapped_seal_key: wrap(KeyPurpose::Seal),
                rule_sets: Vec::new(),
                created_at: 1,
                slug: slug.clone(),
            };
            catalog.brands().add(new).await.unwrap();
        }
        let access = Access::new(catalog.clone(), settings);
        Self { directory, catalog, access }
    }

    /// Adds a user who has signed in and chosen [`GOOD_PASSWORD`].
    async fn add_user(&self, username: &str, grants: &[(&str, Role)]) -> SignedIn {
        let one_time = self.add_fresh(username, grants).await;
        let signed_in = self.access.sign_in(username, one_time.clone(), "local", NOW).await.unwrap();
        let token = signed_in.token.expose();
        self.access.change_password(token, one_time, secret(GOOD_PASSWORD), "local", NOW).await.unwrap();
        self.sign_in(username, NOW).await
    }

    /// Adds a user who has not signed in yet; their password for once.
    async fn add_fresh(&self, username: &str, grants: &[(&str, Role)]) -> Secret<String> {
        let grants = grants.iter().map(|(reach, role)| Grant { reach: reach.parse().unwrap(), role: *role }).collect();
        let new = NewAccount { username: name(username), display_name: None, grants };
        self.access.create_user(new, NOW).await.unwrap().1
    }

    async fn sign_in(&self, username: &str, now: i64) -> SignedIn {
        self.access.sign_in(username, secret(GOOD_PASSWORD), "local", now).await.unwrap()
    }

    /// Every byte of the data directory, to look for what must not be there.
    async fn bytes(&self) -> Vec<u8> {
        self.catalog.scrub().await.unwrap();
        let files = std::fs::read_dir(self.directory.path().join("data")).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

/// The real rules at a cost that tests can pay.
fn settings() -> AccessSettings {
    AccessSettings { hashing: HashingCost { memory_kib: 64, passes: 1, lanes: 1 }, ..AccessSettings::default() }
}

/// So many attempts that none is refused.
fn patient() -> AccessSettings {
    let many = AttemptLimit { at_once: 10_000, every_us: SECOND };
    AccessSettings { account_attempts: many, address_attempts: many, ..settings() }
}

fn brand(slug: &str) -> BrandSlug {
    slug.parse().unwrap()
}

fn name(username: &str) -> Username {
    username.parse().unwrap()
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}
