//! From the command line to an exit code: as the owner of the data directory, or through it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use databank_server::Clock;
use tokio::time::Instant;

use crate::args::{self, BrandCommand, Cli, Command, ServeArgs};
use crate::commands::{self, CommandError, serve};
use crate::context::Context;
use crate::data_directory::DataDirectory;
use crate::input::Input;
use crate::owner::client::{self, Ended, Handed};
use crate::owner::gate::Gate;
use crate::owner::lock::{Attempt, Holder, OwnerLock};
use crate::owner::serve::serve as serve_others;
use crate::owner::socket::{self, OwnerSocket};
use crate::owner::wire::{Request, VERSION};
use crate::printer::{Printer, Terminal};

/// How long a process waits for a data directory that is locked and not served. An owner that begins or ends takes a
/// few milliseconds; migrations may take longer.
const PATIENCE: Duration = Duration::from_mins(1);
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Runs what the command line asks for.
pub(crate) async fn run() -> ExitCode {
    let terminal = Terminal::new();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return exit(answer_parser(&error, &terminal).await, &terminal).await,
    };
    let printer = Printer::new(Arc::new(terminal.clone()), cli.globals.format, cli.globals.quiet);
    let ended = match start(cli, &arguments, &printer, &terminal).await {
        Ok(ended) => ended,
        Err(error) => Ended { code: error.exit_code(), error: error.message() },
    };
    exit(ended, &terminal).await
}

/// The parser stops for help and versions, which are results, and for wrong use.
async fn answer_parser(error: &clap::Error, terminal: &Terminal) -> Ended {
    let printer = plain_printer(terminal);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match printer.result(error.render().to_string()).await.map_err(CommandError::from) {
                Ok(()) => Ended { code: 0, error: None },
                Err(error) => Ended { code: error.exit_code(), error: error.message() },
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            Ended { code: 2, error: Some("a command is missing; `databank help` shows all".to_owned()) }
        }
        _ => Ended { code: 2, error: Some(args::one_line(error)) },
    }
}

async fn exit(ended: Ended, terminal: &Terminal) -> ExitCode {
    terminal.clear();
    if let Some(error) = ended.error {
        plain_printer(terminal).error(&error).await;
    }
    ExitCode::from(ended.code)
}

fn plain_printer(terminal: &Terminal) -> Printer {
    Printer::new(Arc::new(terminal.clone()), args::Format::Table, false)
}

/// A command as the user gave it to this process.
struct Invocation {
    command: Command,
    request: Request,
}

async fn start(
    cli: Cli,
    arguments: &[OsString],
    printer: &Printer,
    terminal: &Terminal,
) -> Result<Ended, CommandError> {
    let Cli { globals, mut command } = cli;
    commands::prepare(&mut command, terminal).await?;
    if command.needs_no_data() {
        commands::openapi::run(printer).await?;
        return Ok(Ended { code: 0, error: None });
    }
    let directory = std::env::current_dir().map_err(|error| CommandError::failed(&error))?;
    command.resolve_paths(&directory);
    // A world is files for anybody: there may be no data directory, and whoever owns one has nothing to do with it.
    if let Command::World(args) = command {
        commands::world::run(args, printer).await?;
        return Ok(Ended { code: 0, error: None });
    }
    if let Command::Demo(args) = &command
        && !args.no_serve
    {
        let code = commands::demo::make_apart(arguments)?;
        if code != 0 {
            return Ok(Ended { code, error: None });
        }
        command = Command::Serve(ServeArgs::on(args.listen));
    }
    let data_path = directory.join(&globals.data);
    let key_file = match &globals.key_file {
        Some(path) => directory.join(path),
        None => databank_catalog::default_key_file()?,
    };
    if let Command::Restore(args) = command {
        commands::upkeep::restore::run(args, &data_path, &key_file, printer).await?;
        return Ok(Ended { code: 0, error: None });
    }
    let data = if command.makes_data_directory() {
        DataDirectory::open_or_make(&data_path)?
    } else {
        DataDirectory::open(&data_path)?
    };
    let confirmed = matches!(&command, Command::Brand(BrandCommand::Erase(erase)) if erase.yes);
    let request = Request {
        version: VERSION.to_owned(),
        args: texts(arguments)?,
        directory,
        key_file,
        format: globals.format,
        quiet: globals.quiet,
        confirmed,
    };
    run_or_hand_over(data, Invocation { command, request }, printer, terminal).await
}

/// The arguments after the program's name. They travel as text.
fn texts(arguments: &[OsString]) -> Result<Vec<String>, CommandError> {
    let text = |argument: &OsString| {
        argument
            .to_str()
            .map(str::to_owned)
            .ok_or_else(|| CommandError::Usage(format!("argument {} is not UTF-8 text", Path::new(argument).display())))
    };
    arguments.iter().skip(1).map(text).collect()
}

