//! What a restore refuses, and how it goes on after it was cut short.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{assert_sound, backup, files, restore, said, shop};

#[test]
fn a_restore_wants_an_empty_directory_the_right_key_and_a_whole_backup() {
    let place = shop();
    backup(&place, "backups");
    restore(&place, "backups").refused(2, "is not empty: it holds \"catalog.s");
    let other = place.beside("restored");
    fs::create_dir(&other.data).unwrap();
    fs::write(other.data.join("notes.txt"), "mine").unwrap();
    restore(&other, "backups").refused(2, "is not empty: it holds \"notes.txt\"");
    fs::remove_file(other.data.join("notes.txt")).unwrap();
    restore(&other, "nowhere").refused(2, "there is no back-up at");
    fs::create_dir(place.path("empty")).unwrap();
    restore(&other, "empty").refused(2, "holds no whole back-up");

    // Without its key a back-up cannot be read, and nothing is written.
    let key = fs::read(place.default_key()).unwrap();
    fs::remove_file(place.default_key()).unwrap();
    restore(&other, "backups").refused(2, "is missing; this data directory was made with the key of fingerprint");
    fs::write(place.default_key(), format!("{:064x}\n", 0x1234_5678_9abc_u64)).unwrap();
    fs::set_permissions(place.default_key(), fs::Permissions::from_mode(0o600)).unwrap();
    restore(&other, "backups").refused(2, "fingerprint");
    assert_eq!(files(&other.data).len(), 0);
    fs::write(place.default_key(), key).unwrap();
    assert_eq!(restore(&other, "backups").code, Some(0));
    assert_eq!(said(&other), said(&place));
    restore(&other, "backups").refused(2, "is not empty");
}

#[test]
fn a_restore_that_was_cut_short_is_refused_by_everybody_and_goes_on() {
    let place = shop();
    let taken = backup(&place, "backups");
    let path = place.path("x").join(taken["backup"].as_str().unwrap());
    let other = place.beside("restored");
    let mut kinds = 0;
    for (name, whole) in files(&path) {
        // Some of each kind.
        let shown = name.to_string_lossy().into_owned();
        if name.ends_with("backup.json") || (shown.contains("/events/") && kinds > 3) {
            continue;
        }
        kinds += 1;
        // Begun anew: what is whole in the directory already is not read from the back-up again.
        fs::remove_dir_all(&other.data).ok();
        let mut bytes = whole.clone();
        let at = bytes.len() / 2;
        bytes[at] ^= 0x20;
        fs::write(path.join(&name), &bytes).unwrap();
        let finished = restore(&other, "backups");
        finished.refused(2, &format!("{shown} is damaged"));
        for command in [&["assets", "--brand", "acme"][..], &["serve", "--listen", "127.0.0.1:0"], &["doctor"]] {
            other
                .run(command.iter().chain(&["--quiet"]))
                .refused(1, "was cut short, so it is not whole; `databank restore --from ");
        }
        fs::write(path.join(&name), &whole).unwrap();
    }
    assert!(kinds > 20, "{kinds}");
    // Another back-up must not be mixed into it.
    backup(&place, "later");
    restore(&other, "later").refused(2, "was cut short; go on with that one");
    assert_eq!(restore(&other, "backups").code, Some(0));
    assert_eq!(said(&other), said(&place));
    assert_sound(&other);
}
