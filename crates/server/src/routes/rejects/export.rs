//! `GET /brands/{brand}/rejects/export`: a file to correct and to import again.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use databank_access::Action;
use databank_deposit::rejects::{ExportFormat, RejectFilter, RejectReader, export};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};

use super::open::open;
use crate::app::App;
use crate::audit::Deed;
use crate::caller::Caller;
use crate::extract::{FromPath, FromQuery};
use crate::problem::{Missing, Problem, Refused};

/// Bytes that are handed on at a time.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces on their way to a slow reader.
const PIECES_AHEAD: usize = 4;

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFormat)]
pub(crate) enum FormatDocument {
    /// One table with the columns of all rows.
    #[default]
    Csv,
    /// One object for each row.
    Jsonl,
}

/// Which rejects, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// How they are written.
    #[serde(default)]
    #[param(inline, required = false)]
    format: FormatDocument,
    /// Their code.
    #[param(example = "bad_time")]
    code: Option<String>,
    /// The declared source of the import that refused them.
    source: Option<String>,
    /// The file that they came from.
    file: Option<String>,
}

/// Export the rejects
///
/// The file that an import with the mapping `rejects` takes, after correction. Exporting is put down in the audit log.
#[utoipa::path(
    get,
    path = "/brands/{brand}/rejects/export",
    operation_id = "export_rejects",
    tag = "rejects",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme"), ExportQuery),
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (String = "application/x-ndjson"))),
        Missing,
        Refused
    )
)]
pub(crate) async fn export_rejects(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromQuery(query): FromQuery<ExportQuery>,
) -> Result<Response, Problem> {
    let brand = app.authorize(&caller, &brand, Action::RejectsRead).await?;
    let (format, media_type) = match query.format {
        FormatDocument::Csv => (ExportFormat::Csv, "text/csv; charset=utf-8"),
        FormatDocument::Jsonl => (ExportFormat::Jsonl, "application/x-ndjson"),
    };
    let filter = RejectFilter { code: query.code, source: query.source, file: query.file, text: None };
    let reader = open(&app, &brand).await?;
    app.record(&caller, Deed::new("rejects.export").in_brand(&brand).with("format", format.ending())).await?;
    let name = format!("attachment; filename=\"{brand}-rejects.{}\"", format.ending());
    let name = HeaderValue::try_from(name).map_err(|error| Problem::failed(&error))?;
    let mut response = Body::from_stream(ReceiverStream::new(pieces(reader, filter, format))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Writes an export on a thread of its own, as fast as it is read.
fn pieces(
    reader: RejectReader,
    filter: RejectFilter,
    format: ExportFormat,
) -> mpsc::Receiver<Result<Bytes, std::io::Error>> {
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut out = ToBody { sender, piece: Vec::with_capacity(PIECE_BYTES) };
        if let Err(error) = export(&reader, &filter, format, &mut out) {
            tracing::warn!(error = crate::problem::with_causes(&error), "an export of rejects broke off");
            // The connection breaks off too, so that half a file does not pass for a whole one.
            let _gone = out.sender.blocking_send(Err(std::io::Error::other("the export broke off")));
        }
    });
    receiver
}

/// Hands what is written to the response.
struct ToBody {
    sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
    piece: Vec<u8>,
}

impl Write for ToBody {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        let sent = self.sender.blocking_send(Ok(piece.into()));
        sent.map_err(|_| std::io::Error::new(std::io::ErrorKind::BrokenPipe, "nobody reads any more"))
    }
}
