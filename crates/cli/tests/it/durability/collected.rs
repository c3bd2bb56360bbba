//! `kill -9` of a server that takes tracked events: whatever was answered is there once, wherever it lay.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{cases, tell};
use crate::Place;
use crate::numbers::Numbers;
use crate::serve::Serving;

/// How a request ended for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It was answered 200.
    Ok,
    /// It was answered something else.
    Fail,
    /// It was not answered.
    Unknown,
}

/// Requests of a sender with events that nobody has sent yet; those after them send again. So a thousand rounds can be looked through.
const NEW_REQUESTS: u32 = 40;

/// What was sent: by the number of each event, how its requests ended.
type History = BTreeMap<u64, Vec<Outcome>>;

/// Events of a request: each with a number of its own, which nothing else has.
fn batch(numbers: &[u64]) -> String {
    let event = |number: &u64| {
        let properties = json!({ "number": number, "order_id": format!("o{number}"), "total": 1 });
        let (user, name) =
            (format!("u{}", number % 97), if number.is_multiple_of(3) { "Order Completed" } else { "x" });
        let mut event = json!({ "type": "track", "event": name, "userId": user, "properties": properties,
            "timestamp": "2026-11-20T08:00:00Z" });
        // Some come without an id of their own.
        if !number.is_multiple_of(5) {
            event["messageId"] = format!("m{number}").into();
        }
        event
    };
    json!({ "batch": numbers.iter().map(event).collect::<Vec<Value>>() }).to_string()
}

fn send(address: &str, key: &str, body: &str) -> Outcome {
    let try_to = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let length = body.len();
        write!(
            stream,
            "POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    match try_to() {
        Ok(answer) if answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"}") => Outcome::Ok,
        // Cut off within its answer.
        Ok(answer) if answer.is_empty() || answer.starts_with(b"HTTP/1.1 200") => Outcome::Unknown,
        Ok(_) => Outcome::Fail,
        Err(_) => Outcome::Unknown,
    }
}

/// Sends until the server is gone. What was not answered, and now and then what was, is sent again by whoever comes next.
fn keep_sending(address: &str, key: &str, seed: u64, next: &AtomicU64, history: &Mutex<History>) {
    let mut chance = Numbers::new(seed);
    for request in 0.. {
        let mut numbers: Vec<u64> = {
            let again = |(number, outcomes): (&u64, &Vec<Outcome>)| {
                (!outcomes.contains(&Outcome::Ok) || number.is_multiple_of(11)).then_some(*number)
            };
            let most = chance.below(6) as usize;
            history.lock().unwrap().iter().rev().take(400).filter_map(again).take(most).collect()
        };
        if request < NEW_REQUESTS || numbers.is_empty() {
            let first = next.fetch_add(8, Ordering::Relaxed);
            numbers.extend(first..first + 8);
        }
        let outcome = send(address, key, &batch(&numbers));
        let mut history = history.lock().unwrap();
        for number in &numbers {
            history.entry(*number).or_default().push(outcome);
        }
        if outcome == Outcome::Unknown {
            return;
        }
    }
}

/// How often each number is there, in the vault or waiting.
fn stored(place: &Place) -> BTreeMap<u64, u64> {
    let query = "select prop(properties, 'number') as number, count(*) as n from events group by 1";
    let rows = place.json(&["sql", "--brand=acme", "--timeout=600", query]);
    let of = |row: &Value| {
        let number = row["number"].as_str().map_or_else(|| row["number"].to_string(), str::to_owned);
        (number.parse().unwrap(), row["n"].as_u64().unwrap())
    };
    rows.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn whatever_is_killed_an_answered_event_is_there_once() {
    let rounds = cases(10, 1000);
    let place = Place::with_brand();
    let key = place.json(&["key", "create", "--brand=acme", "--kind=write", "--name=web"])["key"].clone();
    let key = key.as_str().unwrap().to_owned();
    let history: Arc<Mutex<History>> = Arc::default();
    let next = Arc::new(AtomicU64::new(1));
    let mut chance = Numbers::new(5);
    for round in 0..rounds {
        // So small that kills meet deposits and the housekeeping after them, or so large that all stays in the inbox.
        let sizes: &[&str] = if round % 3 == 0 { &[] } else { &["--deposit-events", "60", "--deposit-seconds", "1"] };
        let serving = Serving::start_with(&place, sizes);
        let (over, is_over) = mpsc::channel::<()>();
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                let (address, key, over) = (serving.address.clone(), key.clone(), over.clone());
                let (next, history) = (Arc::clone(&next), Arc::clone(&history));
                thread::spawn(move || {
                    keep_sending(&address, &key, round as u64 * 4 + sender, &next, &history);
                    drop(over);
                })
            })
            .collect();
        drop(over);
        is_over.recv_timeout(Duration::from_millis(chance.below(700))).ok();
        if round % 4 == 0 {
            // Somebody looks: a view is made of what waits.
            place.run(["assets", "--brand", "acme"]);
        }
        serving.end("KILL");
        for sender in senders {
            sender.join().unwrap();
        }
    }
    // Nobody serves: what waits is seen all the same.
    let waiting = stored(&place);
    let serving = Serving::start_with(&place, &["--deposit-events", "1"]);
    let seen = place.json(&["sql", "--brand=acme", "select count(*) as n from events"]);
    assert_eq!(seen[0]["n"], waiting.values().sum::<u64>());
    serving.end("TERM");
    let history = history.lock().unwrap();
    let count = |wanted: Outcome| history.values().flatten().filter(|outcome| **outcome == wanted).count();
    let (ok, fail, unknown) = (count(Outcome::Ok), count(Outcome::Fail), count(Outcome::Unknown));
    for found in [waiting, stored(&place)] {
        for (number, outcomes) in history.iter() {
            let times = found.get(number).copied().unwrap_or(0);
            assert!(times <= 1, "event {number} is there {times} times: {outcomes:?}");
            assert!(times == 1 || !outcomes.contains(&Outcome::Ok), "event {number} was accepted and is lost");
        }
        assert!(found.keys().all(|number| history.contains_key(number)), "nothing is there that nobody sent");
    }
    assert_eq!(fail, 0, "a server that can write refuses nothing");
    assert!(ok > 0 && unknown > 0);
    let events = history.len();
    tell(&format!(
        "{rounds} kills of a server: {events} events, {ok} sendings answered, {unknown} not: none lost, none twice"
    ));
}
