"""usage: live.py DATABANK HOST KEYS SECONDS

Sends events of its own to a server under load and asks for each until it is there: in the consumer's timeline and the assets, and every tenth in SQL. Prints
after how many seconds they were."""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time

binary, host, keys_file, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
keys = open(keys_file).read().split()
chance = random.Random(1)
apis = {}
for place in chance.sample(range(len(keys)), min(20, len(keys))):
    made = subprocess.run(
        [binary, "--format", "json", "key", "create", "--brand", f"b{place + 1}", "--kind", "api", "--name", "probe"]
        + ["--scope", "assets.read", "--scope", "consumers.read"],
        capture_output=True, text=True, check=True,
    )
    apis[place] = json.loads(made.stdout)["key"]


def ask(method, path, key, body=None):
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    connection.request(method, path, body and json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, said


seen = {"timeline": [], "assets": [], "sql": []}
late = []


def probe(number):
    place = random.choice(list(apis))
    brand, user = f"b{place + 1}", f"probe-{os.getpid()}-{number}"
    status, said = ask("POST", "/v1/track", keys[place], {"userId": user, "event": "Product Viewed", "messageId": user})
    begun = time.monotonic()
    if status != 200:
        late.append((status, said))
        return
    while True:
        status, said = ask("POST", f"/api/v1/brands/{brand}/consumers/lookup", apis[place], {"id": f"user_id:{user}"})
        if status == 200:
            consumer = json.loads(said)["consumer"]
            status, said = ask("GET", f"/api/v1/brands/{brand}/consumers/{consumer}/events", apis[place])
            if status == 200 and json.loads(said)["items"]:
                break
        if time.monotonic() - begun > 60:
            late.append("not within a minute")
            return
        time.sleep(0.1)
    seen["timeline"].append(time.monotonic() - begun)
    ask("GET", f"/api/v1/brands/{brand}/assets", apis[place])
    seen["assets"].append(time.monotonic() - begun)
    if number % 10 == 0:
        query = f"select count(*) as n from events where consumer = {consumer}"
        told = subprocess.run([binary, "--format", "json", "sql", "--brand", brand, query], capture_output=True, text=True)
        if told.returncode == 0 and json.loads(told.stdout)[0]["n"] >= 1:
            seen["sql"].append(time.monotonic() - begun)
        else:
            late.append(told.stderr or told.stdout)


begun, probes = time.monotonic(), []
while time.monotonic() - begun < seconds:
    probes.append(threading.Thread(target=probe, args=(len(probes),)))
    probes[-1].start()
    time.sleep(0.3)
for one in probes:
    one.join()
for name, waits in seen.items():
    waits.sort()
    at = lambda share: waits[min(len(waits) - 1, int(len(waits) * share))] if waits else float("nan")
    print(f"seen in {name} after s: p50 {at(0.5):.2f} p99 {at(0.99):.2f} max {at(1):.2f} of {len(waits)}")
print(f"not seen: {len(late)} {late[:3]}")
sys.exit(bool(late))
