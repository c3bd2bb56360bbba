"""Sends a workload by rudder-sdk-python. usage: rudder_python.py KEY URL WORKLOAD

Gives a batch up after `max_retries` = 10 retries, and takes 200 alone for success. Waits a random part of 1, 2, 4, … s and
cannot be told to be quicker; Retry-After means nothing to it.
"""

import datetime
import json
import sys
from pathlib import Path

import rudderstack.analytics as analytics

key, url, workload = sys.argv[1:]
dropped = []
analytics.write_key = key
analytics.dataPlaneUrl = url
analytics.on_error = lambda error, batch: dropped.extend(str(error) for _ in batch)
# With the usual 10,000 a burst as large as this one is dropped by the SDK, which tells nobody but its log.
analytics.max_queue_size = 100_000

calls = [json.loads(line) for line in Path(workload).read_text().splitlines()]
for call in calls:
    said = {"user_id": call.get("userId"), "anonymous_id": call.get("anonymousId")}
    if "timestamp" in call:
        said["timestamp"] = datetime.datetime.fromisoformat(call["timestamp"])
    if call["call"] == "identify":
        analytics.identify(traits=call["traits"], **said)
    else:
        analytics.track(event=call["event"], properties=call["properties"], **said)
analytics.shutdown()
print(json.dumps({"sent": len(calls), "dropped": dropped}))
