//! Where tracked links may lead.

use axum::http::StatusCode;
use databank_model::BrandSlug;
use url::Url;

use super::reply::Refusal;
use crate::app::App;

/// The target of a link, if its host is one that the brand has named. Anybody may write such a link: without this, the brand's
/// name would vouch for any site.
pub(super) async fn target(app: &App, brand: &BrandSlug, text: &str) -> Result<String, Refusal> {
    let refused = |message: &str| Refusal::new(StatusCode::BAD_REQUEST, "bad_url", message);
    let url = Url::parse(text).map_err(|_| refused("url is no address such as https://shop.example.com/spring"))?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    let host = url.host_str().filter(|_| is_web).ok_or_else(|| refused("url is no address of a web page"))?;
    let settings = app.installation().catalog.tracking().get(brand).await;
    let settings = settings.map_err(|error| Refusal::from(databank_collector::CollectError::from(error)))?;
    if settings.click_hosts.iter().any(|allowed| is_host(allowed, host)) {
        return Ok(url.into());
    }
    let message = "the link leads to a host that the brand has not named among its hosts of links";
    Err(Refusal::new(StatusCode::FORBIDDEN, "unknown_host", message))
}

/// Whether a host is the one that is named, or below it where a name begins with `*.`.
fn is_host(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => allowed == host,
    }
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn only_hosts_that_are_named_are_meant() {
        assert!(is_host("shop.example.com", "shop.example.com"));
        assert!(is_host("*.example.com", "shop.example.com"));
        for (allowed, host) in [
            ("shop.example.com", "example.com"),
            ("shop.example.com", "shop.example.com.evil.test"),
            ("*.example.com", "example.com"),
            ("*.example.com", "evilexample.com"),
            ("*.example.com", "example.com.evil.test"),
        ] {
            assert!(!is_host(allowed, host), "{allowed} {host}");
        }
    }
}
