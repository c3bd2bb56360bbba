//! Mapping files: what they say, what they may not say, and what compiling finds.

use std::fmt::Write as _;

use databank_deposit::mapping::{BlockKind, Mapping, MappingOptions, MaxRejects, MissingId, OpenedMapping};
use futures::TryStreamExt;

use super::support::{Files, check, check_refused, directory, one_block, run, run_paths};

const FILES: Files<'_> = &[("a.csv", b"OrderId,price\n1,2.5\n")];

#[test]
fn a_mapping_is_parsed_in_declared_order() {
    let text = r#"
name = "shop"
timezone = "America/Sao_Paulo"
currency = "BRL"
missing_id = "anonymous"
max_rejects = 0.05
[inputs]
z = "z.csv"
a = { path = "a/*.csv.gz", header = false, columns = ["x", "y"], delimiter = "\t", quote = "", null = ["NA", ""], encoding = "gbk", types = { y = "decimal(10, 2)", x = "bigint" } }
[[items]]
sql = "select 1 as item_id from z"
valid_from = 2024-01-01
[[events]]
sql = "select 1 as x from z"
[[events]]
sql = "select 2 as x from a"
"#;
    let mapping = Mapping::parse(text, "shop.toml").unwrap();
    assert_eq!((mapping.name.as_str(), mapping.source.as_str()), ("shop", "shop"));
    assert_eq!(mapping.timezone, Some(chrono_tz::America::Sao_Paulo));
    assert_eq!(mapping.missing_id, MissingId::Anonymous);
    assert_eq!(mapping.max_rejects, Some(MaxRejects::Share(0.05)));
    let tables: Vec<_> = mapping.inputs.iter().map(|input| input.table.as_str()).collect();
    assert_eq!(tables, ["z", "a"]);
    assert_eq!(mapping.inputs[1].options.delimiter, Some(b'\t'));
    assert_eq!(mapping.inputs[1].options.quote, Some(None));
    assert_eq!(mapping.inputs[1].options.types[0].0, "y");
    let blocks: Vec<_> = mapping.blocks.iter().map(|block| (block.kind, block.number)).collect();
    assert_eq!(blocks, [(BlockKind::Items, 1), (BlockKind::Events, 1), (BlockKind::Events, 2)]);
    assert_eq!(mapping.blocks[0].valid_from.as_deref(), Some("2024-01-01"));
}

#[test]
fn mistakes_name_the_line_and_what_would_be_right() {
    let whole = "name = \"x\"\n[inputs]\nt = \"a.csv\"\n[[events]]\nsql = \"select 1 as x from t\"\n";
    for (change, parts) in [
        (("name = ", "nam = "), &["m.toml line 1", "`nam`", "`name`"][..]),
        (("sql = ", "slq = "), &["m.toml line 5", "`slq`", "[[events]]", "`sql`"]),
        (("\"a.csv\"", "{ path = \"a\", delimeter = \";\" }"), &["line 3", "`delimeter`", "`delimiter`"]),
        (("\"a.csv\"", "{ path = \"a\", delimiter = \";;\" }"), &["line 3", "`delimiter`", "one ASCII character"]),
        (("\"a.csv\"", "{ path = \"a\", encoding = \"klingon\" }"), &["line 3", "klingon", "gb18030"]),
        (("\"a.csv\"", "{ path = \"a\", types = { x = \"money\" } }"), &["line 3", "money", "decimal"]),
        (("\"a.csv\"", "{ header = false }"), &["line 3", "`path`"]),
        (("[inputs]\n", "timezone = \"Mars\"\n[inputs]\n"), &["line 2", "Mars", "Asia/Shanghai"]),
        (("[inputs]\n", "currency = \"yuan\"\n[inputs]\n"), &["line 2", "yuan", "CNY"]),
        (("[inputs]\n", "missing_id = \"drop\"\n[inputs]\n"), &["line 2", "drop", "anonymous"]),
        (("[inputs]\n", "max_rejects = -1\n[inputs]\n"), &["line 2", "max_rejects"]),
        (("[[events]]", "[[event]]"), &["line 4", "`event`", "`events`"]),
        (("[[events]]", "[events]"), &["line 4", "[[events]]"]),
        (("sql", "valid_from = \"2020-01-01\"\nsql"), &["line 5", "`valid_from`"]),
        (("t = ", "t = = "), &["line 3", "not TOML"]),
    ] {
        let error = Mapping::parse(&whole.replacen(change.0, change.1, 1), "m.toml").unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
    }
}

#[test]
fn column_names_are_case_sensitive_and_functions_are_not() {
    check(
        FILES,
        "\"a.csv\"",
        "SELECT OrderId, UPPER(Lower('x')) AS \"prop.Up\", Max(price) over () as m FROM t",
        "1|X|2.5",
    );
    check_refused(
        FILES,
        "\"a.csv\"",
        "select orderid from t",
        &["[[events]] block 1: unknown column orderid", "did you mean OrderId?", "the input \"t\" has: OrderId, price"],
    );
    check_refused(
        FILES,
        "\"a.csv\"",
        "select o.nothing from t o",
        &["unknown column o.nothing", "the input \"t\" has"],
    );
    check_refused(FILES, "\"a.csv\"", "select OrderId from T", &["unknown input \"T\"", "\"t\""]);
}

