//! Exports that nobody here made, against computations that share nothing with ours.

use serde_json::{Value, json};

use crate::Place;
use crate::public_data::{data, oracle, root};

struct DataSet {
    name: &'static str,
    mapping: &'static str,
    path: &'static str,
    days: [&'static str; 3],
    /// Files read, rows mapped.
    input_rows: u64,
    unreadable: u64,
    read: u64,
}

const DATA_SETS: [DataSet; 3] = [
    DataSet {
        name: "taobao",
        mapping: "taobao-user-behavior",
        path: "taobao_userbehavior/UserBehavior.csv.gz",
        days: ["2017-11-27", "2017-11-30", "2017-12-03"],
        input_rows: 84_476,
        unreadable: 1,
        read: 84_440,
    },
    DataSet {
        name: "olist",
        mapping: "olist",
        path: "olist_subset",
        days: ["2017-06-30", "2018-03-31", "2018-08-31"],
        // Orders, lines, customers, reviews, products, translations.
        input_rows: 8_135 + 8_365 + 8_135 + 8_225 + 5_460 + 71,
        unreadable: 0,
        read: 7_816 + 8_225 + 5_460,
    },
    DataSet {
        name: "online-retail",
        mapping: "online-retail",
        path: "online_retail/onlineretail.parquet",
        days: ["2011-01-31", "2011-06-30", "2011-12-09"],
        input_rows: 541_909,
        unreadable: 0,
        read: 539_391 + 3_921,
    },
];

impl DataSet {
    /// Imports the data set; nothing when it is not at hand.
    fn import(&self, place: &Place) -> Option<Value> {
        let path = data(self.path)?;
        place.json(&["brand", "add", self.name]);
        Some(self.import_again(place, path.to_str().unwrap()))
    }

    fn import_again(&self, place: &Place, path: &str) -> Value {
        let mapping = root().join("mappings").join(format!("{}.toml", self.mapping));
        place.json(&["import", "--brand", self.name, "--mapping", mapping.to_str().unwrap(), path])
    }
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} of {value}"))
}

#[track_caller]
fn adds_up(ledger: &Value) {
    let sum: u64 = ["accepted", "duplicate", "rejected", "suppressed"].iter().map(|n| number(ledger, n)).sum();
    assert_eq!(number(ledger, "read"), sum, "{ledger}");
}

#[test]
fn both_ledgers_add_up_and_a_second_import_adds_nothing() {
    for set in &DATA_SETS {
        let place = Place::new();
        let Some(report) = set.import(&place) else { continue };
        adds_up(&report);
        report["blocks"].as_array().unwrap().iter().for_each(adds_up);
        assert_eq!(number(&report, "input_rows"), set.input_rows, "{}: {report}", set.name);
        let unreadable: u64 = report["inputs"].as_array().unwrap().iter().map(|i| number(i, "unreadable")).sum();
        assert_eq!(unreadable, set.unreadable, "{}: {report}", set.name);
        assert_eq!(number(&report, "read"), set.read, "{}: {report}", set.name);
        assert_eq!(number(&report, "accepted"), set.read, "{}: {report}", set.name);
        let rejects = place.json(&["rejects", "--brand", set.name]);
        assert_eq!(rejects.as_array().unwrap().len() as u64, set.unreadable);

        let again = set.import_again(&place, data(set.path).unwrap().to_str().unwrap());
        adds_up(&again);
        assert_eq!((number(&again, "accepted"), number(&again, "duplicate")), (0, set.read), "{}", set.name);
        assert_eq!(again["brands"][0]["vault_version"], report["brands"][0]["vault_version"], "nothing new to publish");
    }
}

