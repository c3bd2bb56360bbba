"""Who is one person of ten million pairs of ids: databank beside DuckDB and Splink, from one Parquet file to a component of each id.

    python3 bench/links.py OUT [EDGES.parquet]        needs duckdb, splink, numpy, pyarrow; OUT is a folder for what is made

Ours is `bulk_links` (an example of crates/deposit, built with --release), which runs what a deposit runs, without a person's
caps: the others have none. DuckDB contracts the graph in a loop of SQL, the quickest form of it that we know; Splink clusters
with its own connected components on DuckDB. Each runs in a process of its own, in turn, twice; the better time counts. All
must find the same components: as many, as large, with the same smallest ids.
"""
import json, os, subprocess, sys, time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
EDGES = 10_000_000
KEYS = "SELECT (t1::BIGINT << 56) + v1::BIGINT AS a, (t2::BIGINT << 56) + v2::BIGINT AS b FROM '%s'"


def make(path):
    """Three million people of 2 to 11 ids, and six of thousands: shared ids glue many together. Repeats and cycles."""
    import numpy as np, pyarrow as pa, pyarrow.parquet as pq
    g = np.random.default_rng(7)
    sizes = 2 + np.searchsorted(np.cumsum([.38, .25, .17, .09, .05, .025, .015, .01, .005]), g.random(3_000_000))
    sizes[:6] = [50_000, 20_000, 8_000, 3_000, 1_000, 1_000]
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    person = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(person)) - first[person]
    child = np.flatnonzero(within > 0)
    parent = first[person[child]] + (g.random(len(child)) * within[child]).astype(np.int64)
    again = g.integers(0, len(person), EDGES - len(child))
    other = first[person[again]] + (g.random(len(again)) * sizes[person[again]]).astype(np.int64)
    order = g.permutation(EDGES)
    x, y = np.concatenate((child, again))[order], np.concatenate((parent, other))[order]
    kind = g.integers(0, 7, len(person)).astype(np.uint8)
    value = (np.arange(1, len(person) + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(8)
    pq.write_table(pa.table({"t1": kind[x], "v1": value[x], "t2": kind[y], "v2": value[y]}), path, compression="zstd",
                   row_group_size=500_000)


def duck(out):
    import duckdb
    c = duckdb.connect(":memory:")
    c.execute(f"SET memory_limit='14GB'; SET temp_directory='{out}/spill'; SET preserve_insertion_order=false")
    return c


def summary(c, relation, begun):
    seconds = time.perf_counter() - begun
    nodes, checksum = c.execute(f"SELECT count(*), sum(comp % 1000003)::BIGINT FROM {relation}").fetchone()
    sizes = c.execute(f"SELECT s, count(*) FROM (SELECT count(*) AS s FROM {relation} GROUP BY comp) GROUP BY s").fetchall()
    return {"seconds": seconds, "nodes": nodes, "components": sum(n for _, n in sizes), "checksum": checksum,
            "sizes": {str(s): n for s, n in sizes}}


def by_duckdb(out, edges):
    c, begun = duck(out), time.perf_counter()
    keys = KEYS % edges
    c.execute(f"CREATE TABLE e AS WITH k AS ({keys}) SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM k WHERE a <> b")
    c.execute(f"CREATE TABLE lab AS WITH k AS ({keys}) SELECT node, node AS comp FROM (SELECT a AS node FROM k UNION SELECT b FROM k)")
    while c.execute("SELECT count(*) FROM e").fetchone()[0]:
        c.execute("CREATE OR REPLACE TABLE p AS SELECT node, min(m) AS up FROM "
                  "(SELECT a AS node, min(b) AS m FROM e GROUP BY a UNION ALL SELECT b, b FROM e GROUP BY b) GROUP BY node")
        while c.execute("SELECT count(*) FROM p JOIN p q ON p.up = q.node WHERE q.up <> p.up").fetchone()[0]:
            c.execute("CREATE OR REPLACE TABLE p AS SELECT p.node, q.up FROM p JOIN p q ON p.up = q.node")
        c.execute("CREATE OR REPLACE TABLE lab AS SELECT l.node, coalesce(p.up, l.comp) AS comp FROM lab l LEFT JOIN p ON l.comp = p.node")
        c.execute("CREATE OR REPLACE TABLE e AS SELECT DISTINCT greatest(x.up, y.up) AS a, least(x.up, y.up) AS b "
                  "FROM e JOIN p x ON e.a = x.node JOIN p y ON e.b = y.node WHERE x.up <> y.up")
    return summary(c, "lab", begun)


def by_splink(out, edges):
    import logging
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold as cluster
    logging.disable(logging.WARNING)
    c, begun = duck(out), time.perf_counter()
    c.execute(f"CREATE TABLE edges AS {KEYS % edges}")
    c.execute("CREATE TABLE nodes AS SELECT a AS node FROM edges UNION SELECT b FROM edges")
    found = cluster(nodes="nodes", edges="edges", db_api=DuckDBAPI(connection=c), node_id_column_name="node",
                    edge_id_column_name_left="a", edge_id_column_name_right="b")
    return summary(c, f"(SELECT node, cluster_id AS comp FROM {found.physical_name})", begun)


def by_databank(out, edges, *more):
    told = subprocess.run([f"{TARGET}/release/examples/bulk_links", edges, *more], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


ENGINES = {"databank": by_databank, "duckdb": by_duckdb, "splink": by_splink}


def main():
    out, edges = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else f"{sys.argv[1]}/edges.parquet"
    os.makedirs(out, exist_ok=True)
    if len(sys.argv) > 3:
        print(json.dumps(ENGINES[sys.argv[3]](out, edges)))
        return
    if not os.path.exists(edges):
        make(edges)
    best = {}
    for _ in range(2):
        for name in ENGINES:
            told = subprocess.run([sys.executable, __file__, out, edges, name], check=True, capture_output=True, text=True)
            told = json.loads(told.stdout)
            if name not in best or told["seconds"] < best[name]["seconds"]:
                best[name] = told
    says = lambda told: {key: told[key] for key in ("nodes", "components", "checksum", "sizes")}
    for name, told in best.items():
        assert says(told) == says(best["databank"]), f"{name} finds other components"
    ours = best["databank"]
    peer = min(told["seconds"] for name, told in best.items() if name != "databank")
    print(f"{ours['links']} pairs, {ours['nodes']} ids, {ours['components']} people, the largest of "
          f"{max(map(int, ours['sizes']))} ids: all find the same")
    for name, told in best.items():
        print(f"{name:9} {told['seconds']:7.2f} s")
    print(f"of ours: read {ours['read_s']:.2f}, number {ours['numbered_s']:.2f}, resolve and label {ours['resolved_s']:.2f} s")
    print(f"ratio to the better peer: {ours['seconds'] / peer:.3f}")
    capped = by_databank(out, edges, "capped")
    print(f"with a person's caps: {capped['seconds']:.2f} s, {capped['components']} people, {capped['conflicts']} joins refused")


main()
