//! E23: one order line, several versions of it.

use std::fs;

use super::{ask, canonical, codes, counts, import_text, one_number};
use crate::Place;

const HEADER: &str = "event_id,ts,behavior,id.member_card,order_id,line_id,revision,amount\n";

fn import(place: &Place, rows: &str) -> [u64; 4] {
    counts(&import_text(place, &canonical(), &format!("{HEADER}{rows}")))
}

/// The stored version of order line o1/1: its amount; the table never holds another.
#[track_caller]
fn stands(place: &Place, minor: i64) {
    let line = "from events where order_id = 'o1' and line_id = '1'";
    let held = ask(place, &format!("select count(*) as n, sum(amount_minor) as minor {line}"));
    assert_eq!(held, serde_json::json!([{ "n": 1, "minor": minor }]));
}

#[test]
fn a_higher_revision_replaces_whatever_its_event_id() {
    for ids in [["e1", "e1", "e1"], ["e1", "e2", "e3"]] {
        let place = Place::with_brand();
        let row = |version: usize, minor: &str| {
            format!("{},2026-01-01,purchase,a,o1,1,{},{minor}\n", ids[version - 1], version)
        };
        import(&place, "other,2026-01-01,purchase,a,o1,2,1,7\n");
        assert_eq!(import(&place, &row(1, "10")), [1, 0, 0, 0]);
        assert_eq!(import(&place, &row(2, "15")), [1, 0, 0, 0], "{ids:?}");
        stands(&place, 1500);
        assert_eq!(import(&place, &row(1, "10")), [0, 1, 0, 0], "what was replaced is said already");
        assert_eq!(import(&place, &row(2, "15")), [0, 1, 0, 0]);
        assert_eq!(import(&place, &row(3, "20")), [1, 0, 0, 0]);
        stands(&place, 2000);
        assert_eq!(one_number(&place, "select sum(amount_minor) from events"), 2700);
        let report = place.json(&["rebuild", "--brand", "acme"]);
        assert_eq!(report["events"], 2, "{report}");
    }
}

#[test]
fn a_revision_that_confirms_stands_against_those_below_it() {
    let place = Place::with_brand();
    let row = |version: u32, minor: &str| format!("e,2026-01-01,purchase,a,o1,1,{version},{minor}\n");
    import(&place, &row(1, "10"));
    import(&place, &row(3, "10"));
    assert_eq!(import(&place, &row(2, "99")), [0, 1, 0, 0]);
    stands(&place, 1000);
    assert_eq!(import(&place, &(row(1, "10") + &row(3, "10"))), [0, 2, 0, 0]);
}

#[test]
fn the_highest_revision_of_one_file_stands_also_across_chunks() {
    let rows: String = (1..=3).map(|n| format!("e,2026-01-01,purchase,a,o1,1,{n},{n}\n")).collect();
    let place = Place::with_brand();
    assert_eq!(import(&place, &rows), [1, 2, 0, 0]);
    stands(&place, 300);
    // One block for each revision, one row for each chunk.
    let place = Place::with_brand();
    let blocks: String =
        (1..=3).map(|n| format!("[[events]]\nsql = '''select * from rows where revision = '{n}' '''\n")).collect();
    let canonical = canonical();
    let (head, _) = canonical.split_once("[[events]]").unwrap();
    fs::write(place.path("m.toml"), format!("{head}{blocks}")).unwrap();
    fs::write(place.path("rows.csv"), format!("{HEADER}{rows}")).unwrap();
    let args = ["import", "--brand", "acme", "--mapping", "m.toml", "--chunk-rows", "1", "rows.csv"];
    assert_eq!(place.json(&args)["read"], 3);
    stands(&place, 300);
}

#[test]
fn other_content_without_a_higher_revision_is_a_conflict() {
    let place = Place::with_brand();
    import(&place, "e1,2026-01-01,purchase,a,o1,1,,10\n");
    assert_eq!(import(&place, "e1,2026-01-01,purchase,a,o1,1,,10\n"), [0, 1, 0, 0]);
    assert_eq!(import(&place, "e2,2026-01-01,purchase,a,o1,1,,11\n"), [0, 0, 1, 0]);
    assert_eq!(codes(&place), [("duplicate_conflict".to_owned(), Some(2))]);
    stands(&place, 1000);
    assert_eq!(import(&place, "e2,2026-01-01,purchase,a,o1,1,1,11\n"), [1, 0, 0, 0]);
    stands(&place, 1100);
    assert_eq!(
        import(&place, "e3,2026-01-01,purchase,a,o1,1,1,12\n"),
        [0, 0, 1, 0],
        "the same revision says two things"
    );
    stands(&place, 1100);
}

