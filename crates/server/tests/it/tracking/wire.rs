//! The catalogue of bad input, as far as it is about connections and heads: what comes over the wire as it was written.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use databank_server::listen::{Listener, bind};
use databank_server::settings::Transport;
use databank_server::tracking_router;

use super::{Tracked, basic, counts, key_of};
use crate::support::As;

const EVENT: &str = r#"{"batch":[{"type":"track","userId":"u1","event":"x","messageId":"m"}]}"#;

/// What a server answers to each of these, on a connection of its own, until it closes it.
async fn answers(tracked: &Tracked, requests: Vec<Vec<u8>>) -> Vec<String> {
    let listener = Listener {
        name: "tracking",
        address: "127.0.0.1:0".parse().unwrap(),
        transport: Transport::Plain,
        tls: None,
        router: tracking_router(tracked.world.app.clone()),
    };
    let bound = bind(vec![listener]).await.unwrap();
    let address: SocketAddr = bound.urls()[0].strip_prefix("http://").unwrap().parse().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve(async move {
        ended.await.ok();
    }));
    let ask = move || requests.iter().map(|request| until_closed(address, request)).collect();
    let answers = tokio::task::spawn_blocking(ask).await.unwrap();
    end.send(()).unwrap();
    serving.await.unwrap().unwrap();
    answers
}

/// A connection that stays open is an error here: nothing is to be read for so long.
fn until_closed(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(request).unwrap();
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {:?}", String::from_utf8_lossy(request)),
        }
    }
    String::from_utf8(answer).unwrap()
}

/// A request of the catalogue: the lines of its head behind the key's, and its body.
fn request(tracked: &Tracked, head: &[u8], body: &[u8]) -> Vec<u8> {
    let begin = format!("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n", basic(&tracked.key));
    [begin.as_bytes(), head, b"\r\n\r\n", body].concat()
}

fn chunked(body: &str) -> Vec<u8> {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes()
}

