"""A proxy that goes wrong, between an SDK and the server.

Which request meets which fault follows from the request's number alone, and for a deck (`deck`) from its seed: the faults
lie in one that is shuffled anew when it is used up, so that each kind comes up in every run. No event meets more than
`MOST_IN_A_ROW` of them, which is fewer than any SDK's tries: what an SDK gives up is not the server's to lose.

Requests and answers are read whole. Once a request was handed on, its answer is waited for even if nobody wants it any
more: so it is always known how often the server has had each event.
"""

import asyncio
import datetime
import enum
import gzip
import itertools
import json
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field

MOST_IN_A_ROW = 2
#: How late a request may be: well within every SDK's patience.
DELAY_S = 0.4


class Fault(enum.Enum):
    """What becomes of a request."""

    NONE = "passed on"
    ANSWER_500 = "500, not passed on"
    ANSWER_503 = "503, not passed on"
    ANSWER_429 = "429 with Retry-After: 1, not passed on"
    CUT = "cut, not passed on"
    TORN = "passed on by half, cut"
    SERVED_503 = "passed on, 503 instead of its answer"
    SERVED_CUT = "passed on and answered, cut before the answer"
    SERVED_CUT_AT_ONCE = "passed on, cut while the server works"
    DELAY = "passed on late"


#: Of so many requests in a row, each fault befalls one.
DECK = 30


def deck(seed: str) -> Iterator[Fault]:
    """Faults without end."""
    shuffler = random.Random(seed)
    faults = [fault for fault in Fault if fault is not Fault.NONE]
    while True:
        cards = faults + [Fault.NONE] * (DECK - len(faults))
        shuffler.shuffle(cards)
        yield from cards


def first(*faults: Fault) -> Iterator[Fault]:
    """These faults, and no more."""
    return itertools.chain(faults, itertools.repeat(Fault.NONE))


@dataclass
class Event:
    """What is known of an event."""

    said: dict
    #: How often the server was given it whole, and so has counted it.
    n_served: int = 0
    #: Tries since one of its requests was answered.
    n_tries: int = 0


@dataclass
class Seen:
    """What a listener of the proxy has seen."""

    events: dict[str, Event] = field(default_factory=dict)
    faults: Counter = field(default_factory=Counter)
    requests: int = 0
    #: Events of requests that the server was given whole, each as often as it was.
    n_served: int = 0
    #: Events of requests that it was given whole when it was killed: whether it kept them, nobody can say.
    n_uncertain: int = 0
    #: The sums of the server's own answers.
    answered: Counter = field(default_factory=Counter)
    #: What the server said was wrong with single events.
    errors: list[dict] = field(default_factory=list)
    #: Statuses of the server, but for 200.
    statuses: Counter = field(default_factory=Counter)
    #: Calls that an SDK says are a repeat by `X-Retry-Count`.
    n_said_again: int = 0
    #: Longest that a request may have been on its way: from an event's `sentAt` to the server's answer, in seconds.
    stalest_s: float = 0.0
    content_types: Counter = field(default_factory=Counter)
    encodings: Counter = field(default_factory=Counter)

    @property
    def n_repeats(self) -> int:
        """Events that the server was given although it had them."""
        return self.n_served - sum(1 for event in self.events.values() if event.n_served)


