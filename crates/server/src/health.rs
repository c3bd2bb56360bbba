//! Whether the server lives, and whether it can answer.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Code, Problem};

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: control data can be read.
pub(crate) async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    match app.installation().catalog.brands().list().await {
        Ok(_) => Ok("ready\n"),
        Err(error) => {
            let cause = Problem::from(error).cause;
            Err(Problem { cause, ..Problem::new(Code::Unavailable, "control data cannot be read") }.retry_after(5))
        }
    }
}

/// `GET /metrics`: Prometheus' text.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    match app.metrics().encode() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => Problem::failed(&error).into_response(),
    }
}
