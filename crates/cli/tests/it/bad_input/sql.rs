//! What a mapping's SQL may and may not do with bad values.

use std::fs;

use super::{ask, canonical, codes, counts, import, mapping, one_number, try_import};
use crate::Place;

const ROWS: &str = "e,ts,what,phone,amount,c\n1,2026-01-02,purchase,13900000011,5,1\n2,2026-01-02,purchase,13900000012,x,2\n\
                    3,2026-01-03,purchase,13900000011,7,z\n";

fn place() -> Place {
    let place = Place::with_brand();
    fs::write(place.path("rows.csv"), ROWS).unwrap();
    place
}

fn csv(sql: &str) -> String {
    mapping("path = \"rows.csv\"", sql)
}

/// The usual columns, with others put in.
fn select(more: &str) -> String {
    format!("select e as event_id, ts, what as behavior, phone as \"id.phone\"{more} from rows")
}

#[test]
fn a_value_that_does_not_convert_costs_its_row_in_every_kind_of_query() {
    let base = select(", cast(amount as int) as amount");
    for (id, sql, expected) in [
        ("plain", base.clone(), [2, 0, 1, 0]),
        ("union", format!("{base} union all {}", base.replace("select e as", "select e || 'b' as")), [4, 0, 2, 0]),
        ("common table", format!("with t as ({base}) select * from t"), [2, 0, 1, 0]),
        ("derived table", format!("select * from ({base}) t"), [2, 0, 1, 0]),
        ("filter", select("").replace("from rows", "from rows where cast(amount as int) > 6"), [1, 0, 1, 0]),
        ("case", select(", case when c = '2' then '0' else cast(amount as int) end as amount"), [3, 0, 0, 0]),
        ("window", select(", sum(cast(amount as int)) over (partition by phone) as amount"), [2, 0, 1, 0]),
        (
            "aggregate",
            "select phone as event_id, max(ts) as ts, 'purchase' as behavior, phone as \"id.phone\", \
             sum(cast(amount as int)) as amount from rows group by phone"
                .to_owned(),
            [1, 0, 1, 0],
        ),
        (
            "join",
            "select a.e as event_id, a.ts, a.what as behavior, a.phone as \"id.phone\" from rows a \
             join rows b on cast(a.c as int) = b.e"
                .to_owned(),
            [2, 0, 1, 0],
        ),
    ] {
        let place = place();
        assert_eq!(counts(&import(&place, &csv(&sql), "rows.csv")), expected, "{id}: {:?}", codes(&place));
        assert!(codes(&place).iter().all(|(code, _)| code == "unconvertible"), "{id}: {:?}", codes(&place));
    }
}

#[test]
fn a_mapping_that_does_not_compile_names_its_block_and_what_is_wrong() {
    let place = place();
    for (sql, text) in [
        ("selec 1".to_owned(), "[[events]] block 1"),
        ("select 1; select 2".to_owned(), "[[events]] block 1"),
        ("drop table rows".to_owned(), "only a SELECT"),
        ("insert into rows select * from rows".to_owned(), "only a SELECT"),
        ("copy rows to 'x.csv'".to_owned(), "only a SELECT"),
        ("select * from '/etc/passwd'".to_owned(), "unknown input"),
        ("select * from other".to_owned(), "unknown input \"other\""),
        (select(", amuont as amount"), "did you mean amount?"),
        (select(", PHONE as \"id.user_id\""), "unknown column PHONE"),
        (select("").replace("ts,", "now() as ts,"), "now() gives another answer each time"),
        (select(", random() as amount"), "random()"),
        (select(", e as event_id"), "event_id"),
        (select(", e as _unconvertible"), "reserved"),
        (select("").replace("phone as", "cast(phone as double) as"), "\"id.phone\" is a floating-point number"),
        (select(", cast(1 as real) as \"id.user_id\""), "\"id.user_id\" is a floating-point number"),
    ] {
        try_import(&place, &csv(&sql), "rows.csv").refused(2, text);
    }
    assert_eq!(one_number(&place, "select count(*) from events"), 0);
}

#[test]
fn columns_that_are_none_refuse_their_rows_with_a_hint() {
    for (more, field) in
        [(", amount as amonut", "amonut"), (", phone as \"id.Phone\"", "id.Phone"), (", e as _x", "_x")]
    {
        let place = place();
        assert_eq!(counts(&import(&place, &csv(&select(more)), "rows.csv")), [0, 0, 3, 0], "{field}");
        let first = &super::rejects(&place)[0];
        assert_eq!((&first["code"], &first["field"]), (&"unknown_column".into(), &field.into()), "{first}");
    }
}

#[test]
fn brand_columns_and_brands_go_together() {
    let place = place();
    let named = csv(&select(", 'acme' as brand"));
    try_import(&place, &named, "rows.csv").refused(2, "has a brand column: import with --brands");
    fs::write(place.path("m.toml"), csv(&select(""))).unwrap();
    place.run(["import", "--brands", "acme", "--mapping", "m.toml", "rows.csv"]).refused(2, "needs a brand column");
    place.run(["import", "--brand", "nobody", "--mapping", "m.toml", "rows.csv"]).refused(2, "no brand nobody");
    fs::write(place.path("m.toml"), named).unwrap();
    let report = place.json(&["import", "--brands", "acme", "--mapping", "m.toml", "rows.csv"]);
    assert_eq!(counts(&report), [3, 0, 0, 0]);
}

#[test]
fn names_in_quotes_and_other_scripts_are_columns_as_others() {
    let place = Place::with_brand();
    let text = "\"e \"\"q\"\"\",ts,行为,手机\n1,2026-01-01,view,13900000011\n";
    fs::write(place.path("rows.csv"), text).unwrap();
    let sql =
        r#"select "e ""q""" as event_id, ts, 行为 as behavior, "手机" as "id.phone", 5 as "prop.数 ""量""" from rows"#;
    assert_eq!(counts(&import(&place, &csv(sql), "rows.csv")), [1, 0, 0, 0]);
    assert_eq!(ask(&place, "select properties from events")[0]["properties"], "{\"数 \\\"量\\\"\":5}");
}

#[test]
fn a_row_may_be_refused_whatever_its_other_values_are() {
    // A list, a record and an interval have no place in an event, but a refused row that has them is kept.
    let place = place();
    let sql = select(", make_array(c, e) as \"prop.list\"").replace("what as", "'nope' as");
    assert_eq!(counts(&import(&place, &csv(&sql), "rows.csv")), [0, 0, 3, 0]);
    for value in ["named_struct('a', c)", "map([c], [e])"] {
        let sql = select(&format!(", {value} as \"prop.nested\""));
        let run = try_import(&place, &csv(&sql), "rows.csv");
        // Either it is kept as JSON, or the mapping is refused by the column's name.
        let kept = run.code == Some(0);
        assert!(kept || (run.code == Some(2) && run.stderr.contains("prop.nested")), "{value}: {run:?}");
    }
}

#[test]
fn a_brand_without_events_can_be_asked() {
    let place = Place::with_brand();
    for query in
        ["select * from events order by ts limit 3", "select * from stages order by 1", "select * from memberships"]
    {
        assert_eq!(ask(&place, query), serde_json::json!([]), "{query}");
    }
    fs::write(place.path("rows.csv"), "ts,behavior,id.phone\nnope,view,13900000011\n").unwrap();
    import(&place, &canonical(), "rows.csv");
    assert_eq!(ask(&place, "select * from events order by ts limit 3"), serde_json::json!([]));
}
