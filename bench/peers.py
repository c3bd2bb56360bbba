#!/usr/bin/env python3
"""The clock of the benchmarks, and DuckDB on the same work.

    peers.py run OUT COMMAND...       runs a command, its output to OUT; prints wall, CPU seconds and peak MiB
    peers.py load EVENTS DATABASE     DuckDB: Parquet files to a native table sorted by (brand, consumer, ts)
    peers.py ask DATABASE FOLDER      DuckDB: assets, trend and flow; compares them with FOLDER/{assets,trend,flow}.json
    peers.py make FILE FIRST ROWS     DuckDB: a CSV file of one brand's rows, numbered from FIRST, in order of time
    peers.py count FILES ANSWER       DuckDB: rows and assets of such files; compares them with ANSWER (JSON of `assets`)

The questions are those of questions.py. `ask` fails when one count differs.
"""
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date

from questions import Duck

LAST = 20757                      # 2026-10-31, as days since 1970-01-01
FLOW_FROM = LAST - 30
THREADS = os.cpu_count() or 1


def run(out, command):
    started = time.perf_counter()
    with open(out, "wb") as file:
        code = subprocess.run(command, stdout=file).returncode
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{wall:.2f} {used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss // 1024}")
    return code


def connect(path, read_only):
    import duckdb

    connection = duckdb.connect(path, read_only=read_only)
    connection.execute(f"SET threads={THREADS}; SET TimeZone='UTC'; SET preserve_insertion_order=false")
    return connection


def load(events, database):
    for path in (database, database + ".wal"):
        if os.path.exists(path):
            os.remove(path)
    connection = connect(database, False)
    connection.execute(f"""CREATE TABLE events AS SELECT event_id, consumer, brand, ts,
        ((epoch_us(ts) + 28800000000) // 86400000000)::USMALLINT AS day, behavior, item, category, channel, order_id,
        amount_fen, rating FROM '{events}/*.parquet' ORDER BY brand, consumer, ts""")
    connection.execute("CHECKPOINT")
    print(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def spell(day):
    return time.strftime("%Y-%m-%d", time.gmtime(day * 86400))


def assets_of(document):
    return {(b["brand"], s["stage"]): s["consumers"] for b in document for s in b["stages"] if s["consumers"]}


def trend_of(document):
    return {(d["day"], b["brand"], code): d[code]
            for b in document for d in b["days"] for code in "AIPL" if d[code]}


def flow_of(document):
    return {(b["brand"], c["from"], c["to"]): c["consumers"] for b in document for c in b["cells"] if c["consumers"]}


def ask(database, folder):
    questions = [
        ("assets", Duck.assets(LAST), assets_of, lambda r: ((str(r[0]), r[1]), r[2])),
        ("trend", Duck.trend(LAST), trend_of, lambda r: ((spell(r[0]), str(r[1]), r[2]), r[3])),
        ("flow", Duck.flow(FLOW_FROM, LAST), flow_of, lambda r: ((str(r[0]), r[1], r[2]), r[3])),
    ]
    connection = connect(database, True)
    wrong = 0
    for name, sql, counts_of, spelled in questions:
        times = []
        for _ in range(3):
            wall, used = time.perf_counter(), time.process_time()
            rows = connection.execute(sql).fetchall()
            times.append((time.perf_counter() - wall, time.process_time() - used))
        wall, used = min(times)
        theirs = dict(map(spelled, rows))
        with open(f"{folder}/{name}.json") as file:
            ours = counts_of(json.load(file))
        differing = {key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)}
        for key in sorted(differing)[:5]:
            print(f"{name} {key}: {ours.get(key)} here, {theirs.get(key)} in DuckDB", file=sys.stderr)
        wrong += len(differing)
        print(f"{name} {wall:.2f} {used:.2f} {len(theirs)} {len(differing)}")
    return 1 if wrong else 0


# Rows a day of the generated CSV: numbers go on in time, so that a later file holds later days.
ROWS_A_DAY = 200_000


def make(path, first, rows):
    first, rows = int(first), int(rows)
    start = LAST - 299
    connection = connect(":memory:", False)
    connection.execute("SET preserve_insertion_order=true")
    # A few do much and many do little: the square of a fraction of the people, which grow with the rows.
    connection.execute(f"""COPY (
        SELECT 'e' || n AS event_id,
          strftime(make_timestamp(({start} * 86400::BIGINT + n * 86400 // {ROWS_A_DAY}) * 1000000), '%Y-%m-%d %H:%M:%S') AS at,
          CASE WHEN b < 62 THEN 'view' WHEN b < 74 THEN 'ad_impression' WHEN b < 82 THEN 'search' WHEN b < 90 THEN 'cart'
               WHEN b < 97 THEN 'purchase' ELSE 'review' END AS what,
          'user-' || (pow((hash(n, 1) % 1000003) / 1000003.0, 2) * 5000000)::BIGINT AS who,
          'item-' || hash(n, 2) % 20000 AS item, 'category-' || hash(n, 2) % 20000 % 300 AS category,
          CASE WHEN b >= 90 AND b < 97 THEN 'order-' || n // 2 END AS order_no,
          CASE WHEN b >= 90 AND b < 97 THEN (hash(n, 3) % 90000 + 100) / 100.0 END AS amount,
          CASE WHEN b >= 97 THEN hash(n, 4) % 5 + 1 END AS rating,
          ['tmall', 'jd', 'wechat', 'store', 'douyin'][(1 + hash(n, 5) % 5)::BIGINT] AS channel
        FROM (SELECT n, hash(n) % 100 AS b FROM range({first}, {first + rows}) r(n)))
      TO '{path}' (HEADER, DELIMITER ',')""")


def count(files, answer):
    connection = connect(":memory:", False)
    connection.execute(f"""CREATE VIEW events AS SELECT 'big' AS brand, who AS consumer,
        date_diff('day', DATE '1970-01-01', "at"::DATE) AS day, what AS behavior, order_no AS order_id, rating
        FROM read_csv('{files}', types={{'amount': 'VARCHAR', 'order_no': 'VARCHAR', 'rating': 'INTEGER'}})""")
    with open(answer) as file:
        document = json.load(file)
    day = (date.fromisoformat(document["as_of"]) - date(1970, 1, 1)).days
    theirs = {row[1]: row[2] for row in connection.execute(Duck.assets(day)).fetchall()}
    ours = {stage["stage"]: stage["consumers"] for stage in document["stages"] if stage["consumers"]}
    print(connection.execute("SELECT count(*) FROM events").fetchone()[0], "rows;", "equal" if ours == theirs else f"{ours} here, {theirs} in DuckDB")
    return 0 if ours == theirs else 1


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "run":
        sys.exit(run(arguments[0], arguments[1:]))
    sys.exit({"load": load, "ask": ask, "make": make, "count": count}[what](*arguments))
