//! `databank demo`: a market of three brands in a data directory of its own, deposited, reported and served.
//!
//! Served by a process that has deposited nothing: see [`make_apart`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use databank_access::{Grant, NewAccount};
use databank_model::{BrandSlug, BusinessZone, Day, Reach, Role};
use databank_server::AddBrand;
use databank_world::{BrandFacts, WorldPlan};
use serde::{Deserialize, Serialize};

use super::deed::{Deed, Details};
use super::{assets, import, world};
use crate::args::{
    AssetsArgs, BrandAddArgs, BrandCommand, BrandSelection, CHUNK_ROWS, Command, DemoArgs, HistorySelection,
    ImportArgs, ImportTarget, KNOWN_BYTES, OptionalReach, PARTITION_ROWS, UserAddArgs, UserCommand,
};
use crate::commands::CommandError;
use crate::context::Context;
use crate::printer::Printer;
use crate::program::this_program;

const BRANDS: usize = 3;
const SEED: u64 = 1;
/// Where the market's days end: yesterday, there.
const ZONE: &str = "Asia/Shanghai";
const USER: &str = "demo";
/// The file by which a demo knows its own data directory.
const MARK: &str = "demo.json";

/// What a data directory's market was made from, so that a demo that was cut short makes the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    events: u64,
    until: Day,
    deposited: bool,
}

/// Makes the market unless it is there, prints what its brands have and how to sign in.
pub(crate) async fn run(context: &Context, args: DemoArgs, printer: &Printer) -> Result<(), CommandError> {
    let mark = find_or_begin(context, &args).await?;
    if !mark.deposited {
        Box::pin(make(context, mark, printer)).await?;
        write_mark(context, Mark { deposited: true, ..mark })?;
    }
    let every = BrandSelection { brand: None, all_brands: true };
    let report = AssetsArgs {
        history: HistorySelection { brands: every, rules: None, entity: None, at_version: None },
        as_of: None,
    };
    assets::run(context, report, printer).await?;
    let sign_in = sign_in(context).await?;
    printer.note("").await;
    printer.note(&sign_in).await;
    Ok(())
}

