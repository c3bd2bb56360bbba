//! What is known of a request before anybody looks at what it asks: its id and its client's address.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;

use crate::settings::Transport;

/// The id of a request: in its problem, in its response's `X-Request-Id`, in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(pub(crate) String);

/// The address that a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl RequestId {
    /// A new one. Not what the client sends: it ends up in logs.
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 16];
        // Without randomness the request is answered all the same; its id then names nothing.
        getrandom::fill(&mut bytes).ok();
        Self(hex::encode(bytes))
    }
}

impl ClientAddress {
    /// Of a request as it arrives; unspecified when it came over no connection, as in tests.
    pub(crate) fn of(request: &Request, transport: &Transport) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Self(transport.client_address(peer.to_canonical(), request.headers()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let unspecified = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(unspecified))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self(String::new())))
    }
}
