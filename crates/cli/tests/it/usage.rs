use crate::Place;

#[test]
fn wrong_use_is_one_line_and_exit_2() {
    let place = Place::new();
    let cases: [(&[&str], &str); 7] = [
        (&[], "a command is missing"),
        (&["brand"], "a command is missing"),
        (&["impor"], "a similar subcommand exists: 'import'"),
        (&["brand", "list", "--colour"], "unexpected argument '--colour' found"),
        (&["assets"], "--brand <BRAND>|--all-brands"),
        (&["sql", "select 1"], "sql needs --brand"),
        (&["flow", "--brand", "a", "--from", "2026-02-30", "--to", "2026-03-01"], "is not a day (YYYY-MM-DD)"),
    ];
    for (args, text) in cases {
        place.run(args).refused(2, text);
    }
    assert!(!place.data.try_exists().unwrap());
}

#[test]
fn help_and_version_are_results() {
    let place = Place::new();
    let help = place.run(["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    let commands = [
        "brand", "import", "rejects", "rules", "rebuild", "compact", "versions", "assets", "trend", "flow", "sql",
        "user", "key", "audit",
    ];
    for command in commands {
        assert!(help.stdout.contains(&format!("\n  {command}")), "{command}: {}", help.stdout);
    }
    assert!(!help.stdout.contains("hold"), "{}", help.stdout);
    let version = place.run(["--version"]);
    assert_eq!(version.code, Some(0));
    assert!(version.stdout.starts_with("databank 0."), "{version:?}");
}

#[test]
fn only_adding_a_brand_makes_a_data_directory() {
    let place = Place::new();
    place.run(["brand", "list"]).refused(2, "there is no data directory");
    assert!(!place.data.try_exists().unwrap());
    assert!(!place.default_key().try_exists().unwrap());

    let elsewhere = place.path("elsewhere");
    let data = elsewhere.to_str().unwrap();
    assert_eq!(place.run(["brand", "add", "acme", "--data", data]).code, Some(0));
    assert!(elsewhere.join("catalog.sqlite").try_exists().unwrap());
    assert!(!place.data.try_exists().unwrap(), "--data wins over the environment");
}

#[test]
fn a_directory_of_other_files_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir(&place.data).unwrap();
    std::fs::write(place.data.join("letter.txt"), "dear").unwrap();
    for args in [&["brand", "list"][..], &["brand", "add", "acme"]] {
        place.run(args).refused(2, "it holds \"letter.txt\" and no catalog");
    }
    assert_eq!(std::fs::read_dir(&place.data).unwrap().count(), 1);
}

#[test]
fn an_empty_directory_may_become_a_data_directory() {
    let place = Place::new();
    std::fs::create_dir(&place.data).unwrap();
    assert_eq!(place.json(&["brand", "list"]), serde_json::json!([]));
}
