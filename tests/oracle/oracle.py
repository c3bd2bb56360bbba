#!/usr/bin/env python3
"""Stage counts straight from the definition, as a second opinion on Databank's intervals.

usage: oracle.py taobao|olist|online-retail --data DIR (--days D1,D2,… | --facts)

For every day asked, each condition of the AIPL preset is a window aggregate over that day's window: no intervals, no
sweep, no state carried from one day to the next. Prints one JSON object, `{day: {"A": n, "I": n, "P": n, "L": n}}`,
or with `--facts` what can be said of the events without stages.
"""

import argparse
import json
from pathlib import Path

from datasets import DATASETS, load

# A condition with a window of n days sees the days d - n + 1 … d. The deepest stage that holds is the stage.
# Statuses (member, fan) are not in these files, so their two conditions never hold.
STAGES = """
with asked as (select cast(? as date) as d),
seen as (
    select consumer,
        count(distinct day) filter (behavior = 'purchase' and day > d - 365) as purchase_days_365,
        count(*) filter (behavior = 'review' and rating >= 4 and day > d - 365) as good_reviews_365,
        count(*) filter (behavior = 'purchase' and day > d - 910) as purchases_910,
        count(*) filter (behavior in ('search', 'favorite', 'cart', 'order', 'sample', 'book', 'like', 'comment',
                                      'share', 'claim', 'chat') and day > d - 15) as active_15,
        count(distinct day) filter (behavior = 'view' and day > d - 15) as view_days_15,
        count(*) filter (behavior in ('ad_impression', 'ad_click', 'content_view', 'live_view', 'visit')
                         and day > d - 15) as passive_15
    from event, asked
    where day <= d and consumer is not null
    group by consumer
),
staged as (
    select case
        when purchase_days_365 >= 2 or good_reviews_365 >= 1 then 'L'
        when purchases_910 >= 1 then 'P'
        when active_15 >= 1 or view_days_15 >= 2 then 'I'
        when view_days_15 >= 1 or passive_15 >= 1 then 'A'
    end as stage
    from seen
)
select stage, count(*) from staged where stage is not null group by stage
"""

FACTS = """
select count(*), count(*) filter (consumer is null), count(distinct consumer), min(day), max(day),
       sum(amount_minor) filter (behavior = 'purchase'),
       sum(amount_minor) filter (behavior = 'purchase' and consumer is not null),
       sum(amount_minor) filter (behavior = 'refund')
from event
"""


def stages(connection, day: str) -> dict[str, int]:
    """How many consumers stand at each stage at the end of a day."""
    counts = dict.fromkeys("AIPL", 0)
    counts.update(dict(connection.execute(STAGES, [day]).fetchall()))
    return counts


def facts(connection) -> dict:
    """Rows, people, span and money of the events that count."""
    names = ["events", "anonymous", "consumers", "first_day", "last_day"]
    names += ["purchase_minor", "purchase_minor_of_consumers", "refund_minor"]
    answer = dict(zip(names, connection.execute(FACTS).fetchone()))
    answer["behaviors"] = dict(
        connection.execute("select behavior, count(*) from event group by 1 order by 1").fetchall()
    )
    return answer


def main() -> None:
    """Answers one question about one data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", choices=sorted(DATASETS))
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the public data sets")
    question = parser.add_mutually_exclusive_group(required=True)
    question.add_argument("--days", help="days YYYY-MM-DD, separated by commas")
    question.add_argument("--facts", action="store_true", help="rows, people, span and money instead of stages")
    arguments = parser.parse_args()

    connection = load(arguments.dataset, arguments.data)
    if arguments.facts:
        answer = facts(connection)
    else:
        answer = {day: stages(connection, day) for day in arguments.days.split(",")}
    print(json.dumps(answer, default=str))


if __name__ == "__main__":
    main()
