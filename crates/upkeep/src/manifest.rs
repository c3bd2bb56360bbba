//! What a back-up says of itself.

use std::path::{Path, PathBuf};

use databank_model::BrandSlug;
use serde::{Deserialize, Serialize};

use crate::UpkeepError;

/// The manifest's file in a back-up.
pub const FILE_NAME: &str = "backup.json";

/// The format of back-ups that this program writes. A greater one is refused.
pub const FORMAT: u32 = 1;

/// A back-up's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The program that wrote it.
    pub databank: String,
    /// The moment that it shows, µs UTC.
    pub created_at: i64,
    /// What tells the master key that opens it from others. The key itself is not in the back-up.
    pub key_fingerprint: String,
    /// The brands, and which vault version of each.
    pub brands: Vec<BrandContent>,
    /// All files but this one, by path.
    pub files: Vec<FileContent>,
}

/// A brand in a back-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandContent {
    /// The brand.
    pub brand: BrandSlug,
    /// Its vault version; 0 before the first deposit.
    pub vault_version: i64,
}

/// A file of a back-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// Where it is, seen from the back-up and from the data directory alike.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Their BLAKE3 hash, hexadecimal.
    pub blake3: String,
    /// What names its content in the vault, when anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Signed {
    manifest: Manifest,
    /// BLAKE3 hash of the manifest's JSON.
    blake3: String,
}

impl Manifest {
    /// The manifest as a file holds it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let signed = Signed { manifest: self.clone(), blake3: self.name() };
        let mut bytes = serde_json::to_vec_pretty(&signed).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// What names this back-up: a hash of all that it says.
    pub fn name(&self) -> String {
        blake3::hash(&serde_json::to_vec(self).unwrap_or_default()).to_string()
    }

    /// Reads the manifest of a back-up.
    pub fn read(backup: &Path) -> Result<Self, UpkeepError> {
        let path = backup.join(FILE_NAME);
        let bytes = std::fs::read(&path).map_err(UpkeepError::io("read", &path))?;
        let damaged = |reason: String| UpkeepError::DamagedBackup { path: path.clone(), reason };
        let format = serde_json::from_slice::<serde_json::Value>(&bytes)
            .map_err(|error| damaged(error.to_string()))?
            .pointer("/manifest/format")
            .and_then(serde_json::Value::as_u64);
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            let path = path.display();
            return Err(UpkeepError::bad(format!("{path} was written by a newer databank; upgrade this program")));
        }
        let signed: Signed = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if signed.blake3 != signed.manifest.name() || signed.manifest.to_bytes() != bytes {
            return Err(damaged("it does not say what was written".to_owned()));
        }
        Ok(signed.manifest)
    }

    /// The sum of its files' bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Whole back-ups in a directory, oldest first; those that are unfinished or cannot be read are not among them.
pub fn list(directory: &Path) -> Result<Vec<PathBuf>, UpkeepError> {
    let entries = std::fs::read_dir(directory).map_err(UpkeepError::io("list", directory))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_none() && path.join(FILE_NAME).is_file())
        .collect();
    found.sort();
    Ok(found)
}

/// What the directories of back-ups begin with; the moment follows, so that their names sort by time.
pub(crate) const PREFIX: &str = "backup-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_as_it_was_written_and_a_changed_byte_is_found() {
        let manifest = Manifest {
            format: FORMAT,
            databank: "0.1.0".to_owned(),
            created_at: 7,
            key_fingerprint: "0123456789abcdef".to_owned(),
            brands: vec![BrandContent { brand: "acme".parse().unwrap(), vault_version: 3 }],
            files: vec![FileContent {
                path: "catalog.sqlite".to_owned(),
                bytes: 12,
                blake3: blake3::hash(b"x").to_string(),
                content: None,
            }],
        };
        let directory = std::env::temp_dir().join(format!("databank-manifest-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join(FILE_NAME);
        let whole = manifest.to_bytes();
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(Manifest::read(&directory).unwrap(), manifest);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let error = Manifest::read(&directory).expect_err(&format!("byte {at}"));
            assert!(error.to_string().contains(FILE_NAME), "{error}");
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
