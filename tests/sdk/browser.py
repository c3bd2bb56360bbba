#!/usr/bin/env python3
"""Official browser SDKs, on a page of another origin, against the real server.

usage: browser.py [--only CASE]… [--keep]

Each case has its own key, browser and options: it sees a page, orders two products, says who it is and does one thing more.
Then the server is started again, so that it deposits all it has accepted, and the vault is read. Exits with 1 if anything
was lost, counted twice or refused, or if a browser found something to complain of.

Reads:  DATABANK              the server (default target/release/databank)
        DATABANK_SDK_CACHE    where SDKs are installed (default target/sdk)
        CHROMIUM              the browser (default /usr/bin/chromium)
"""

import argparse
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

import environment
from databank import Databank
from faults import Fault, Faults, first
from verdict import Verdict

#: Events that each case sends, and rows that they make: the order has two lines, and who it is makes none.
EVENTS, ROWS = 4, 4
BATCHING = {"deliveryStrategy": {"strategy": "batching", "config": {"size": 3, "timeout": 500}}}
#: Waits for more than the page will ever do.
SLOW_BATCHING = {"deliveryStrategy": {"strategy": "batching", "config": {"size": 100, "timeout": 60_000}}}
#: Of the RudderStack SDK, which otherwise waits for 1 s and more.
QUICK = {"minRetryDelay": 300}
#: What befalls the first requests of some cases. Each event is sent again at least once, and some are there already.
FAULTS = [Fault.SERVED_503, Fault.ANSWER_429, Fault.SERVED_CUT, Fault.CUT, Fault.ANSWER_503, Fault.TORN]

CASES = [
    {"name": "segment-single", "sdk": "segment", "options": {}},
    {"name": "segment-single-cdn", "sdk": "segment", "options": {"cdn": True}},
    {"name": "segment-batching-cdn", "sdk": "segment", "options": {"cdn": True, "delivery": BATCHING}},
    {"name": "segment-batching-left", "sdk": "segment", "options": {"delivery": SLOW_BATCHING}, "leave": True},
    {"name": "segment-single-faults", "sdk": "segment", "options": {}, "faults": FAULTS},
    {"name": "segment-batching-faults", "sdk": "segment", "options": {"delivery": BATCHING}, "faults": FAULTS[:3]},
    {"name": "rudder-single", "sdk": "rudder", "options": {}},
    {"name": "rudder-single-faults", "sdk": "rudder", "options": {"load": {"queueOptions": QUICK}}, "faults": FAULTS},
    {
        "name": "rudder-batch",
        "sdk": "rudder",
        "options": {"load": {"queueOptions": {"batch": {"enabled": True, "flushInterval": 500}}}},
    },
    {
        "name": "rudder-beacon",
        "sdk": "rudder",
        "options": {"load": {"useBeacon": True, "beaconQueueOptions": {"flushQueueInterval": 500}}},
    },
    {"name": "rudder-beacon-left", "sdk": "rudder", "options": {"load": {"useBeacon": True}}, "leave": True},
    {"name": "rudder-adblock", "sdk": "rudder", "options": {"load": {"sendAdblockPage": True}}},
]

#: What the page's origin serves: folders of node_modules, by what their addresses begin with.
SCRIPTS = {
    "segment": "@segment/analytics-next/dist/umd",
    "rudder": "@rudderstack/analytics-js/dist/npm/modern/bundled/umd",
}


