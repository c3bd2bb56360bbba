#!/usr/bin/env python3
"""Official server SDKs against the real server, with everything going wrong on the way.

usage: run.py [--only SOURCE]… [--tracks N] [--seed N] [--kill N] [--keep]

Each SDK sends its workload (`workload.py`) through a proxy (`faults.py`) that refuses, cuts, delays and forgets. Then the
server is started again, so that it deposits all it has accepted, and the vault is read. Exits with 1 if anything was lost,
counted twice or changed.

Reads:  DATABANK              the server (default target/release/databank)
        DATABANK_SDK_CACHE    where SDKs are installed (default target/sdk)
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import environment
import judge
import workload
from databank import Databank
from faults import Faults, Listener, deck
from verdict import Verdict

SENDERS = environment.HERE / "senders"
#: Longest that an SDK may take.
PATIENCE_S = 240


@dataclass
class Sdk:
    """An SDK that is judged."""

    name: str
    sender: str
    #: The largest integer that its language sends exactly.
    largest_integer: int


SDKS = {
    "segment-node": Sdk("npm @segment/analytics-node 3.1.0", "segment_node.mjs", 2**53 - 1),
    "segment-python": Sdk("PyPI segment-analytics-python 2.4.0", "segment_python.py", 2**63 - 1),
    "rudder-python": Sdk("PyPI rudder-sdk-python 2.1.9", "rudder_python.py", 2**64 - 1),
    "rudder-node": Sdk("npm @rudderstack/rudder-sdk-node 3.0.13", "rudder_node.mjs", 2**53 - 1),
}


#: Seconds between two kills: more than any SDK takes for a retry and the next.
BETWEEN_KILLS_S = 6


def send(source: str, key: str, listener: Listener, tracks: int, folder: Path) -> judge.Sent:
    """Has an SDK send its workload, and waits until it is done."""
    sdk = SDKS[source]
    began = datetime.datetime.now(datetime.timezone.utc)
    file = folder / f"{source}.jsonl"
    calls = workload.calls(source, sdk.largest_integer, began, tracks)
    file.write_text("".join(json.dumps(call) + "\n" for call in calls))
    interpreter = environment.python() if sdk.sender.endswith(".py") else "node"
    modules = str(environment.node_modules())
    command = [str(interpreter), str(SENDERS / sdk.sender), key, listener.url, str(file)]
    with (folder / f"{source}.log").open("w") as log:
        done = subprocess.run(
            command, env={**os.environ, "NODE_MODULES": modules}, stdout=subprocess.PIPE, stderr=log, text=True,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    ended = datetime.datetime.now(datetime.timezone.utc)
    if done.returncode:
        dropped = [f"its program ended with {done.returncode}; see {log.name}"]
    else:
        dropped = json.loads(done.stdout.splitlines()[-1])["dropped"]
    return judge.Sent(source, sdk.largest_integer, tracks, began, ended, dropped, listener.seen)


def send_all(
    sources: list[str], databank: Databank, faults: Faults, asked: argparse.Namespace, folder: Path
) -> list[judge.Sent]:
    """Has all SDKs send at the same time, and kills the server now and then if that is asked for."""
    keys = [databank.write_key(source) for source in sources]
    listeners = [faults.listen(databank.tracking, deck(f"{asked.seed}/{source}")) for source in sources]
    with ThreadPoolExecutor(len(sources)) as pool:
        sending = [
            pool.submit(send, source, key, listener, asked.tracks, folder)
            for source, key, listener in zip(sources, keys, listeners)
        ]
        for _ in range(asked.kill):
            wait(sending, BETWEEN_KILLS_S)
            kill(databank, faults, listeners)
        all_sent = [of.result() for of in sending]
    for listener in listeners:
        faults.wait(listener.idle())
    return all_sent


def kill(databank: Databank, faults: Faults, listeners: list[Listener]) -> None:
    """Kills the server at whatever it does, and starts it again. Requests that come meanwhile wait."""
    for listener in listeners:
        faults.wait(listener.hold())
    databank.kill()
    databank.start()
    for listener in listeners:
        faults.wait(listener.lead(databank.tracking))


def judge_vault(all_sent: list[judge.Sent], databank: Databank, verdict: Verdict) -> None:
    """Starts the server again and looks for everything that was sent."""
    databank.stop()
    databank.start()
    least = {sent.source: {"received": sent.seen.n_served, "accepted": sent.n_calls} for sent in all_sent}
    took_s = databank.wait_deposited(least)
    print(f"\nstarted again; all that waited is deposited after {took_s:.1f} s")
    counts = databank.reconciliation()
    seen: dict[int, str] = {}
    for sent in all_sent:
        verdict.part(f"{sent.source}, in the vault")
        judge.reconciled(sent, counts.get(sent.source, {}), verdict)
        consumers = judge.in_vault(sent, databank, verdict)
        verdict.none("consumers that are another source's too", [c for c in consumers if c in seen])
        seen.update(dict.fromkeys(consumers, sent.source))
        judge.attributes(sent, databank, verdict)
    verdict.part("the whole")
    verdict.same("sources that were counted", {sent.source for sent in all_sent}, set(counts))
    verdict.none("refused events", databank.rejects())
    databank.stop()
    # Files of earlier versions are there until later work deletes them.
    usual = "that the newest version does not name"
    verdict.none("what doctor finds", [finding for finding in databank.findings() if usual not in finding["found"]])


def main() -> int:
    """Runs the SDKs, and judges."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=sorted(SDKS), help="this SDK alone; may be given again")
    parser.add_argument("--tracks", type=int, default=workload.TRACKS, help="track events of each SDK")
    parser.add_argument("--seed", type=int, default=1, help="which requests meet which faults")
    parser.add_argument("--kill", type=int, default=0, help="kill the server so often while they send")
    parser.add_argument("--keep", action="store_true", help="leave the data directory and the logs behind")
    arguments = parser.parse_args()

    binary = environment.binary()
    environment.python()
    environment.node_modules()
    folder = Path(tempfile.mkdtemp(prefix="databank-sdk-"))
    verdict, faults = Verdict(), Faults()
    databank = Databank(binary, folder)
    started = time.monotonic()
    try:
        databank.start()
        sources = arguments.only or list(SDKS)
        all_sent = send_all(sources, databank, faults, arguments, folder)
        for sent in all_sent:
            verdict.part(f"{sent.source}: {SDKS[sent.source].name}")
            judge.on_the_way(sent, verdict)
        judge_vault(all_sent, databank, verdict)
    finally:
        databank.kill()
        if arguments.keep or sys.exc_info()[0] or verdict.failed:
            print(f"\nleft behind: {folder}")
        else:
            shutil.rmtree(folder)
    print(f"\n{time.monotonic() - started:.0f} s")
    return verdict.end()


if __name__ == "__main__":
    sys.exit(main())
