"""The benchmark's three questions in SQL, for DuckDB and for ClickHouse, each in its best form.

All brands at once, over a table `events` sorted by (brand, consumer, ts), with `day` the day in UTC+8 as days since
1970-01-01. The rule is that of rules.toml; "the last W days as of D" are those with D - W < day <= D. Rows that cannot
decide a stage are skipped before grouping, two distinct orders are min <> max, and a trend is masks of 90 bits, one a day.
"""

TREND_DAYS = 90
I_SET = "('search','favorite','cart','share','join_member')"
A_SET = "('view','ad_impression','ad_click')"


def deciding(day):
    return f"(day <= {day} AND (day > {day - 15} OR behavior = 'purchase' OR (behavior = 'review' AND rating >= 4)))"


class Duck:
    """DuckDB's SQL. Answers have rows (brand, stage, n), (day, brand, stage, n) and (brand, from, to, n)."""

    @staticmethod
    def stage(day):
        orders = f"FILTER (behavior = 'purchase' AND day <= {day} AND day > {day - 365})"
        late = f"day <= {day} AND day > {day - 15}"
        return f"""CASE WHEN coalesce(min(order_id) {orders} <> max(order_id) {orders}, false)
            OR bool_or(behavior = 'review' AND rating >= 4 AND day <= {day} AND day > {day - 365}) THEN 'L'
          WHEN bool_or(behavior = 'purchase' AND day <= {day} AND day > {day - 730}) THEN 'P'
          WHEN bool_or({late} AND behavior IN {I_SET}) OR count(*) FILTER ({late} AND behavior = 'view') >= 2 THEN 'I'
          WHEN bool_or({late} AND behavior IN {A_SET}) THEN 'A' ELSE 'none' END"""

    @classmethod
    def assets(cls, day):
        return f"""SELECT brand, stage, count(*) FROM (
            SELECT brand, consumer, {cls.stage(day)} AS stage FROM events WHERE {deciding(day)} GROUP BY brand, consumer)
          WHERE stage <> 'none' GROUP BY brand, stage"""

    @classmethod
    def flow(cls, start, end):
        return f"""SELECT brand, s0, s1, count(*) FROM (
            SELECT brand, consumer, {cls.stage(start)} AS s0, {cls.stage(end)} AS s1 FROM events
            WHERE {deciding(end)} OR {deciding(start)} GROUP BY brand, consumer)
          WHERE s0 <> 'none' OR s1 <> 'none' GROUP BY brand, s0, s1"""

    @staticmethod
    def trend(last):
        first = last - TREND_DAYS + 1

        def mask(begin, end):
            # Bits of the days begin..end, clipped to the window; none where end lies before it.
            return (f"((1::HUGEINT << (greatest(least({end}, {last}), {first - 1}) - {first - 1})::INT)"
                    f" - (1::HUGEINT << (greatest({begin}, {first}) - {first})::INT))")

        return f"""
        WITH e AS (SELECT brand, consumer, day::INT AS day, behavior, order_id,
            day::INT + CASE behavior WHEN 'purchase' THEN 729 WHEN 'review' THEN 364 ELSE 14 END AS until
            FROM events WHERE day <= {last} AND ((day > {first - 15} AND behavior <> 'review') OR behavior = 'purchase'
              OR (behavior = 'review' AND rating >= 4 AND day > {first - 365}))),
        x AS (
          SELECT brand, consumer,
            bit_or(mask) FILTER (behavior IN {A_SET}) AS a, bit_or(mask) FILTER (behavior IN {I_SET}) AS i,
            bit_or(mask) FILTER (behavior = 'purchase') AS p, bit_or(mask) FILTER (behavior = 'review') AS l
          FROM (SELECT brand, consumer, behavior, {mask('day', 'until')} AS mask FROM e
                WHERE day > {first - 15} OR behavior IN ('purchase', 'review')) GROUP BY brand, consumer
          UNION ALL
          SELECT brand, consumer, NULL, bit_or({mask('day', 'prev + 14')}), NULL, NULL FROM (
            SELECT brand, consumer, day, lag(day) OVER (PARTITION BY brand, consumer ORDER BY day) AS prev
            FROM e WHERE behavior = 'view') WHERE prev + 14 >= day GROUP BY brand, consumer
          UNION ALL
          SELECT brand, consumer, NULL, NULL, NULL, bit_or({mask('day', 'prev + 364')}) FROM (
            SELECT brand, consumer, day, lag(day) OVER (PARTITION BY brand, consumer ORDER BY day) AS prev
            FROM (SELECT brand, consumer, order_id, max(day) AS day FROM e WHERE behavior = 'purchase' GROUP BY ALL))
            WHERE prev + 364 >= greatest(day, {first}) GROUP BY brand, consumer),
        m AS (SELECT brand, consumer, coalesce(bit_or(a), 0) AS a, coalesce(bit_or(i), 0) AS i,
              coalesce(bit_or(p), 0) AS p, coalesce(bit_or(l), 0) AS l FROM x GROUP BY brand, consumer),
        c AS (SELECT brand, u.stage AS stage, u.mask AS mask, count(*) AS n FROM (
            SELECT brand, unnest([{{'stage': 'L', 'mask': l}}, {{'stage': 'P', 'mask': p & ~l}},
                   {{'stage': 'I', 'mask': i & ~(l | p)}}, {{'stage': 'A', 'mask': a & ~(l | p | i)}}]) AS u FROM m)
            WHERE u.mask <> 0 GROUP BY ALL)
        SELECT {first} + k AS day, brand, stage, sum(n)::BIGINT FROM c, range({TREND_DAYS}) r(k)
        WHERE (mask >> k::INT) & 1 = 1 GROUP BY ALL"""


