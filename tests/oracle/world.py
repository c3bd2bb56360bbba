#!/usr/bin/env python3
"""Recovers a synthetic world from its events alone, by SQL that knows neither Databank nor what made the world.

usage: world.py WORLD_DIR [--days D1,D2,…]

Reads the event files as published: throws out what no one could take (times that are none, rows without ids, unknown
behaviors), keeps one of repeated rows, finds who is one person (ids on one row are one person's; a browser or device is
whose the last sign-in on it was), and judges stages by windows on each day asked. Prints `{"found": …, "truth": …}`, for
each brand persons, money, stage counts by day and movements, the second read from `truth/`. Exits 1 when a person of the
truth is found in two pieces, or two persons are found as one.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb

BEHAVIORS = """view content_view live_view ad_impression ad_click visit search favorite cart follow unfollow like comment
share sample book chat aftersale join_member leave_member claim order purchase refund review message_sent message_delivered
message_open message_click consent""".split()
STRONG = ["phone", "email", "unionid", "openid", "member_card", "taobao", "jd", "douyin"]
WEAK = ["device_id", "cookie"]


def load(connection: duckdb.DuckDBPyConnection, world: Path) -> None:
    """Rows that can be taken, each once, with the day in China, which is eight hours ahead all year."""
    any_id = " or ".join(f'"id.{kind}" is not null' for kind in STRONG + WEAK)
    names = ", ".join(f"'{name}'" for name in BEHAVIORS)
    connection.execute(
        f"""
        create table event as
        select *, row_number() over () as n, cast(ts at time zone 'UTC' + interval 8 hour as date) as day
        from (select distinct * from read_parquet('{world}/events/part-*.parquet'))
        where ({any_id}) and behavior in ({names}) and ts >= timestamptz '1971-01-01 00:00:00+00'
          and (amount is null or amount >= 0)
          and ("id.phone" is null or regexp_full_match("id.phone", '1[3-9][0-9]{{9}}'))
        """
    )
    ids = " union all ".join(
        f"""select n, brand, ts, '{kind}:' || "id.{kind}" as id, {str(kind in STRONG).lower()} as strong
            from event where "id.{kind}" is not null"""
        for kind in STRONG + WEAK
    )
    connection.execute(f"create table seen as {ids}")


def components(connection: duckdb.DuckDBPyConnection, name: str, where: str) -> None:
    """Ids that stand on one row, however many rows lie between, get one label: the smallest passes from row to row."""
    connection.execute(f"create table {name} as select brand, id, id as person from seen where {where} group by all")
    connection.execute(f"create temp table pair as select distinct brand, n, id from seen where {where}")
    while True:
        connection.execute(
            f"""
            create or replace temp table spread as
            with of_row as (select p.brand, p.n, min(c.person) as person from pair p join {name} c using (brand, id)
                            group by all)
            select p.brand, p.id, min(r.person) as person from pair p join of_row r using (brand, n) group by all
            """
        )
        changed = connection.execute(
            f"select count(*) from {name} c join spread s using (brand, id) where s.person < c.person"
        ).fetchone()[0]
        if changed == 0:
            break
        connection.execute(
            f"update {name} set person = s.person from spread s where s.brand = {name}.brand and s.id = {name}.id"
        )
    connection.execute("drop table pair")


def find_persons(connection: duckdb.DuckDBPyConnection) -> None:
    """Whose each row is."""
    components(connection, "named", "strong")
    connection.execute(
        """
        create table sign_in as
        select w.brand, w.id, w.ts, any_value(p.person) as person
        from seen w join seen s on s.n = w.n and s.strong join named p on p.brand = s.brand and p.id = s.id
        where not w.strong group by all;
        create table owned as select brand, id, arg_min(person, ts) as first_person from sign_in group by all
        """
    )
    # Browsers and devices that never met a name: those seen together are one visitor's.
    components(connection, "stranger", "not strong and (brand, id) not in (select (brand, id) from owned)")
    connection.execute(
        """
        create table whose as
        with by_name as (
            select s.n, min(p.person) as person from seen s join named p using (brand, id) where s.strong group by all
        ),
        weak_rows as (select * from seen where not strong and n not in (select n from by_name)),
        by_sign_in as (
            select w.n, coalesce(i.person, o.first_person) as person
            from weak_rows w join owned o using (brand, id)
            asof left join sign_in i on i.brand = w.brand and i.id = w.id and i.ts <= w.ts
        ),
        by_stranger as (select w.n, min(x.person) as person from weak_rows w join stranger x using (brand, id) group by all)
        select n, person from by_name
        union all select n, min(person) from by_sign_in group by n
        union all select n, person from by_stranger where n not in (select n from by_sign_in);
        create table deed as select e.*, w.person from event e join whose w using (n)
        """
    )


def find_spans(connection: duckdb.DuckDBPyConnection, world: Path) -> None:
    """Orders until they were taken back, memberships as the brand lists them, and following between its two ends."""
    some_id = "coalesce(" + ", ".join(f"""'{kind}:' || "id.{kind}" """ for kind in STRONG) + ")"
    connection.execute(
        f"""
        create table bought as
        with paid as (select brand, order_id, sum(amount) as paid from deed where behavior = 'purchase' group by all),
        back as (
            select brand, order_id, day, sum(amount) over (partition by brand, order_id order by day
                                                           range unbounded preceding) as so_far
            from deed where behavior = 'refund'
        ),
        gone as (select b.brand, b.order_id, min(b.day) as until from back b join paid p using (brand, order_id)
                 where b.so_far >= p.paid group by all)
        select d.brand, d.person, d.day, coalesce(g.until, date '9999-12-31') as until
        from deed d left join gone g using (brand, order_id) where d.behavior = 'purchase';

        create table status as
        select m.brand, p.person, joined as day, coalesce("left", date '9999-12-31') as until
        from read_parquet('{world}/memberships.parquet') m
        join named p on p.brand = m.brand and p.id = {some_id.replace('"id.', 'm."id.')}
        union all
        select brand, person, day, coalesce(until, date '9999-12-31') from (
            select brand, person, day, behavior,
                   lead(day) over (partition by brand, person, store_id order by ts) as until
            from deed where behavior in ('follow', 'unfollow')
        ) where behavior = 'follow'
        """
    )


STAGE_ON = """
with asked as (select cast(? as date) as d),
deeds as (
    select brand, person,
        max(case when behavior = 'review' and rating >= 4 and day > d - 365 then 1 end) as praised,
        max(case when behavior in ('search', 'favorite', 'cart', 'order', 'sample', 'book', 'like', 'comment', 'share',
                                   'claim', 'chat') and day > d - 15 then 1 end) as active,
        count(distinct day) filter (behavior = 'view' and day > d - 15) as view_days,
        max(case when behavior in ('ad_impression', 'ad_click', 'content_view', 'live_view', 'visit')
                 and day > d - 15 then 1 end) as passive
    from deed, asked where day <= d group by all
),
orders as (
    select brand, person, count(distinct day) filter (day > d - 365) as days_of_year
    from bought, asked where day <= d and until > d and day > d - 910 group by all
),
states as (select distinct brand, person from status, asked where day <= d and until > d),
all_persons as (select brand, person from deeds union select brand, person from states)
select brand, person, case
    when o.days_of_year >= 2 or w.praised = 1 then 'L'
    when o.person is not null then 'P'
    when w.active = 1 or w.view_days >= 2 or s.person is not null then 'I'
    when w.view_days >= 1 or w.passive = 1 then 'A' end as stage
