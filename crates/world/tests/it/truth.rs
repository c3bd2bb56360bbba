//! Plans are realised, and effects are there to be found.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use serde_json::Value;

use crate::{plan, rows_of, written};

fn text(batch: &RecordBatch, name: &str, row: usize) -> String {
    batch.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned()
}

fn day(batch: &RecordBatch, name: &str, row: usize) -> Option<i32> {
    let column = batch.column_by_name(name).unwrap().as_primitive::<Date32Type>();
    column.is_valid(row).then(|| column.value(row))
}

fn whole(batch: &RecordBatch, name: &str, row: usize) -> i64 {
    batch.column_by_name(name).unwrap().as_primitive::<Int64Type>().value(row)
}

#[test]
fn people_reach_the_stages_that_they_were_meant_to_reach() {
    let (directory, _) = written(&plan(200_000, 3, 2));
    let mut stages: BTreeMap<String, Vec<(String, i32, i32)>> = BTreeMap::new();
    for batch in rows_of(&directory.path().join("truth/stages.parquet")) {
        for row in 0..batch.num_rows() {
            let (from, to) = (day(&batch, "from_day", row).unwrap(), day(&batch, "to_day", row).unwrap());
            let stretch = (text(&batch, "stage", row), from, to);
            stages.entry(text(&batch, "person", row)).or_default().push(stretch);
        }
    }
    let until = "2026-10-31".parse::<databank_model::Day>().unwrap().0;
    let depth = |stage: &str| ["A", "I", "P", "L"].iter().position(|name| *name == stage).unwrap();
    let mut reached = [0_u32; 4];
    for batch in rows_of(&directory.path().join("truth/persons.parquet")) {
        for row in 0..batch.num_rows() {
            if whole(&batch, "refunds", row) > 0 {
                continue;
            }
            let person = text(&batch, "person", row);
            for (at_least, name) in ["planned_a", "planned_i", "planned_p", "planned_l"].iter().enumerate() {
                let Some(planned) = day(&batch, name, row).filter(|planned| *planned < until) else { continue };
                // What begins late in the evening may end after midnight.
                let is_there = stages
                    .get(&person)
                    .into_iter()
                    .flatten()
                    .any(|(stage, from, to)| depth(stage) >= at_least && *from <= planned + 1 && *to > planned);
                assert!(is_there, "{person} is not at {name} on {planned}: {:?}", stages.get(&person));
                reached[at_least] += 1;
            }
        }
    }
    assert!(reached.iter().all(|count| *count > 500), "{reached:?}");
}

#[test]
fn planted_effects_show_and_the_null_campaign_has_none() {
    let (directory, _) = written(&plan(1_500_000, 21, 2));
    let file = std::fs::read_to_string(directory.path().join("truth/campaigns.json")).unwrap();
    let campaigns: Vec<Value> = serde_json::from_str(&file).unwrap();
    let difference = |wanted: &dyn Fn(&Value) -> bool| {
        let chosen: Vec<&Value> = campaigns.iter().filter(|campaign| wanted(campaign)).collect();
        let sum = |name: &str| chosen.iter().map(|campaign| campaign[name].as_f64().unwrap()).sum::<f64>();
        sum("reached_bought") / sum("reached") - sum("held_out_bought") / sum("held_out")
    };
    let is = |campaign: &Value, name: &str| campaign[name].as_bool().unwrap();
    let festival = difference(&|campaign| campaign["kind"] == "festival");
    assert!((0.02..0.055).contains(&festival), "festivals: {festival}");
    let null = difference(&|campaign| is(campaign, "is_null"));
    assert!(null.abs() < 0.02, "the null campaign: {null}");
    let confounded = difference(&|campaign| is(campaign, "is_confounded"));
    assert!(confounded > 0.03, "what targeting looks like: {confounded}");
}

#[test]
fn ids_of_different_people_differ_except_for_shared_devices() {
    let (directory, report) = written(&plan(300_000, 8, 2));
    let mut owners: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut persons = 0;
    for batch in rows_of(&directory.path().join("truth/persons.parquet")) {
        let ids = batch.column_by_name("ids").unwrap().as_list::<i32>();
        for row in 0..batch.num_rows() {
            persons += 1;
            let own = ids.value(row);
            for id in own.as_string::<i32>().iter().flatten() {
                let key = (text(&batch, "brand", row), id.to_owned());
                owners.entry(key).or_default().insert(text(&batch, "person", row));
            }
        }
    }
    assert_eq!(persons, report.totals.persons);
    let shared: Vec<_> = owners.iter().filter(|(_, owners)| owners.len() > 1).collect();
    assert!(shared.iter().all(|((_, id), owners)| id.starts_with("device_id:") && owners.len() == 2), "{shared:?}");
    assert!(!shared.is_empty(), "some devices are shared");
}