#[test]
fn stage_counts_equal_an_independent_computation_in_duckdb() {
    for set in &DATA_SETS {
        let place = Place::new();
        let Some(_) = set.import(&place) else { continue };
        let folder = data("").unwrap();
        let asked = [set.name, "--data", folder.to_str().unwrap(), "--days", &set.days.join(",")];
        let Some(expected) = oracle(&[&["oracle.py"][..], &asked].concat()) else { continue };
        for day in set.days {
            let report = place.json(&["assets", "--brand", set.name, "--as-of", day]);
            let counts: Value = report["stages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|stage| (stage["stage"].as_str().unwrap().to_owned(), stage["consumers"].clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            assert_eq!(counts, expected[day], "{} on {day}", set.name);
            let trend = place.json(&["trend", "--brand", set.name, "--from", day, "--to", day]);
            for stage in ["A", "I", "P", "L"] {
                assert_eq!(trend["days"][0][stage], expected[day][stage], "{} on {day}", set.name);
            }
        }
    }
}

#[test]
fn flow_trend_and_assets_agree_with_each_other_and_with_sql() {
    for set in &DATA_SETS {
        let place = Place::new();
        let Some(_) = set.import(&place) else { continue };
        let [from, _, to] = set.days;
        let flow = place.json(&["flow", "--brand", set.name, "--from", from, "--to", to]);
        let cells = flow["cells"].as_array().unwrap();
        let sum = |side: &str, stage: &str| -> u64 {
            cells.iter().filter(|c| c[side] == stage).map(|c| number(c, "consumers")).sum()
        };
        for (side, day) in [("from", from), ("to", to)] {
            let report = place.json(&["assets", "--brand", set.name, "--as-of", day]);
            for stage in report["stages"].as_array().unwrap() {
                let code = stage["stage"].as_str().unwrap();
                assert_eq!(sum(side, code), number(stage, "consumers"), "{} {side} {code}", set.name);
            }
        }
        let outside = number(&flow["outside"], "never") + number(&flow["outside"], "lost");
        assert_eq!(sum("from", "none"), outside, "{flow}");
        assert!(cells.iter().all(|c| c["from"] != "none" || c["to"] != "none"));
        // The same matrix from the stored intervals, by a join instead of a walk.
        let query = format!(
            "select coalesce(a.stage, 'none') as \"from\", coalesce(b.stage, 'none') as \"to\", count(*) as consumers \
             from (select consumer, stage from stages where from_day <= date '{from}' and to_day > date '{from}') a \
             full join (select consumer, stage from stages where from_day <= date '{to}' and to_day > date '{to}') b \
             on a.consumer = b.consumer group by 1, 2"
        );
        let joined = place.json(&["sql", "--brand", set.name, &query]);
        let sorted = |rows: &[Value]| {
            let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(joined.as_array().unwrap()), sorted(cells), "{}", set.name);
    }
}

#[test]
fn online_retail_keeps_its_true_repeats_and_its_revenue() {
    let place = Place::new();
    let Some(_) = DATA_SETS[2].import(&place) else { return };
    let query = "select count(*) as lines, sum(amount_minor) as minor from events \
                 where behavior = 'purchase' and consumer is not null";
    let known = place.json(&["sql", "--brand", "online-retail", query]);
    assert_eq!(known, json!([{ "lines": 397_884, "minor": 891_140_790 }]));
    let refunds = "select count(*) as refunds, count(*) filter (where consumer is null) as anonymous from events \
                   where behavior = 'refund'";
    let refunds = place.json(&["sql", "--brand", "online-retail", refunds]);
    assert_eq!(refunds[0]["refunds"], 9_288, "{refunds}");
}

#[test]
fn other_engines_read_a_vault_and_count_the_same() {
    let place = Place::new();
    let set = &DATA_SETS[0];
    let Some(_) = set.import(&place) else { return };
    let vault = place.data.join("vaults").join(set.name);
    let Some(read) = oracle(&["read_vault.py", vault.to_str().unwrap()]) else { return };
    assert_eq!(read["deltalake"], read["duckdb"]);
    let ours = place.json(&[
        "sql",
        "--brand",
        set.name,
        "select (select count(*) from events) as events, (select count(distinct consumer) from events) as consumers, \
         (select count(*) from stages) as stages",
    ]);
    let theirs = &read["duckdb"];
    for name in ["events", "consumers", "stages"] {
        assert_eq!(ours[0][name], theirs[name], "{name}: {read}");
    }
}
