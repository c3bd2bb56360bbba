//! A value that fails to convert rejects its row, not the import, and only where it is used.

use super::support::{check, check_refused, one_block, run, trimmed, written};

const FILE: &[u8] =
    b"id,kind,price,day\n1,order,10,2020-01-01\n2,order,abc,2020-01-02\n3,view,abc,yesterday\n4,order,20,2020-01-03\n";
const INPUT: &str = "\"a.csv\"";

#[track_caller]
fn converts(sql: &str, expected: &str) {
    check(&[("a.csv", FILE)], INPUT, sql, expected);
}

const PRICE: &str = "! cast(t.price as Int64): \"abc\"";

#[test]
fn in_the_select_list_the_row_is_marked() {
    converts("select id, cast(price as bigint) as p from t", &format!("1|10\n2|- {PRICE}\n3|- {PRICE}\n4|20"));
    converts("select id, price::bigint * 2 as p from t", &format!("1|20\n2|- {PRICE}\n3|- {PRICE}\n4|40"));
    converts("select id, try_cast(price as bigint) as p from t", "1|10\n2|-\n3|-\n4|20");
    converts("select id from (select id, cast(price as bigint) as unused from t)", "1\n2\n3\n4");
}

#[test]
fn functions_that_fail_mark_the_row() {
    let outcome = run(&[("a.csv", FILE)], &one_block(INPUT, "select id, to_timestamp(day) as d from t")).unwrap();
    assert_eq!(outcome.blocks[0][0], "1|2020-01-01T00:00:00");
    assert!(outcome.blocks[0][2].starts_with("3|- ! to_timestamp(t.day): "), "{outcome:?}");
    assert!(outcome.blocks[0][2].contains("yesterday"));
    for call in [
        "to_date(day)",
        "date_trunc('month', to_timestamp(day))",
        "arrow_cast(day, 'Date32')",
        "cast(day as timestamp)",
        "to_timestamp(day, '%Y-%m-%d')",
    ] {
        let sql = format!("select id, {call} as d from t");
        let outcome = run(&[("a.csv", FILE)], &one_block(INPUT, &sql)).unwrap();
        let marked: Vec<_> = outcome.blocks[0].iter().filter(|row| row.contains(" ! ")).collect();
        assert_eq!(marked.len(), 1, "{call}: {outcome:?}");
        assert!(marked[0].starts_with("3|- !"), "{call}: {outcome:?}");
    }
}

#[test]
fn division_by_zero_and_overflow_mark_the_row() {
    let sql = "select id, 12 / (cast(id as bigint) - 2) as q from t";
    let outcome = run(&[("a.csv", FILE)], &one_block(INPUT, sql)).unwrap();
    assert!(outcome.blocks[0][1].starts_with("2|- ! ") && outcome.blocks[0][1].contains("ivide"), "{outcome:?}");
    assert_eq!(outcome.blocks[0].iter().filter(|row| row.contains('!')).count(), 1);
    for expression in [
        "5 % (cast(id as bigint) - 2)",
        "case when id = '2' then 9223372036854775807 else 1 end * cast(id as bigint)",
        "cast(id as decimal(3,0)) / (cast(id as decimal(3,0)) - 2)",
    ] {
        let outcome =
            run(&[("a.csv", FILE)], &one_block(INPUT, &format!("select id, {expression} as q from t"))).unwrap();
        let marked: Vec<_> = outcome.blocks[0].iter().filter(|row| row.contains('!')).collect();
        assert!(marked.len() == 1 && marked[0].starts_with("2|"), "{expression}: {outcome:?}");
    }
}

#[test]
fn decimals_keep_the_scale_that_was_asked_for() {
    let price = "case when kind = 'order' and id <> '2' then price else '1' end";
    converts(
        &format!("select id, round(cast({price} as decimal(12, 3)) * cast(2.5 as decimal(2, 1)), 2) as amount from t"),
        "1|25.00\n2|2.50\n3|2.50\n4|50.00",
    );
    let sql = format!("select arrow_typeof(round(cast({price} as decimal(12, 3)), 2)) as amount from t limit 1");
    converts(&sql, "Decimal128(12, 2)");
}

