//! How many connections one address may have open.
//!
//! A connection costs memory before it says anything, so who opens many and says nothing is hung up on. Not for a
//! declared proxy, whose address all connections have.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tower::Service;

/// Connections of one address. A browser opens six, a page of several users behind one address some dozens.
pub(crate) const MAX_CONNECTIONS: usize = 256;

/// Takes connections as long as their address has not too many.
#[derive(Debug, Clone)]
pub(crate) struct Capped {
    open: Arc<Open>,
    most: usize,
}

#[derive(Debug, Default)]
struct Open {
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that is open until this is dropped.
#[derive(Debug)]
struct Place {
    open: Arc<Open>,
    address: IpAddr,
}

/// A connection's service, which keeps its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed<S> {
    service: S,
    _place: Arc<Place>,
}

impl Capped {
    /// At most so many connections of each address.
    pub(crate) fn at(most: usize) -> Self {
        Self { open: Arc::default(), most }
    }

    fn enter(&self, address: IpAddr) -> io::Result<Place> {
        let mut by_address = self.open.lock();
        let count = by_address.entry(address).or_insert(0);
        if *count >= self.most {
            return Err(io::Error::new(ErrorKind::ConnectionRefused, "too many connections of one address"));
        }
        *count += 1;
        Ok(Place { open: Arc::clone(&self.open), address })
    }
}

impl Open {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_address = self.open.lock();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Capped {
    type Stream = TcpStream;
    type Service = Placed<S>;
    type Future = Ready<io::Result<(TcpStream, Placed<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let address = stream.peer_addr().map(|peer| peer.ip().to_canonical());
        let place = address.and_then(|address| self.enter(address));
        ready(place.map(|place| (stream, Placed { service, _place: Arc::new(place) })))
    }
}

impl<S, R> Service<R> for Placed<S>
where
    S: Service<R>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let capped = Capped::at(2);
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let first = capped.enter(one).unwrap();
        let _second = capped.enter(one).unwrap();
        assert!(capped.enter(one).is_err());
        assert!(capped.enter(other).is_ok());
        drop(first);
        assert!(capped.enter(one).is_ok());
        assert_eq!(capped.open.lock().len(), 1, "who left is forgotten");
    }
}
