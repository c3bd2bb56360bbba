//! What a query may take, and what its answer looks like.

use std::fs;

use serde_json::json;

use crate::Place;

const MAPPING: &str = r#"
name = "shop"
timezone = "Asia/Shanghai"
[inputs]
rows = "rows.csv"
[[events]]
sql = 'select n as event_id, at as ts, what as behavior, who as "id.user_id" from rows'
"#;

/// A brand with a few thousand events.
fn place() -> Place {
    let place = Place::with_brand();
    let rows: String = (0..5000).map(|n| format!("{n},2026-01-02 10:00:00,view,u{}\n", n % 100)).collect();
    fs::write(place.path("rows.csv"), format!("n,at,what,who\n{rows}")).unwrap();
    fs::write(place.path("shop.toml"), MAPPING).unwrap();
    place.json(&["import", "--brand", "acme", "--mapping", "shop.toml", "rows.csv"]);
    place
}

#[test]
fn a_query_that_computes_without_end_is_stopped() {
    let place = place();
    for endless in [
        // Never waits: a timer in the same process would not be asked.
        "select count(*) from events a cross join events b cross join events c cross join events d",
        "select max(a.ts) from events a join events b on a.consumer <> b.consumer join events c on b.consumer <> c.consumer",
        "with recursive r as (select 1 as n union all select n + 1 from r) select count(*) from r",
    ] {
        let stopped = place.run(["sql", "--brand", "acme", "--timeout", "1", endless]);
        stopped.refused(2, "stopped");
    }
    assert_eq!(place.json(&["sql", "--brand", "acme", "select count(*) as n from events"]), json!([{ "n": 5000 }]));
}

#[test]
fn a_query_that_asks_for_too_much_memory_is_stopped() {
    let place = place();
    for (greedy, why) in [
        ("select repeat('x', 1000000) as x from events", "larger than 64 MB"),
        ("select length(array_to_string(range(0, 3000000000), ',')) as n", "memory"),
        ("select a.ts, b.ts as other from events a cross join events b", "rows"),
        ("select length(array_to_string(array_agg(repeat('x', 1000000)), '')) as n from events", "memory"),
    ] {
        let stopped = place.run(["sql", "--brand", "acme", greedy]);
        assert_eq!((stopped.code, stopped.stdout.as_str()), (Some(2), ""), "{greedy}: {stopped:?}");
        println!("{greedy}: {}", stopped.stderr);
        assert!(stopped.stderr.contains(why) || stopped.stderr.contains("memory limit"), "{greedy}: {stopped:?}");
    }
}

#[test]
fn an_answer_says_what_its_columns_are() {
    let place = place();
    let twice = "select a.day, b.day from events a join events b on a.event_key = b.event_key";
    place.run(["sql", "--brand", "acme", twice]).refused(2, "two columns of the answer are called \"day\"");
    // An instant is the same instant in whatever zone it is asked for.
    let instants = "select distinct ts, ts at time zone 'America/New_York' as there from events";
    let answer = place.json(&["sql", "--brand", "acme", instants]);
    assert_eq!(answer, json!([{ "ts": "2026-01-02T02:00:00Z", "there": "2026-01-02T02:00:00Z" }]));
    assert_eq!(place.json(&["sql", "--brand", "acme", "select day from events where 1 = 0"]), json!([]));
}