#[test]
fn only_a_select_with_one_answer_may_stand_in_sql() {
    for sql in [
        "create table x as select 1",
        "insert into t values (1)",
        "drop table t",
        "copy t to '/tmp/x'",
        "set a = 1",
        "explain select 1",
        "select 1 as x; select 2 as x",
        "select price into x from t",
    ] {
        check_refused(FILES, "\"a.csv\"", sql, &["[[events]] block 1"]);
    }
    for (call, name) in [
        ("random()", "random"),
        ("uuid()", "uuid"),
        ("now()", "now"),
        ("current_date", "current_date"),
        ("current_timestamp", "now"),
        ("NOW()", "now"),
    ] {
        let sql = format!("select price from (select *, {call} as c from t) where c is not null");
        check_refused(FILES, "\"a.csv\"", &sql, &["[[events]] block 1", &format!("{name}()")]);
        let sql = format!("select price from t where price in (select cast({call} as varchar))");
        check_refused(FILES, "\"a.csv\"", &sql, &[&format!("{name}()")]);
    }
    check_refused(FILES, "\"a.csv\"", "select a.price from t a natural join t b", &["NATURAL", "USING"]);
}

#[test]
fn a_floating_point_id_is_refused_by_name() {
    let sql = "select cast(OrderId as double) as \"id.user\" from t";
    check_refused(FILES, "\"a.csv\"", sql, &["[[events]] block 1", "id.user", "floating-point"]);
    check(FILES, "\"a.csv\"", "select cast(OrderId as bigint) as \"id.user\" from t", "1");
    check_refused(FILES, "\"a.csv\"", "select price as x, OrderId as x from t", &["[[events]] block 1", "same name"]);
}

#[test]
fn rows_of_one_input_carry_their_position() {
    let names = |sql: &str| {
        let outcome = run(FILES, &one_block("\"a.csv\"", sql)).unwrap();
        (outcome.columns[0].clone(), outcome.blocks[0].len())
    };
    assert_eq!(names("select price from t"), (vec!["price".to_owned()], 1));
    assert_eq!(names("select * from t"), (vec!["OrderId".to_owned(), "price".into()], 1));
    assert_eq!(names("select *, 1 as one from (select price from t)").0, ["price", "one"]);
    // The positions of two inputs say nothing about the joined row.
    let joined = "select a.*, b._file, b._line from t a join t b using (OrderId)";
    assert_eq!(names(joined).0, ["OrderId", "price"]);
}

#[test]
fn paths_are_a_directory_or_the_files_of_the_only_input() {
    let directory = directory(&[("x/a.csv", b"a\n1\n"), ("y/a.csv", b"a\n2\n"), ("z.csv", b"a\n3\n")]);
    let at = |name: &str| directory.path().join(name);
    let mapping = one_block("\"ignored.csv\"", "select a, _file as f from t");
    let outcome = run_paths(&[at("x/a.csv"), at("z.csv")], &mapping, 64 << 20).unwrap();
    assert_eq!(outcome.blocks[0], ["1|a.csv", "3|z.csv"]);
    let outcome = run_paths(&[at("x/a.csv"), at("y/a.csv")], &mapping, 64 << 20).unwrap();
    assert_eq!(outcome.files.len(), 2);
    assert_ne!(outcome.files[0].file, outcome.files[1].file);
    let two = mapping.replace("[[events]]", "u = \"z.csv\"\n[[events]]");
    let error = run_paths(&[at("z.csv")], &two, 64 << 20).unwrap_err();
    assert!(error.contains("t, u") && error.contains("directory"), "{error}");
    let error = run_paths(&[at("missing.csv")], &mapping, 64 << 20).unwrap_err();
    assert!(error.contains("missing.csv"), "{error}");
    let globbed = one_block("\"*/a.csv\"", "select a, _file as f from t");
    let outcome = run_paths(&[directory.path().to_owned()], &globbed, 64 << 20).unwrap();
    assert_eq!(outcome.blocks[0], ["1|x/a.csv", "2|y/a.csv"]);
    for pattern in ["../a.csv", "/etc/passwd"] {
        let error =
            run_paths(&[at("x")], &one_block(&format!("{pattern:?}"), "select a from t"), 64 << 20).unwrap_err();
        assert!(error.contains("without `..`"), "{error}");
    }
}

#[test]
fn a_join_larger_than_its_memory_spills() {
    let mut file = String::from("k,v\n");
    for row in 0..400_000_u32 {
        writeln!(file, "{},some longer text to fill the memory {row}", row.wrapping_mul(2_654_435_761)).unwrap();
    }
    let directory = directory(&[("a.csv", file.as_bytes())]);
    let sql = "select count(*) as n from t x join t y on x.k = y.k where length(x.v) = length(y.v)";
    let outcome = run_paths(&[directory.path().to_owned()], &one_block("\"a.csv\"", sql), 64 << 20).unwrap();
    assert_eq!(outcome.blocks[0], ["400000"]);
}

#[test]
fn a_block_can_be_read_again_and_is_counted_once() {
    let mut file = String::from("k,v\n0\n");
    for row in 0..120_000 {
        writeln!(file, "{row},value").unwrap();
    }
    let directory = directory(&[("a.csv", file.as_bytes())]);
    let mapping =
        one_block("\"a.csv\"", "select x.v from t x join t y on cast(x.k as bigint) = cast(y.k as bigint) order by 1");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mapping = Mapping::parse(&mapping, "test.toml").unwrap();
        // Little memory makes the join sort and merge, more lets it hash.
        for memory_bytes in [16 << 20, 256 << 20] {
            let options = MappingOptions { memory_bytes, temp_dir: None };
            let opened = OpenedMapping::open(&mapping, &[directory.path().to_owned()], &options).await.unwrap();
            for _ in 0..3 {
                let mut rows = 0;
                let mut stream = opened.blocks()[0].stream().unwrap();
                while let Some(batch) = stream.try_next().await.unwrap() {
                    rows += batch.num_rows();
                }
                assert_eq!(rows, 120_000);
            }
            assert_eq!((opened.inputs()[0].records(), opened.inputs()[0].unreadable()), (120_001, 1));
        }
    });
}