#[test]
fn a_case_fails_only_in_the_branch_taken() {
    converts(
        "select id, case when kind = 'order' then cast(price as bigint) else 0 end as p from t",
        &format!("1|10\n2|- {PRICE}\n3|0\n4|20"),
    );
    converts(
        "select id, case kind when 'view' then -1 else cast(price as bigint) end as p from t",
        &format!("1|10\n2|- {PRICE}\n3|-1\n4|20"),
    );
    converts(
        "select id, case when id = '2' then 1 when cast(price as bigint) > 15 then 2 else 3 end as p from t",
        &format!("1|3\n2|1\n3|3 {PRICE}\n4|2"),
    );
    converts(
        "select id, case when kind = 'order' then p else 0 end as p from (select id, kind, cast(price as bigint) as p from t)",
        &format!("1|10\n2|- {PRICE}\n3|0\n4|20"),
    );
}

#[test]
fn coalesce_and_or_stop_at_what_decides() {
    converts(
        "select id, coalesce(nullif(id, '3'), cast(price as bigint)) as p from t",
        &format!("1|1\n2|2\n3|- {PRICE}\n4|4"),
    );
    converts(
        "select id, kind = 'order' and cast(price as bigint) > 15 as p from t",
        &format!("1|false\n2|- {PRICE}\n3|false\n4|true"),
    );
    converts(
        "select id, cast(price as bigint) > 15 and kind = 'order' as p from t",
        &format!("1|false\n2|- {PRICE}\n3|false\n4|true"),
    );
    converts(
        "select id, kind = 'view' or cast(price as bigint) > 15 as p from t",
        &format!("1|false\n2|- {PRICE}\n3|true\n4|true"),
    );
}

#[test]
fn in_where_a_failed_row_comes_out_marked_unless_another_condition_drops_it() {
    converts("select id from t where cast(price as bigint) > 15", &format!("2 {PRICE}\n3 {PRICE}\n4"));
    converts("select id from t where cast(price as bigint) > 15 and kind = 'order'", &format!("2 {PRICE}\n4"));
    converts(
        "select id from (select * from t where cast(price as bigint) > 15) where kind = 'order'",
        &format!("2 {PRICE}\n4"),
    );
    converts("select id from t where price > 15", &format!("2 {PRICE}\n3 {PRICE}\n4"));
    converts("select id from t where cast(price as bigint) = 10 or id = '3'", &format!("1\n2 {PRICE}\n3"));
    converts("select id from t where price is not null and cast(id as bigint) = 01", "1");
    converts("select id from t where cast(price as bigint) in (10, 30)", &format!("1\n2 {PRICE}\n3 {PRICE}"));
}

#[test]
fn in_aggregates_the_group_is_marked_and_failed_keys_are_groups_of_their_own() {
    converts(
        "select kind, sum(cast(price as bigint)) as s, count(*) as n from t group by kind",
        &format!("order|30|3 {PRICE}\nview|-|1 {PRICE}"),
    );
    converts("select kind, count(*) as n from t group by kind", "order|3\nview|1");
    converts(
        "select kind, sum(cast(price as bigint)) filter (where id <> '2') as s from t group by kind",
        &format!("order|30\nview|- {PRICE}"),
    );
    converts(
        "select cast(price as bigint) as p, count(*) as n from t group by cast(price as bigint)",
        &format!("-|2 {PRICE}\n10|1\n20|1"),
    );
    converts("select count(*) as n from t where cast(price as bigint) > 15", &format!("3 {PRICE}"));
    converts(
        "select kind from t group by kind having max(cast(price as bigint)) > 15",
        &format!("order {PRICE}\nview {PRICE}"),
    );
    converts(
        "select distinct kind, cast(price as bigint) as p from t",
        &format!("order|- {PRICE}\norder|10\norder|20\nview|- {PRICE}"),
    );
}

