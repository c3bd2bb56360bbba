//! `databank serve`: owner of the data directory, until it is told to end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::{Finished, Place, finish, finished};

/// A process that serves.
pub(crate) struct Serving {
    child: Option<Child>,
    pub(crate) address: String,
}

impl Serving {
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    pub(crate) fn start_with(place: &Place, more: &[&str]) -> Self {
        let mut command = Self::command(place);
        command.args(more);
        Self::try_start_by(command).unwrap()
    }

    /// The command that starts one.
    pub(crate) fn command(place: &Place) -> Command {
        place.command(["serve", "--listen", "127.0.0.1:0", "--format", "json"])
    }

    /// Starts one by [`Self::command`], to which its caller may have added; `None` when it ends before it listens.
    pub(crate) fn try_start_by(mut command: Command) -> Option<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            child.wait().unwrap();
            return None;
        }
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line:?}"));
        let address = told["listening"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Some(Self { child: Some(child), address })
    }

    /// The whole answer to a request, written as it travels.
    pub(crate) fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// What an owner of a key is answered.
    pub(crate) fn get_with_key(&self, path: &str, key: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    /// What is answered to a body that an owner of a key sends.
    pub(crate) fn post_with_key(&self, path: &str, key: &str, content_type: &str, body: &str) -> String {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    /// Tells it to end.
    pub(crate) fn end(mut self, signal: &str) -> Finished {
        let child = self.child.take().unwrap();
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", child.id())).status().unwrap();
        assert!(sent.success());
        finished(child)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }
}

impl Drop for Serving {
    /// A test that fails leaves no server behind.
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

#[test]
fn a_server_answers_until_it_is_told_to_end() {
    let place = Place::with_brand();
    for signal in ["TERM", "INT"] {
        let serving = Serving::start(&place);
        assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(serving.get("/api/v1/brands").contains("not_signed_in"));
        assert!(serving.get("/").contains("text/html"));
        let Finished { code, stderr, .. } = serving.end(signal);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stderr.contains("databank user add NAME --role owner --all-brands"), "{stderr}");
    }
}

#[test]
fn commands_go_through_the_server_and_what_they_do_is_seen_there() {
    let place = Place::with_brand();
    let serving = Serving::start(&place);
    assert_eq!(place.json(&["brand", "add", "other"])["brand"], "other");
    let key = place.json(&["key", "create", "--brand", "other", "--kind", "api", "--name", "k"]);
    let key = key["key"].as_str().unwrap();
    let host = &serving.address;
    let request = format!(
        "GET /api/v1/brands HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
    );
    let answer = serving.ask(&request);
    assert!(answer.contains(r#""slug":"other""#) && !answer.contains(r#""slug":"acme""#), "{answer}");
    assert_eq!(serving.end("TERM").code, Some(0));
}

#[test]
fn a_second_server_is_refused_by_the_first_ones_name() {
    let place = Place::with_brand();
    let serving = Serving::start(&place);
    let second = place.run(["serve", "--listen", "127.0.0.1:0"]);
    let first = format!("process {} (databank serve) serves", serving.pid());
    second.refused(2, &first);
    assert_eq!(serving.end("TERM").code, Some(0));
}

#[test]
fn other_machines_are_not_served_in_the_clear() {
    let place = Place::with_brand();
    place.run(["serve", "--listen", "0.0.0.0:0"]).refused(2, "--behind-proxy https://PUBLIC.HOST");
    place.run(["serve", "--tls-cert", "a.pem"]).refused(2, "--tls-key");
    place.run(["serve", "--behind-proxy", "http://data.example.com"]).refused(2, "https://");
    place.run(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "a.pem", "--tls-key", "b.pem"]).refused(2, "a.pem");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let place = Place::with_brand();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    place.run(["serve", "--listen", &address]).refused(1, &format!("failed to listen at {address}"));
}

#[test]
fn who_sends_nothing_or_half_a_request_is_hung_up_on() {
    let place = Place::with_brand();
    let serving = Serving::start(&place);
    // Ends when the server hangs up.
    let answer = serving.ask("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert!(!answer.contains("200 OK"), "{answer}");
    for smuggled in [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "GET / HTTP/1.1\r\nHost: x\r\nBad\0Header: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    ] {
        let answer = serving.ask(smuggled);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{smuggled:?}: {answer}");
    }
    assert_eq!(serving.end("TERM").code, Some(0));
}

#[test]
fn the_binary_prints_the_description_that_is_committed() {
    let place = Place::new();
    let printed = finish(place.command(["openapi"]));
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/databank-v1.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(printed.stdout == committed, "openapi/databank-v1.json is not up to date: run `make openapi`");
}
