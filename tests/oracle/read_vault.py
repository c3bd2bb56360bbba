#!/usr/bin/env python3
"""Reads a brand's vault with two engines that share no code with Databank, and prints what each of them counts.

usage: read_vault.py VAULT_DIR

The directory holds the Delta tables `events` and `stages`; the newest version of each is read. Prints
`{"deltalake": {…}, "duckdb": {…}}`, each with the rows of `events`, the distinct consumers in them and the rows of
`stages`. Exits 1 when the two disagree.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb
import pyarrow.compute
from deltalake import DeltaTable


def with_deltalake(events: DeltaTable, stages: DeltaTable) -> dict[str, int]:
    """Counts through the Delta log and Arrow datasets."""
    consumers = events.to_pyarrow_dataset().to_table(columns=["consumer"])["consumer"]
    return {
        "events": events.to_pyarrow_dataset().count_rows(),
        "consumers": pyarrow.compute.count_distinct(consumers, mode="only_valid").as_py(),
        "stages": stages.to_pyarrow_dataset().count_rows(),
    }


def with_duckdb(events: DeltaTable, stages: DeltaTable) -> dict[str, int]:
    """Counts over the Parquet files that the log names, read by DuckDB's own reader."""
    connection = duckdb.connect()

    def ask(table: DeltaTable, expression: str) -> int:
        files = table.file_uris()
        if not files:
            return 0
        # Only what is in the files is counted, so the values in the partition folders' names are of no use here.
        query = f"select {expression} from read_parquet(?, union_by_name=true, hive_partitioning=false)"
        return connection.execute(query, [files]).fetchone()[0]

    return {
        "events": ask(events, "count(*)"),
        "consumers": ask(events, "count(distinct consumer)"),
        "stages": ask(stages, "count(*)"),
    }


def main() -> int:
    """Prints both engines' counts of one vault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vault", type=Path, help="the directory of one brand's tables")
    vault = parser.parse_args().vault

    tables = [DeltaTable(str((vault / name).resolve())) for name in ("events", "stages")]
    answer = {"deltalake": with_deltalake(*tables), "duckdb": with_duckdb(*tables)}
    print(json.dumps(answer))
    return 0 if answer["deltalake"] == answer["duckdb"] else 1


if __name__ == "__main__":
    sys.exit(main())
