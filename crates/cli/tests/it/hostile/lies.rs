//! Parquet files that lie: about what they hold, how long it is, and what it becomes.

use super::Ends::{Counted, Refused};
use super::made::{
    Claims, LIST, Record, all_the_first, chunk, column, dictionary, file, footer, group, gzip, list_head, packed, page,
    records, row_group, texts,
};
use super::{Hostile, check, hostile};

/// A row for each value, which is told by its length.
const LENGTHS: &str = "select '2026-01-02' as ts, 'view' as behavior, _line as \"id.member_card\", \
                       length(s) as \"prop.length\" from rows";

fn lie(id: &'static str, bytes: Vec<u8>, text: &'static str) -> Hostile {
    hostile(id, "a.parquet", bytes, Refused(text))
}

/// A file without rows whose schema is this.
fn of_schema(schema: &[u8]) -> Vec<u8> {
    file(&[], &footer(schema, 0, &records(&[])))
}

#[test]
fn footers_that_claim_more_than_they_hold_are_refused_before_anything_is_built_from_them() {
    let schema = records(&[group("root", 1), column("s")]);
    let deep: Vec<Vec<u8>> = (0..200_000).map(|_| group("g", 1)).chain([column("s")]).collect();
    let wide = |count: i32| [vec![group("root", count)], vec![column("abc"); count as usize]].concat();
    let honest = Claims { codec: 0, values: 1, at: 4, bytes: 10, dictionary: false };
    let groups = |count| records(&vec![row_group(&[chunk(&["s"], honest)], 0); count]);
    let endless_text = Record::default().i32(1, 1).raw(6, 8, &[0xFF, 0xFF, 0xFF, 0xFF, 0x07]).end();
    check(
        LENGTHS,
        vec![
            lie(
                "2^31 row groups",
                file(&[], &footer(&schema, 0, &list_head(12, 0x7FFF_FFFF))),
                "a list claims 2147483647",
            ),
            lie("2^62 row groups", file(&[], &footer(&schema, 0, &list_head(12, 1 << 62))), "a list claims"),
            lie("2^31 elements", of_schema(&list_head(12, 0x7FFF_FFFF)), "a list claims 2147483647 elements"),
            lie(
                "2^31 children",
                of_schema(&records(&[group("root", i32::MAX), column("s")])),
                "claims 2147483647 children",
            ),
            lie("-1 children", of_schema(&records(&[group("root", -1), column("s")])), "claims -1 children"),
            lie("200,000 levels", of_schema(&records(&deep)), "200001 elements, more than 65536"),
            lie("50,000 levels", of_schema(&records(&deep[150_000..])), "nest deeper than 32 levels"),
            lie("a million columns", of_schema(&records(&wide(1_000_000))), "1000001 elements, more than 65536"),
            lie("11,000 columns", of_schema(&records(&wide(11_000))), "more than 10000 columns"),
            lie("40,000 row groups", file(&[], &footer(&schema, 0, &groups(40_000))), "it claims 40000 row groups"),
            lie("a text of 2 GiB", file(&[], &endless_text), "a text is longer than what holds it"),
            lie("fields of other types", file(&[], &Record::default().text(2, "x").end()), "field 2 has type 8"),
            lie(
                "a list where there is none",
                file(&[], &Record::default().raw(20, LIST, &list_head(6, 90)).end()),
                "claims",
            ),
            lie("2^63-1 rows", texts(&page(1, 0, 5, &[1, 0, 0, 0, b'x']), i64::MAX, |claims| claims), "rows"),
            lie("-1 rows", texts(&page(1, 0, 5, &[1, 0, 0, 0, b'x']), -1, |claims| claims), "negative size"),
        ],
    );
}

