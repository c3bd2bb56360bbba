//! Sends tracked events to a server as SDKs do, and says how it answers.
//!
//! `load HOST:PORT KEYS RATE SECONDS CONNECTIONS [USERS]`: KEYS is a file of write keys, one a line, each with an equal share of
//! the events; RATE is events a second over all, 0 as many as the connections take. Batches have 15 to 100 events of about 800
//! bytes. With a rate, requests are due at set times whether or not those before are answered, and the time of an answer counts
//! from when its request was due.

#![expect(clippy::print_stdout, reason = "an example that prints its measurement")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example: it measures time, and ends when something is wrong"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What is measured.
#[derive(Debug, Default)]
struct Tally {
    events: u64,
    accepted: u64,
    waits: Vec<f64>,
    refused: u64,
}

/// A small generator of numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

const NAMES: [&str; 5] = ["Product Viewed", "Product Added", "Products Searched", "Product Clicked", "Order Completed"];

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A batch of so many events.
fn batch(numbers: &mut Numbers, events: u64, users: u64, run: u64, now: &str, body: &mut String) {
    body.clear();
    write!(body, "{{\"sentAt\":\"{now}\",\"batch\":[").unwrap();
    for place in 0..events {
        if place > 0 {
            body.push(',');
        }
        let (id, user) = (NEXT.fetch_add(1, Ordering::Relaxed), numbers.below(users));
        let (name, item) = (NAMES[numbers.below(NAMES.len() as u64) as usize], numbers.below(5000));
        write!(
            body,
            concat!(
                "{{\"type\":\"track\",\"event\":\"{}\",\"messageId\":\"load-{:x}-{:012x}-7f3a\",\"userId\":\"user-{:07}\",",
                "\"anonymousId\":\"5d0c1f3e-7a2b-4c8d-9e1f-{:012x}\",\"timestamp\":\"{}\",",
                "\"properties\":{{\"product_id\":\"sku-{:05}\",\"category\":\"skin-care\",\"name\":\"Hydrating day cream 50 ml\",",
                "\"brand\":\"Example\",\"variant\":\"rose\",\"price\":{}.90,\"quantity\":1,\"currency\":\"CNY\",\"position\":{},",
                "\"order_id\":\"o-{:x}-{:x}\",\"url\":\"https://shop.example.com/products/hydrating-day-cream?ref=home\"}},",
                "\"context\":{{\"library\":{{\"name\":\"analytics.js\",\"version\":\"npm:next-1.84.3\"}},",
                "\"page\":{{\"path\":\"/products/hydrating-day-cream\",\"title\":\"Hydrating day cream\",",
                "\"url\":\"https://shop.example.com/products/hydrating-day-cream\",\"referrer\":\"https://shop.example.com/\"}},",
                "\"userAgent\":\"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15\",",
                "\"locale\":\"zh-CN\",\"timezone\":\"Asia/Shanghai\",\"ip\":\"203.0.113.{}\"}},\"integrations\":{{}}}}"
            ),
            name, run, id, user, user, now, item, 9 + item % 90, place, run, id, user % 250
        )
        .unwrap();
    }
    body.push_str("]}");
}

/// Now, as SDKs write it.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let (seconds, millis) = (since.as_secs() as i64, since.subsec_millis());
    let days = seconds.div_euclid(86_400);
    // Howard Hinnant's civil_from_days.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let of_day = seconds.rem_euclid(86_400);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

async fn answer(stream: &mut BufReader<TcpStream>, buffer: &mut Vec<u8>) -> Option<(u16, Vec<u8>)> {
    buffer.clear();
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length:"))?.trim().parse().ok()?;
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some((status, buffer[end..end + length].to_vec()))
}

struct Plan {
    host: String,
    heads: Vec<String>,
    /// Requests a second of one connection; 0 without a bound.
    rate: f64,
    until: Instant,
    users: u64,
    run: u64,
}

