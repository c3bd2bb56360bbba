//! Roles and actions, as descriptions of operations show them.
use databank_catalog::Grant;
use databank_model::{Reach, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a user is to a brand. Each role may all that the ones before it may.
#[derive(ToSchema)]
#[schema(as = Role, rename_all = "snake_case")]
#[expect(dead_code, reason = "only described; the values are the model's")]
pub(crate) enum RoleSchema {
    /// Reads sums.
    Viewer,
    /// Reads people, and picks them out.
    Analyst,
    /// Deposits, corrects, changes rules.
    Operator,
    /// Says who else may.
    Owner,
}

/// A role on a brand, or on all of them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Grant)]
pub(crate) struct GrantDocument {
    /// The brand's slug; `*` for every brand, also those to come.
    #[schema(value_type = String, example = "acme")]
    pub(crate) brand: Reach,
    /// The role there. An owner of `*` manages the installation.
    #[schema(value_type = RoleSchema)]
    pub(crate) role: Role,
}

impl From<Grant> for GrantDocument {
    fn from(grant: Grant) -> Self {
        Self { brand: grant.reach, role: grant.role }
    }
}

impl From<GrantDocument> for Grant {
    fn from(document: GrantDocument) -> Self {
        Self { reach: document.brand, role: document.role }
    }
}
