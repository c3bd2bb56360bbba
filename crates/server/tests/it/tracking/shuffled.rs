//! The same events in any order, split into any requests, some of them sent again, with deposits at any moment: the same people, with
//! the same timelines, attributes and stages.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{RngCore as _, SeedableRng as _};
use serde_json::{Value, json};

use super::Tracked;

const EVENTS: u64 = 160;
const USERS: u64 = 8;
const DEVICES: u64 = 12;

struct Chance(SplitMix64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        (self.0.next_u64() >> 11) % bound
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place as u64 + 1) as usize);
        }
    }
}

/// A month of a small shop: devices change hands, people sign in, tell their phones and order. Some things happen at the same
/// instant, of one person with one device: what ties between two of them is settled by tokens, which each brand has of its own.
fn events(chance: &mut Chance) -> Vec<Value> {
    let (mut user, mut device, mut day, mut minute) = (0, 0, 1, 0);
    let one = |number: u64| {
        if number.is_multiple_of(2) {
            (user, device, day, minute) = (chance.below(USERS), chance.below(DEVICES), 1 + chance.below(24), number);
        }
        let mut event = json!({ "messageId": format!("m{number}"), "anonymousId": format!("d{device}"),
            "timestamp": format!("2026-11-{day:02}T{:02}:{:02}:00Z", 2 + minute / 60, minute % 60) });
        // Of what happens at one instant one at most says something of ids.
        let more = match if number.is_multiple_of(2) { chance.below(10) } else { 3 + chance.below(7) } {
            0 => json!({ "type": "identify", "userId": format!("u{user}"),
                "traits": { "city": format!("c{}", chance.below(5)), "level": chance.below(3) } }),
            1 => json!({ "type": "identify", "userId": format!("u{user}"),
                "traits": { "phone": format!("1380000{:04}", chance.below(USERS + 3)) } }),
            2 => {
                json!({ "type": "alias", "userId": format!("u{user}"), "previousId": format!("u{}", chance.below(USERS)) })
            }
            3 | 4 => json!({ "type": "track", "event": "Order Completed", "userId": format!("u{user}"), "properties": {
                "order_id": format!("o{number}"), "currency": "CNY",
                "products": [{ "sku": format!("s{}", chance.below(9)), "price": 1 + chance.below(900), "quantity": 1 },
                    { "sku": "t", "price": 2, "quantity": chance.below(3) + 1 }] } }),
            5 | 6 => json!({ "type": "track", "event": "Product Viewed", "userId": format!("u{user}"),
                "properties": { "sku": format!("s{}", chance.below(9)) } }),
            _ => json!({ "type": "page", "name": "home", "properties": { "n": chance.below(4) } }),
        };
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    (0..EVENTS).map(one).collect()
}

/// Takes out what only says which came first, people's numbers and the vault's, and what is a brand's own: prints of tokens, and
/// the order of what happened at one instant.
fn plain(mut told: Value) -> Value {
    fn strip(told: &mut Value) {
        match told {
            Value::Object(fields) => {
                for name in ["consumer", "vault_version", "profile", "deposit"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
                if fields.get("masked").and_then(Value::as_str).is_some_and(|masked| masked.starts_with('#')) {
                    fields.remove("masked");
                }
                for name in ["ids", "items"] {
                    if let Some(Value::Array(list)) = fields.get_mut(name) {
                        list.sort_by_key(ToString::to_string);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut told);
    told
}

/// All that is told of everybody.
async fn told(tracked: &Tracked) -> Vec<(String, Value)> {
    let get = async |path: String| {
        let answer = tracked.world.get(&format!("/api/v1/brands/acme/{path}"), &tracked.operator).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        plain(answer.json())
    };
    let mut all = Vec::new();
    for path in ["assets", "trend?from=2026-10-25&to=2026-11-30"] {
        all.push((path.to_owned(), get(path.to_owned()).await));
    }
    let ids = (0..USERS).map(|n| format!("user_id:u{n}")).chain((0..DEVICES).map(|n| format!("anonymous_id:d{n}")));
    for id in ids {
        let answer =
            tracked.world.post("/api/v1/brands/acme/consumers/lookup", &tracked.operator, &json!({ "id": id })).await;
        let Some(consumer) = answer.json()["consumer"].as_u64() else {
            all.push((id, json!(answer.status.as_u16())));
            continue;
        };
        all.push((format!("{id}: who"), get(format!("consumers/{consumer}")).await));
        all.push((format!("{id}: events"), get(format!("consumers/{consumer}/events?limit=200")).await));
    }
    all
}

/// Sends events in requests of any size, some again; deposits now and then when `deposits`.
async fn send(tracked: &Tracked, events: &[Value], chance: &mut Chance, deposits: bool) {
    let mut rest = events;
    let mut sent: Vec<Value> = Vec::new();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(1 + chance.below(30) as usize));
        rest = later;
        let again: Vec<Value> = sent.iter().filter(|_| chance.below(10) == 0).cloned().collect();
        let expected = [(now.len() + again.len()) as i64, now.len() as i64, again.len() as i64, 0];
        assert_eq!(tracked.batch(&[now, &again].concat()).await, expected);
        sent.extend_from_slice(now);
        if deposits && chance.below(4) == 0 {
            tracked.deposit().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_gives_the_same_people_with_the_same_timelines() {
    let long = std::env::var("DATABANK_LONG_CASES").ok().and_then(|cases| cases.parse::<u64>().ok());
    for seed in 0..long.map_or(3, |cases| cases / 100) {
        let mut chance = Chance(SplitMix64::seed_from_u64(seed));
        let mut events = events(&mut chance);
        // All at once, and nothing waits any more.
        let whole = Tracked::new().await;
        assert_eq!(whole.batch(&events).await, [EVENTS as i64, EVENTS as i64, 0, 0]);
        whole.deposit().await;
        let expected = told(&whole).await;
        drop(whole);
        for round in 0..2 {
            chance.shuffle(&mut events);
            let tracked = Tracked::new().await;
            send(&tracked, &events, &mut chance, round == 0).await;
            for moment in ["some wait", "all are deposited"] {
                for (found, expected) in told(&tracked).await.into_iter().zip(&expected) {
                    assert_eq!(&found, expected, "seed {seed}, order {round}, {moment}");
                }
                tracked.deposit().await;
            }
        }
    }
}
