//! What can be asked for, and what it is asked for on.

use std::fmt;
use std::str::FromStr;

use databank_model::{BrandSlug, Role};
use serde::{Deserialize, Serialize};

/// What somebody wants to do. Handlers name one of these and never a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Action {
    /// Read sums: assets, trend, flow, rules, jobs, the brand itself.
    AssetsRead,
    /// Read people: samples, a consumer's page, look-up by id.
    ConsumersRead,
    /// Keep and forget selections.
    SelectionsWrite,
    /// Read how many rows were refused, and why.
    RejectsSummary,
    /// Read what was imported.
    ImportsRead,
    /// Upload, map, import, cancel.
    ImportsWrite,
    /// Read and export refused rows, which hold personal data.
    RejectsRead,
    /// Change the stage rules.
    RulesWrite,
    /// Make and revoke keys.
    KeysManage,
    /// Say who has which role on the brand.
    MembersManage,
    /// Read who did what.
    AuditRead,
    /// Manage users and brands.
    InstallationManage,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::AssetsRead,
        Self::ConsumersRead,
        Self::SelectionsWrite,
        Self::RejectsSummary,
        Self::ImportsRead,
        Self::ImportsWrite,
        Self::RejectsRead,
        Self::RulesWrite,
        Self::KeysManage,
        Self::MembersManage,
        Self::AuditRead,
        Self::InstallationManage,
    ];

    /// The action as text: `assets.read` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AssetsRead => "assets.read",
            Self::ConsumersRead => "consumers.read",
            Self::SelectionsWrite => "selections.write",
            Self::RejectsSummary => "rejects.summary",
            Self::ImportsRead => "imports.read",
            Self::ImportsWrite => "imports.write",
            Self::RejectsRead => "rejects.read",
            Self::RulesWrite => "rules.write",
            Self::KeysManage => "keys.manage",
            Self::MembersManage => "members.manage",
            Self::AuditRead => "audit.read",
            Self::InstallationManage => "installation.manage",
        }
    }

    /// The least role that may do it.
    pub fn least_role(self) -> Role {
        match self {
            Self::AssetsRead => Role::Viewer,
            Self::ConsumersRead | Self::SelectionsWrite | Self::RejectsSummary | Self::ImportsRead => Role::Analyst,
            Self::ImportsWrite | Self::RejectsRead | Self::RulesWrite => Role::Operator,
            Self::KeysManage | Self::MembersManage | Self::AuditRead | Self::InstallationManage => Role::Owner,
        }
    }

    /// Whether a key may have it as a scope. A key that could make keys or members would outlive its own revocation.
    pub fn is_for_keys(self) -> bool {
        !matches!(self, Self::KeysManage | Self::MembersManage | Self::InstallationManage)
    }

    /// Whether it is about the installation as a whole, not about what one brand has.
    pub(crate) fn is_of_installation(self) -> bool {
        matches!(self, Self::InstallationManage)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an action such as \"assets.read\"")]
pub struct ActionError {
    /// The refused text.
    pub text: String,
}

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|action| action.as_str() == text);
        found.ok_or_else(|| ActionError { text: text.to_owned() })
    }
}

impl TryFrom<String> for Action {
    type Error = ActionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.as_str().to_owned()
    }
}

/// What an action is asked for on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A brand, whether there is one of that slug or not.
    Brand(&'a BrandSlug),
    /// The installation as a whole.
    Installation,
}