#[tokio::test]
async fn bad_h14_requests_that_can_be_read_in_two_ways_are_refused_and_their_connections_closed() {
    let tracked = Tracked::new().await;
    let n = EVENT.len();
    let (length, chunks) = (format!("Content-Length: {n}"), chunked(EVENT));
    let cases: Vec<(&str, Vec<u8>, Vec<u8>)> = [
        ("two lengths", format!("{length}\r\nContent-Length: 3"), EVENT.into()),
        ("a list of lengths", format!("{length}, {n}"), EVENT.into()),
        ("a length with a sign", format!("Content-Length: +{n}"), EVENT.into()),
        ("a negative length", "Content-Length: -1".to_owned(), EVENT.into()),
        ("a length in hexadecimal", "Content-Length: 0x10".to_owned(), EVENT.into()),
        ("a length that no number holds", "Content-Length: 99999999999999999999".to_owned(), EVENT.into()),
        ("a space before the colon", format!("Content-Length : {n}"), EVENT.into()),
        ("an encoding that ends nowhere", "Transfer-Encoding: identity".to_owned(), EVENT.into()),
        ("chunks that are packed", "Transfer-Encoding: chunked, gzip".to_owned(), chunks.clone()),
        ("an unknown encoding", "Transfer-Encoding: xchunked".to_owned(), chunks.clone()),
        ("a vertical tab", "Transfer-Encoding:\u{b}chunked".to_owned(), chunks.clone()),
        ("a lone CR", format!("X: y\r{length}"), EVENT.into()),
        ("a folded line", format!("X: y\r\n z\r\n{length}"), EVENT.into()),
        ("NUL in a value", format!("X: a\0b\r\n{length}"), EVENT.into()),
        ("NUL in a name", format!("X\0: ab\r\n{length}"), EVENT.into()),
        (
            "a chunk without a length",
            "Transfer-Encoding: chunked".to_owned(),
            format!("zz\r\n{EVENT}\r\n0\r\n\r\n").into(),
        ),
        (
            "a chunk beyond all bounds",
            "Transfer-Encoding: chunked".to_owned(),
            format!("fffffffffffffffff\r\n{EVENT}\r\n0\r\n\r\n").into(),
        ),
        (
            "a chunk's length ends in LF alone",
            "Transfer-Encoding: chunked".to_owned(),
            format!("{n:x}\n{EVENT}\n0\n\n").into(),
        ),
    ]
    .map(|(case, head, body)| (case, head.into_bytes(), body))
    .into();
    let mut requests: Vec<Vec<u8>> = cases.iter().map(|(_, head, body)| request(&tracked, head, body)).collect();
    let plain = String::from_utf8(request(&tracked, length.as_bytes(), EVENT.as_bytes())).unwrap();
    requests.push(plain.replace("HTTP/1.1", "HTTP/1.0").replace(&length, "Transfer-Encoding: chunked").into_bytes());
    requests.push(plain.replace("HTTP/1.1", "HTTP/9.9").into_bytes());
    requests.push(plain.replace("POST ", "PO ST ").into_bytes());
    let mut names: Vec<&str> = cases.iter().map(|(case, ..)| *case).collect();
    names.extend(["chunks of HTTP/1.0", "another version", "a space in the method"]);
    let answers = answers(&tracked, requests).await;
    for (case, answer) in names.iter().zip(&answers) {
        assert!(answer.starts_with("HTTP/1.1 400 "), "{case}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{case}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{case}: {answer}");
        if case.starts_with("a chunk") {
            assert!(answer.contains(r#"{"code":"broken_body","message":""#), "{case}: {answer}");
        }
    }
    assert_eq!(answers.len(), names.len());
    assert_eq!(tracked.counted().await["total"]["received"], 0, "nothing of them is kept");
}

/// RFC 9112, 6.1: chunks win over a length, and the connection ends. Two lengths that agree are one.
#[tokio::test]
async fn bad_h14_what_a_length_would_hide_behind_chunks_is_never_a_request() {
    let tracked = Tracked::new().await;
    let hidden = format!(
        "0\r\n\r\n{}",
        String::from_utf8(request(&tracked, format!("Content-Length: {}", EVENT.len()).as_bytes(), EVENT.as_bytes()))
            .unwrap()
    );
    let length = format!("Content-Length: {}", hidden.len());
    let agreed = format!("Content-Length: {0}\r\nContent-Length: {0}\r\nConnection: close", EVENT.len());
    let requests = vec![
        request(&tracked, format!("{length}\r\nTransfer-Encoding: chunked").as_bytes(), hidden.as_bytes()),
        request(&tracked, format!("Transfer-Encoding: chunked\r\n{length}").as_bytes(), hidden.as_bytes()),
        request(&tracked, format!("{length}\r\nTransfer-Encoding: chunked").as_bytes(), &chunked(EVENT)),
        request(&tracked, agreed.as_bytes(), EVENT.as_bytes()),
    ];
    let answers = answers(&tracked, requests).await;
    for (answer, status) in answers.iter().zip(["400", "400", "200", "200"]) {
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
        assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(status == "200" || answer.contains(r#""code":"empty_body""#), "{answer}");
    }
    assert!(answers[2].contains(r#""accepted":1,"duplicate":0"#), "{}", answers[2]);
    assert!(answers[3].contains(r#""accepted":0,"duplicate":1"#), "{}", answers[3]);
    assert_eq!(tracked.counted().await["total"]["received"], 2);
}

#[tokio::test]
async fn bad_h4_a_body_that_says_it_is_too_large_is_not_waited_for() {
    let tracked = Tracked::new().await;
    let key = basic(&tracked.key);
    // Over the wire: not a byte of the body has come.
    let only_said = request(&tracked, b"Content-Length: 4194305", b"");
    let told = answers(&tracked, vec![only_said]).await.remove(0);
    assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("\r\nconnection: close\r\n"), "{told}");
    // One that does not say is read up to the bound.
    let unsaid = tracked.send("/v1/batch", vec![b' '; (4 << 20) + 1]).await;
    assert_eq!((unsaid.status.as_u16(), unsaid.json()["code"].as_str()), (413, Some("body_too_large")));
    assert_eq!(unsaid.header("connection"), "close");
    // One that is as large as may be is read, and one that breaks off is told so.
    let largest = format!("{EVENT}{}", " ".repeat((4 << 20) - EVENT.len()));
    let headers = [("authorization", key.as_str()), ("content-length", "4194304")];
    assert_eq!(counts(&tracked.send_with("/v1/batch", largest, &headers).await), [1, 1, 0, 0]);
    let parts = futures::stream::iter([Ok(EVENT.as_bytes()), Err(std::io::Error::from(ErrorKind::ConnectionReset))]);
    let broken = Request::builder().method(Method::POST).uri("/v1/batch").header("authorization", &key);
    let broken = tracked.world.send(broken.body(Body::from_stream(parts)).unwrap()).await;
    assert_eq!((broken.status.as_u16(), broken.json()["code"].as_str()), (400, Some("broken_body")));
    assert_eq!(broken.header("connection"), "close");
    assert_eq!(tracked.counted().await["total"]["received"], 1);
}

#[tokio::test]
async fn bad_h10_whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    let tracked = Tracked::new().await;
    let revoked = key_of(&tracked.world, &tracked.operator, "acme", "gone").await;
    let keys = tracked.world.get("/api/v1/brands/acme/keys", &tracked.operator).await.json();
    let id = keys["items"].as_array().unwrap().iter().find(|key| key["name"] == "gone").unwrap()["id"].clone();
    let path = format!("/api/v1/brands/acme/keys/{}", id.as_str().unwrap());
    assert!(tracked.world.call(Method::DELETE, &path, &tracked.operator, None).await.status.is_success());
    let changed =
        format!("{}{}", &tracked.key[..tracked.key.len() - 1], if tracked.key.ends_with('0') { '1' } else { '0' });
    let shorter = &tracked.key[..tracked.key.len() - 9];
    let mut bodies = Vec::new();
    for key in ["", "x", "dbk_w9_x_y", "\u{fffd}", &revoked, &changed, shorter] {
        let answer = tracked.send_with("/v1/batch", EVENT, &[("authorization", &basic(key))]).await;
        assert_eq!(answer.status, 401, "{key}");
        bodies.push(answer.body);
    }
    let nothing = tracked.send_with("/v1/batch", EVENT, &[]).await;
    assert_eq!((nothing.status.as_u16(), nothing.json()["code"].as_str()), (401, Some("invalid_key")));
    assert!(bodies.iter().all(|body| *body == nothing.body));
    assert_eq!(tracked.counted().await["total"]["received"], 0);
}

/// What may stand in a page can read nothing, so that no key that sends events is a secret. One that can read is none for sending,
/// and no page of another site gets as far as to use it.
#[tokio::test]
async fn bad_h12_a_secret_key_in_a_browser_neither_sends_nor_reads() {
    let tracked = Tracked::new().await;
    let As::Key(secret) = tracked.world.make_key(&tracked.operator, "acme", "api", &["assets.read"]).await else {
        panic!("a key")
    };
    let origin = ("origin", "https://shop.example.com");
    let in_body = format!(r#"{{"userId":"u1","event":"x","writeKey":"{secret}"}}"#);
    let in_address = format!("/v1/track?writeKey={secret}");
    let (basic, bearer) = (basic(&secret), format!("Bearer {secret}"));
    for (path, body, authorization) in [
        ("/v1/track", EVENT, Some(basic.as_str())),
        ("/v1/track", EVENT, Some(bearer.as_str())),
        ("/v1/track", in_body.as_str(), None),
        (in_address.as_str(), EVENT, None),
    ] {
        let head: Vec<(&str, &str)> =
            [origin].into_iter().chain(authorization.map(|value| ("authorization", value))).collect();
        let answer = tracked.send_with(path, body, &head).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("invalid_key")), "{path}");
        // The page is let know why.
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let settings = Request::builder().uri(format!("/v1/projects/{secret}/settings")).body(Body::empty()).unwrap();
    assert_eq!(tracked.world.send(settings).await.status, 401);
    assert_eq!(tracked.counted().await["total"]["received"], 0);
    // A browser asks first whether it may send `Authorization`, and is not told so.
    let ask = Request::builder().method(Method::OPTIONS).uri("/api/v1/brands/acme/assets").header(origin.0, origin.1);
    let ask =
        ask.header("access-control-request-method", "GET").header("access-control-request-headers", "authorization");
    let told = tracked.world.send(ask.body(Body::empty()).unwrap()).await;
    let allowed = ["access-control-allow-origin", "access-control-allow-headers"].map(|name| told.header(name));
    assert_eq!((told.status.as_u16(), allowed), (405, ["", ""]));
    // And a key that sends, which everybody can read in a page, reads nothing.
    let read = tracked.world.get("/api/v1/brands/acme/assets", &As::Key(tracked.key.clone())).await;
    read.problem(403, "forbidden");
}
