"""The server that is judged: a data directory of its own, and what can be asked of it from outside."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

BRAND = "shop"
#: How long a server may take to listen, to end, and to deposit what waits.
PATIENCE_S = 60


class Databank:
    """A data directory with one brand, and a server on it between `start` and `stop`."""

    def __init__(self, binary: Path, folder: Path):
        self.binary = binary
        self.data = folder / "data"
        self.log = folder / "server.log"
        #: Where tracking listens: an address of its own.
        self.tracking = ""
        self._server: subprocess.Popen | None = None
        self._environment = {
            **os.environ,
            "DATABANK_DATA": str(self.data),
            "DATABANK_KEY_FILE": str(folder / "master.key"),
        }
        self.run("brand", "add", BRAND, "--timezone", "Asia/Shanghai", "--currency", "CNY")

    def run(self, *arguments: str) -> str:
        """What a command prints. Beside a running server it goes through it."""
        command = [str(self.binary), "--quiet", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments[:2])} failed: {done.stderr.strip()}")
        return done.stdout

    def write_key(self, source: str) -> str:
        """A key whose events are of a source of this name."""
        made = self.run("--format", "json", "key", "create", "--brand", BRAND, "--kind", "write", "--name", source)
        return json.loads(made)["key"]

    def sql(self, query: str) -> list[dict]:
        """Rows of the vault."""
        return json.loads(self.run("--format", "json", "sql", "--brand", BRAND, query))

    def start(self) -> None:
        """Starts the server and waits until both of its addresses listen."""
        command = [str(self.binary), "--format", "json", "serve"]
        command += ["--listen", "127.0.0.1:0", "--collect-listen", "127.0.0.1:0"]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, stderr=log)
        said = [self._server.stdout.readline() for _ in range(2)]
        if not all(said):
            raise RuntimeError(f"the server ended before it listened; see {self.log}")
        # The pages and the API first, then tracking.
        self.tracking = json.loads(said[1])["listening"]

    def stop(self) -> None:
        """Ends the server as an operator does."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            code = self._server.wait(PATIENCE_S)
            self._server = None
            if code:
                raise RuntimeError(f"the server ended with {code}; see {self.log}")

    def kill(self) -> None:
        """Ends the server whatever it does."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def reconciliation(self) -> dict[str, dict[str, int]]:
        """What became of the events that are deposited, by source."""
        names = ["received", "accepted", "duplicate", "rejected", "suppressed"]
        sums = ", ".join(f"sum({name})" for name in names)
        catalog = sqlite3.connect(f"file:{self.data / 'catalog.sqlite'}?mode=ro", uri=True)
        try:
            rows = catalog.execute(
                f"select source, {sums} from collected where brand = ? group by source", [BRAND]
            ).fetchall()
        finally:
            catalog.close()
        return {source: dict(zip(names, counts)) for source, *counts in rows}

    def wait_deposited(self, least: dict[str, dict[str, int]], patience_s: float = PATIENCE_S) -> float:
        """Waits until the counts of every source are as great as these at least; answers for how many seconds.

        Gives up when time is over: whoever asked then finds out what is missing."""
        started = time.monotonic()
        while time.monotonic() - started < patience_s:
            held = self.reconciliation()
            lacking = [
                source
                for source, counts in least.items()
                if any(held.get(source, {}).get(name, 0) < count for name, count in counts.items())
            ]
            if not lacking:
                break
            time.sleep(0.2)
        return time.monotonic() - started

    def rejects(self) -> list:
        """What was refused, by code and source."""
        return json.loads(self.run("--format", "json", "rejects", "--brand", BRAND))

    def findings(self) -> list[dict]:
        """What `doctor` finds wrong with the data directory of a server that has ended."""
        done = subprocess.run(
            [str(self.binary), "--quiet", "--format", "json", "doctor"],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return json.loads(done.stdout)["findings"]
