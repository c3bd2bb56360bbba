//! Mappings proposed for files.

use std::path::{Path, PathBuf};

use databank_deposit::suggest::{SuggestSettings, Suggestion, suggest};

use super::support::{Files, Outcome, directory, run_paths};

const NOW_US: i64 = 1_795_000_000_000_000; // 2026-11-18

fn settings() -> SuggestSettings {
    SuggestSettings { timezone: "Asia/Shanghai".to_owned(), currency: "CNY".to_owned(), now_us: NOW_US }
}

fn paths_in(folder: &Path, files: Files<'_>) -> Vec<PathBuf> {
    files.iter().map(|(name, _)| folder.join(name)).collect()
}

/// Proposes a mapping for files, and runs it over them: it must parse, compile and read.
#[track_caller]
fn propose(files: Files<'_>) -> (Suggestion, Outcome) {
    let folder = directory(files);
    let paths = paths_in(folder.path(), files);
    let suggestion = suggest(&paths, &settings()).unwrap();
    let outcome = run_paths(&[folder.path().to_owned()], &suggestion.text, 64 << 20)
        .unwrap_or_else(|error| panic!("{error}\n{}", suggestion.text));
    (suggestion, outcome)
}

/// The values of a block's columns in its first row, by the names of the columns.
fn first(outcome: &Outcome, block: usize) -> Vec<(&str, &str)> {
    let names = outcome.columns[block].iter().map(String::as_str);
    names.zip(outcome.blocks[block][0].split('|')).collect()
}

#[track_caller]
fn check_first(files: Files<'_>, expected: &[(&str, &str)]) -> Suggestion {
    let (suggestion, outcome) = propose(files);
    let mut found = first(&outcome, 0);
    found.retain(|(name, _)| expected.iter().any(|(wanted, _)| wanted == name));
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{}\n{:?}", suggestion.text, outcome.blocks);
    suggestion
}

#[test]
fn a_chinese_order_export_is_understood() {
    let text = "订单编号,子订单编号,买家会员名,收货人手机,付款时间,订单状态,商品ID,购买数量,实付金额,店铺名称,备注\n\
                T1,T1-1,tb_a,13900000011,2026/11/1 9:05,交易成功,S1,2,\"1,299.00\",旗舰店,快点\n\
                T2,T2-1,tb_b,13900000012,2026/11/2 10:00,交易成功,S2,1,99.50,旗舰店,\n\
                T3,T3-1,tb_c,13900000013,,等待买家付款,S2,1,99.50,旗舰店,\n";
    let suggestion = check_first(
        &[("订单.csv", text.as_bytes())],
        &[
            ("ts", "2026-11-01T09:05:00"),
            ("behavior", "purchase"),
            ("id.phone", "13900000011"),
            ("id.taobao", "tb_a"),
            ("order_id", "T1"),
            ("line_id", "T1-1"),
            ("item_id", "S1"),
            ("quantity", "2"),
            ("amount", "1299.00"),
            ("store_id", "旗舰店"),
            ("prop.备注", "快点"),
            ("prop.订单状态", "交易成功"),
        ],
    );
    assert!(suggestion.text.contains("not in ('等待买家付款')"), "{}", suggestion.text);
    assert!(suggestion.notes.iter().any(|note| note.contains("付款时间")), "{:?}", suggestion.notes);
}

#[test]
fn an_export_in_another_encoding_and_with_another_delimiter_is_understood() {
    let (bytes, ..) = encoding_rs::GB18030
        .encode("会员ID;行为类型;时间;商品编号\nm1;浏览;2026-01-02 03:04:05;S1\nm2;加购;2026-01-02 03:04:05;S1\n");
    check_first(
        &[("行为.csv", &bytes)],
        &[("behavior", "cart"), ("id.member", "m2"), ("item_id", "S1"), ("ts", "2026-01-02 03:04:05")],
    );
}

#[test]
fn a_file_without_a_header_is_understood_by_its_values() {
    let text = "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n2,2576651,149192,fav,1511572885\n";
    let suggestion = check_first(
        &[("UserBehavior.csv", text.as_bytes())],
        &[
            ("behavior", "view"),
            ("category", "2520377"),
            ("id.customer_id", "1"),
            ("item_id", "2268318"),
            ("ts", "1511544070"),
        ],
    );
    assert!(suggestion.notes.iter().any(|note| note.contains("names no columns")), "{:?}", suggestion.notes);
}