class Listener:
    """One address of the proxy, for one SDK."""

    def __init__(self, upstream: str, faults: Iterator[Fault]):
        self.seen = Seen()
        self.url = ""
        self._upstream = upstream
        self._is_there = asyncio.Event()
        self._faults = faults
        self._forwarding: set[asyncio.Task] = set()

    async def open(self) -> None:
        """Listens on any free port."""
        self._is_there.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]

    async def idle(self) -> None:
        """Waits until every answer that nobody waits for is there."""
        if self._forwarding:
            await asyncio.wait(self._forwarding)

    async def hold(self) -> None:
        """Lets requests wait, for there will be no server."""
        self._is_there.clear()

    async def lead(self, upstream: str) -> None:
        """Lets them go on to where the server is now."""
        self._upstream = upstream
        self._is_there.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_message(reader)) is not None:
                if not await self._handle(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The SDK went away.
        finally:
            writer.close()

    async def _handle(self, request: "Message", writer: asyncio.StreamWriter) -> bool:
        """Lets happen what the deck says; whether the connection lives on."""
        if not request.first_line.startswith(b"POST "):
            writer.write((await self._forward(request, None))[1])
            await writer.drain()
            return False
        events = self._note(request)
        fault = self._fault(events)
        self.seen.faults[fault] += 1
        for event in events:
            event.n_tries += 1
        match fault:
            case Fault.ANSWER_500:
                answer = _answer(500, "Internal Server Error")
            case Fault.ANSWER_503:
                answer = _answer(503, "Service Unavailable")
            case Fault.ANSWER_429:
                answer = _answer(429, "Too Many Requests", "retry-after: 1\r\n")
            case Fault.CUT:
                return False
            case Fault.TORN:
                await self._tear(request)
                return False
            case Fault.SERVED_503:
                await self._forward(request, events)
                answer = _answer(503, "Service Unavailable")
            case Fault.SERVED_CUT:
                await self._forward(request, events)
                return False
            case Fault.SERVED_CUT_AT_ONCE:
                self._forward(request, events)
                return False
            case Fault.DELAY | Fault.NONE:
                if fault is Fault.DELAY:
                    await asyncio.sleep(DELAY_S)
                status, answer = await self._forward(request, events)
                if status is None:
                    return False
                if status == 200:
                    for event in events:
                        event.n_tries = 0
        writer.write(answer)
        await writer.drain()
        # The server's own answers say that it closes the connection, for it is only the proxy's.
        return b"connection: close" not in answer.lower()

    def _note(self, request: "Message") -> list[Event]:
        seen = self.seen
        seen.requests += 1
        seen.n_said_again += "x-retry-count" in request.headers
        seen.content_types[request.headers.get("content-type", "none")] += 1
        seen.encodings[request.headers.get("content-encoding", "none")] += 1
        body = json.loads(request.unpacked())
        events = []
        for said in body.get("batch", [body]):
            event = seen.events.setdefault(said["messageId"], Event(said))
            events.append(event)
            sent_at = said.get("sentAt") or body.get("sentAt")
            if sent_at is not None:
                request.sent_s = min(request.sent_s, _seconds(sent_at))
        return events

    def _fault(self, events: list[Event]) -> Fault:
        drawn = next(self._faults)
        is_enough = any(event.n_tries >= MOST_IN_A_ROW for event in events)
        return Fault.NONE if is_enough else drawn

    def _forward(self, request: "Message", events: list[Event] | None) -> "asyncio.Future[tuple[int | None, bytes]]":
        """Hands a request on, and counts what the server says of its events, whoever still waits for that.

        Gives the status and the whole answer; `None` when the server went away."""

        async def forward() -> tuple[int | None, bytes]:
            await self._is_there.wait()
            answer = await self._ask(request.bytes())
            status, body = _parse_answer(answer)
            if events is None:
                return status, answer
            if status == 200:
                self._note_served(events, json.loads(body))
                self.seen.stalest_s = max(self.seen.stalest_s, time.time() - request.sent_s)
            elif status is None:
                self.seen.n_uncertain += len(events)
            else:
                self.seen.statuses[status] += 1
            return status, answer

        task = asyncio.get_running_loop().create_task(forward())
        self._forwarding.add(task)
        task.add_done_callback(self._forwarding.discard)
        return asyncio.shield(task)

    def _note_served(self, events: list[Event], body: dict) -> None:
        self.seen.n_served += len(events)
        for event in events:
            event.n_served += 1
        for name in ("received", "accepted", "duplicate", "rejected", "suppressed"):
            self.seen.answered[name] += body[name]
        self.seen.errors += body["errors"]

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._upstream.removeprefix("http://").rsplit(":", 1)
        return await asyncio.open_connection(host, int(port))

    async def _ask(self, request: bytes) -> bytes:
        """The server's answer; nothing when it went away."""
        try:
            reader, writer = await self._connect()
            try:
                writer.write(request)
                return await reader.read()
            finally:
                writer.close()
        except ConnectionError:
            return b""

    async def _tear(self, request: "Message") -> None:
        """Hands on half of a body, and hangs up."""
        await self._is_there.wait()
        _, writer = await self._connect()
        whole = request.bytes()
        writer.write(whole[: len(whole) - len(request.body) // 2])
        await writer.drain()
        writer.close()


@dataclass
class Message:
    """A request that was read whole."""

    first_line: bytes
    lines: list[bytes]
    headers: dict[str, str]
    body: bytes
    #: When it was sent, as its events say.
    sent_s: float = math.inf

    def unpacked(self) -> bytes:
        """The body without its encoding."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    def bytes(self) -> bytes:
        """The request as it came, but for what is said of the connection."""
        own = ("connection:", "content-length:", "transfer-encoding:", "expect:")
        kept = [line for line in self.lines if not line.decode("latin-1").lower().startswith(own)]
        kept += [b"content-length: %d" % len(self.body), b"connection: close"]
        return b"\r\n".join([self.first_line, *kept, b"", self.body])


async def _read_message(reader: asyncio.StreamReader) -> Message | None:
    """The next request of a connection; `None` when there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first_line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    pairs = (line.decode("latin-1").split(":", 1) for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Message(first_line, lines, headers, body)


def _answer(status: int, reason: str, more: str = "") -> bytes:
    """An error in the shape that the server gives its own."""
    body = json.dumps({"code": "made_up", "message": "the proxy went wrong"})
    head = f"HTTP/1.1 {status} {reason}\r\naccess-control-allow-origin: *\r\ncontent-type: application/json\r\n"
    return f"{head}{more}content-length: {len(body)}\r\n\r\n{body}".encode()


def _parse_answer(answer: bytes) -> tuple[int | None, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split(b" ", 2)[1]) if head else None), body


def _seconds(instant: str) -> float:
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


class Faults:
    """The proxy: a listener for each SDK, on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def listen(self, upstream: str, faults: Iterator[Fault]) -> Listener:
        """Opens an address for an SDK."""
        listener = Listener(upstream, faults)
        self.wait(listener.open())
        return listener

    def wait(self, work: Coroutine) -> None:
        """Has something done on the proxy's thread, and waits for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result()
