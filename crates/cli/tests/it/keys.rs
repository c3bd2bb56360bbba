use std::os::unix::fs::PermissionsExt;

use crate::Place;

#[test]
fn the_key_is_made_once_private_and_announced() {
    let place = Place::new();
    let first = place.run(["brand", "add", "acme", "--quiet"]);
    assert_eq!(first.code, Some(0));
    assert!(first.stderr.starts_with("warning: made the master key "), "{first:?}");
    assert!(first.stderr.contains(place.default_key().to_str().unwrap()), "{first:?}");
    assert_eq!(place.default_key().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(place.data.metadata().unwrap().permissions().mode() & 0o777, 0o700);

    let key = std::fs::read(place.default_key()).unwrap();
    let second = place.run(["brand", "add", "other"]);
    assert_eq!((second.code, second.stderr.as_str()), (Some(0), ""));
    assert_eq!(std::fs::read(place.default_key()).unwrap(), key);
}

#[test]
fn the_key_file_is_where_the_user_says() {
    let place = Place::new();
    let (by_option, by_environment) = (place.path("keys/option"), place.path("keys/environment"));
    let added = place.run(["brand", "add", "acme", "--key-file", by_option.to_str().unwrap()]);
    assert_eq!(added.code, Some(0), "{added:?}");
    assert!(by_option.try_exists().unwrap() && !place.default_key().try_exists().unwrap());

    std::fs::rename(&by_option, &by_environment).unwrap();
    let mut command = place.command(["brand", "list"]);
    command.env("DATABANK_KEY_FILE", &by_environment);
    assert_eq!(crate::finish(command).code, Some(0));
}

#[test]
fn a_missing_key_is_refused_and_not_replaced() {
    let place = Place::with_brand();
    std::fs::remove_file(place.default_key()).unwrap();
    place.run(["brand", "list"]).refused(2, "is missing");
    assert!(!place.default_key().try_exists().unwrap());
}

#[test]
fn a_wrong_key_is_refused_also_by_way_of_the_owner() {
    let (place, other) = (Place::with_brand(), Place::with_brand());
    let foreign = other.default_key();
    let args = ["brand", "list", "--key-file", foreign.to_str().unwrap()];
    place.run(args).refused(2, "holds the key of fingerprint");

    let holding = place.hold();
    place.run(args).refused(2, "holds the key of fingerprint");
    place.run(["brand", "list", "--key-file", "nowhere"]).refused(2, "is missing");
    assert_eq!(holding.finish().code, Some(0));
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let place = Place::with_brand();
    std::fs::set_permissions(place.default_key(), PermissionsExt::from_mode(0o644)).unwrap();
    place.run(["brand", "list"]).refused(2, "make it private");
}

#[test]
fn a_key_inside_the_data_directory_is_refused() {
    let place = Place::new();
    let inside = place.data.join("master.key");
    place.run(["brand", "add", "acme", "--key-file", inside.to_str().unwrap()]).refused(2, "inside the data directory");
    assert!(!inside.try_exists().unwrap());
}
