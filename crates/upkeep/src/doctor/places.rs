//! The data directory itself: who may read it, how much room is left, what lies in it that belongs to nobody.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use databank_catalog::Brand;

use super::{Examination, Severity, Told, quoted};

/// Bytes of free disk below which an import is likely to stop.
const LITTLE_ROOM: u64 = 1 << 30;

/// What belongs in a data directory.
const KNOWN: [&str; 14] = [
    "catalog.sqlite",
    "catalog.sqlite-wal",
    "catalog.sqlite-shm",
    "catalog.seal",
    "vaults",
    "uploads",
    "spill",
    "inbox",
    "owner.lock",
    "owner.sock",
    "lost+found",
    "demo.json",
    "demo-world",
    crate::backup::ASIDE,
];

/// Looks at the directory; `brands` are those that the catalog knows, when it could be asked.
pub(super) fn examine(data_directory: &Path, brands: Option<&[Brand]>, examination: &mut Examination) {
    room(data_directory, examination);
    modes(data_directory, examination);
    strangers(data_directory, brands, examination);
}

fn room(data_directory: &Path, examination: &mut Examination) {
    let Ok(disk) = rustix::fs::statvfs(data_directory) else { return };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < LITTLE_ROOM {
        let told = Told {
            brand: None,
            found: format!("{} MB are free on its disk", free >> 20),
            means: "a deposit that finds the disk full is taken back; nothing that was accepted is lost".to_owned(),
            mend: Some(format!("df -h {}", quoted(data_directory))),
        };
        examination.add(Severity::Warning, data_directory, told);
    }
}

/// Whether a mode lets others of the machine in.
fn is_open(mode: u32) -> bool {
    mode & 0o077 > 0
}

/// Others of the machine must not read what is stored.
fn modes(data_directory: &Path, examination: &mut Examination) {
    for (name, owner_only) in [("", "700"), ("catalog.sqlite", "600"), ("owner.sock", "600")] {
        let path = if name.is_empty() { data_directory.to_owned() } else { data_directory.join(name) };
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        let mode = metadata.permissions().mode() & 0o777;
        // A file within a directory that is closed to others is closed to them.
        let within_closed = !name.is_empty()
            && std::fs::metadata(data_directory).is_ok_and(|directory| !is_open(directory.permissions().mode()));
        if is_open(mode) && !within_closed {
            let told = Told {
                brand: None,
                found: format!("its mode is {mode:o}: other users of this machine may open it"),
                means: "tokens and sealed values stay closed to them, stages and events do not".to_owned(),
                mend: Some(format!("chmod {owner_only} {}", quoted(&path))),
            };
            examination.add(Severity::Warning, &path, told);
        }
    }
}

fn strangers(data_directory: &Path, brands: Option<&[Brand]>, examination: &mut Examination) {
    for entry in std::fs::read_dir(data_directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !KNOWN.contains(&name.as_str()) && !name.starts_with('.') {
            let told = Told {
                brand: None,
                found: "nothing of databank's has this name".to_owned(),
                means: "it is not read, and is in no back-up".to_owned(),
                mend: Some(format!("rm -r {}", quoted(&entry.path()))),
            };
            examination.add(Severity::Note, &entry.path(), told);
        }
    }
    let Some(brands) = brands else { return };
    for folder in ["vaults", "uploads"] {
        for entry in std::fs::read_dir(data_directory.join(folder)).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !brands.iter().any(|brand| brand.slug.as_str() == name.to_string_lossy()) {
                let told = Told {
                    brand: None,
                    found: "the catalog knows no brand of this name".to_owned(),
                    means: "what is left of a brand that was erased, or of another installation; nobody reads it"
                        .to_owned(),
                    mend: Some(format!("rm -r {}", quoted(&entry.path()))),
                };
                examination.add(Severity::Warning, &entry.path(), told);
            }
        }
    }
}