async fn connection(number: u64, plan: Arc<Plan>) -> Tally {
    let mut tally = Tally::default();
    let mut numbers = Numbers(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ plan.run);
    let mut stream = BufReader::new(TcpStream::connect(&plan.host).await.unwrap());
    let (mut body, mut buffer) = (String::new(), Vec::new());
    let begin = Instant::now();
    let mut due = begin
        + Duration::from_secs_f64(if plan.rate > 0.0 {
            (numbers.below(1000) as f64 / 1000.0) / plan.rate
        } else {
            0.0
        });
    loop {
        if plan.rate > 0.0 {
            tokio::time::sleep_until(due.into()).await;
        } else {
            due = Instant::now();
        }
        if due >= plan.until {
            return tally;
        }
        let events = 15 + numbers.below(86);
        batch(&mut numbers, events, plan.users, plan.run, &now(), &mut body);
        let head = &plan.heads[numbers.below(plan.heads.len() as u64) as usize];
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let sent = stream.get_mut().write_all(request.as_bytes()).await;
        let answered = match sent {
            Ok(()) => answer(&mut stream, &mut buffer).await,
            Err(_) => None,
        };
        match answered {
            Some((200, said)) => {
                let said = String::from_utf8_lossy(&said);
                let accepted =
                    said.split("\"accepted\":").nth(1).and_then(|rest| rest.split(',').next()?.parse::<u64>().ok());
                tally.events += events;
                tally.accepted += accepted.unwrap_or(0);
                tally.waits.push(due.elapsed().as_secs_f64() * 1e3);
            }
            Some((status, said)) => {
                if tally.refused == 0 {
                    println!("{status}: {}", String::from_utf8_lossy(&said));
                }
                tally.refused += 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None => {
                tally.refused += 1;
                stream = BufReader::new(TcpStream::connect(&plan.host).await.unwrap());
            }
        }
        if plan.rate > 0.0 {
            // A batch has 57.5 events on average.
            due += Duration::from_secs_f64(1.0 / plan.rate);
        }
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, keys, rate, seconds, connections, rest @ ..] = arguments.as_slice() else {
        println!("usage: load HOST:PORT KEYS RATE SECONDS CONNECTIONS [USERS]");
        std::process::exit(2);
    };
    let keys = std::fs::read_to_string(keys).unwrap();
    let heads = keys
        .lines()
        .filter(|key| !key.is_empty())
        .map(|key| format!("POST /v1/batch HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"))
        .collect();
    let (rate, seconds, connections): (f64, u64, u64) =
        (rate.parse().unwrap(), seconds.parse().unwrap(), connections.parse().unwrap());
    let begin = Instant::now();
    let plan = Arc::new(Plan {
        host: host.clone(),
        heads,
        rate: rate / 57.5 / connections as f64,
        until: begin + Duration::from_secs(seconds),
        users: rest.first().map_or(1_000_000, |users| users.parse().unwrap()),
        run: SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64,
    });
    let tasks: Vec<_> = (0..connections).map(|number| tokio::spawn(connection(number, Arc::clone(&plan)))).collect();
    let mut all = Tally::default();
    for task in tasks {
        let tally = task.await.unwrap();
        all.events += tally.events;
        all.accepted += tally.accepted;
        all.refused += tally.refused;
        all.waits.extend(tally.waits);
    }
    let took = begin.elapsed().as_secs_f64();
    all.waits.sort_by(f64::total_cmp);
    let at = |share: f64| {
        all.waits
            .get(((all.waits.len() as f64 * share) as usize).min(all.waits.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0.0)
    };
    println!(
        "{} events in {took:.1} s: {:.0} a second, {} accepted, {} requests, {} not accepted; ms p50 {:.1} p99 {:.1} p99.9 {:.1} max {:.1}",
        all.events,
        all.events as f64 / took,
        all.accepted,
        all.waits.len(),
        all.refused,
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}
