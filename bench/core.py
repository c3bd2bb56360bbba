"""The core beside its peers, in one run: histories of all brands, and the three questions about them.

usage: core.py BINARY EVENTS WORK [ROUNDS]

EVENTS is a folder of the generated market's Parquet files, which bench/import.sh has deposited into WORK/vault. The peers
are DuckDB and ClickHouse (as chdb), in this process, on tables of their own, sorted by (brand, consumer, ts) and loaded
once. All are warm; every figure is the median wall time of ROUNDS (5), in which all take turns; days are drawn at random for each
round, the same for all. Beside the histories stands the peers' 90-day trend. A ratio is printed only where every count of every round was the same.
"""
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import local

from pages import Server
from peers import LAST, assets_of, flow_of, load, spell, trend_of
from questions import TREND_DAYS, ClickHouse, Duck

BRANDS = [str(number) for number in range(1, 21)]
CORES = os.cpu_count() or 1
BEHAVIORS = ["view", "ad_impression", "ad_click", "search", "favorite", "cart", "purchase", "review", "join_member", "share"]


def clock(work, *arguments):
    started = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - started, result


class DuckPeer:
    name = "DuckDB"
    sql = Duck

    def __init__(self, events, work):
        import duckdb

        path = f"{work}/duck.db"
        if not os.path.exists(path):
            load(events, path)
        self.connection = duckdb.connect(path, read_only=True)
        self.connection.execute(f"SET threads={CORES}; SET TimeZone='UTC'; SET preserve_insertion_order=false")
        self.variants = [""]

    def rows(self, sql, _variant):
        return self.connection.execute(sql).fetchall()


class ClickHousePeer:
    name = "ClickHouse"
    sql = ClickHouse

    def __init__(self, events, work):
        from chdb import session

        path, is_new = f"{work}/clickhouse", not os.path.exists(f"{work}/clickhouse/loaded")
        if is_new:
            shutil.rmtree(path, ignore_errors=True)
        self.session = session.Session(path)
        # Groups in the order of the table need one thread and little memory; the plain plan uses all cores.
        self.variants = ["", ", optimize_aggregation_in_order = 1"]
        if is_new:
            behaviors = ", ".join(f"'{name}' = {number}" for number, name in enumerate(BEHAVIORS))
            self.session.query("CREATE DATABASE bank")
            self.session.query(f"""CREATE TABLE bank.events (consumer UInt64, brand UInt16, ts DateTime64(6, 'UTC'), day UInt16,
                behavior Enum8({behaviors}), item UInt32, category UInt16, channel LowCardinality(String), order_id UInt64,
                amount_fen Int64, rating UInt8, event_id UInt64) ENGINE = MergeTree ORDER BY (brand, consumer, ts)""")
            self.session.query(f"""INSERT INTO bank.events SELECT consumer, brand, ts,
                intDiv(toUnixTimestamp64Micro(ts) + 28800000000, 86400000000), behavior, item, category, channel,
                ifNull(order_id, 0), ifNull(amount_fen, 0), ifNull(rating, 0), event_id
                FROM file('{events}/*.parquet', Parquet)""")
            self.session.query("OPTIMIZE TABLE bank.events FINAL")
            open(f"{path}/loaded", "w").close()

    def rows(self, sql, variant):
        sql = sql.replace("FROM events", "FROM bank.events") + f" SETTINGS max_threads = {CORES}{variant}"
        text = self.session.query(sql, "JSONCompactEachRow").bytes().decode()
        return [[int(cell) if str(cell).isdigit() else cell for cell in json.loads(line)] for line in text.splitlines()]


QUESTIONS = {
    "stage counts of a day": {
        "sql": lambda sql, day: sql.assets(day),
        "counts": lambda rows: {(str(brand), stage): n for brand, stage, n in rows},
        "path": lambda day: f"assets?as_of={spell(day)}",
        "ours": assets_of,
    },
    "90-day trend": {
        "sql": lambda sql, day: sql.trend(day),
        "counts": lambda rows: {(spell(at), str(brand), stage): n for at, brand, stage, n in rows},
        "path": lambda day: f"trend?from={spell(day - TREND_DAYS + 1)}&to={spell(day)}",
        "ours": trend_of,
    },
    "30-day flow": {
        "sql": lambda sql, day: sql.flow(day - 30, day),
        "counts": lambda rows: {(str(brand), start, end): n for brand, start, end, n in rows},
        "path": lambda day: f"flow?from={spell(day - 30)}&to={spell(day)}",
        "ours": flow_of,
    },
}