from all_persons left join deeds w using (brand, person) left join orders o using (brand, person)
left join states s using (brand, person)
"""


def found(connection: duckdb.DuckDBPyConnection, days: list[str], pairs: list[tuple[str, str]]) -> dict:
    """Counts by brand, from the events."""
    answer: dict = {}
    facts = """select brand, count(*), count(distinct person),
                      cast(100 * coalesce(sum(amount) filter (behavior = 'purchase'), 0) as bigint),
                      cast(100 * coalesce(sum(amount) filter (behavior = 'refund'), 0) as bigint),
                      count(distinct order_id) filter (behavior = 'purchase')
               from deed group by brand"""
    for brand, events, persons, revenue, refunds, orders in connection.execute(facts).fetchall():
        answer[brand] = {"events": events, "persons": persons, "revenue_minor": revenue, "refund_minor": refunds,
                         "orders": orders, "stages": {}, "flows": {}}
    for number, day in enumerate(sorted(set(days) | {day for pair in pairs for day in pair})):
        connection.execute(f"create or replace table on_{number} as {STAGE_ON}", [day])
        connection.execute("create or replace table on_days as " + " union all ".join(
            [f"select *, date '{day}' as d from on_{number} where stage is not null"]
            + (["select * from on_days"] if number else [])
        ))
    counts = connection.execute("select brand, cast(d as text), stage, count(*) from on_days group by all").fetchall()
    for brand, day, stage, count in counts:
        if day in days:
            answer[brand]["stages"].setdefault(day, dict.fromkeys("AIPL", 0))[stage] = count
    for first, last in pairs:
        cells = connection.execute(
            """select brand, coalesce(a.stage, 'none'), coalesce(b.stage, 'none'), count(*)
               from (select brand, person, stage from on_days where d = cast(? as date)) a
               full join (select brand, person, stage from on_days where d = cast(? as date)) b using (brand, person)
               group by all""",
            [first, last],
        ).fetchall()
        for brand, before, after, count in cells:
            answer[brand]["flows"].setdefault(f"{first}/{last}", {})[f"{before}>{after}"] = count
    return answer


def truth(connection: duckdb.DuckDBPyConnection, world: Path, days: list[str], pairs: list[tuple[str, str]]) -> dict:
    """The same, as the world says."""
    totals = json.loads((world / "truth/totals.json").read_text())["totals"]["brands"]
    names = ["events", "persons", "revenue_minor", "refund_minor", "orders"]
    answer = {of["brand"]: {name: of[name] for name in names} | {"stages": {}, "flows": {}} for of in totals}
    rows = connection.execute(
        f"select brand, cast(day as text), stage, persons from read_parquet('{world}/truth/stage_counts.parquet')"
    ).fetchall()
    for brand, day, stage, persons in rows:
        if day in days:
            answer[brand]["stages"].setdefault(day, {})[stage] = persons
    rows = connection.execute(
        f"""select brand, cast(from_day as text), cast(to_day as text), from_stage, to_stage, persons
            from read_parquet('{world}/truth/flows.parquet')"""
    ).fetchall()
    for brand, first, last, before, after, persons in rows:
        if (first, last) in pairs:
            answer[brand]["flows"].setdefault(f"{first}/{last}", {})[f"{before}>{after}"] = persons
    return answer


def never_inside(connection: duckdb.DuckDBPyConnection, world: Path) -> dict:
    """Of those who came in between two days, how many had never been inside before, as the world says."""
    rows = connection.execute(
        f"""select distinct brand, cast(from_day as text), cast(to_day as text), never
            from read_parquet('{world}/truth/flows.parquet') where from_stage = 'none'"""
    ).fetchall()
    answer: dict = {}
    for brand, first, last, never in rows:
        answer.setdefault(brand, {})[f"{first}/{last}"] = never
    return answer


def torn_or_merged(connection: duckdb.DuckDBPyConnection, world: Path) -> tuple[int, int]:
    """Persons of the truth that were found in pieces, and found persons that are several."""
    connection.execute(
        f"""
        create table told as
        select t.brand, t.person, coalesce(p.person, x.person) as found
        from (select brand, person, unnest(ids) as id from read_parquet('{world}/truth/persons.parquet')) t
        left join named p using (brand, id) left join stranger x using (brand, id)
        where coalesce(p.person, x.person) is not null
        """
    )
    pieces = "select count(*) from (select brand, {0} from told group by all having count(distinct {1}) > 1)"
    return tuple(
        connection.execute(pieces.format(*names)).fetchone()[0] for names in [("person", "found"), ("found", "person")]
    )


def main() -> int:
    """Prints what was found beside what is true."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", type=Path, help="the directory that `databank world` wrote")
    parser.add_argument("--days", default="", help="days YYYY-MM-DD, separated by commas; twelve of the world unless given")
    arguments = parser.parse_args()
    world = arguments.world

    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    pairs = connection.execute(
        f"""select distinct cast(from_day as text), cast(to_day as text)
            from read_parquet('{world}/truth/flows.parquet') order by all"""
    ).fetchall()
    days = [day for day in arguments.days.split(",") if day] or [
        row[0] for row in connection.execute(
            f"""select cast(day as text) from (select distinct day from read_parquet('{world}/truth/stage_counts.parquet'))
                qualify (row_number() over (order by day) - 1) % 36 = 3 order by day"""
        ).fetchall()
    ]
    load(connection, world)
    find_persons(connection)
    find_spans(connection, world)
    torn, merged = torn_or_merged(connection, world)
    answer = {"found": found(connection, days, pairs), "truth": truth(connection, world, days, pairs),
              "never": never_inside(connection, world), "days": days, "torn": torn, "merged": merged}
    print(json.dumps(answer))
    return 1 if torn or merged else 0


if __name__ == "__main__":
    sys.exit(main())