async fn run_or_hand_over(
    data: DataDirectory,
    invocation: Invocation,
    printer: &Printer,
    terminal: &Terminal,
) -> Result<Ended, CommandError> {
    let deadline = Instant::now() + PATIENCE;
    let mut pause = FIRST_PAUSE;
    loop {
        let attempt = OwnerLock::try_acquire(data.path(), invocation.command.name())
            .map_err(|error| in_directory("lock", &data, &error))?;
        let holder = match attempt {
            Attempt::Owner(lock) => return run_as_owner(lock, data, invocation, printer).await,
            Attempt::Held(holder) => holder,
        };
        if invocation.command.needs_ownership() {
            // Whoever serves goes on doing so; whoever runs another command will soon be through.
            if holder.runs(invocation.command.name()) {
                let path = data.path().display();
                return Err(CommandError::BadInput(format!("{holder} serves {path} already")));
            }
        } else if let Some(ended) = hand_over(&data, &holder, &invocation, terminal).await? {
            return Ok(ended);
        }
        if Instant::now() >= deadline {
            let path = data.path().display();
            let still = if invocation.command.needs_ownership() { "is still at work" } else { "does not answer" };
            return Err(CommandError::Failed(format!("{holder} owns {path} and {still}")));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Hands the command to the owner; `None` when there is nobody to take it.
async fn hand_over(
    data: &DataDirectory,
    holder: &Holder,
    invocation: &Invocation,
    terminal: &Terminal,
) -> Result<Option<Ended>, CommandError> {
    let stream = socket::connect(data.path())
        .await
        .map_err(|error| CommandError::Failed(format!("failed to reach {holder}, which owns the data: {error}")))?;
    let Some(stream) = stream else { return Ok(None) };
    let reads_input = invocation.command.reads_input();
    match client::hand_over(stream, &invocation.request, reads_input, terminal).await? {
        Handed::Ended(ended) => Ok(Some(ended)),
        Handed::NotBegun => Ok(None),
    }
}

/// Runs the command in this process, and the commands of others beside it and as long as they take.
async fn run_as_owner(
    lock: OwnerLock,
    data: DataDirectory,
    invocation: Invocation,
    printer: &Printer,
) -> Result<Ended, CommandError> {
    // Made before anything slow, so that others wait in line instead of trying again.
    let socket = OwnerSocket::make(data.path()).map_err(|error| in_directory("make a socket in", &data, &error))?;
    let key_file: PathBuf = invocation.request.key_file;
    let path = data.path().to_owned();
    let opened = Context::open(data, &key_file, Clock::system(), printer).await;
    if let (Command::Doctor(_), Err(error)) = (&invocation.command, &opened) {
        // The doctor is asked exactly when something does not open.
        commands::upkeep::doctor::run_unopened(&path, error, printer).await?;
    }
    let context = Arc::new(opened?);
    let gate = Arc::new(Gate::default());
    let socket = Arc::new(socket);
    let serving = tokio::spawn(serve_others(Arc::clone(&socket), Arc::clone(&context), Arc::clone(&gate)));

    let heeds_signals = invocation.command.needs_ownership();
    let input = if invocation.command.reads_input() { Input::standard() } else { Input::empty() };
    let own = tokio::spawn({
        let (context, printer, command) = (Arc::clone(&context), printer.clone(), invocation.command);
        async move { commands::run(&context, command, &printer, input).await }
    });
    let ended = match own.await {
        Ok(Ok(())) => Ended { code: 0, error: None },
        Ok(Err(error)) => Ended { code: error.exit_code(), error: error.message() },
        Err(panic) => Ended { code: 1, error: Some(format!("the command broke down: {panic}")) },
    };

    // Told at once: others' commands may take long.
    if let Some(error) = &ended.error {
        printer.error(error).await;
    }
    if gate.running() > 0 {
        tracing::info!(running = gate.running(), "waiting for commands that run for other processes");
    }
    // Who listens for signals has taken them from the system, which would have ended the process.
    if heeds_signals {
        tokio::select! {
            () = gate.close() => {}
            told = serve::told_to_end() => told?,
        }
    } else {
        gate.close().await;
    }
    serving.abort();
    serving.await.ok();
    drop(socket);
    if let Some(context) = Arc::into_inner(context)
        && let Err(error) = context.installation.catalog.clone().close().await
    {
        tracing::warn!(%error, "failed to close the catalog");
    }
    drop(lock);
    Ok(Ended { code: ended.code, error: None })
}

fn in_directory(action: &str, data: &DataDirectory, error: &std::io::Error) -> CommandError {
    CommandError::Failed(format!("failed to {action} {}: {error}", data.path().display()))
}
