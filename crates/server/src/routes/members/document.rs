//! A member of a brand as answers show them.

use databank_catalog::Member;
use databank_model::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rights::RoleSchema;

/// A user with a role in a brand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberDocument {
    /// The user's name.
    #[schema(example = "anna")]
    username: String,
    /// What people read.
    #[schema(example = "Anna Zhang")]
    display_name: String,
    /// The greatest role that they have there.
    #[schema(value_type = RoleSchema)]
    role: Role,
    /// Whether they have it by a role on every brand (`*`).
    #[schema(example = false)]
    inherited: bool,
}

impl From<Member> for MemberDocument {
    fn from(member: Member) -> Self {
        Self {
            username: member.username.into(),
            display_name: member.display_name,
            role: member.role,
            inherited: member.inherited,
        }
    }
}
