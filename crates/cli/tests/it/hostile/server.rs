//! A server that is sent hostile files goes on: it answers, other work ends well, and what the files took is given back.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::made::{
    Claims, all_the_first, dictionary, file, footer, group, gzip, list_head, packed, page, records, texts,
};
use super::{column_schema, figure};
use crate::Place;
use crate::serve::Serving;

/// What a look at a hostile file may add to a server, in KiB.
const LOOK_KIB: u64 = 400 << 10;

/// What may stay of it when it is over: rooms that the allocator keeps for the next one, in as many arenas as threads happened to
/// work in. Two rounds of everything below the same peak show that nothing else stays.
const LEFT_KIB: u64 = 384 << 10;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(90);

struct Caller<'a> {
    serving: &'a Serving,
    key: String,
}

impl Caller<'_> {
    /// The status and the body of an answer.
    fn call(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.serving.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.serving.address,
            self.key,
            if path.contains("/uploads?") { "application/octet-stream" } else { "application/json" },
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses may do so before it has read all.
        stream.write_all(body).ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let start = body.find('{').unwrap_or(0);
        let end = body.rfind('}').map_or(start, |end| end + 1);
        (status, serde_json::from_str(&body[start..end]).unwrap_or_default())
    }

    fn upload(&self, name: &str, bytes: &[u8]) -> (u16, Value) {
        self.call("POST", &format!("/api/v1/brands/acme/uploads?name={name}"), bytes)
    }

    /// Imports an upload; how its job ended.
    fn import(&self, mapping: &str, upload: &Value) -> Value {
        let asked = serde_json::json!({ "mapping": mapping, "uploads": [upload["id"]] });
        let (status, job) = self.call("POST", "/api/v1/brands/acme/imports", asked.to_string().as_bytes());
        assert_eq!(status, 202, "{job}");
        let path = format!("/api/v1/brands/acme/jobs/{}", job["id"].as_str().unwrap());
        let begun = Instant::now();
        loop {
            let (_, job) = self.call("GET", &path, b"");
            if !matches!(job["status"].as_str(), Some("waiting" | "running")) {
                return job;
            }
            assert!(begun.elapsed() < PATIENCE, "{job}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn serial_a_server_that_is_sent_hostile_files_goes_on() {
    let place = Place::with_brand();
    // The job is asked for as fast as can be.
    let serving = Serving::start_with(&place, &["--requests-per-second", "100000"]);
    let mut asked = vec!["key", "create", "--brand", "acme", "--kind", "api", "--name", "k"];
    asked.extend(["--scope", "imports.write", "--scope", "assets.read"]);
    let key = place.json(&asked)["key"].as_str().unwrap().to_owned();
    let caller = Caller { serving: &serving, key };
    let process = serving.pid();

    let good = "ts,behavior,id.member_card\n2026-01-02,view,M1\n";
    let mapping = crate::bad_input::mapping("path = \"*\"", "select * from rows");
    let (status, kept) = caller.upload("good.csv", good.as_bytes());
    assert_eq!(status, 201, "{kept}");
    let job = caller.import(&mapping, &kept);
    assert_eq!(job["status"], "done", "{job}");
    let idle = figure(process, "VmRSS");

    let deep: Vec<Vec<u8>> = (0..50_000).map(|_| group("g", 1)).chain([super::made::column("s")]).collect();
    let times = |rows: i32| {
        let pages = [dictionary(&vec![b'x'; 1 << 20]), all_the_first(rows)].concat();
        texts(&pages, i64::from(rows), |claims| Claims { dictionary: true, ..claims })
    };
    let bomb = texts(&page(1, 0, 100, &packed(b'x', 512)), 1, |claims| Claims { codec: 2, ..claims });
    let lines = |line: &str, count: usize| [good, &line.repeat(count)].concat().into_bytes();
    let wide: String = (0..250_000).map(|_| "1,").collect();
    let rows_of_long_texts = {
        let row = vec!["x".repeat(4800); 3_000].join(",");
        let names: Vec<String> = (0..3_000).map(|n| format!("c{n}")).collect();
        gzip([names.join(","), "\n".to_owned(), format!("{row}\n").repeat(20)].concat().as_bytes())
    };
    let files = [
        ("2^31 row groups", "a.parquet", file(&[], &footer(&column_schema(), 0, &list_head(12, 0x7FFF_FFFF))), 422),
        ("50,000 levels", "a.parquet", file(&[], &footer(&records(&deep), 0, &records(&[]))), 422),
        ("a page of gzip", "a.parquet", bomb, 422),
        ("a dictionary", "a.parquet", times(100_000), 201),
        ("a line of 512 MiB", "a.csv", packed(b'x', 512), 422),
        ("lines of which quotes never close", "a.csv", lines("x\",\"\n", 200_000), 201),
        ("a quarter of a million fields", "a.csv", wide.into_bytes(), 422),
        ("rows of 14 MiB", "a.csv", rows_of_long_texts, 201),
        ("brackets", "a.jsonl", format!("{{\"a\":{}\n", "[".repeat(5_000_000)).into_bytes(), 201),
    ];
    // Twice: what the first round took is there again for the second.
    for (round, (id, name, bytes, expected)) in [1, 2].into_iter().flat_map(|n| files.iter().map(move |file| (n, file)))
    {
        let (status, answer) = caller.upload(name, bytes);
        let detail = answer["detail"].to_string();
        assert_eq!(status, *expected, "{id}: {detail}");
        assert!(detail.len() < 2000, "{id}: {detail}");
        assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"), "{id}");
        let most = figure(process, "VmHWM");
        assert!(most < idle + LOOK_KIB, "{id}: {most} KiB, idle {idle} KiB");
        if status == 201 && round == 1 {
            // A proposal reads it too.
            let asked = serde_json::json!({ "uploads": [answer["id"]] }).to_string();
            let (status, _) = caller.call("POST", "/api/v1/brands/acme/mappings/suggest", asked.as_bytes());
            assert!(matches!(status, 200 | 422), "{id}: {status}");
            let most = figure(process, "VmHWM");
            assert!(most < idle + LOOK_KIB, "a proposal for {id}: {most} KiB, idle {idle} KiB");
        }
    }

    // An import that refuses its file, beside one that is well.
    let (_, hostile) = caller.upload("a.csv", &lines("x\",\"\n", 50_000));
    let (_, well) = caller.upload("b.csv", good.replace("M1", "M2").as_bytes());
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| caller.import(&format!("max_rejects = 1000\n{mapping}"), &hostile));
        let second = scope.spawn(|| caller.import(&mapping, &well));
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!(first["status"], "failed", "{first}");
    assert_eq!(second["status"], "done", "{second}");
    let left = figure(process, "VmRSS");
    assert!(left < idle + LEFT_KIB, "{left} KiB stay, idle {idle} KiB");
    let finished = serving.end("TERM");
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
}
