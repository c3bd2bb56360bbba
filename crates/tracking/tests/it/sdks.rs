//! Requests recorded from official SDKs, and all that they say.

use std::fmt::Write as _;

use super::*;

/// Every recorded request as it is understood, one event after another.
fn understood() -> String {
    let mut out = String::new();
    for line in include_str!("../fixtures/sdk-requests.jsonl").lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let path = request["path"].as_str().unwrap();
        let call = CallKind::of_path(path.rsplit('/').next().unwrap()).unwrap();
        let body = request["body"].to_string();
        let sent_at = request["body"]["sentAt"].as_str().unwrap();
        // A request is on its way for a second, with clocks that agree.
        let sent_us = chrono::DateTime::parse_from_rfc3339(sent_at).unwrap().timestamp_micros();
        let read = read(body.as_bytes(), call, &Limits::default()).unwrap();
        let envelope = Envelope::new(call, &read, sent_us + 1_000_000);
        writeln!(out, "{path} {}", read.write_key.as_deref().unwrap_or("-")).unwrap();
        for event in &read.events {
            match interpret(event, &envelope, &NAMES).unwrap() {
                Said::Events(rows) => rows.iter().for_each(|row| write_row(&mut out, row)),
                Said::Traits(traits) => {
                    let attributes: Vec<String> =
                        traits.attributes.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
                    let ids = shown(&traits.ids).join(" ");
                    writeln!(out, "  {:?} {ids} is {} flags {}", traits.moment, attributes.join(" "), traits.flags.0)
                        .unwrap();
                }
                Said::Link(link) => {
                    writeln!(out, "  {:?} one: {} flags {}", link.moment, shown(&link.ids).join(" "), link.flags.0)
                        .unwrap();
                }
            }
        }
    }
    out
}

fn write_row(out: &mut String, row: &Row) {
    let ids = shown(&row.ids).join(" ");
    write!(out, "  {:?} {ids} {} id={}", row.moment, row.behavior, row.event_id.as_deref().unwrap_or("-")).unwrap();
    for (name, text) in [
        ("item_id", &row.item_id),
        ("order_id", &row.order_id),
        ("line_id", &row.line_id),
        ("amount", &row.amount),
        ("channel", &row.channel),
        ("campaign", &row.campaign),
        ("category", &row.category),
        ("keyword", &row.keyword),
    ] {
        if let Some(text) = text {
            write!(out, " {name}={text}").unwrap();
        }
    }
    writeln!(out, " flags {} {}", row.flags.0, row.properties).unwrap();
}

#[test]
fn recorded_requests_are_understood() {
    let understood = understood();
    let expected = include_str!("../fixtures/sdk-requests.txt");
    for (line, expected) in understood.lines().zip(expected.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(understood.lines().count(), expected.lines().count());
}
