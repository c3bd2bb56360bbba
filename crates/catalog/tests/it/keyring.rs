use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use databank_catalog::{BrandKey, Catalog, KeyOrigin, KeyPurpose, Keyring, KeyringError, WrappedKey};
use tempfile::TempDir;

use crate::slug;

/// An empty data directory with its catalog, and a place for keys beside it.
struct Place {
    directory: TempDir,
    data: PathBuf,
    catalog: Catalog,
}

impl Place {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let catalog = Catalog::open(&data.join("catalog.sqlite")).await.unwrap();
        Self { directory, data, catalog }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    async fn open(&self, key_file: &Path) -> Result<(Keyring, KeyOrigin), KeyringError> {
        Keyring::open(&self.catalog, &self.data, key_file).await
    }
}

fn write_key(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_key_is_made_once_private_and_remembered() {
    let place = Place::new().await;
    let key_file = place.path("config/databank/master.key");
    let (keyring, origin) = place.open(&key_file).await.unwrap();
    assert_eq!(origin, KeyOrigin::Created(key_file.clone()));
    assert_eq!(key_file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&key_file).unwrap();
    assert_eq!(text.lines().filter(|line| !line.starts_with('#') && line.len() == 64).count(), 1, "{text}");
    assert_eq!(std::fs::read_dir(key_file.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    assert_eq!(place.catalog.meta().master_key_fingerprint().await.unwrap().as_deref(), Some(keyring.fingerprint()));

    let (again, origin) = place.open(&key_file).await.unwrap();
    assert_eq!(origin, KeyOrigin::Existing);
    assert_eq!(again.fingerprint(), keyring.fingerprint());
    assert_eq!(keyring.fingerprint().len(), 16);
    assert!(!format!("{keyring:?}").contains(text.lines().last().unwrap()));
}

#[tokio::test]
async fn two_data_directories_may_share_a_key() {
    let (one, other) = (Place::new().await, Place::new().await);
    let key_file = one.path("master.key");
    let (made, _) = one.open(&key_file).await.unwrap();
    let (found, origin) = other.open(&key_file).await.unwrap();
    assert_eq!((found.fingerprint(), origin), (made.fingerprint(), KeyOrigin::Existing));
}

#[tokio::test]
async fn a_missing_key_is_an_error_and_never_a_new_key() {
    let place = Place::new().await;
    let key_file = place.path("master.key");
    place.open(&key_file).await.unwrap();
    std::fs::remove_file(&key_file).unwrap();
    let error = place.open(&key_file).await.unwrap_err();
    assert!(matches!(error, KeyringError::Missing { .. }), "{error}");
    assert!(!key_file.try_exists().unwrap());
}

#[tokio::test]
async fn another_key_is_refused() {
    let (place, other) = (Place::new().await, Place::new().await);
    place.open(&place.path("master.key")).await.unwrap();
    let foreign = other.path("master.key");
    other.open(&foreign).await.unwrap();
    let error = place.open(&foreign).await.unwrap_err();
    assert!(matches!(error, KeyringError::Wrong { .. }), "{error}");
}

#[tokio::test]
async fn a_key_file_that_others_may_read_is_refused() {
    let place = Place::new().await;
    let key_file = place.path("master.key");
    place.open(&key_file).await.unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644] {
        std::fs::set_permissions(&key_file, PermissionsExt::from_mode(mode)).unwrap();
        let error = place.open(&key_file).await.unwrap_err();
        assert!(matches!(error, KeyringError::TooOpen { .. }), "{mode:o}: {error}");
    }
}

#[tokio::test]
async fn a_key_file_inside_the_data_directory_is_refused_however_it_is_named() {
    let place = Place::new().await;
    symlink(&place.data, place.path("link")).unwrap();
    for name in ["data/master.key", "data/sub/master.key", "link/master.key", "keys/../data/master.key"] {
        std::fs::create_dir_all(place.path("keys")).unwrap();
        let error = place.open(&place.path(name)).await.unwrap_err();
        assert!(matches!(error, KeyringError::InsideData { .. }), "{name}: {error}");
    }
    assert_eq!(place.catalog.meta().master_key_fingerprint().await.unwrap(), None);
}

#[tokio::test]
async fn a_file_without_a_usable_key_is_refused() {
    let place = Place::new().await;
    let key_file = place.path("master.key");
    let (zeros, short, two) = ("0".repeat(64), "ab".repeat(31), format!("{0}\n{0}\n", "0a1b".repeat(16)));
    for text in ["", "# only a comment\n", "secret\n", &zeros, &short, &two] {
        write_key(&key_file, text, 0o600);
        let error = place.open(&key_file).await.unwrap_err();
        assert!(matches!(error, KeyringError::Damaged { .. }), "{text:?}: {error}");
    }
    assert_eq!(place.catalog.meta().master_key_fingerprint().await.unwrap(), None);
}

#[tokio::test]
async fn a_wrapped_key_opens_only_in_its_place() {
    let (place, other) = (Place::new().await, Place::new().await);
    let (keyring, _) = place.open(&place.path("master.key")).await.unwrap();
    let (stranger, _) = other.open(&other.path("master.key")).await.unwrap();
    let acme = slug("acme");
    let key = BrandKey::from_bytes([7; 32]);
    let wrapped = keyring.wrap(&acme, KeyPurpose::Id, &key).unwrap();
    let again = keyring.wrap(&acme, KeyPurpose::Id, &key).unwrap();
    assert_ne!(wrapped, again, "every wrapping has its own nonce");

    let opened = keyring.unwrap(&acme, KeyPurpose::Id, &wrapped).unwrap();
    assert_eq!(opened.as_bytes(), key.as_bytes());
    assert_eq!(format!("{opened:?}"), "BrandKey(..)");
    assert!(keyring.unwrap(&acme, KeyPurpose::Seal, &wrapped).is_err());
    assert!(keyring.unwrap(&slug("other"), KeyPurpose::Id, &wrapped).is_err());
    assert!(stranger.unwrap(&acme, KeyPurpose::Id, &wrapped).is_err());

    let bytes = wrapped.into_bytes();
    for position in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[position] ^= 1;
        assert!(keyring.unwrap(&acme, KeyPurpose::Id, &WrappedKey::from_bytes(damaged)).is_err(), "byte {position}");
    }
    for length in [0, 1, 24, 25, bytes.len() - 1] {
        let short = WrappedKey::from_bytes(bytes[..length].to_vec());
        assert!(keyring.unwrap(&acme, KeyPurpose::Id, &short).is_err(), "length {length}");
    }
}