#[test]
fn an_order_line_is_one_over_all_sources() {
    let place = Place::with_brand();
    import(&place, "e1,2026-01-01,purchase,a,o1,1,1,10\n");
    let elsewhere = canonical().replace("name = \"shop\"", "name = \"warehouse\"");
    let text = format!("{HEADER}w9,2026-01-01,purchase,a,o1,1,1,10\n");
    assert_eq!(counts(&import_text(&place, &elsewhere, &text)), [0, 1, 0, 0]);
    stands(&place, 1000);
}

#[test]
fn a_revision_that_is_refused_replaces_nothing() {
    let place = Place::with_brand();
    import(&place, "e1,2026-01-01,purchase,a,o1,1,1,10\ne2,2026-01-01,purchase,a,o1,2,1,20\n");
    // One event id for two order lines, new or held already: what is there stands.
    assert_eq!(import(&place, "x,2026-01-01,purchase,a,o1,1,2,11\nx,2026-01-01,purchase,a,o1,2,2,21\n"), [1, 0, 1, 0]);
    assert_eq!(import(&place, "e2,2026-01-01,purchase,a,o1,1,3,12\n"), [0, 0, 1, 0]);
    let held = ask(&place, "select count(*) as n, count(distinct event_key) as keys from events");
    assert_eq!(held, serde_json::json!([{ "n": 2, "keys": 2 }]));
    assert!(codes(&place).iter().all(|(code, _)| code == "duplicate_conflict"));
}

#[test]
fn a_day_that_was_a_mistake_is_forgotten_with_its_row() {
    let place = Place::with_brand();
    let row = |version: u32, day: &str| format!("e,{day},purchase,a,o1,1,{version},10\n");
    import(&place, &(row(1, "2026-11-20") + "f,2018-03-01,purchase,b,o2,1,1,5\n"));
    assert_eq!(place.json(&["assets", "--brand", "acme"])["as_of"], "2026-11-20");
    import(&place, &row(2, "2018-03-04"));
    let report = place.json(&["assets", "--brand", "acme"]);
    assert_eq!((&report["as_of"], &report["total"]), (&"2018-03-04".into(), &2.into()), "{report}");
}

#[test]
fn who_is_one_person_does_not_depend_on_which_revision_came_first() {
    const TWO_IDS: &str = "event_id,ts,behavior,id.member_card,id.phone,order_id,line_id,revision,amount\n";
    let rows = [
        "e1,2026-01-01,purchase,M,13900000011,o1,1,1,10\n",
        "e2,2026-01-01,purchase,M,13900000012,o1,1,2,10\n",
        "e3,2026-01-02,view,,13900000011,,,,\ne4,2026-01-02,view,,13900000012,,,,\n",
    ];
    let people_of = |portions: &[&str], chunk: &str| {
        let place = Place::with_brand();
        for rows in portions {
            fs::write(place.path("rows.csv"), format!("{TWO_IDS}{rows}")).unwrap();
            fs::write(place.path("m.toml"), canonical()).unwrap();
            place.json(&["import", "--brand", "acme", "--mapping", "m.toml", "--chunk-rows", chunk, "rows.csv"]);
        }
        super::people(&place)
    };
    let [one, two, views] = rows;
    let together = people_of(&[&rows.concat()], "1000");
    assert_eq!(together, 1, "both phones were said to be the member's");
    assert_eq!(people_of(&rows, "1000"), together);
    assert_eq!(people_of(&[two, views, one], "1000"), together);
    assert_eq!(people_of(&[&[views, two, one].concat()], "1"), together);
}

#[test]
fn repeats_without_ids_are_known_again_whatever_their_order() {
    const BARE: &str = "ts,behavior,id.member_card,revision\n";
    let (first, second) = ("2026-01-01,view,M,1\n", "2026-01-01,view,M,2\n");
    let place = Place::with_brand();
    let import = |rows: String| counts(&import_text(&place, &canonical(), &format!("{BARE}{rows}")));
    assert_eq!(import(format!("{first}{second}")), [2, 0, 0, 0]);
    assert_eq!(import(format!("{second}{first}")), [0, 2, 0, 0]);
}
