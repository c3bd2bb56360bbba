#!/usr/bin/env python3
"""Rows of a brand that grows, and the shape of its vault.

    grow.py make FOLDER FROM TO PARTS   rows of consumers numbered FROM to TO, and of some before them, as PARTS CSV files
    grow.py shape VAULT                 partitions, live files of events, hot ones, largest MiB, bytes live, bytes on disk

Live files are those of the newest version, by the table's log; on disk are those of past versions too, which live a day:
what was written in all, when the run took less than a day.
"""
import json
import os
import sys
from pathlib import Path

HEADER = "event_id,at,what,who,item,category,order_no,amount,rating,channel\n"
EVENTS = 4                        # of each new consumer; one more of every tenth before


def numbers(seed):
    state = seed * 2654435761 + 1
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        yield state >> 33


def row(number, who, chance):
    day, hour, what = next(chance) % 300, next(chance) % 24, next(chance) % 10
    month, day = 1 + day // 31, 1 + day % 28
    behavior = "purchase" if what == 0 else "cart" if what < 3 else "view"
    order = f"o{number},{1 + next(chance) % 500}.00" if what == 0 else ","
    item = next(chance) % 2000
    at = f"2026-{month:02}-{day:02} {hour:02}:00:00"
    return f"e{number},{at},{behavior},u{who},i{item},c{item % 40},{order},,app\n"


def make(folder, first, last, parts):
    Path(folder).mkdir(parents=True, exist_ok=True)
    chance = numbers(last)
    width = (last - first + parts - 1) // parts
    for part in range(parts):
        new = range(first + part * width, min(last, first + (part + 1) * width))
        with open(f"{folder}/{part}.csv", "w", encoding="ascii") as file:
            file.write(HEADER)
            for who in new:
                file.writelines(row(f"{who}-{event}", who, chance) for event in range(EVENTS))
            step = 10 * parts
            for who in range(part * 10, first, step):
                file.write(row(f"{who}-{last}", who, chance))


def shape(vault):
    table = Path(vault) / "events"
    live = {}
    for entry in sorted((table / "_delta_log").glob("*.json")):
        for line in entry.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = action["add"]
            elif "remove" in action:
                live.pop(action["remove"]["path"], None)
    sizes = [add["size"] for add in live.values()]
    slots = {add["partitionValues"]["slots"] for add in live.values()}
    hot = sum(add["partitionValues"]["tier"] == "hot" for add in live.values())
    disk = sum(os.path.getsize(path) for path in table.rglob("*.parquet"))
    print(len(slots), len(live), hot, f"{max(sizes) / 2**20:.1f}", sum(sizes), disk)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "make":
        make(rest[0], int(rest[1]), int(rest[2]), int(rest[3]))
    else:
        shape(*rest)
