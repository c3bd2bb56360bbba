//! `databank serve`: the API and the pages, until the process is told to end.

use std::sync::Arc;

use databank_collector::DepositAfter;
use databank_server::listen::{ListenError, Listener, TlsFiles, bind};
use databank_server::settings::{Settings, Tracking, Transport};
use databank_server::{App, router, tracking_router};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::args::{Format, ServeArgs};
use crate::commands::CommandError;
use crate::commands::error::with_causes;
use crate::context::Context;
use crate::printer::Printer;

/// Serves until SIGINT or SIGTERM.
pub(crate) async fn run(context: &Context, args: ServeArgs, printer: &Printer) -> Result<(), CommandError> {
    let mut signals = Signals::new()?;
    let (transport, tls) = match (args.tls_cert, args.tls_key, args.behind_proxy) {
        (Some(certificate), Some(key), _) => (Transport::Tls, Some(TlsFiles { certificate, key })),
        (_, _, Some(origin)) => (Transport::Proxy(origin), None),
        _ => (Transport::Plain, None),
    };
    let settings = Settings {
        transport: transport.clone(),
        requests_per_second: args.requests_per_second,
        max_upload_bytes: args.max_upload_bytes,
        tracking: Tracking { apart: args.collect_listen.map(|address| address.port()), origin: args.collect_url },
        deposit_after: DepositAfter { events: args.deposit_events, seconds: args.deposit_seconds },
    };
    let tracking = &settings.tracking;
    let is_apart_behind_proxy = tracking.apart.is_some() && matches!(transport, Transport::Proxy(_));
    let is_untold = is_apart_behind_proxy && tracking.origin.is_none();
    let app = App::new(Arc::clone(&context.installation), context.access.clone(), settings);
    if let Err(problem) = app.clear_leftovers().await {
        tracing::warn!(cause = problem.cause, "failed to remove what an earlier process left of uploads");
    }
    let listener =
        |name, address, router| Listener { name, address, transport: transport.clone(), tls: tls.clone(), router };
    let mut listeners = vec![listener("the server", args.listen, router(app.clone()))];
    if let Some(address) = args.collect_listen {
        listeners.push(listener("tracking", address, tracking_router(app.clone())));
    }
    let bound = bind(listeners).await?;

    for url in bound.urls() {
        match printer.format() {
            // For scripts that let the system choose the port.
            Format::Json => printer.result(format!("{}\n", json!({ "listening": url }))).await?,
            Format::Table | Format::Csv => printer.note(&format!("listening on {url}")).await,
        }
    }
    if is_untold {
        printer.note("the pages cannot tell where SDKs send events; name it with --collect-url https://HOST").await;
    }
    if context.installation.catalog.users().list(None, 1).await?.is_empty() {
        printer
            .note("nobody can sign in yet; make the first user with `databank user add NAME --role owner --all-brands`")
            .await;
    }
    tokio::select! {
        served = bound.serve(end(&app, &mut signals)) => served?,
        () = app.keep_house() => {}
        () = app.keep_compact() => {}
        () = app.keep_deposited() => {}
    }
    printer.note("ended").await;
    Ok(())
}

/// Waits until the process is told to end, and then until jobs have stopped where they can: who looks on is told so.
async fn end(app: &App, signals: &mut Signals) {
    signals.any().await;
    tokio::select! {
        () = app.jobs().close() => {}
        // Told twice, it is meant: what is at work is taken back at the next start.
        () = signals.any() => {}
    }
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn told_to_end() -> Result<(), CommandError> {
    Signals::new()?.any().await;
    Ok(())
}

/// The signals that tell a process to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self, CommandError> {
        let listen = |kind| signal(kind).map_err(|error| CommandError::failed(&error));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

impl From<ListenError> for CommandError {
    fn from(error: ListenError) -> Self {
        let text = with_causes(&error);
        if error.is_wrong_use() { Self::BadInput(text) } else { Self::Failed(text) }
    }
}
