"""The raw files of each public data set as one table of plain events, written without a look at the mappings.

Each function fills the DuckDB table `event(consumer text, behavior text, day date, rating int, amount_minor bigint)`
from the files as published. The decisions (which rows count) are those the mappings state in words; the SQL is not
theirs, so that a slip in one shows against the other.
"""

from pathlib import Path

import duckdb

EVENT_TABLE = """
create table event (consumer text, behavior text, day date, rating int, amount_minor bigint)
"""


def read_csv(path: Path, **options: str) -> str:
    """The SQL that reads a CSV file with every column as text."""
    extra = "".join(f", {name}={value}" for name, value in options.items())
    return f"read_csv('{path}', all_varchar=true{extra})"


def one(folder: Path, pattern: str) -> Path:
    """The only file of a folder that the pattern names, packed or not."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"error: {folder} holds {len(found)} files like {pattern}, expected one")
    return found[0]


def taobao(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Taobao user behavior: Shanghai is eight hours ahead all year, so a day is plain arithmetic on the seconds."""
    file = one(data / "taobao_userbehavior", "UserBehavior.csv*")
    names = "['user_id','item_id','category_id','kind','seconds']"
    source = read_csv(file, header="false", null_padding="true", names=names)
    connection.execute(
        f"""
        insert into event
        select user_id, name, day, null, null
        from (select *, date '1970-01-01' + cast((cast(seconds as bigint) + 8 * 3600) // 86400 as int) as day
              from {source} where seconds is not null)
        join (values ('pv', 'view'), ('cart', 'cart'), ('fav', 'favorite'), ('buy', 'purchase')) k(kind, name)
          using (kind)
        where day between date '2017-11-25' and date '2017-12-03'
        """
    )


def olist(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Olist: the local wall clock is printed in the files, so a day is the first ten characters."""
    folder = data / "olist_subset"
    for table in ["orders", "order_items", "customers", "order_reviews"]:
        file = one(folder, f"olist_{table}_dataset.csv*")
        connection.execute(f"create temp view {table} as select * from {read_csv(file, header='true')}")
    connection.execute(
        """
        insert into event
        select (select customer_unique_id from customers c where c.customer_id = o.customer_id), 'purchase',
               cast(order_purchase_timestamp[1:10] as date), null, cast(round(cast(price as double) * 100) as bigint)
        from order_items i, orders o
        where i.order_id = o.order_id
          and order_status in ('approved', 'processing', 'invoiced', 'shipped', 'delivered')
        """
    )
    connection.execute(
        """
        insert into event
        select customer_unique_id, 'review', cast(review_answer_timestamp[1:10] as date),
               cast(review_score as int), null
        from order_reviews r, orders o, customers c
        where r.order_id = o.order_id and o.customer_id = c.customer_id
        """
    )


def online_retail(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Online Retail: local wall clock again; a row without a customer has no consumer."""
    file = one(data / "online_retail", "onlineretail.parquet")
    connection.execute(
        f"""
        insert into event
        select format('{{:.0f}}', CustomerID), if(InvoiceNo[1] = 'C', 'refund', 'purchase'), cast(InvoiceDate as date),
               null, cast(round(abs(Quantity) * UnitPrice * 100) as bigint)
        from '{file}'
        where UnitPrice > 0
          and ((InvoiceNo[1] = 'C' and Quantity < 0) or (regexp_full_match(InvoiceNo, '[0-9]+') and Quantity > 0))
        """
    )


DATASETS = {"taobao": taobao, "olist": olist, "online-retail": online_retail}


def load(name: str, data: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds one data set's events."""
    connection = duckdb.connect()
    connection.execute(EVENT_TABLE)
    DATASETS[name](connection, data)
    return connection
