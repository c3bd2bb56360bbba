//! Where the server listens, and how it ends.
//!
//! A process may listen at several addresses, each with a router of its own: what the world may reach (a collector of
//! events) must not share its address with what only a brand's people may.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Control, Handle};
use tokio::task::JoinSet;

use crate::connections::{Capped, MAX_CONNECTIONS};
use crate::limits::{HEADER_TIME, MAX_HEADER_BYTES};
use crate::settings::Transport;

/// How long requests that are being answered may go on after the server was told to end.
const GRACE: Duration = Duration::from_secs(8);

/// Bytes of a request that are buffered before its end of headers is seen; the exact limits are the router's.
const MAX_BUFFER_BYTES: usize = 64 << 10;

/// Requests of one HTTP/2 connection at a time.
const MAX_STREAMS: u32 = 100;

const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A certificate and its private key, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those between it and its root.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// An address to listen at, and what answers there.
#[derive(Debug)]
pub struct Listener {
    /// What it is for, in messages.
    pub name: &'static str,
    /// Where. Port 0 takes any that is free.
    pub address: SocketAddr,
    /// How requests reach it.
    pub transport: Transport,
    /// The certificate, for [`Transport::Tls`].
    pub tls: Option<TlsFiles>,
    /// What answers.
    pub router: Router,
}

