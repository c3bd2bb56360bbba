//! Arguments of `world`, `demo` and `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use databank_collector::DepositAfter;
use databank_model::Day;
use databank_server::settings::PublicOrigin;

/// Requests a second that one address may send over time, unless the command line says otherwise.
const REQUESTS_PER_SECOND: u32 = 200;

#[derive(Debug, Args)]
pub(crate) struct WorldArgs {
    /// Rows of events, all brands together
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) events: u64,
    /// Number of brands, at most 40
    #[arg(long, value_name = "K", default_value_t = 3)]
    pub(crate) brands: u8,
    /// Where chance begins: the same seed gives the same files
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The directory for the files, empty or not there yet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The last day of its 400
    #[arg(long, value_name = "DAY", default_value = "2026-10-31")]
    pub(crate) until: Day,
    /// Threads that work on it [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) threads: Option<u8>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Rows of events, of three brands together
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) events: u64,
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// End when the market is deposited
    #[arg(long)]
    pub(crate) no_serve: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where to listen for tracked events, apart from everything else; without it they come to the same address
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) collect_listen: Option<SocketAddr>,
    /// Where the world sends tracked events, such as `https://collect.example.com`: what the pages tell to put into SDKs
    #[arg(long, value_name = "URL")]
    pub(crate) collect_url: Option<PublicOrigin>,
    /// Tracked events of a brand beyond which they are written to its vault at once
    #[arg(long, value_name = "N", default_value_t = DepositAfter::default().events, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) deposit_events: u64,
    /// Seconds after which they are, however few there are
    #[arg(long, value_name = "N", default_value_t = DepositAfter::default().seconds)]
    pub(crate) deposit_seconds: u32,
    /// The certificate, PEM, with those between it and its root
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "behind_proxy")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Where a proxy that ends TLS shows this server, such as `https://data.example.com`
    #[arg(long, value_name = "URL")]
    pub(crate) behind_proxy: Option<PublicOrigin>,
    /// Requests a second that one address may send over time
    #[arg(long, value_name = "N", default_value_t = REQUESTS_PER_SECOND, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) requests_per_second: u32,
    /// Bytes of an uploaded file at most
    #[arg(long, value_name = "BYTES", default_value_t = databank_server::settings::MAX_UPLOAD_BYTES)]
    pub(crate) max_upload_bytes: u64,
}

impl ServeArgs {
    /// Serving on an address as if nothing else was asked for.
    pub(crate) fn on(listen: SocketAddr) -> Self {
        Self {
            listen,
            collect_listen: None,
            collect_url: None,
            deposit_events: DepositAfter::default().events,
            deposit_seconds: DepositAfter::default().seconds,
            tls_cert: None,
            tls_key: None,
            behind_proxy: None,
            requests_per_second: REQUESTS_PER_SECOND,
            max_upload_bytes: databank_server::settings::MAX_UPLOAD_BYTES,
        }
    }
}
