"""Whether what a source sent is in the vault: all of it, once, and as it was said."""

import datetime
import json
from collections import Counter, defaultdict
from dataclasses import dataclass

import workload
from databank import Databank
from faults import Fault, Seen
from verdict import Verdict

#: How far the clocks of a request's sender and receiver may be apart before times are corrected by the difference.
TOLERANCE_S = 5
CLOCK_CORRECTED = 8


@dataclass
class Sent:
    """What a source's SDK was given, and what became of that on its way."""

    source: str
    largest_integer: int
    tracks: int
    began: datetime.datetime
    ended: datetime.datetime
    dropped: list[str]
    seen: Seen

    @property
    def n_calls(self) -> int:
        return self.tracks + workload.PEOPLE


def on_the_way(sent: Sent, verdict: Verdict) -> None:
    """The SDK and the proxy: whether the rest can be judged."""
    seen = sent.seen
    verdict.none("the SDK gave nothing up", sent.dropped)
    verdict.same("events that the SDK sent, each counted once", sent.n_calls, len(seen.events))
    n_given = sum(1 for event in seen.events.values() if event.n_served)
    verdict.same("events that the server has been given", sent.n_calls, n_given)
    verdict.none("every fault came up", [fault.value for fault in Fault if not seen.faults[fault]])
    faults = ", ".join(f"{count} {fault.value}" for fault, count in seen.faults.most_common())
    took_s = (sent.ended - sent.began).total_seconds()
    verdict.note(f"{sent.n_calls} calls in {took_s:.1f} s, {seen.requests} requests: {faults}")
    said = f"said to be repeats by the SDK: {seen.n_said_again} requests; longest on its way, by sentAt: {seen.stalest_s:.1f} s"
    verdict.note(f"{said}; {dict(seen.content_types)}, {dict(seen.encodings)}")
    if seen.statuses:
        verdict.note(f"the server's own refusals by status: {dict(seen.statuses)}")


def reconciled(sent: Sent, counts: dict[str, int], verdict: Verdict) -> None:
    """What the server counts."""
    seen = sent.seen
    # What it was at when it was killed, it has kept or has not.
    n_kept = counts.get("received", 0) - seen.n_served
    verdict.holds("events that are counted beyond those it answered for", 0 <= n_kept <= seen.n_uncertain, str(n_kept))
    if seen.n_uncertain:
        verdict.note(f"of {seen.n_uncertain} events in its hands when it was killed, it has kept {n_kept}")
    expected = {
        "received": seen.n_served + n_kept,
        "accepted": sent.n_calls,
        "duplicate": seen.n_repeats + n_kept,
        "rejected": 0,
        "suppressed": 0,
    }
    verdict.same("reconciliation once all is deposited", expected, counts)
    if seen.n_uncertain:
        verdict.same("events of the server's answers", seen.n_served, seen.answered["received"])
    else:
        verdict.same("sums of the server's answers", expected, dict(seen.answered))
    verdict.none("errors in the server's answers", seen.errors)


def in_vault(sent: Sent, databank: Databank, verdict: Verdict) -> set[int]:
    """What the vault holds; the consumers of the source."""
    columns = "event_key, received_at, ts, day, consumer, behavior, item_id, category, order_id, line_id, quantity"
    columns += ", amount_minor, currency, flags, properties"
    rows = databank.sql(f"select {columns} from events where source = '{sent.source}'")
    for row in rows:
        row["properties"] = json.loads(row["properties"])
    by_number: dict[int, list[dict]] = defaultdict(list)
    for row in rows:
        by_number[row["properties"].get("n")].append(row)

    n_orders = sum(1 for number in range(sent.tracks) if workload.is_order(number))
    verdict.same("rows: tracks, and one more for each order's second line", sent.tracks + n_orders, len(rows))
    verdict.same("distinct keys of rows", len(rows), len({row["event_key"] for row in rows}))
    verdict.same("distinct tracks", sent.tracks, len(by_number))
    n_expected = {number: 2 if workload.is_order(number) else 1 for number in range(sent.tracks)}
    n_found = {number: len(of_one) for number, of_one in by_number.items()}
    verdict.none("tracks that are there too often or not at all", _differences(n_expected, n_found))
    _said_the_same(sent, by_number, verdict)
    _orders(sent, by_number, verdict)
    _times(sent, by_number, verdict)
    return _people(sent, by_number, verdict)


