//! Parquet files: trust.md F13 to F17.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;

use super::support::{check, check_refused};

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn sample() -> Vec<u8> {
    let kinds: DictionaryArray<Int32Type> = ["view", "cart", "view"].into_iter().collect();
    parquet(vec![
        ("User", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("kind", Arc::new(kinds)),
        ("name", Arc::new(LargeStringArray::from(vec![Some("x"), None, Some("a\0b")]))),
        ("price", Arc::new(Float64Array::from(vec![1.5, 2.0, 2.5]))),
    ])
}

#[test]
fn columns_keep_their_types_and_encodings_are_undone() {
    let sql = "select arrow_typeof(kind) as kinds, arrow_typeof(name) as names, name, price, _line as line, _file as f from t";
    let expected = "Utf8|Utf8|-|2.0|2|a.parquet\nUtf8|Utf8|a\u{FFFD}b|2.5|3|a.parquet\nUtf8|Utf8|x|1.5|1|a.parquet";
    check(&[("a.parquet", &sample())], "\"a.parquet\"", sql, expected);
    // Projected in another order, and recognised whatever the name.
    check(&[("a.bin", &sample())], "\"a.bin\"", "select price, User, kind from t where User = 2", "2.0|2|cart");
    check(&[("a.bin", &sample())], "\"a.bin\"", "select count(*) as n from t", "3");
}

#[test]
fn bad_f17_files_of_one_input_have_the_same_columns_and_types() {
    let first =
        parquet(vec![("a", Arc::new(Int64Array::from(vec![1]))), ("b", Arc::new(StringArray::from(vec!["x"])))]);
    let turned =
        parquet(vec![("b", Arc::new(StringArray::from(vec!["y"]))), ("a", Arc::new(Int64Array::from(vec![2])))]);
    let narrow =
        parquet(vec![("a", Arc::new(Int32Array::from(vec![1]))), ("b", Arc::new(StringArray::from(vec!["x"])))]);
    let lacking = parquet(vec![("a", Arc::new(Int64Array::from(vec![1])))]);
    check(&[("1.parquet", &first), ("2.parquet", &turned)], "\"*.parquet\"", "select a, b from t", "1|x\n2|y");
    for (second, part) in [(&narrow, "\"a\""), (&lacking, "missing [\"b\"]")] {
        let files: &[(&str, &[u8])] = &[("1.parquet", &first), ("2.parquet", second)];
        check_refused(files, "\"*.parquet\"", "select a from t", &["2.parquet", part]);
    }
}

#[test]
fn bad_f14_cut_and_damaged_files_are_errors_that_name_the_file() {
    let whole = sample();
    let sql = "select \"User\", kind, name, price from t";
    check_refused(&[("a.parquet", &whole[..whole.len() / 2])], "\"a.parquet\"", sql, &["a.parquet", "cut"]);
    check_refused(&[("a.parquet", &whole[..6])], "\"a.parquet\"", sql, &["a.parquet"]);
    check_refused(
        &[("a.parquet", b"a,b\n1,2\n3,4\n5,6\n")],
        "\"a.parquet\"",
        sql,
        &["a.parquet", "not a readable Parquet"],
    );
    let mut claims = whole.clone();
    let at = claims.len() - 8;
    claims[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    check_refused(&[("a.parquet", &claims)], "\"a.parquet\"", sql, &["a.parquet", "footer"]);
}

#[test]
fn bad_f15_no_damaged_byte_stops_the_process() {
    let whole = sample();
    let sql = "select \"User\", kind, name, price from t";
    for position in (4..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[position] ^= 0xFF;
        // Whatever comes out, it is an answer or an error: the call returns.
        drop(super::support::run(&[("a.parquet", &damaged)], &super::support::one_block("\"a.parquet\"", sql)));
    }
}

#[test]
fn text_options_are_refused() {
    let input = "{ path = \"a.parquet\", types = { User = \"bigint\" } }";
    check_refused(&[("a.parquet", &sample())], input, "select 1 as x from t", &["`types`", "parquet"]);
}