#[test]
fn returns_below_zero_become_refunds() {
    let text = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n\
                536365,85123A,6,2010-12-01 08:26:00,2.55,17850.0\nC536379,D,-1,2010-12-01 09:41:00,27.50,14527.0\n";
    let (suggestion, outcome) = propose(&[("retail.csv", text.as_bytes())]);
    let rows = &outcome.blocks[0];
    assert!(rows.iter().any(|row| row.contains("|refund|14527|C536379|D|1|27.50")), "{rows:?}\n{}", suggestion.text);
    assert!(rows.iter().any(|row| row.contains("|purchase|17850|536365|85123A|6|15.30")), "{rows:?}");
}

#[test]
fn order_lines_are_joined_with_their_orders() {
    let orders = "订单编号,会员ID,下单时间\nT1,m1,2026-01-02 03:04:05\nT2,m2,2026-01-03 03:04:05\n";
    let lines = "订单编号,商品编码,购买数量,商品价格\nT1,S1,2,5.00\nT1,S2,1,7.50\nT2,S1,1,5.00\n";
    let (suggestion, outcome) = propose(&[("orders.csv", orders.as_bytes()), ("lines.csv", lines.as_bytes())]);
    assert_eq!(outcome.blocks.len(), 1, "{}", suggestion.text);
    assert_eq!(outcome.blocks[0].len(), 3, "{:?}", outcome.blocks);
    assert_eq!(
        outcome.blocks[0][0].split('|').take(5).collect::<Vec<_>>(),
        ["2026-01-02 03:04:05", "purchase", "m1", "T1", "S1"]
    );
}

#[test]
fn facts_about_people_and_items_become_masters() {
    let people = "会员ID,手机号,注册时间,城市,生日\nm1,13900000011,2026-01-02 03:04:05,杭州,1990-01-01\n";
    let items = "商品ID,商品名称,类目,brand\nS1,杯子,餐具,acme\n";
    let (suggestion, outcome) = propose(&[("会员.csv", people.as_bytes()), ("商品.csv", items.as_bytes())]);
    assert!(suggestion.text.contains("[[consumers]]") && suggestion.text.contains("[[items]]"), "{}", suggestion.text);
    assert!(outcome.columns[0].contains(&"valid_from".to_owned()), "{:?}", outcome.columns);
    assert!(outcome.columns[1].contains(&"brand_name".to_owned()), "{:?}", outcome.columns);
}

#[test]
fn hostile_headers_end_in_a_mapping_that_compiles() {
    let text = "user_id,ts,\"a\"\"b\",\"\"\"\"\"\"\"\",\"c\\d\",\"line\nbreak\",\"'; drop table x\",,\u{1}\n\
                u1,2026-01-02 03:04:05,1,2,3,4,5,6,7\n";
    let (suggestion, outcome) = propose(&[("a[1]*'\"; select.csv", text.as_bytes())]);
    let names = &outcome.columns[0];
    for name in ["prop.a\"b", "prop.\"\"\"", "prop.c\\d", "prop.line\nbreak", "prop.'; drop table x", "prop.\u{1}"] {
        assert!(names.iter().any(|held| held == name), "{name:?}: {names:?}\n{}", suggestion.text);
    }
}

#[test]
fn files_with_the_same_columns_are_one_input() {
    let (one, two) = ("user_id,ts\nu1,2026-01-02\n", "user_id,ts\nu2,2026-01-03\n");
    let (suggestion, outcome) = propose(&[("log-1.csv", one.as_bytes()), ("log-2.csv", two.as_bytes())]);
    assert!(suggestion.text.contains("path = \"log-*.csv\""), "{}", suggestion.text);
    assert_eq!(outcome.blocks[0].len(), 2);
}

#[test]
fn what_nothing_can_be_made_of_is_told() {
    let text = "path,conversions\neta > iota,1\n";
    let folder = directory(&[("paths.csv", text.as_bytes())]);
    let error = suggest(&[folder.path().join("paths.csv")], &settings()).unwrap_err().to_string();
    assert!(error.contains("paths.csv") && error.contains("conversions"), "{error}");
}
