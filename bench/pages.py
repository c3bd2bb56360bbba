"""Asks a server for what each page asks for, and says how long that took.

usage: python pages.py BINARY BRAND ROUNDS        (DATABANK_DATA names the data)
"""

import atexit
import http.client
import json
import random
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit

TODAY = date(2026, 10, 31)


def run(*arguments):
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Server:
    """`databank serve` on a port of the system's choice, and a key that may read."""

    def __init__(self, binary, brand):
        self.brand = brand
        self.process = subprocess.Popen(
            [binary, "--format", "json", "serve", "--listen", "127.0.0.1:0", "--requests-per-second", "100000"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        atexit.register(self.process.terminate)
        self.address = urlsplit(json.loads(self.process.stdout.readline())["listening"]).netloc
        scopes = ["assets.read", "consumers.read", "imports.read", "rejects.summary", "rejects.read"]
        made = run(binary, "--format", "json", "key", "create", "--brand", brand, "--kind", "api", "--name", "bench",
                   *[part for scope in scopes for part in ("--scope", scope)])
        self.key = made["key"]
        # Users and keys are shown to people only.
        name = f"bench-{self.process.pid}"
        once = run(binary, "--format", "json", "user", "add", name, "--all-brands", "--role", "owner")["one_time_password"]
        self.cookie = None
        self.send("POST", "/api/v1/session", {"username": name, "password": once})
        chosen = {"current_password": once, "new_password": secrets.token_urlsafe(24)}
        self.send("POST", "/api/v1/session/password", chosen)

    def send(self, method, address, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address)
        headers = dict(headers or ({"cookie": self.cookie} if self.cookie else {}))
        if body is not None:
            headers |= {"content-type": "application/json", "origin": f"http://{self.address}"}
        connection.request(method, address, body and json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        if given := response.getheader("set-cookie"):
            self.cookie = given.split(";")[0]
        connection.close()
        if response.status not in (200, 204):
            raise SystemExit(f"{address}: {response.status} {text[:300]!r}")
        return json.loads(text) if text else None

    def ask(self, path, **query):
        """GET, with the key where `path` is of the brand, with the session where it begins at /."""
        query = f"?{urlencode(query)}" if query else ""
        if path.startswith("/"):
            return self.send("GET", f"/api/v1{path}{query}")
        headers = {"authorization": f"Bearer {self.key}"}
        return self.send("GET", f"/api/v1/brands/{self.brand}/{path}{query}", headers=headers)

    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024


def pages(server, rng, consumers):
    """What each page asks for, by steps: the requests of a step go out together."""
    day = TODAY - timedelta(days=rng.randrange(180))
    start = day - timedelta(days=rng.choice([7, 30, 90]))
    stages = rng.sample(["A", "I", "P", "L"], 2)
    consumer = rng.choice(consumers) if consumers else 0
    range_ = {"from": start.isoformat(), "to": day.isoformat()}
    return {
        "overview": [[("overview", {"as_of": day.isoformat()})]],
        "assets": [[("assets", {"as_of": day.isoformat()})]],
        "full link": [[("trend", range_), ("rules", {})]],
        "flow": [[("flow", range_), ("selections", {})]],
        "people of a flow": [[("flow/people", {**range_, "from_stage": stages[0], "to_stage": stages[1], "limit": 20})]],
        "imports": [[("imports", {}), ("jobs", {})]],
        "rejects": [[("rejects/summary", {}), ("rejects", {})]],
        "stage rules": [[("rules", {})], [("rules/aipl/1", {})]],
        "consumer": [[(f"consumers/{consumer}", {}), (f"consumers/{consumer}/events", {})]],
        "users": [[("/users", {})], [(f"/brands/{server.brand}/members", {})]],
        "keys": [[(f"/brands/{server.brand}/keys", {})]],
        "audit": [[(f"/brands/{server.brand}/audit", {})]],
    }


def main(binary, brand, rounds):
    server = Server(binary, brand)
    try:
        idle = server.megabytes()[0]
        rng = random.Random(1)
        consumers = []
        for back in range(0, 180, 20):
            day = TODAY - timedelta(days=back)
            found = server.ask("flow/people", from_stage="none", to_stage="A", limit=50,
                               **{"from": (day - timedelta(days=10)).isoformat(), "to": day.isoformat()})
            consumers += [person["consumer"] for person in found["sample"]]
        taken = {}
        with ThreadPoolExecutor(8) as pool:
            for _ in range(rounds):
                for name, steps in pages(server, rng, consumers).items():
                    started = time.perf_counter()
                    for step in steps:
                        list(pool.map(lambda request: server.ask(request[0], **request[1]), step))
                    taken.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        print(f"{'page':<18}{'median_ms':>10}{'p95_ms':>10}{'worst_ms':>10}")
        for name, times in taken.items():
            times.sort()
            p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
            print(f"{name:<18}{times[len(times) // 2]:>10.1f}{p95:>10.1f}{times[-1]:>10.1f}")
        now, peak = server.megabytes()
        print(f"memory: {idle:.0f} MiB before the first question, {now:.0f} after, {peak:.0f} at most")
    finally:
        server.process.terminate()
        server.process.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
