"""What every SDK is given to send, and what must then be in the vault.

A workload is a list of calls in words that no SDK has for itself, so that each sender says the same in its SDK's:
`{"call": "identify" | "track", "userId", "anonymousId", "timestamp", …}`. Everything about it follows from the source's
name and the numbers below.
"""

import datetime
from decimal import Decimal

TRACKS = 10_000
PEOPLE = 100
#: Every so many tracks are an order of two products.
ORDER_EVERY = 100
#: Every so many tracks say when they happened, as an import of old events does.
DATED_EVERY = 50
#: How long ago those happened. Beyond five days they would be called late.
DATED_AGO = datetime.timedelta(days=2, hours=3)

#: Texts that go wrong where bytes, UTF-16 units and characters are mistaken for each other.
TEXTS = [
    "plain",
    "颜色：墨绿 / 尺寸：加大",
    "naïve Ångström ß ﬁ İ",
    "👩‍👩‍👧‍👦 family, 🇨🇳 flag, 𝒜 astral",
    "a\tb\nc \"quoted\" \\ back",
    "\u2028 separators \u2029 and \u00a0 spaces",
    "عربى עברית",
    "e\u0301 is not \u00e9",
]


def calls(source: str, largest_integer: int, now: datetime.datetime, tracks: int = TRACKS) -> list[dict]:
    """The calls of a source, in their order. `largest_integer`: the largest that its language can say exactly."""
    identifies = [
        {
            "call": "identify",
            "userId": user_of(source, person),
            "anonymousId": anonymous_of(source, person),
            "traits": traits(source, person),
        }
        for person in range(PEOPLE)
    ]
    made = [track(source, number, largest_integer, now) for number in range(tracks)]
    # People are named before, amid and after what they do.
    third = PEOPLE // 3
    middle = len(made) // 2
    return identifies[:third] + made[:middle] + identifies[third : 2 * third] + made[middle:] + identifies[2 * third :]


def user_of(source: str, person: int) -> str:
    """The id of a person who has signed in."""
    return f"{source}-user-{person}"


def anonymous_of(source: str, person: int) -> str:
    """The id of the same person's browser."""
    return f"{source}-browser-{person}"


def traits(source: str, person: int) -> dict:
    """What is so about a person."""
    return {
        "name": f"{source} 顾客 {person} 🎉",
        "level": person,
        "address": {"city": "上海" if person % 2 else "Zürich"},
        "email": f"user{person}@{source}.example",
    }


def person_of(number: int) -> int:
    """Who does the n-th thing."""
    return number % PEOPLE


def track(source: str, number: int, largest_integer: int, now: datetime.datetime) -> dict:
    """The n-th thing that is done."""
    person = person_of(number)
    call = {"call": "track", "event": "Conformance Probed"}
    # By whoever is signed in, by a browser that is, by one that is not.
    if number // PEOPLE % 3 != 2:
        call["userId"] = user_of(source, person)
    if number // PEOPLE % 3 != 0:
        call["anonymousId"] = anonymous_of(source, person)
    if number % DATED_EVERY == 0:
        happened = now - DATED_AGO + datetime.timedelta(milliseconds=number)
        call["timestamp"] = happened.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if is_order(number):
        call["event"] = "Order Completed"
        call["properties"] = {"n": number, **order(source, number)}
    else:
        call["properties"] = properties(number, largest_integer)
    return call


def properties(number: int, largest_integer: int) -> dict:
    """The properties of a track that is no order."""
    return {
        "n": number,
        "text": TEXTS[number % len(TEXTS)],
        "integer": largest_integer - number,
        "fraction": number / 8,
        "yes": number % 2 == 0,
        "nested": {"list": [number, str(number), {"deep": [[], {}, [None]]}], "ключ": "значение"},
    }


def is_order(number: int) -> bool:
    """Whether the n-th track is an order."""
    return number % ORDER_EVERY == ORDER_EVERY - 1


def order(source: str, number: int) -> dict:
    """An order of two lines. Some of its money has no exact float."""
    return {
        "order_id": f"{source}-order-{number}",
        "currency": "CNY",
        "revenue": 80.06,
        "products": [
            {"product_id": "sku-1", "price": 19.99, "quantity": 3, "category": "茶"},
            {"product_id": "sku-2", "price": 20.09, "variant": "红"},
        ],
    }


def order_lines(source: str, number: int) -> list[dict]:
    """The rows that an order makes: columns by name."""
    whole = {"behavior": "purchase", "order_id": f"{source}-order-{number}", "currency": "CNY"}
    return [
        {**whole, "item_id": "sku-1", "quantity": 3, "amount_minor": minor("59.97"), "category": "茶"},
        {**whole, "item_id": "sku-2", "quantity": None, "amount_minor": minor("20.09"), "category": None},
    ]


def minor(amount: str) -> int:
    """Money in minor units."""
    return int(Decimal(amount) * 100)
