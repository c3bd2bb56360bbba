"""Eight writers on eight brands: one after another, then all at once, through a running server.

usage: writers.py BINARY DATA WORK [ROWS]

DATA holds the generated market's events/*.parquet. Of each of eight brands ROWS (500,000) rows become a file; `databank
import` deposits them through the process that serves. Both ways begin with empty brands, and the accounts are compared.
"""
import json
import os
import shutil
import subprocess
import sys
import time

import duckdb

from deposits import Bank, mapping

WRITERS = [str(number) for number in range(1, 9)]


def deposit(bank, work, brand):
    command = [bank.binary, "--quiet", "--format", "json", "import", "--brands", brand, "--mapping", f"{work}/market-{brand}.toml",
               f"{work}/files/{brand}"]
    return subprocess.Popen(command, env=bank.environment, stdout=subprocess.PIPE, text=True)


def accepted(process):
    out = process.communicate()[0]
    if process.returncode != 0:
        raise SystemExit(f"a deposit ended with {process.returncode}")
    return json.loads(out)["accepted"]


def main(binary, data, work, rows):
    for brand in WRITERS:
        os.makedirs(f"{work}/files/{brand}/events", exist_ok=True)
        duckdb.sql(f"""COPY (SELECT * FROM read_parquet('{data}/events/*.parquet') WHERE brand = {brand} LIMIT {rows})
                       TO '{work}/files/{brand}/events/part.parquet' (FORMAT parquet)""")
        mapping(work, f"market-{brand}", "events/*.parquet", "event_id", "ts")
    walls, accounts = [], []
    for at_once in (False, True):
        bank = Bank(binary, f"{work}/bank")
        server = subprocess.Popen([binary, "--format", "json", "serve", "--listen", "127.0.0.1:0"], env=bank.environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        server.stdout.readline()
        started = time.perf_counter()
        if at_once:
            accounts.append([accepted(process) for process in [deposit(bank, work, brand) for brand in WRITERS]])
        else:
            accounts.append([accepted(deposit(bank, work, brand)) for brand in WRITERS])
        walls.append(time.perf_counter() - started)
        server.terminate()
        server.wait()
    alone, together = walls
    total = sum(accounts[0])
    print(f"{total:,} rows of {len(WRITERS)} brands on {os.cpu_count()} cores: one after another {alone:.1f} s, all at once {together:.1f} s "
          f"({alone / together:.2f} times as fast); accounts {'equal' if accounts[0] == accounts[1] else 'DIFFER'}")
    shutil.rmtree(f"{work}/files")


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]) if len(sys.argv) > 4 else 500_000)
