"""Sends a workload by segment-analytics-python. usage: segment_python.py KEY URL WORKLOAD

Gives a batch up after `max_retries` = 10 retries, or when Retry-After waits add up to 30 minutes. Sends again at once, then
after 0.5, 1, 2 … s; what a Retry-After puts off goes back to the end of the queue and meets other events in its next batch.
"""

import datetime
import json
import sys
from pathlib import Path

import segment.analytics as analytics

key, url, workload = sys.argv[1:]
dropped = []
analytics.write_key = key
analytics.host = url
analytics.on_error = lambda error, batch: dropped.extend(str(error) for _ in batch)
# With the usual 10,000 a burst as large as this one is dropped by the SDK, and so is what a 429 puts back into a full queue.
analytics.max_queue_size = 100_000

calls = [json.loads(line) for line in Path(workload).read_text().splitlines()]
for call in calls:
    said = {"user_id": call.get("userId"), "anonymous_id": call.get("anonymousId")}
    if "timestamp" in call:
        said["timestamp"] = datetime.datetime.fromisoformat(call["timestamp"])
    if call["call"] == "identify":
        taken, _ = analytics.identify(traits=call["traits"], **said)
    else:
        taken, _ = analytics.track(event=call["event"], properties=call["properties"], **said)
    if not taken:
        dropped.append("the queue is full")
analytics.shutdown()
print(json.dumps({"sent": len(calls), "dropped": dropped}))
