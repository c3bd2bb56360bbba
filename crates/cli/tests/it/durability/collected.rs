//! A server that takes tracked events, through kills, ends, failing disks and clocks that are set: whatever was answered is there
//! once, wherever it lay.
//!
//! [`Shop`] is a brand with senders who write down how each of their requests ended, and a judge of what became of the events.

mod clock;
mod ends;
mod failures;
mod kills;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Place;
use crate::numbers::Numbers;
use crate::serve::Serving;

/// How a request ended for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered 200.
    Ok,
    /// It was answered 503, with when to come again.
    Later,
    /// It was answered something else.
    Fail,
    /// It was not answered.
    Unknown,
}

/// Requests of a sender with events that nobody has sent yet; those after them send again. So a thousand rounds can be looked through.
const NEW_REQUESTS: u32 = 40;
/// Events of a request that nobody has sent yet.
const NEW_EVENTS: u64 = 8;

/// Options of a server that deposits so often that whatever happens meets it at that.
pub(super) const OFTEN: &[&str] = &["--deposit-events", "60", "--deposit-seconds", "1"];

/// What was sent: by the number of each event, how its requests ended.
type History = BTreeMap<u64, Vec<Outcome>>;

/// A brand that is sent events.
#[derive(Debug, Clone)]
pub(super) struct Shop {
    key: String,
    history: Arc<Mutex<History>>,
    next: Arc<AtomicU64>,
}

/// How many there were of what.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) events: usize,
    pub(super) ok: usize,
    pub(super) later: usize,
    pub(super) unknown: usize,
}

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

/// Sends a body to the tracking route, and gives what came back: the status and the headers, and the body.
fn post(address: &str, key: &str, body: &str) -> std::io::Result<Vec<u8>> {
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
}

fn send(address: &str, key: &str, body: &str) -> Outcome {
    match post(address, key, body) {
        Ok(answer) if answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"}") => Outcome::Ok,
        // Cut off within its answer.
        Ok(answer) if answer.is_empty() || answer.starts_with(b"HTTP/1.1 200") => Outcome::Unknown,
        Ok(answer) if is_later(&answer) => Outcome::Later,
        Ok(_) => Outcome::Fail,
        Err(_) => Outcome::Unknown,
    }
}

fn is_later(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    text.starts_with("http/1.1 503") && text.contains("\r\nretry-after: ") && text.contains(r#""code":"#)
}

impl Shop {
    /// A write key of the place's brand `acme`.
    pub(super) fn of(place: &Place) -> Self {
        let key = place.json(&["key", "create", "--brand=acme", "--kind=write", "--name=web"])["key"].clone();
        let key = key.as_str().unwrap().to_owned();
        Self { key, history: Arc::default(), next: Arc::new(AtomicU64::new(1)) }
    }

    /// Sends events that nobody has sent yet, until they are taken: how often that was, and how it ended.
    pub(super) fn send_until_taken(&self, address: &str, most: usize) -> (usize, Outcome) {
        let numbers = self.new_numbers();
        let body = batch(&numbers);
        for time in 1..=most {
            let outcome = send(address, &self.key, &body);
            self.note(&numbers, outcome);
            if outcome != Outcome::Later || time == most {
                return (time, outcome);
            }
        }
        (0, Outcome::Unknown)
    }

    /// Four senders, who go on until the server is gone; something is received when all are done.
    pub(super) fn senders(&self, serving: &Serving, seed: u64) -> (Vec<JoinHandle<()>>, Receiver<()>) {
        let (over, is_over) = mpsc::channel::<()>();
        let sender = |sender| {
            let (shop, address, over) = (self.clone(), serving.address.clone(), over.clone());
            thread::spawn(move || {
                shop.keep_sending(&address, seed * 4 + sender);
                drop(over);
            })
        };
        ((0..4).map(sender).collect(), is_over)
    }

    /// Sends until the server is gone. What was not answered, and now and then what was, is sent again by whoever comes next.
    fn keep_sending(&self, address: &str, seed: u64) {
        let mut chance = Numbers::new(seed);
        for request in 0.. {
            let mut numbers: Vec<u64> = {
                let again = |(number, outcomes): (&u64, &Vec<Outcome>)| {
                    (!outcomes.contains(&Outcome::Ok) || number.is_multiple_of(11)).then_some(*number)
                };
                let most = chance.below(6) as usize;
                self.history.lock().unwrap().iter().rev().take(400).filter_map(again).take(most).collect()
            };
            if request < NEW_REQUESTS || numbers.is_empty() {
                numbers.extend(self.new_numbers());
            }
            let outcome = send(address, &self.key, &batch(&numbers));
            self.note(&numbers, outcome);
            if outcome == Outcome::Unknown {
                return;
            }
        }
    }

    fn new_numbers(&self) -> Vec<u64> {
        let first = self.next.fetch_add(NEW_EVENTS, Ordering::Relaxed);
        (first..first + NEW_EVENTS).collect()
    }

    fn note(&self, numbers: &[u64], outcome: Outcome) {
        let mut history = self.history.lock().unwrap();
        for number in numbers {
            history.entry(*number).or_default().push(outcome);
        }
    }

    /// Looks where nobody serves, and again when all is deposited: what was answered is there once, and nothing else is.
    #[track_caller]
    pub(super) fn judge(&self, place: &Place) -> Judged {
        // What waits is seen all the same.
        let last = self.next.load(Ordering::Relaxed);
        let waiting = stored(place, last);
        let serving = Serving::start_with(place, &["--deposit-events", "1"]);
        let seen = place.json(&["sql", "--brand=acme", "select count(*) as n from events"]);
        assert_eq!(seen[0]["n"], waiting.values().sum::<u64>());
        serving.end("TERM");
        let history = self.history.lock().unwrap();
        for found in [waiting, stored(place, last)] {
            for (number, outcomes) in history.iter() {
                let times = found.get(number).copied().unwrap_or(0);
                assert!(times <= 1, "event {number} is there {times} times: {outcomes:?}");
                assert!(times == 1 || !outcomes.contains(&Outcome::Ok), "event {number} was accepted and is lost");
            }
            assert!(found.keys().all(|number| history.contains_key(number)), "nothing is there that nobody sent");
        }
        let count = |wanted: Outcome| history.values().flatten().filter(|outcome| **outcome == wanted).count();
        assert_eq!(count(Outcome::Fail), 0, "nothing else is ever answered");
        Judged {
            events: history.len(),
            ok: count(Outcome::Ok),
            later: count(Outcome::Later),
            unknown: count(Outcome::Unknown),
        }
    }
}

/// Numbers of one question to SQL, whose answers have a million rows at most.
const AT_A_TIME: u64 = 500_000;

/// How often each number up to the last that was sent is there, in the vault or waiting.
fn stored(place: &Place, last: u64) -> BTreeMap<u64, u64> {
    let mut all = BTreeMap::new();
    let number = "cast(prop(properties, 'number') as bigint)";
    for from in (0..=last).step_by(AT_A_TIME as usize) {
        let until = if from + AT_A_TIME > last { i64::MAX as u64 } else { from + AT_A_TIME };
        let query = format!(
            "select {number} as number, count(*) as n from events where {number} >= {from} and {number} < {until} group by 1"
        );
        let rows = place.json(&["sql", "--brand=acme", "--timeout=600", &query]);
        let of = |row: &Value| (row["number"].as_u64().unwrap(), row["n"].as_u64().unwrap());
        all.extend(rows.as_array().unwrap().iter().map(of));
    }
    all
}