def _differences(expected: dict, found: dict) -> list:
    names = expected.keys() | found.keys()
    return [(name, expected.get(name), found.get(name)) for name in names if expected.get(name) != found.get(name)]


def _said_the_same(sent: Sent, by_number: dict[int, list[dict]], verdict: Verdict) -> None:
    wrong = []
    for number, rows in by_number.items():
        if number is None or workload.is_order(number):
            continue
        expected = {**workload.properties(number, sent.largest_integer), "event.name": "Conformance Probed"}
        for row in rows:
            # What the SDK says of itself is nobody's property.
            held = {name: value for name, value in row["properties"].items() if not name.startswith("context.")}
            held.setdefault("event.name", "Conformance Probed")
            if held != expected or row["behavior"] != "custom:conformance_probed":
                wrong.append((expected, row))
    verdict.none("properties and behaviors, of every track", wrong)


def _orders(sent: Sent, by_number: dict[int, list[dict]], verdict: Verdict) -> None:
    wrong = []
    for number in filter(workload.is_order, range(sent.tracks)):
        expected = workload.order_lines(sent.source, number)
        rows = sorted(by_number.get(number, []), key=lambda row: row["line_id"])
        found = [{name: row[name] for name in line} for line, row in zip(expected, rows)]
        if found != expected:
            wrong.append((expected, rows))
    verdict.none("lines of every order: product, quantity, money, category", wrong)


def _times(sent: Sent, by_number: dict[int, list[dict]], verdict: Verdict) -> None:
    said = {}
    for event in sent.seen.events.values():
        number = event.said.get("properties", {}).get("n")
        if number is not None:
            said[number] = _instant(event.said.get("timestamp") or event.said["originalTimestamp"])
    moved, wrong, out_of_bounds = [], [], []
    for number, rows in by_number.items():
        for row in rows:
            ts, received_at = _instant(row["ts"]), _instant(row["received_at"])
            later_s = (ts - said[number]).total_seconds()
            if row["flags"] & CLOCK_CORRECTED:
                # The sender's clock was right; only its `sentAt` was old when a retry got through.
                moved.append(later_s)
                is_right = TOLERANCE_S <= later_s <= sent.seen.stalest_s + 1
            else:
                is_right = later_s == 0
            if not is_right:
                wrong.append((number, str(said[number]), row))
            begins = sent.began - workload.DATED_AGO if number % workload.DATED_EVERY == 0 else sent.began
            if not begins - datetime.timedelta(seconds=1) <= ts or not sent.began <= received_at <= sent.ended:
                out_of_bounds.append(row)
    verdict.none("times, of every track: as said, to the microsecond, unless corrected", wrong)
    verdict.none("times of receipt and of events within the run", out_of_bounds)
    if moved:
        verdict.note(f"{len(moved)} rows have a corrected time, later by {min(moved):.1f} to {max(moved):.1f} s")
    flags = Counter(row["flags"] for rows in by_number.values() for row in rows)
    verdict.note(f"flags of rows: {dict(flags)}")


def _people(sent: Sent, by_number: dict[int, list[dict]], verdict: Verdict) -> set[int]:
    consumers: dict[int, set] = defaultdict(set)
    for number, rows in by_number.items():
        consumers[workload.person_of(number)].update(row["consumer"] for row in rows)
    torn = [(person, held) for person, held in sorted(consumers.items()) if len(held) != 1]
    verdict.none("people whose tracks, signed in or not, are of more than one consumer", torn)
    every = set().union(*consumers.values())
    verdict.same("consumers", workload.PEOPLE, len(every))
    return every


def attributes(sent: Sent, databank: Databank, verdict: Verdict) -> None:
    """What the identifies said."""
    rows = databank.sql("select * from consumers")
    expected, found = {}, {}
    for person in range(workload.PEOPLE):
        traits = workload.traits(sent.source, person)
        expected[traits["name"]] = {"level": str(traits["level"]), "address.city": traits["address"]["city"]}
    for row in rows:
        if (row.get("name") or "").startswith(f"{sent.source} "):
            found[row["name"]] = {name: row.get(name) for name in ("level", "address.city")}
    verdict.none("attributes of every person", _differences(expected, found))
    verdict.none("e-mail addresses in plain text", [row for row in rows if f"@{sent.source}.example" in str(row)])


def _instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