class ClickHouse:
    """ClickHouse's SQL. A purchase has an order_id above 0; no rating is 0."""

    @staticmethod
    def stage(day):
        buys = f"behavior = 'purchase' AND day <= {day} AND day > {day - 365}"
        late = f"day <= {day} AND day > {day - 15}"
        return f"""multiIf(minIf(order_id, {buys}) != maxIf(order_id, {buys})
            OR max(behavior = 'review' AND rating >= 4 AND day <= {day} AND day > {day - 365}), 'L',
          max(behavior = 'purchase' AND day <= {day} AND day > {day - 730}), 'P',
          max({late} AND behavior IN {I_SET}) OR countIf({late} AND behavior = 'view') >= 2, 'I',
          max({late} AND behavior IN {A_SET}), 'A', 'none')"""

    @classmethod
    def assets(cls, day):
        return f"""SELECT brand, stage, count() FROM (
            SELECT brand, consumer, {cls.stage(day)} AS stage FROM events WHERE {deciding(day)} GROUP BY brand, consumer)
          WHERE stage != 'none' GROUP BY brand, stage"""

    @classmethod
    def flow(cls, start, end):
        return f"""SELECT brand, s0, s1, count() FROM (
            SELECT brand, consumer, {cls.stage(start)} AS s0, {cls.stage(end)} AS s1 FROM events
            WHERE {deciding(end)} OR {deciding(start)} GROUP BY brand, consumer)
          WHERE s0 != 'none' OR s1 != 'none' GROUP BY brand, s0, s1"""

    @staticmethod
    def trend(last):
        first = last - TREND_DAYS + 1

        def mask(begin, end):
            full = f"toUInt128('{2 ** TREND_DAYS - 1}')"
            return (f"bitAnd(bitShiftLeft({full}, toUInt8(greatest({begin}, {first}) - {first})),"
                    f" bitShiftRight({full}, toUInt8({last} - greatest(least({end}, {last}), {first - 1}))))")

        def pairs(days, window):
            # Two in a row, no further apart than the window: on from the second until the first has lapsed.
            return (f"arrayFold((seen, p, q) -> bitOr(seen, if(p + {window - 1} >= greatest(q, {first}),"
                    f" {mask('q', f'p + {window - 1}')}, toUInt128(0))), arrayPopBack({days}), arrayPopFront({days}), toUInt128(0))")

        return f"""
        SELECT {first} + k AS at, brand, stage, sum(n) FROM (
          SELECT brand, u.1 AS stage, u.2 AS mask, count() AS n FROM (
            SELECT brand, arrayJoin([('L', l), ('P', bitAnd(p, bitNot(l))), ('I', bitAnd(i, bitNot(bitOr(l, p)))),
                                     ('A', bitAnd(a, bitNot(bitOr(bitOr(l, p), i))))]) AS u
            FROM (SELECT brand, a, bitOr(i0, {pairs('views', 15)}) AS i, p, bitOr(l0, {pairs('orders', 365)}) AS l FROM (
              SELECT brand, consumer,
                groupBitOrIf(mask, behavior IN {A_SET}) AS a, groupBitOrIf(mask, behavior IN {I_SET}) AS i0,
                groupBitOrIf(mask, behavior = 'purchase') AS p, groupBitOrIf(mask, behavior = 'review') AS l0,
                arraySort(groupArrayIf(at, behavior = 'view')) AS views,
                arrayMap(t -> t.1, arraySort(groupUniqArrayIf((at, order_id), behavior = 'purchase'))) AS orders
              FROM (SELECT brand, consumer, toInt32(day) AS at, behavior, order_id, rating,
                  at + multiIf(behavior = 'purchase', 729, behavior = 'review', 364, 14) AS until,
                  {mask('at', 'until')} AS mask FROM events)
              WHERE at <= {last} AND ((at > {first - 15} AND behavior != 'review') OR behavior = 'purchase'
                OR (behavior = 'review' AND rating >= 4 AND at > {first - 365}))
              GROUP BY brand, consumer)))
          WHERE mask != 0 GROUP BY brand, stage, mask)
        ARRAY JOIN range({TREND_DAYS}) AS k WHERE bitAnd(bitShiftRight(mask, toUInt8(k)), toUInt128(1)) != 0
        GROUP BY at, brand, stage"""
