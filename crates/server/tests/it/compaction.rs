//! Compactions of a server: what they give way to, and that nobody's answers change.

use std::sync::atomic::{AtomicUsize, Ordering};

use databank_deposit::brand::Sizes;
use databank_deposit::brand::compact::{CompactContext, CompactProgress, Compacted, compact};
use serde_json::{Value, json};

use crate::imports::{CANONICAL, counts, get, import, operated, start, upload, watch};
use crate::support::{As, World};

/// Stops a compaction at its n-th ask.
struct AtAsk(AtomicUsize);

impl CompactProgress for AtAsk {
    fn phase(&self, _: &str) {}

    fn gives_way(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }
}

/// A portion of events: two for each of sixty people, of whom some come again.
fn portion(number: usize) -> String {
    let mut text = "event_id,ts,behavior,id.phone,amount\n".to_owned();
    for person in 0..60 {
        let day = 1 + (number * 7 + person) % 28;
        let phone = 13_912_340_000_u64 + (number * 23 + person) as u64;
        text += &format!("v{number}-{person},2026-01-{day:02},view,{phone},\n");
        text += &format!("p{number}-{person},2026-02-{day:02},purchase,{phone},{}\n", 1 + person);
    }
    text
}

async fn deposit(world: &World, operator: &As, number: usize) {
    let id = upload(world, operator, "rows.csv", portion(number).as_bytes()).await;
    assert_eq!(counts(&import(world, operator, CANONICAL, &[&id]).await), [120, 120, 0, 0]);
}

async fn compacted(world: &World, asks: usize, partition_rows: u64) -> Compacted {
    let installation = world.app.installation();
    let context = CompactContext {
        catalog: &installation.catalog,
        data_directory: installation.path(),
        now_us: installation.clock.now(),
        sizes: Sizes { partition_rows, ..Sizes::default() },
    };
    let brand = "acme".parse().unwrap();
    let _writing = installation.write_brand(&brand).await;
    compact(&context, &brand, &AtAsk(AtomicUsize::new(asks))).await.unwrap()
}

/// What is asked of a brand, people by name included; without the version.
async fn answers(world: &World, operator: &As) -> Value {
    let mut all = Vec::new();
    for path in [
        "assets?as_of=2026-02-20",
        "trend?from=2026-01-01&to=2026-03-31",
        "flow?from=2026-01-31&to=2026-02-20",
        "flow/people?from=2026-01-31&to=2026-02-20&from_stage=A&to_stage=P",
    ] {
        let mut answer = get(world, operator, path).await;
        answer.as_object_mut().unwrap().remove("vault_version").unwrap();
        all.push(answer);
    }
    json!(all)
}

#[tokio::test]
async fn a_compaction_that_gives_way_changes_no_answer_and_is_done_later() {
    let (world, operator) = operated().await;
    for number in 0..10 {
        deposit(&world, &operator, number).await;
    }
    let before = answers(&world, &operator).await;
    assert!(before[3]["consumers"].as_u64().is_some_and(|count| count > 0), "{}", before[3]);
    // Stopped at every ask in turn: before anything, between tables, in the middle of a split.
    let mut gave_way = 0;
    let done = loop {
        let done = compacted(&world, gave_way, 200).await;
        assert!(gave_way > 0 || (done.gave_way && !done.published), "{done:?}");
        assert_eq!(answers(&world, &operator).await, before, "after {gave_way} asks");
        if !done.gave_way {
            break done;
        }
        gave_way += 1;
    };
    assert!(gave_way > 3 && done.partitions.after == 8, "{gave_way}: {done:?}");
    assert_eq!(answers(&world, &operator).await, before);
    let again = compacted(&world, usize::MAX, 200).await;
    assert!(!again.published, "{again:?}");
    assert_eq!(again.files.after, done.files.after);
}

#[tokio::test]
async fn an_import_that_waits_goes_first_and_the_compaction_comes_after_it() {
    let (world, operator) = operated().await;
    for number in 0..8 {
        deposit(&world, &operator, number).await;
    }
    let writing = world.app.installation().write_brand(&"acme".parse().unwrap()).await;
    let mut jobs = Vec::new();
    for number in 8..11 {
        let id = upload(&world, &operator, "rows.csv", portion(number).as_bytes()).await;
        jobs.push(start(&world, &operator, CANONICAL, &[&id]).await);
    }
    let (app, looked) = (world.app.clone(), async {
        drop(writing);
        for job in &jobs {
            assert_eq!(counts(&watch(&world, &operator, job).await.pop().unwrap()), [120, 120, 0, 0]);
        }
        let before = answers(&world, &operator).await;
        loop {
            let versions = get(&world, &operator, "versions").await;
            if versions["versions"][0]["made_by"] == "compaction" {
                assert_eq!(answers(&world, &operator).await, before);
                return versions;
            }
        }
    });
    let versions = tokio::select! {
        () = app.keep_compact() => Value::Null,
        versions = looked => versions,
    };
    let made: Vec<&str> =
        versions["versions"].as_array().unwrap().iter().map(|version| version["made_by"].as_str().unwrap()).collect();
    assert_eq!(made.iter().filter(|by| **by == "deposit").count(), 11, "{made:?}");
}

#[tokio::test]
async fn a_past_version_is_asked_by_whoever_may_ask_the_newest() {
    let (world, operator) = operated().await;
    world.add_user("viewer", "acme", "viewer").await;
    let viewer = world.sign_in("viewer").await;
    assert_eq!(get(&world, &viewer, "versions").await, json!({ "brand": "acme", "versions": [] }));
    deposit(&world, &operator, 0).await;
    let first = get(&world, &viewer, "assets?as_of=2026-02-20").await;
    deposit(&world, &operator, 1).await;
    let second = get(&world, &viewer, "assets?as_of=2026-02-20").await;
    assert_ne!(first["total"], second["total"]);
    assert_eq!(get(&world, &viewer, "assets?as_of=2026-02-20&vault_version=1").await, first);
    assert_eq!(get(&world, &viewer, "assets?as_of=2026-02-20&vault_version=2").await, second);
    for path in ["assets?vault_version=3", "trend?from=2026-01-01&to=2026-01-02&vault_version=0"] {
        let problem = world.get(&format!("/api/v1/brands/acme/{path}"), &viewer).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "vault_version", "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains("those that can are 1 to 2"), "{problem}");
    }
    let versions = get(&world, &viewer, "versions").await;
    let newest = &versions["versions"][0];
    assert_eq!((&newest["vault_version"], &newest["made_by"]), (&json!(2), &json!("deposit")), "{versions}");
    assert_eq!((&newest["source"], &newest["readable_until"]), (&json!("rows"), &Value::Null));
    assert!(versions["versions"][1]["readable_until"].is_string(), "{versions}");
}