class Pages(http.server.SimpleHTTPRequestHandler):
    """The pages, and the scripts of the SDKs."""

    def do_GET(self) -> None:
        """A page that loads an SDK, or a file of one."""
        name = self.path.removeprefix("/").removesuffix(".html")
        if not self.path.endswith(".html"):
            super().do_GET()
            return
        script = f'<script src="/{SCRIPTS[name]}/index.js"></script>' if name in SCRIPTS else ""
        body = f'<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>{name}</title>{script}'.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing of each request."""


def serve_pages() -> str:
    """Serves the pages at an address that is another site's than the server's."""
    handler = functools.partial(Pages, directory=environment.node_modules())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}"


def chromium() -> str:
    """The browser."""
    for path in (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/google-chrome"):
        if path and Path(path).is_file():
            return path
    sys.exit("error: no Chromium found: install Debian's chromium package, or name one in CHROMIUM")


def drive(cases: list[dict], folder: Path) -> list[dict]:
    """Runs the cases in browsers; what was seen of each."""
    given = {"chromium": chromium(), "page": serve_pages(), "cases": cases}
    with (folder / "drive.log").open("w") as log:
        done = subprocess.run(
            ["node", str(environment.HERE / "browser" / "drive.mjs")], input=json.dumps(given), stdout=subprocess.PIPE,
            stderr=log, text=True, env={**os.environ, "NODE_MODULES": str(environment.node_modules())}, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(f"error: the driver ended with {done.returncode}: {Path(log.name).read_text()}")
    return json.loads(done.stdout)


def judge_wire(case: dict, seen: dict, verdict: Verdict) -> None:
    """What the browser saw."""
    calls = [f"{r['method']} {r['url'].split('/', 3)[3].split('?')[0]} {r['status']}" for r in seen["requests"]]
    verdict.note(", ".join(calls).replace(case["key"], "KEY"))
    kinds = {(r["content_type"], r["is_authorized"]) for r in seen["requests"] if r["method"] == "POST"}
    verdict.note(f"content types of events, and whether they are authorized by head: {sorted(kinds, key=str)}")
    if case.get("faults"):
        # A browser complains of each of them; what CORS forbids is none of ours.
        verdict.none("the console says nothing of CORS", [text for text in seen["console"] if "CORS" in text])
    else:
        verdict.none("the console has no errors or warnings", seen["console"])
        verdict.none("requests that failed, by CORS or otherwise", seen["failed"])
        verdict.none("answers other than 2xx", [r for r in seen["requests"] if not 200 <= r["status"] < 300])
    # What a page sends when it is left has no answer that anybody could see.
    if not case.get("leave"):
        verdict.same("events that were answered with success", EVENTS, seen["delivered"])
    if case["options"].get("cdn"):
        asked = any("/settings" in r["url"] for r in seen["requests"])
        verdict.holds("it asked the server for its settings", asked, "it did not")


def judge_vault(case: dict, databank: Databank, verdict: Verdict) -> set[int]:
    """What the vault holds; the consumers of the case."""
    source = case["name"]
    counts = databank.reconciliation().get(source, {})
    found = {name: counts.get(name, 0) for name in ("accepted", "rejected", "suppressed")}
    verdict.same("reconciliation", {"accepted": EVENTS, "rejected": 0, "suppressed": 0}, found)
    if not counts:
        verdict.note("nothing came, so there is nothing to look at")
        return set()
    n_repeats = counts.get("duplicate", 0)
    if case["listener"] is not None:
        verdict.same("duplicates: what it sent again although it was there", case["listener"].seen.n_repeats, n_repeats)
    else:
        verdict.note(f"sent again by the SDK: {n_repeats}")
    rows = databank.sql(f"select * from events where source = '{source}' order by ts, line_id")
    verdict.same("rows", ROWS, len(rows))
    behaviors = sorted(row["behavior"] for row in rows)
    verdict.same("behaviors", ["content_view", "custom:conformance_probed", "purchase", "purchase"], behaviors)
    lines = [[row[n] for n in ("item_id", "quantity", "amount_minor", "currency")] for row in rows if row["order_id"]]
    verdict.same("order lines", [["sku-1", 3, 5997, "CNY"], ["sku-2", 1, 2009, "CNY"]], lines)
    held = {row["behavior"]: json.loads(row["properties"]) for row in rows}
    probed = held.get("custom:conformance_probed", {})
    expected = {"largest": 2**53 - 1, "nested": {"deep": [1, {"ключ": [None]}]}}
    verdict.same("properties", expected, {name: probed.get(name) for name in expected})
    page = held.get("content_view", {})
    verdict.same("the page", ["Home", "春茶 🍵"], [page.get("page.name"), page.get("shelf")])
    consumers = {row["consumer"] for row in rows}
    verdict.same("consumers: before and after it was known who it is", 1, len(consumers))
    names = [row.get("name") for row in databank.sql("select * from consumers")]
    verdict.same("attributes", 1, names.count(f"{source} 顾客"))
    return consumers


def judge_headers(databank: Databank, verdict: Verdict) -> None:
    """What browsers need to be told besides, whether or not a case comes by it."""
    request = urllib.request.Request(f"{databank.tracking}/v1/m", data=b"{}", method="POST")
    with urllib.request.urlopen(request) as answer:
        exposed = answer.headers.get("access-control-expose-headers") or ""
    # Else fetch() hides it from the SDK, which then goes by its own, shorter waits.
    verdict.holds("pages may read Retry-After", "retry-after" in exposed.lower(), f"exposed headers: {exposed or 'none'}")


def main() -> int:
    """Runs the cases, and judges."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [case["name"] for case in CASES]
    parser.add_argument("--only", action="append", choices=names, help="this case alone; may be given again")
    parser.add_argument("--keep", action="store_true", help="leave the data directory and the logs behind")
    arguments = parser.parse_args()

    binary = environment.binary()
    environment.node_modules()
    folder = Path(tempfile.mkdtemp(prefix="databank-browser-"))
    verdict, faults, databank = Verdict(), Faults(), Databank(binary, folder)
    cases = [case for case in CASES if case["name"] in (arguments.only or names)]
    try:
        databank.start()
        for case in cases:
            case["key"], case["user"] = databank.write_key(case["name"]), f"{case['name']}-user"
            drawn = case.get("faults")
            case["listener"] = faults.listen(databank.tracking, first(*drawn)) if drawn else None
            case["tracking"] = case["listener"].url if drawn else databank.tracking
        told = ("name", "sdk", "key", "user", "tracking", "options", "leave")
        all_seen = drive([{name: case.get(name) for name in told} for case in cases], folder)
        for case in cases:
            if case["listener"] is not None:
                faults.wait(case["listener"].idle())
        verdict.part("the server's headers")
        judge_headers(databank, verdict)
        for case, seen in zip(cases, all_seen):
            verdict.part(f"{case['name']}, on the wire")
            judge_wire(case, seen, verdict)
        databank.stop()
        databank.start()
        databank.wait_deposited({case["name"]: {"accepted": EVENTS} for case in cases}, 10)
        all_consumers: set[int] = set()
        for case in cases:
            verdict.part(f"{case['name']}, in the vault")
            consumers = judge_vault(case, databank, verdict)
            verdict.none("consumers that are another case's too", sorted(consumers & all_consumers))
            all_consumers |= consumers
        verdict.part("the whole")
        verdict.none("refused events", databank.rejects())
        databank.stop()
    finally:
        databank.kill()
        if arguments.keep or sys.exc_info()[0] or verdict.failed:
            print(f"\nleft behind: {folder}")
        else:
            shutil.rmtree(folder)
    return verdict.end()


if __name__ == "__main__":
    sys.exit(main())
