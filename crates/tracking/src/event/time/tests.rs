use super::*;
use crate::event::json::{Bounds, parse};

/// 2026-11-22T05:10:20Z.
const RECEIVED_US: i64 = 1_795_324_220_000_000;

fn judged(event: &str, batch_sent: Option<&str>) -> Result<(Moment, Flags), &'static str> {
    let parsed = parse(event, &Bounds::OF_EVENTS).unwrap();
    let batch_sent_us = batch_sent.and_then(|text| sent_at_us(&Value::Text(text.into())));
    let mut flags = Flags::NONE;
    let moment =
        moment(parsed.value.object().unwrap(), batch_sent_us, RECEIVED_US, &mut flags).map(|(moment, _)| moment);
    moment.map(|moment| (moment, flags)).map_err(|refused| refused.code)
}

/// The instant in seconds before the receipt.
fn seconds_ago(event: &str, batch_sent: Option<&str>) -> (i64, Flags) {
    match judged(event, batch_sent) {
        Ok((Moment::At(us), flags)) => ((RECEIVED_US - us) / SECOND_US, flags),
        other => panic!("{event}: {other:?}"),
    }
}

#[test]
fn instants_are_read_in_every_notation() {
    for timestamp in [
        "1795324210",
        "1795324210000",
        "1795324210000000",
        "1.79532421e9",
        "\"1795324210\"",
        "\"2026-11-22T05:10:10Z\"",
        "\" 2026-11-22 05:10:10.000 UTC\"",
        "\"2026-11-22T13:10:10+08:00\"",
        "\"2026-11-21t23:40:10.000000000-0530\"",
        "\"2026/11/22 5:10:10 +00\"",
    ] {
        let event = format!(r#"{{"timestamp":{timestamp}}}"#);
        assert_eq!(seconds_ago(&event, None), (10, Flags::NONE), "{timestamp}");
    }
}

#[test]
fn wall_clocks_are_passed_on_in_normal_form() {
    for (timestamp, expected) in [
        ("2026/11/22 5:00", "2026-11-22 05:00:00"),
        ("2026-11-22T05:00:01", "2026-11-22 05:00:01"),
        ("2026-11-22 05:00:01.25", "2026-11-22 05:00:01.250000"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-22 20:10", "2026-11-22 20:10:00"),
    ] {
        let event = format!(r#"{{"timestamp":"{timestamp}"}}"#);
        assert_eq!(judged(&event, None), Ok((Moment::Local(expected.to_owned()), Flags::NONE)), "{timestamp}");
    }
    let late = judged(r#"{"timestamp":"2026-11-1"}"#, None).unwrap();
    assert_eq!(late, (Moment::Local("2026-11-01".to_owned()), Flags::LATE));
}

#[test]
fn bad_e11_times_that_are_none_are_refused() {
    for timestamp in [
        "\"\"",
        "\"x\"",
        "\"0000-00-00\"",
        "\"0001-01-01\"",
        "\"9999-12-31T00:00:00Z\"",
        "\"9999-12-31\"",
        "\"2026-11-32\"",
        "\"2026-02-29T00:00:00Z\"",
        "\"2026-11-22T24:00:61Z\"",
        "\"2026-11-22T05:10\u{ff1a}00Z\"",
        "\"2026-11/22\"",
        "\"2026-11-22T05:10:00+1\"",
        "\"2026-11-22T05:10:00 CST\"",
        "\"1970-12-31T23:59:59Z\"",
        "\"1969-01-01\"",
        "\"Sun Nov 22 2026\"",
        "0",
        "-1",
        "12",
        "1.5",
        "99999999999999999999",
        "true",
        "{}",
        "[1]",
    ] {
        assert_eq!(judged(&format!(r#"{{"timestamp":{timestamp}}}"#), None), Err("bad_time"), "{timestamp}");
    }
}

#[test]
fn bad_e9_a_missing_time_is_that_of_receipt() {
    for event in ["{}", r#"{"timestamp":null}"#] {
        assert_eq!(seconds_ago(event, Some("2026-11-22T05:00:00Z")), (0, Flags::NO_TIME));
    }
}

#[test]
fn bad_e12_up_to_an_hour_ahead_is_taken() {
    assert_eq!(seconds_ago(r#"{"timestamp":"2026-11-22T06:10:00Z"}"#, None), (-3580, Flags::NONE));
}

#[test]
fn bad_e13_a_clock_that_is_wrong_is_set_right() {
    // Two hours ahead, and sent two seconds later.
    let event = r#"{"originalTimestamp":"2026-11-22T07:10:18Z","sentAt":"2026-11-22T07:10:20Z"}"#;
    assert_eq!(seconds_ago(event, None), (2, Flags::CLOCK_CORRECTED));
    // The event's own time of sending wins over the batch's; one that is unreadable says nothing.
    assert_eq!(seconds_ago(event, Some("2026-11-22T05:10:20Z")), (2, Flags::CLOCK_CORRECTED));
    let event = r#"{"timestamp":"2026-11-22T07:10:18Z","sentAt":"soon"}"#;
    assert_eq!(seconds_ago(event, Some("2026-11-22T07:10:20Z")), (2, Flags::CLOCK_CORRECTED));
    // A clock years behind.
    let event = r#"{"timestamp":"1970-01-01T00:00:08Z","sentAt":"1970-01-01T00:01:08Z"}"#;
    assert_eq!(seconds_ago(event, None), (60, Flags::CLOCK_CORRECTED));
    // Seconds on the way are no wrong clock.
    let event = r#"{"timestamp":"2026-11-22T05:10:00Z","sentAt":"2026-11-22T05:10:15Z"}"#;
    assert_eq!(seconds_ago(event, None), (20, Flags::NONE));
    // Somebody has set it right already.
    let event = r#"{"timestamp":"2026-11-22T05:10:00Z","originalTimestamp":"2026-11-22T07:10:00Z","sentAt":"2026-11-22T07:10:15Z"}"#;
    assert_eq!(seconds_ago(event, None), (20, Flags::NONE));
}

#[test]
fn bad_e14_more_than_a_day_ahead_is_refused() {
    assert_eq!(judged(r#"{"timestamp":"2026-11-23T05:10:21Z"}"#, None), Err("future_time"));
    assert_eq!(judged(r#"{"timestamp":"2026-11-25"}"#, None), Err("future_time"));
    assert!(judged(r#"{"timestamp":"2026-11-23T05:10:20Z"}"#, None).is_ok());
}

#[test]
fn bad_e15_old_events_are_taken_and_flagged() {
    assert_eq!(seconds_ago(r#"{"timestamp":"2026-11-17T05:10:19Z"}"#, None), (5 * 86_400 + 1, Flags::LATE));
    assert_eq!(judged(r#"{"timestamp":"2021-11-22T05:10:20Z"}"#, None).unwrap().1, Flags::LATE);
    assert_eq!(seconds_ago(r#"{"timestamp":"2026-11-17T05:10:20Z"}"#, None), (5 * 86_400, Flags::NONE));
}

#[test]
fn bad_e16_a_clock_that_contradicts_itself_is_not_believed() {
    let event = r#"{"timestamp":"2026-11-22T07:10:20Z","sentAt":"2026-11-22T05:10:20Z"}"#;
    assert_eq!(seconds_ago(event, None), (0, Flags::CLOCK_LIES));
}

#[test]
fn bad_j7_two_times_are_refused() {
    for name in ["timestamp", "sentAt"] {
        let event = format!(r#"{{"timestamp":1795324210,"{name}":1,"{name}":1}}"#);
        assert_eq!(judged(&event, None), Err("duplicate_key"), "{name}");
    }
}
