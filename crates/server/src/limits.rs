//! How much of anything a request may have.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::request::ClientAddress;

/// Bytes of a body, but for uploads, which are streams.
pub(crate) const MAX_BODY_BYTES: usize = 1 << 20;

/// Bytes of all headers together.
pub(crate) const MAX_HEADER_BYTES: usize = 16 << 10;

/// Bytes of an address.
pub(crate) const MAX_URI_BYTES: usize = 8 << 10;

/// How long a client may take to send its headers.
pub(crate) const HEADER_TIME: Duration = Duration::from_secs(10);

/// How long a request may take until its answer begins. Long work is a job, which answers at once.
const REQUEST_TIME: Duration = Duration::from_mins(1);

/// How long an upload or an export may take until its answer begins: its size is the user's.
const TRANSFER_TIME: Duration = Duration::from_hours(2);

/// Requests at once, as seconds of the lasting rate.
const BURST_SECONDS: u32 = 5;

/// After so many addresses those that are quiet again are forgotten.
const MANY_ADDRESSES: usize = 10_000;

/// How many requests each address may send.
#[derive(Debug)]
pub(crate) struct RateLimit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
}

impl RateLimit {
    pub(crate) fn new(requests_per_second: u32) -> Self {
        let rate = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
        Self { limiter: DefaultKeyedRateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)) }
    }

    /// Counts a request; the seconds to wait when it is one too many.
    fn count(&self, address: IpAddr) -> Result<(), u64> {
        if self.limiter.len() > MANY_ADDRESSES {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&address).map_err(|early| {
            let wait = early.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }
}

/// Refuses what is too long, too often or too late.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|ClientAddress(address)| *address);
    if let Some(address) = address
        && let Err(seconds) = app.rate_limit().count(address)
    {
        let problem = Problem::new(Code::TooManyRequests, "too many requests from this address; slow down");
        return problem.retry_after(seconds).into_response();
    }
    if request.uri().to_string().len() > MAX_URI_BYTES {
        let detail = format!("the address is longer than {MAX_URI_BYTES} bytes");
        return Problem::new(Code::AddressTooLong, detail).into_response();
    }
    if size(request.headers()) > MAX_HEADER_BYTES {
        let detail = format!("the headers are larger than {MAX_HEADER_BYTES} bytes");
        return Problem::new(Code::HeadersTooLarge, detail).into_response();
    }
    let limit = time_limit(request.method(), request.uri().path());
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("no answer within {} seconds; ask for less", limit.as_secs());
            Problem::new(Code::Timeout, detail).into_response()
        }
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn time_limit(method: &Method, path: &str) -> Duration {
    let is_transfer = (*method == Method::POST && path.ends_with("/uploads")) || path.ends_with("/export");
    if is_transfer { TRANSFER_TIME } else { REQUEST_TIME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_that_asks_too_much_waits_and_others_do_not() {
        let limit = RateLimit::new(2);
        let (loud, calm) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..10 {
            assert_eq!(limit.count(loud), Ok(()));
        }
        assert!(limit.count(loud).is_err_and(|seconds| seconds >= 1));
        assert_eq!(limit.count(calm), Ok(()));
    }

    #[test]
    fn only_transfers_may_take_long() {
        assert_eq!(time_limit(&Method::POST, "/api/v1/brands/a/uploads"), TRANSFER_TIME);
        assert_eq!(time_limit(&Method::GET, "/api/v1/brands/a/uploads"), REQUEST_TIME);
    }
}