/// The server cannot listen so.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address can be reached from other machines, and nothing keeps what is said there secret.
    #[error(
        "{name} would listen unencrypted at {address}, which other machines can reach; name --tls-cert and --tls-key, or \
         --behind-proxy https://PUBLIC.HOST for a proxy that ends TLS, or listen at 127.0.0.1"
    )]
    Open {
        /// What is listened for.
        name: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// Two listeners have one address.
    #[error("{first} and {second} cannot both listen at {address}; give each an address of its own")]
    Shared {
        /// One of them.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// The address is not to be had.
    #[error("failed to listen at {address} for {name}")]
    Bind {
        /// What is listened for.
        name: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("failed to read certificate {} and key {}", certificate.display(), key.display())]
    Tls {
        /// The certificate.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// A listener broke.
    #[error("failed to serve")]
    Serve(#[source] io::Error),
}

impl ListenError {
    /// Whether whoever started the server has to say something else.
    pub fn is_wrong_use(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::Shared { .. } | Self::Tls { .. })
    }
}

/// Listeners that have their addresses and do not answer yet.
#[derive(Debug)]
pub struct Bound {
    listeners: Vec<BoundListener>,
}

#[derive(Debug)]
struct BoundListener {
    socket: TcpListener,
    tls: Option<RustlsConfig>,
    listener: Listener,
}

/// Takes the addresses, all of them or none.
pub async fn bind(listeners: Vec<Listener>) -> Result<Bound, ListenError> {
    check(&listeners)?;
    let mut bound = Vec::with_capacity(listeners.len());
    for listener in listeners {
        let tls = match &listener.tls {
            Some(files) => Some(load(files).await?),
            None => None,
        };
        let (name, address) = (listener.name, listener.address);
        let socket = TcpListener::bind(address).map_err(|source| ListenError::Bind { name, address, source })?;
        bound.push(BoundListener { socket, tls, listener });
    }
    Ok(Bound { listeners: bound })
}

fn check(listeners: &[Listener]) -> Result<(), ListenError> {
    for (index, listener) in listeners.iter().enumerate() {
        let Listener { name, address, .. } = *listener;
        if listener.transport == Transport::Plain && !address.ip().to_canonical().is_loopback() {
            return Err(ListenError::Open { name, address });
        }
        let same = |other: &&Listener| other.address == address && address.port() != 0;
        if let Some(other) = listeners.iter().take(index).find(same) {
            return Err(ListenError::Shared { first: other.name, second: name, address });
        }
    }
    Ok(())
}

async fn load(files: &TlsFiles) -> Result<RustlsConfig, ListenError> {
    // One provider for the process; that it is there already is as good.
    rustls::crypto::ring::default_provider().install_default().ok();
    let TlsFiles { certificate, key } = files.clone();
    RustlsConfig::from_pem_file(&certificate, &key).await.map_err(|source| ListenError::Tls {
        certificate,
        key,
        source,
    })
}

impl Bound {
    /// Where each listener is reached, in the order in which they were given.
    pub fn urls(&self) -> Vec<String> {
        let url = |bound: &BoundListener| {
            let scheme = if bound.tls.is_some() { "https" } else { "http" };
            let address = bound.socket.local_addr().unwrap_or(bound.listener.address);
            format!("{scheme}://{address}")
        };
        self.listeners.iter().map(url).collect()
    }

    /// Answers until `end`, and then as long as requests are being answered that had begun.
    pub async fn serve(self, end: impl Future<Output = ()>) -> Result<(), ListenError> {
        let control = Control::new();
        let mut serving = JoinSet::new();
        for bound in self.listeners {
            serving.spawn(answer(bound, control.clone()));
        }
        let broken = tokio::select! {
            () = end => None,
            ended = serving.join_next() => ended,
        };
        control.graceful_shutdown(Some(GRACE));
        let mut outcome = Ok(());
        let mut ended = broken;
        loop {
            match ended {
                Some(Ok(Err(error))) => outcome = Err(ListenError::Serve(error)),
                Some(Err(panic)) => outcome = Err(ListenError::Serve(io::Error::other(panic))),
                Some(Ok(Ok(()))) | None => {}
            }
            ended = serving.join_next().await;
            if ended.is_none() {
                return outcome;
            }
        }
    }
}

async fn answer(bound: BoundListener, control: Control) -> io::Result<()> {
    let handle = Handle::with_control(control);
    let service = bound.listener.router.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(bound.socket)?.handle(handle).first_request_timeout(HEADER_TIME);
    let builder = server.http_builder();
    builder.http1().header_read_timeout(HEADER_TIME).max_buf_size(MAX_BUFFER_BYTES);
    builder
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES as u32)
        .keep_alive_interval(PING_INTERVAL);
    let is_proxied = matches!(bound.listener.transport, Transport::Proxy(_));
    let capped = Capped::at(if is_proxied { usize::MAX } else { MAX_CONNECTIONS });
    match bound.tls {
        None => server.acceptor(capped).serve(service).await,
        Some(config) => {
            let acceptor = RustlsAcceptor::new(config).handshake_timeout(HEADER_TIME).acceptor(capped);
            server.acceptor(acceptor).serve(service).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(address: &str, transport: Transport) -> Listener {
        Listener { name: "the server", address: address.parse().unwrap(), transport, tls: None, router: Router::new() }
    }

    #[test]
    fn other_machines_are_not_talked_to_in_the_clear() {
        let proxy = Transport::Proxy("https://data.example.com".parse().unwrap());
        for address in ["127.0.0.1:80", "[::1]:80", "127.1.2.3:0"] {
            assert!(check(&[listener(address, Transport::Plain)]).is_ok(), "{address}");
        }
        for address in ["0.0.0.0:80", "[::]:80", "192.168.1.5:80", "[::ffff:10.0.0.1]:80"] {
            let error = check(&[listener(address, Transport::Plain)]).unwrap_err();
            assert!(error.is_wrong_use() && error.to_string().contains("--behind-proxy"), "{error}");
            assert!(check(&[listener(address, proxy.clone())]).is_ok(), "{address}");
            assert!(check(&[listener(address, Transport::Tls)]).is_ok(), "{address}");
        }
    }

    #[test]
    fn two_listeners_have_two_addresses() {
        let pair = |first, second| check(&[listener(first, Transport::Plain), listener(second, Transport::Plain)]);
        assert!(matches!(pair("127.0.0.1:8080", "127.0.0.1:8080"), Err(ListenError::Shared { .. })));
        assert!(pair("127.0.0.1:8080", "127.0.0.1:8081").is_ok());
        assert!(pair("127.0.0.1:0", "127.0.0.1:0").is_ok(), "each gets a free port");
    }

    #[tokio::test]
    async fn each_listener_answers_with_its_own_router_until_the_end() {
        let listeners = vec![listener("127.0.0.1:0", Transport::Plain), listener("127.0.0.1:0", Transport::Plain)];
        let bound = bind(listeners).await.unwrap();
        let urls = bound.urls();
        assert_eq!(urls.len(), 2);
        assert_ne!(urls[0], urls[1]);
        bound.serve(std::future::ready(())).await.unwrap();
    }
}