#[test]
fn pages_that_claim_more_than_they_hold_are_refused_before_they_are_unpacked() {
    let one = page(1, 0, 5, &[1, 0, 0, 0, b'x']);
    let bomb = packed(b'x', 1024);
    let brotli_bomb = {
        // A gibibyte of one letter, by a compressor that knows how to say that.
        let mut packed = Vec::new();
        let mut text = std::io::Read::take(std::io::repeat(b'x'), 1 << 30);
        brotli::BrotliCompress(
            &mut text,
            &mut packed,
            &brotli::enc::BrotliEncoderParams { quality: 1, ..Default::default() },
        )
        .unwrap();
        packed
    };
    let with = |pages: &[u8], codec| texts(pages, 1, |claims| Claims { codec, ..claims });
    check(
        LENGTHS,
        vec![
            lie("pages beyond the file", texts(&one, 1, |claims| Claims { at: 1 << 40, ..claims }), "ends at byte"),
            lie("pages of 2^63 bytes", texts(&one, 1, |claims| Claims { bytes: i64::MAX, ..claims }), "ends at byte"),
            lie("pages before the file", texts(&one, 1, |claims| Claims { at: -4, ..claims }), "before the file"),
            lie("a page of 2 GiB", with(&page(1, 0, i32::MAX, &[0; 64]), 6), "a page claims 2147483647 bytes"),
            lie("a page of -1 bytes", with(&page(1, 0, -1, &[0; 64]), 6), "negative size"),
            lie("no page at all", with(&[0xFF; 64], 0), "a page's header"),
            lie("gzip of 1 GiB", with(&page(1, 0, 100, &bomb), 2), "unpacks to more than the 100 bytes it claims"),
            lie(
                "brotli of 1 GiB",
                with(&page(1, 0, 100, &brotli_bomb), 4),
                "unpacks to more than the 100 bytes it claims",
            ),
            lie("zstd that is none", with(&page(1, 0, 100 << 20, &[0; 64]), 6), "not a readable Parquet file"),
            lie("too few values", texts(&one, 5, |claims| claims), "it promises 5 rows and holds 1"),
            lie(
                "a dictionary that is none",
                with(&[dictionary(b"x"), dictionary(b"y")].concat(), 0),
                "second dictionary",
            ),
            // Packed twice over, a page is only a page that makes no sense.
            lie(
                "gzip in gzip",
                with(&page(1, 0, 1100, &gzip(&gzip(&[b'x'; 1 << 20]))), 2),
                "not a readable Parquet file",
            ),
        ],
    );
}

#[test]
fn a_few_bytes_that_stand_for_gigabytes_are_read_a_few_rows_at_a_time() {
    // One text of 256 KiB in the dictionary, and four thousand rows that say so: a gibibyte.
    let rows = 4000;
    let pages = [dictionary(&vec![b'x'; 256 << 10]), all_the_first(rows)].concat();
    let long = texts(&pages, i64::from(rows), |claims| Claims { dictionary: true, ..claims });
    let huge = [dictionary(&vec![b'x'; 100 << 20]), all_the_first(rows)].concat();
    let huge = texts(&huge, i64::from(rows), |claims| Claims { dictionary: true, ..claims });
    check(
        LENGTHS,
        vec![
            hostile("4,000 times 256 KiB", "a.parquet", long, Counted([4000, 0, 0, 0])),
            lie("4,000 times 100 MiB", huge, "one row may take 100 MiB"),
        ],
    );
    // A list of two billion texts in one row: 40 bytes.
    let listed = {
        let element = Record::default().i32(1, 6).i32(3, 2).text(4, "s").i32(6, 0).end();
        let levels = |level: u8| {
            let run = [vec![0xFE, 0xFF, 0xFF, 0xFF, 0x0F], vec![level]].concat();
            [&(run.len() as u32).to_le_bytes(), run.as_slice()].concat()
        };
        let body = [levels(1), levels(1), vec![1, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0]].concat();
        let pages = [dictionary(b"x"), page(i32::MAX, 8, body.len() as i32, &body)].concat();
        let claims =
            Claims { codec: 0, values: i64::from(i32::MAX), at: 4, bytes: pages.len() as i64, dictionary: true };
        let groups = records(&[row_group(&[chunk(&["s"], claims)], 1)]);
        file(&pages, &footer(&records(&[group("root", 1), element]), 1, &groups))
    };
    let sql = "select '2026-01-02' as ts, 'view' as behavior, 'm' as \"id.member_card\", cardinality(s) as \"prop.n\" from rows";
    check(sql, vec![lie("a list of two billion", listed, "its lists may take")]);
}