class Ours:
    """`databank serve`, asked for each brand over as many kept connections as there are cores.

    Python's own HTTP client takes a millisecond of one core for each answer, as long as the server does: here is as little as it takes."""

    def __init__(self, binary):
        self.server = Server(binary, BRANDS[0])
        self.pool, self.kept = ThreadPoolExecutor(CORES), local()
        host, port = self.server.address.rsplit(":", 1)
        self.address = host, int(port)

    def send(self, path):
        if not hasattr(self.kept, "socket"):
            self.kept.socket = socket.create_connection(self.address)
            self.kept.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = f"GET /api/v1/brands/{path} HTTP/1.1\r\nhost: {self.server.address}\r\ncookie: {self.server.cookie}\r\n\r\n"
        self.kept.socket.sendall(request.encode())
        text = b""
        while b"\r\n\r\n" not in text:
            more = self.kept.socket.recv(1 << 16)
            if not more:
                raise ConnectionError("the server hung up")
            text += more
        head, body = text.split(b"\r\n\r\n", 1)
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self.kept.socket.recv(1 << 16)
        return head, body

    def ask(self, path):
        try:
            head, body = self.send(path)
        except ConnectionError:
            # While a peer worked, the server hung up.
            self.kept.socket.close()
            del self.kept.socket
            head, body = self.send(path)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"{path}: {head[:60]!r} {body[:300]!r}")
        return body

    def rows(self, path):
        return list(self.pool.map(self.ask, [f"{brand}/{path}" for brand in BRANDS]))


def median(times):
    return statistics.median(times)


def best(times_by_variant):
    return min(median(times) for times in times_by_variant.values())


def main(binary, events, work, rounds):
    # The generated market has 400 days; a trend needs 90 of them before its last.
    rng = random.Random(7)
    days = [LAST - rng.randrange(200) for _ in range(rounds)]
    peers = [DuckPeer(events, work), ClickHousePeer(events, work)]
    differing, times = 0, {}
    server = Ours(binary)
    for name, question in QUESTIONS.items():
        server.rows(question["path"](LAST))
        for peer in peers:
            peer.rows(question["sql"](peer.sql, LAST), peer.variants[0])
        for day in days:
            took, texts = clock(server.rows, question["path"](day))
            times.setdefault((name, "ours"), []).append(took)
            ours = question["ours"]([json.loads(text) for text in texts])
            for peer in peers:
                for variant in peer.variants:
                    took, rows = clock(peer.rows, question["sql"](peer.sql, day), variant)
                    times.setdefault((name, peer.name), {}).setdefault(variant, []).append(took)
                theirs = question["counts"](rows)
                wrong = {key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)}
                for key in sorted(wrong)[:3]:
                    print(f"{name} {spell(day)} {key}: {ours.get(key)} here, {theirs.get(key)} in {peer.name}", file=sys.stderr)
                differing += len(wrong)
    server.server.process.terminate()
    server.server.process.wait()

    # By turns, so that what else the machine does weighs on all alike.
    command = [binary, "--quiet", "--format", "json"]
    histories = "all histories, durable and published"
    for day in days:
        rebuild = [*command, "rebuild", "--all-brands"]
        took, _ = clock(lambda: subprocess.run(rebuild, check=True, stdout=subprocess.DEVNULL))
        times.setdefault((histories, "ours"), []).append(took)
        for peer in peers:
            for variant in peer.variants:
                took, _ = clock(peer.rows, QUESTIONS["90-day trend"]["sql"](peer.sql, day), variant)
                times.setdefault((histories, peer.name), {}).setdefault(variant, []).append(took)
    print(f"{'wall ms, medians':<40}{'Databank':>10}{'DuckDB':>10}{'ClickHouse':>12}{'ratio to the better':>21}")
    for name in [histories, *QUESTIONS]:
        ours, duck, click = median(times[name, "ours"]), best(times[name, "DuckDB"]), best(times[name, "ClickHouse"])
        ratio = f"{ours / min(duck, click):.3f}" if differing == 0 else "counts differ"
        print(f"{name:<40}{ours * 1000:>10.0f}{duck * 1000:>10.0f}{click * 1000:>12.0f}{ratio:>21}")
    cold = {"assets": ["--as-of", spell(LAST)], "trend": ["--from", spell(LAST - 89), "--to", spell(LAST)],
            "flow": ["--from", spell(LAST - 30), "--to", spell(LAST)]}
    for name, arguments in cold.items():
        ask = [*command, name, "--all-brands", *arguments]
        took = median([clock(lambda: subprocess.run(ask, check=True, stdout=subprocess.DEVNULL))[0] for _ in range(rounds)])
        print(f"{'command line, cold: ' + name:<40}{took * 1000:>10.0f}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 5))
