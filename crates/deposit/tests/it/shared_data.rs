//! Real files, where they are present.

use std::path::PathBuf;
use std::time::Instant;

use super::support::run_paths;

/// Finds a folder of the shared data, or says loudly that the test is skipped.
fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DATABANK_TEST_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
    {
        eprintln!("SKIPPED: {} is absent; set DATABANK_TEST_DATA", folder.display());
    }
    None
}

#[test]
fn the_taobao_file_has_one_cut_line() {
    let Some(folder) = folder("taobao_userbehavior") else { return };
    let mapping = r#"
name = "taobao"
[inputs]
clicks = { path = "UserBehavior.csv.gz", header = false, columns = ["user", "item", "category", "kind", "unix_s"], types = { unix_s = "bigint" } }
[[events]]
sql = "select kind, count(*) as n, min(unix_s) as first from clicks group by kind"
"#;
    let outcome = run_paths(&[folder], mapping, 64 << 20).unwrap();
    let counts: Vec<_> = outcome.blocks[0].iter().map(|row| row.rsplit_once('|').unwrap().0).collect();
    let total: u64 = counts.iter().map(|row| row.split_once('|').unwrap().1.parse::<u64>().unwrap()).sum();
    assert_eq!(total, 84_475);
    assert_eq!(outcome.unreadable.len(), 1);
    assert_eq!((outcome.unreadable[0].line, outcome.unreadable[0].code.as_str()), (84_476, "ragged_row"));
    assert_eq!((outcome.files[0].records, outcome.files[0].unreadable), (84_476, 1));
}

#[test]
fn the_olist_files_join_as_published() {
    let Some(folder) = folder("olist_subset") else { return };
    let mapping = r#"
name = "olist"
[inputs]
orders    = "olist_orders_dataset.csv*"
items     = "olist_order_items_dataset.csv*"
customers = "olist_customers_dataset.csv*"
[[events]]
sql = """
  select count(*) as n, sum(cast(i.price as decimal(12,2))) as total
  from orders o join items i using (order_id) join customers c using (customer_id)
"""
"#;
    for memory_bytes in [64 << 20, 1 << 30] {
        let outcome = run_paths(std::slice::from_ref(&folder), mapping, memory_bytes).unwrap();
        assert_eq!(outcome.blocks[0], ["8365|1093264.35"]);
        assert!(outcome.unreadable.is_empty());
    }
}

#[test]
fn the_online_retail_file_sums_as_published() {
    let Some(folder) = folder("online_retail") else { return };
    let mapping = r#"
name = "retail"
[inputs]
lines = "onlineretail.parquet"
[[events]]
sql = "select count(*) as n, count(distinct cast(InvoiceNo as varchar)) as invoices, round(sum(Quantity * UnitPrice), 2) as total from lines"
"#;
    let outcome = run_paths(&[folder], mapping, 256 << 20).unwrap();
    assert_eq!(outcome.blocks[0], ["541909|25900|9747747.93"]);
}

#[test]
fn every_csv_of_the_shared_data_is_read_whole() {
    let Some(root) = folder(".") else { return };
    for entry in glob::glob(&root.join("*/*.csv.gz").to_string_lossy()).unwrap() {
        let path = entry.unwrap();
        if path.ends_with("UserBehavior.csv.gz") {
            continue;
        }
        let started = Instant::now();
        let mapping = super::support::one_block("\"x\"", "select count(*) as n from t");
        let outcome = run_paths(std::slice::from_ref(&path), &mapping, 64 << 20).unwrap();
        assert!(outcome.unreadable.is_empty(), "{}: {:?}", path.display(), outcome.unreadable.first());
        assert!(outcome.files[0].records > 0, "{} took {:?}", path.display(), started.elapsed());
    }
}