/// Makes the market in another process, which ends with it: memory that a deposit has used would stay with a process that
/// goes on to serve. Answers the code that it ended with.
pub(crate) fn make_apart(arguments: &[OsString]) -> Result<u8, CommandError> {
    let status = std::process::Command::new(this_program()?)
        .args(arguments.iter().skip(1))
        .arg("--no-serve")
        .status()
        .map_err(|error| CommandError::failed(&error))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

fn mark_path(context: &Context) -> PathBuf {
    context.installation.data_directory.join(MARK)
}

fn write_mark(context: &Context, mark: Mark) -> Result<(), CommandError> {
    let text = serde_json::to_vec(&mark).map_err(|error| CommandError::failed(&error))?;
    std::fs::write(mark_path(context), text).map_err(|error| CommandError::failed(&error))
}

/// Goes on with what an earlier demo began here; begins in an empty directory; refuses anybody else's.
async fn find_or_begin(context: &Context, args: &DemoArgs) -> Result<Mark, CommandError> {
    if let Ok(text) = std::fs::read(mark_path(context)) {
        let path = mark_path(context);
        return serde_json::from_slice(&text)
            .map_err(|error| CommandError::BadInput(format!("{}: {error}; delete the directory", path.display())));
    }
    if !context.installation.catalog.brands().list().await?.is_empty() {
        let directory = context.installation.data_directory.display();
        return Err(CommandError::BadInput(format!(
            "{directory} holds brands that no demo made; name another directory with --data"
        )));
    }
    let zone: BusinessZone = ZONE.parse().map_err(CommandError::Failed)?;
    let mark =
        Mark { events: args.events, until: zone.day_of(context.installation.clock.now()).plus(-1), deposited: false };
    write_mark(context, mark)?;
    Ok(mark)
}

async fn make(context: &Context, mark: Mark, printer: &Printer) -> Result<(), CommandError> {
    let directory = context.installation.data_directory.join("demo-world");
    clear(&directory)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = WorldPlan { events: mark.events, brands: BRANDS, seed: SEED, until: mark.until, threads };
    let market = world::write_world(plan, directory.clone(), printer).await?;
    let mut slugs = Vec::new();
    for facts in &market.brands {
        slugs.push(Box::pin(add_brand(context, facts)).await?);
    }
    let deposit = ImportArgs {
        target: ImportTarget { brand: None, brands: slugs },
        mapping: directory.join("world.toml"),
        dry_run: false,
        source: None,
        chunk_rows: CHUNK_ROWS,
        partition_rows: PARTITION_ROWS,
        known_bytes: KNOWN_BYTES,
        paths: vec![directory.clone()],
    };
    let command = Command::Import(deposit);
    let deed = Deed::of(&command);
    if let (Command::Import(args), Some(deed)) = (command, deed) {
        let work = async {
            let report = import::deposit(context, args, printer).await?;
            let total = report.total;
            let remark = format!(
                "{} rows: {} accepted, {} duplicate, {} rejected",
                total.read, total.accepted, total.duplicate, total.rejected
            );
            printer.note(&remark).await;
            Ok(import::details(&report))
        };
        deed.carry_out(context, work).await?;
    }
    clear(&directory)
}

async fn add_brand(context: &Context, facts: &BrandFacts) -> Result<BrandSlug, CommandError> {
    let slug: BrandSlug = facts.slug.parse().map_err(|error| CommandError::failed(&error))?;
    // An earlier demo may have come so far.
    if context.installation.catalog.brands().find(&slug).await?.is_some() {
        return Ok(slug);
    }
    let name = Some(format!("{} {}", facts.name_zh, facts.name_en));
    let timezone = Some(facts.timezone.parse().map_err(CommandError::Failed)?);
    let currency = Some(facts.currency.parse().map_err(|error| CommandError::failed(&error))?);
    let args = BrandAddArgs { slug: slug.clone(), name, timezone, currency };
    let command = Command::Brand(BrandCommand::Add(args));
    let deed = Deed::of(&command);
    if let (Command::Brand(BrandCommand::Add(args)), Some(deed)) = (command, deed) {
        let add = AddBrand { slug: args.slug, name: args.name, timezone: args.timezone, currency: args.currency };
        let work = async {
            context.installation.add_brand(add).await.map_err(|error| CommandError::failed(&error))?;
            Ok(Details::new())
        };
        deed.carry_out(context, work).await?;
    }
    Ok(slug)
}

/// How to sign in. The password is made with the first demo, and shown then.
async fn sign_in(context: &Context) -> Result<String, CommandError> {
    let username: databank_model::Username = USER.parse().map_err(|error| CommandError::failed(&error))?;
    if context.installation.catalog.users().find(&username).await?.is_some() {
        return Ok(format!(
            "sign in as {USER} with the password of before; `databank user password {USER}` makes a new one"
        ));
    }
    let add = UserAddArgs {
        username: username.clone(),
        name: None,
        role: Some(Role::Owner),
        reach: OptionalReach { brand: None, all_brands: true },
    };
    let deed = Deed::of(&Command::User(UserCommand::Add(add)));
    let grants = vec![Grant { reach: Reach::AllBrands, role: Role::Owner }];
    let account = NewAccount { username, display_name: None, grants };
    let mut password = String::new();
    if let Some(deed) = deed {
        let work = async {
            let (_, once) = context.access.create_user(account, context.installation.clock.now()).await?;
            once.expose().clone_into(&mut password);
            Ok(Details::new())
        };
        deed.carry_out(context, work).await?;
    }
    Ok(format!("sign in as {USER} with the one-time password {password}"))
}

fn clear(directory: &Path) -> Result<(), CommandError> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CommandError::Failed(format!("failed to clear {}: {error}", directory.display())))
        }
        _ => Ok(()),
    }
}