#[test]
fn windows_unions_sorts_and_limits_carry_the_mark() {
    converts(
        "select id, row_number() over (partition by kind order by cast(price as bigint)) as n from t",
        &format!("1|1\n2|3 {PRICE}\n3|1 {PRICE}\n4|2"),
    );
    converts(
        "select id, p from (select id, cast(price as bigint) as p, row_number() over (partition by kind order by id) as n from t) where n = 2",
        &format!("2|- {PRICE}"),
    );
    converts(
        "select id, cast(price as bigint) as p from t union all select kind, 7 from t where id = '3'",
        &format!("1|10\n2|- {PRICE}\n3|- {PRICE}\n4|20\nview|7"),
    );
    converts(
        "select id from t order by cast(price as bigint) desc nulls last, id limit 3",
        &format!("1\n2 {PRICE}\n4"),
    );
    converts(
        "select unnest(string_to_array(kind, 'e')) as k, cast(price as bigint) as p from t where id = '2'",
        &format!("ord|- {PRICE}\nr|- {PRICE}"),
    );
    converts(
        "with o as (select *, cast(price as bigint) as p from t) select o.id, o.p from o where o.kind = 'order'",
        &format!("1|10\n2|- {PRICE}\n4|20"),
    );
}

const JOINED: &str = "name = \"test\"\n[inputs]\no = \"o.csv\"\ni = \"i.csv\"\n[[events]]\nsql = '''SQL'''\n";
const ORDERS: &[u8] = b"id,total\n1,10\nx2,20\n3,30\n";
const ITEMS: &[u8] = b"order_id,sku\n01,a\n1,b\n3,c\nx9,d\n4,e\n";

#[track_caller]
fn joins(sql: &str, expected: &str) {
    let outcome = run(&[("o.csv", ORDERS), ("i.csv", ITEMS)], &JOINED.replace("SQL", sql)).unwrap();
    assert_eq!(written(&outcome), trimmed(expected), "{outcome:#?}");
}

#[test]
fn a_failed_join_key_comes_out_once_and_marked() {
    let left = "-|- ! cast(o.id as Int64): \"x2\"";
    let right = "! cast(i.order_id as Int64): \"x9\"";
    for sql in [
        "select i.sku, o.total from o join i on cast(o.id as bigint) = cast(i.order_id as bigint)",
        "select i.sku, o.total from o, i where cast(i.order_id as bigint) = cast(o.id as bigint)",
    ] {
        joins(sql, &format!("-|20 {}\na|10\nb|10\nc|30\nd|- {right}", left.strip_prefix("-|- ").unwrap()));
    }
    joins(
        "select i.sku, o.total from o left join i on cast(o.id as bigint) = cast(i.order_id as bigint)",
        &format!("-|20 ! cast(o.id as Int64): \"x2\"\na|10\nb|10\nc|30\nd|- {right}"),
    );
    joins(
        "select i.sku, s.n from (select cast(id as bigint) as n from o) s join i on s.n = i.order_id::bigint where i.sku <> 'd'",
        &format!("{left}\na|1\nb|1\nc|3"),
    );
    joins("select i.sku, o.total from o join i on o.id = i.order_id", "b|10\nc|30");
    joins(
        "select o.id, i.sku from o join i on o.id = i.order_id where cast(o.total as bigint) > cast(i.order_id as bigint) + 20",
        "3|c",
    );
    joins(
        "select o.id, i.sku from o left join i on o.id = i.order_id and cast(i.sku as bigint) = 1 where o.id = '1'",
        "1|b ! cast(i.sku as Int64): \"b\"",
    );
}

#[test]
fn what_cannot_be_followed_is_refused() {
    for sql in [
        "select distinct on (kind) kind, cast(price as bigint) as p from t",
        "select kind, count(*) as n from t group by rollup (cast(price as bigint), kind)",
    ] {
        check_refused(&[("a.csv", FILE)], INPUT, sql, &["[[events]] block 1", "try_cast"]);
    }
}

#[test]
fn subqueries_in_expressions_still_work() {
    converts("select id from t where price in (select max(price) from t where kind = 'order')", "2\n3");
    converts("select id from t where cast(price as bigint) in (select 10)", &format!("1\n2 {PRICE}\n3 {PRICE}"));
    converts("select id, (select count(*) from t) as n from t where id = '1'", "1|4");
}
