//! Arguments of `user`, `key` and `audit`.

use clap::{Args, Subcommand};
use databank_access::{Action, KeyKind, Reach, Role, Username};
use databank_model::{BrandSlug, Day};

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user, and print the password that they sign in with once
    Add(UserAddArgs),
    /// List the users, with their roles
    List,
    /// Let a user sign in no longer, and end their sessions
    Disable(UserNameArgs),
    /// Let a user sign in again
    Enable(UserNameArgs),
    /// Print another password for once, and end the user's sessions
    Password(UserNameArgs),
    /// Give a user a role, in place of the one that they have there
    Grant(UserGrantArgs),
    /// Take a user's role away
    Revoke(UserRevokeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct UserAddArgs {
    /// Name that the user signs in with, such as anna or anna@example.com
    #[arg(value_name = "NAME")]
    pub(crate) username: Username,
    /// Name that people read [default: the name]
    #[arg(long, value_name = "DISPLAY")]
    pub(crate) name: Option<String>,
    /// A role that they have from the start: owner, operator, analyst or viewer
    #[arg(long, requires = "RoleReach")]
    pub(crate) role: Option<Role>,
    #[command(flatten)]
    pub(crate) reach: OptionalReach,
}

/// The brands of a role, when there is one.
#[derive(Debug, Args)]
#[group(id = "RoleReach", multiple = false, requires = "role")]
pub(crate) struct OptionalReach {
    /// The brand that the role is on
    #[arg(long)]
    pub(crate) brand: Option<BrandSlug>,
    /// The role is on every brand; an owner of all brands manages the installation
    #[arg(long)]
    pub(crate) all_brands: bool,
}

impl OptionalReach {
    pub(crate) fn reach(&self) -> Option<Reach> {
        self.brand.clone().map(Reach::Brand).or_else(|| self.all_brands.then_some(Reach::AllBrands))
    }
}

#[derive(Debug, Args)]
pub(crate) struct UserNameArgs {
    /// The user
    #[arg(value_name = "NAME")]
    pub(crate) username: Username,
}

#[derive(Debug, Args)]
pub(crate) struct UserGrantArgs {
    /// The user
    #[arg(value_name = "NAME")]
    pub(crate) username: Username,
    /// The role: owner, operator, analyst or viewer
    #[arg(long)]
    pub(crate) role: Role,
    #[command(flatten)]
    pub(crate) reach: RequiredReach,
}

#[derive(Debug, Args)]
pub(crate) struct UserRevokeArgs {
    /// The user
    #[arg(value_name = "NAME")]
    pub(crate) username: Username,
    #[command(flatten)]
    pub(crate) reach: RequiredReach,
}

/// The brands of a role.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RequiredReach {
    /// The brand that the role is on
    #[arg(long)]
    pub(crate) brand: Option<BrandSlug>,
    /// The role is on every brand
    #[arg(long)]
    pub(crate) all_brands: bool,
}

impl RequiredReach {
    pub(crate) fn reach(&self) -> Reach {
        // Either is given: the parser sees to it.
        self.brand.clone().map_or(Reach::AllBrands, Reach::Brand)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key for a program, and print it: it cannot be shown again
    Create(KeyCreateArgs),
    /// List a brand's keys, without their secrets
    List(KeyListArgs),
    /// Revoke a key, at once and for good
    Revoke(KeyRevokeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KeyCreateArgs {
    /// The brand that the key is of
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// What it is for: write (sends events) or api (asks and acts as its scopes allow)
    #[arg(long)]
    pub(crate) kind: KeyKind,
    /// Name that people read [default: the kind]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What a key of the kind api may do, such as imports.write; may be given again [default: assets.read]
    #[arg(long = "scope", value_name = "ACTION", value_delimiter = ',')]
    pub(crate) scopes: Vec<Action>,
    /// The last day on which it holds, in the brand's time zone [default: it holds until it is revoked]
    #[arg(long, value_name = "DAY")]
    pub(crate) expires: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct KeyListArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRevokeArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// The key's number, as `key list` shows it
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    pub(crate) command: Option<AuditCommand>,
    /// Only what was done on this brand
    #[arg(long)]
    pub(crate) brand: Option<BrandSlug>,
    /// How many entries to show, newest first
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) limit: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check that the log still says all that was written
    Verify,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// Tell why an id is whose it is, link by link
    Explain(IdentityExplainArgs),
    /// Say that two ids are not one person's; both people are restored on every past day
    Unlink(IdentityUnlinkArgs),
    /// List the joins that were refused, and the ids that too many share
    Conflicts(IdentityBrandArgs),
}

#[derive(Debug, Args)]
pub(crate) struct IdentityExplainArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// The id, such as phone:13912345678
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) id: String,
    /// Another id: how are the two one person?
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) with: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct IdentityUnlinkArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
    /// The id, such as phone:13912345678
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) id: String,
    /// The other id [default: all ids that it is linked with]
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) from: Option<String>,
    /// Take back what was said before
    #[arg(long)]
    pub(crate) undo: bool,
}

#[derive(Debug, Args)]
pub(crate) struct IdentityBrandArgs {
    /// The brand
    #[arg(long)]
    pub(crate) brand: BrandSlug,
}
