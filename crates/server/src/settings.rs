//! What whoever starts the server decides.

use std::net::IpAddr;

use axum::http::HeaderMap;
use databank_collector::DepositAfter;

/// How requests reach the server, which decides names of cookies and which address a client has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Transport {
    /// Plain HTTP, for this machine only.
    #[default]
    Plain,
    /// TLS, ended by this server.
    Tls,
    /// A proxy that ends TLS in front of this server.
    Proxy(PublicOrigin),
}

/// Where a proxy shows this server to the world: scheme, host and port, as browsers write an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicOrigin(String);

/// The text is not a public origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the address of a site such as \"https://data.example.com\" (without a path)")]
pub struct PublicOriginError {
    /// The refused text.
    pub text: String,
}

impl std::str::FromStr for PublicOrigin {
    type Err = PublicOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || PublicOriginError { text: text.to_owned() };
        let lower = text.trim_end_matches('/').to_ascii_lowercase();
        let host = lower.strip_prefix("https://").ok_or_else(wrong)?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(wrong());
        }
        // Browsers leave out the port that goes without saying.
        Ok(Self(lower.strip_suffix(":443").unwrap_or(&lower).to_owned()))
    }
}

impl PublicOrigin {
    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where tracked events come to, and what the pages tell those who send them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracking {
    /// The port of the address that tracking has to itself; without one events come to where everything else is.
    pub apart: Option<u16>,
    /// Where a proxy shows it to the world.
    pub origin: Option<PublicOrigin>,
}

impl Tracking {
    /// The port at which those who send events reach this very machine; `None` when a proxy is in front, when the port is whichever
    /// was free, and when events have no port of their own.
    pub fn own_port(&self, transport: &Transport) -> Option<u16> {
        self.apart.filter(|port| *port != 0 && !matches!(transport, Transport::Proxy(_)))
    }
}

/// What whoever starts the server decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How requests reach the server.
    pub transport: Transport,
    /// Requests a second that one address may send over time; five times as many at once.
    pub requests_per_second: u32,
    /// Bytes of an uploaded file at most.
    pub max_upload_bytes: u64,
    /// Where tracked events come to.
    pub tracking: Tracking,
    /// When what came in is deposited.
    pub deposit_after: DepositAfter,
}

/// Bytes of an uploaded file at most, unless somebody decides otherwise: 8 GiB.
pub const MAX_UPLOAD_BYTES: u64 = 8 << 30;

impl Default for Settings {
    fn default() -> Self {
        Self {
            transport: Transport::Plain,
            requests_per_second: 200,
            max_upload_bytes: MAX_UPLOAD_BYTES,
            tracking: Tracking::default(),
            deposit_after: DepositAfter::default(),
        }
    }
}

impl Transport {
    /// Whether browsers reach the server over TLS.
    pub fn is_secure(&self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// The name of the session's cookie.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-databank_session" } else { "databank_session" }
    }

    /// The client's address: of the connection, or as the proxy in front tells it. Only the last hop is the proxy's
    /// word; what stands before it the client may have written.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !matches!(self, Self::Proxy(_)) {
            return peer;
        }
        let last = headers.get_all("x-forwarded-for").iter().next_back();
        let hop = last.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
        hop.and_then(|hop| hop.trim().parse().ok()).unwrap_or(peer)
    }

    /// Whether an `Origin` header names this server itself.
    pub fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        match self {
            Self::Proxy(public) => origin.eq_ignore_ascii_case(public.as_str()),
            Self::Plain => host.is_some_and(|host| origin.eq_ignore_ascii_case(&format!("http://{host}"))),
            Self::Tls => host.is_some_and(|host| origin.eq_ignore_ascii_case(&format!("https://{host}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_origin_is_https_and_a_host() {
        let origin: PublicOrigin = "https://Data.example.com:443/".parse().unwrap();
        assert_eq!(origin.as_str(), "https://data.example.com");
        for bad in ["http://data.example.com", "data.example.com", "https://", "https://a/b", "https://a b"] {
            assert!(bad.parse::<PublicOrigin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_a_declared_proxy_tells_addresses_and_only_its_own_hop_counts() {
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let headers = forwarded(&["1.1.1.1", "2.2.2.2, 3.3.3.3"]);
        assert_eq!(Transport::Plain.client_address(peer, &headers), peer);
        assert_eq!(Transport::Tls.client_address(peer, &headers), peer);
        let proxy = Transport::Proxy("https://data.example.com".parse().unwrap());
        assert_eq!(proxy.client_address(peer, &headers).to_string(), "3.3.3.3");
        assert_eq!(proxy.client_address(peer, &HeaderMap::new()), peer);
        assert_eq!(proxy.client_address(peer, &forwarded(&["unknown"])), peer);
    }

    #[test]
    fn its_own_origin_is_the_one_that_browsers_see() {
        assert!(Transport::Plain.is_own_origin("http://127.0.0.1:8080", Some("127.0.0.1:8080")));
        assert!(!Transport::Plain.is_own_origin("http://evil.example", Some("127.0.0.1:8080")));
        assert!(!Transport::Plain.is_own_origin("null", None));
        let proxy = Transport::Proxy("https://data.example.com".parse().unwrap());
        assert!(proxy.is_own_origin("https://data.example.com", Some("127.0.0.1:8080")));
        assert!(!proxy.is_own_origin("http://127.0.0.1:8080", Some("127.0.0.1:8080")));
    }
    #[test]
    fn a_port_is_told_where_it_is_known_and_the_worlds() {
        let proxy = Transport::Proxy("https://data.example.com".parse().unwrap());
        let at = |apart| Tracking { apart, origin: None };
        assert_eq!(at(Some(9090)).own_port(&Transport::Plain), Some(9090));
        assert_eq!(at(Some(9090)).own_port(&Transport::Tls), Some(9090));
        assert_eq!(at(Some(9090)).own_port(&proxy), None);
        assert_eq!(at(Some(0)).own_port(&Transport::Plain), None, "whichever was free");
        assert_eq!(at(None).own_port(&Transport::Plain), None);
    }
}
