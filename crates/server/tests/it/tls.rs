//! The server over TLS, with a certificate that is there for this test alone.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use databank_server::listen::{Listener, TlsFiles, bind};
use databank_server::router;
use databank_server::settings::{Settings, Transport};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::World;

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls").join(name)
}

/// What the server answers to a request, read to the end of the connection.
fn ask(address: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("localhost.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn tls_is_ended_here_and_browsers_are_told_to_keep_to_it() {
    let world = World::with(Settings { transport: Transport::Tls, ..Settings::default() }).await;
    let listener = Listener {
        name: "the server",
        address: "127.0.0.1:0".parse().unwrap(),
        transport: Transport::Tls,
        tls: Some(TlsFiles { certificate: file("localhost.pem"), key: file("localhost.key") }),
        router: router(world.app.clone()),
    };
    let bound = bind(vec![listener]).await.unwrap();
    let url = bound.urls().remove(0);
    let address = url.strip_prefix("https://").unwrap().to_owned();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve(async move {
        ended.await.ok();
    }));
    let answer = tokio::task::spawn_blocking(move || ask(&address)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    end.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_is_named() {
    let listener = Listener {
        name: "the server",
        address: "127.0.0.1:0".parse().unwrap(),
        transport: Transport::Tls,
        tls: Some(TlsFiles { certificate: file("none.pem"), key: file("localhost.key") }),
        router: axum::Router::new(),
    };
    let error = bind(vec![listener]).await.unwrap_err();
    assert!(error.is_wrong_use() && error.to_string().contains("none.pem"), "{error}");
}
