"""Deposits beside what is there: links, a vault that is full already, CSV, and what comes late.

usage: deposits.py BINARY DATA WORK [CSV_ROWS]

DATA holds the generated market's events/*.parquet. Every row has two ids (a consumer and a cookie for each channel), so that tokens,
links and de-duplication are all at work. One line for each deposit: seconds, rows a second, CPU seconds, peak memory.

- into an empty vault: all of DATA, 400 days earlier;
- into a vault that holds as much: all of DATA again, as other events and on its own days;
- late: one event in a hundred that happened before the last day, and of one consumer in a hundred that it is another, as
  a deposit of its own; beside it the time of the first deposit and of a rebuild, of which it is a share. Counts afterwards
  are compared with those of the rebuild;
- CSV: the first rows of DATA as CSV into an empty vault.
"""
import json
import os
import shutil
import subprocess
import sys

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))
EARLIER = "ts - interval '400 days'"
BRANDS = [str(number) for number in range(1, 21)]


def mapping(work, name, inputs, event_id, ts):
    """The market's mapping with two ids a row, for other inputs, ids and instants."""
    text = open(f"{HERE}/market-links.toml").read()
    text = text.replace("market-links", name).replace("events/*.parquet", inputs)
    text = text.replace("select event_id,", f"select {event_id} as event_id,").replace(" ts, behavior", f" {ts} as ts, behavior")
    path = f"{work}/{name}.toml"
    with open(path, "w") as file:
        file.write(text)
    return path


class Bank:
    def __init__(self, binary, directory):
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        self.binary = binary
        self.environment = dict(os.environ, DATABANK_DATA=f"{directory}/vault", DATABANK_KEY_FILE=f"{directory}/master.key")
        for brand in BRANDS:
            self.run("brand", "add", brand)
            self.run("rules", "set", "--brand", brand, f"{HERE}/rules.toml")

    def run(self, *arguments):
        done = subprocess.run([self.binary, "--quiet", "--format", "json", *arguments], env=self.environment,
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{arguments} ended with {done.returncode}")
        return done.stdout

    def clock(self, work, *arguments):
        """Seconds, CPU seconds and MiB of a command, and what it printed."""
        out = f"{work}/out.json"
        command = [sys.executable, f"{HERE}/peers.py", "run", out, self.binary, "--quiet", "--format", "json", *arguments]
        told = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        return [float(number) for number in told.split()], open(out).read()

    def deposit(self, work, name, mapping, folder):
        (seconds, cpu, mib), out = self.clock(work, "import", "--brands", ",".join(BRANDS), "--mapping", mapping, folder)
        rows = json.loads(out)["accepted"]
        print(f"{name:<34}{rows:>12,}{seconds:>9.1f}{rows / seconds:>12,.0f}{cpu:>9.1f}{mib:>9.0f}", flush=True)
        return seconds


def main(binary, data, work, csv_rows):
    os.makedirs(work, exist_ok=True)
    events = f"read_parquet('{data}/events/*.parquet')"
    print(f"{'':<34}{'events':>12}{'seconds':>9}{'a second':>12}{'cpu s':>9}{'MiB':>9}")

    bank = Bank(binary, f"{work}/bank")
    first = bank.deposit(work, "into an empty vault", mapping(work, "market-a", "events/*.parquet", "event_id", EARLIER), data)
    (rebuilt, _, _), _ = bank.clock(work, "rebuild", "--all-brands")

    late = f"{work}/late"
    shutil.rmtree(late, ignore_errors=True)
    os.makedirs(f"{late}/events")
    # One row in a hundred as another event some days earlier. Then of consumers k·100 that their cookie of one channel is
    # also that of the consumer after them.
    duckdb.sql(f"""COPY (
        SELECT * REPLACE (event_id + 1000000000000 AS event_id, ts - to_days(1 + (event_id % 30)::INT) AS ts)
          FROM {events} WHERE event_id % 100 = 7
        UNION ALL
        SELECT * REPLACE (event_id + 2000000000000 AS event_id, consumer + 1 AS consumer, 'view' AS behavior, NULL AS order_id)
          FROM (SELECT * FROM {events} WHERE consumer % 100 = 3 QUALIFY row_number() OVER (PARTITION BY brand, consumer ORDER BY event_id) = 1)
    ) TO '{late}/events/late.parquet' (FORMAT parquet)""")
    text = mapping(work, "market-late", "events/*.parquet", "event_id", EARLIER)
    with open(text) as file:
        told = file.read()
    # The added views name the cookie of the consumer before.
    told = told.replace("'d' || consumer || channel",
                        "'d' || (case when event_id >= 2000000000000 then consumer - 1 else consumer end) || channel")
    with open(text, "w") as file:
        file.write(told)
    came_late = bank.deposit(work, "1 % late, 1 % of consumers linked", text, late)
    before = bank.run("assets", "--all-brands")
    (again, _, _), _ = bank.clock(work, "rebuild", "--all-brands")
    same = [json.loads(before)[n]["stages"] for n in range(20)] == \
        [brand["stages"] for brand in json.loads(bank.run("assets", "--all-brands"))]
    print(f"  {came_late / first:.3f} of the first deposit, {came_late / again:.2f} of a rebuild ({rebuilt:.1f} s, then {again:.1f} s); "
          f"counts {'equal those of' if same else 'DIFFER from'} the rebuild")

    bank.deposit(work, "into a vault that holds as much", mapping(work, "market-b", "events/*.parquet",
                 "event_id + 3000000000000", "ts"), data)

    csv = f"{work}/csv"
    shutil.rmtree(csv, ignore_errors=True)
    os.makedirs(f"{csv}/events")
    duckdb.sql(f"COPY (SELECT * FROM {events} LIMIT {csv_rows}) TO '{csv}/events/part.csv' (HEADER)")
    bank = Bank(binary, f"{work}/bank")
    bank.deposit(work, "CSV into an empty vault", mapping(work, "market-csv", "events/*.csv", "event_id", "ts"), csv)


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]) if len(sys.argv) > 4 else 5_000_000)
