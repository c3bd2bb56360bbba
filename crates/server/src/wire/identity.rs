//! Why ids are one person, and which joins were refused.

use std::collections::BTreeMap;

use databank_consumers::MaskedId;
use databank_deposit::oneid::{Explained, IdentityConflict, PersonId, PersonLink};
use databank_model::ProfileId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// Which id is to be explained.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainQuestion {
    /// `TYPE:VALUE`, the value written in any way that an import would take; or `profile:NUMBER`, as answers name an id that has
    /// links.
    #[schema(example = "phone:13912345678", max_length = 512)]
    pub id: String,
    /// Another id: how are the two one person?
    #[serde(default)]
    #[schema(example = "user_id:u42", max_length = 512)]
    pub with: Option<String>,
}

/// Which ids are not one person's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkQuestion {
    /// The one id, `TYPE:VALUE` or `profile:NUMBER`.
    #[schema(example = "phone:13912345678", max_length = 512)]
    pub id: String,
    /// The other; all ids that it is linked with when absent.
    #[serde(default)]
    #[schema(example = "user_id:u42", max_length = 512)]
    pub from: Option<String>,
    /// Whether what was cut before is to count again.
    #[serde(default)]
    pub undo: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnlinkedDocument {
    /// Pairs of ids that it was said of; not those of which the same was said before.
    pub pairs: usize,
    /// The vault version now.
    pub vault_version: i64,
}

/// A stretch of time, half open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StretchDocument {
    /// Its first instant; null for the beginning of time.
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// The first instant after it; null for the end of time.
    #[schema(format = DateTime)]
    pub until: Option<String>,
}

/// An id of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedId {
    /// The number of its profile, by which links name it.
    pub profile: u32,
    /// Its type.
    #[schema(example = "phone")]
    pub r#type: String,
    /// What may be shown of it.
    #[schema(example = "138****1234")]
    pub masked: Option<String>,
    /// When it is the person's; empty for all time.
    pub stretches: Vec<StretchDocument>,
}

/// A link between two ids, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedLink {
    /// Profile of one end.
    pub a: u32,
    /// Profile of the other.
    pub b: u32,
    /// When it was seen first.
    #[schema(format = DateTime)]
    pub at: String,
    /// `joined`: made one person of two; `confirms`; `owns`: gave a device or cookie an owner; `refused`: would have exceeded
    /// `limit`; `hub`: one end is linked to too many; `cut`: somebody said that it is wrong; `outweighed`, `says_nothing`.
    #[schema(example = "joined")]
    pub outcome: String,
    /// Whose limit: an id type, or `ids` for all of a person's together.
    pub limit: Option<String>,
}

/// Why some ids are one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IdentityExplanation)]
pub struct ExplanationDocument {
    /// The consumer's number within the brand.
    pub consumer: u32,
    /// Its ids: those asked for first, then the others, strongest first; 200 at most.
    pub ids: Vec<ExplainedId>,
    /// How many it has.
    pub ids_total: usize,
    /// Links of these ids, those that do not count as well; 1,000 at most.
    pub links: Vec<ExplainedLink>,
    /// How many there are.
    pub links_total: usize,
    /// The fewest links that lead from the one id to the other; null when no other was asked for, or it is not this person's.
    pub path: Option<Vec<ExplainedLink>>,
}

/// A join that was refused or cut, or an id that joins nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IdentityConflict)]
pub struct ConflictDocument {
    /// `cut`: somebody said that two ids are not one person's; `cap`: a person would have had too many ids of a type;
    /// `too_many_ids`: of all types; `hub`: an id that too many share.
    #[schema(example = "cap")]
    pub code: String,
    /// The id type whose limit it is.
    pub r#type: Option<String>,
    /// Profile of the one end, or of the hub.
    pub a: u32,
    /// Profile of the other end.
    pub b: Option<u32>,
    /// Consumer of the one end.
    pub consumer_a: u32,
    /// Consumer of the other end.
    pub consumer_b: Option<u32>,
    /// When the link was seen.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// How many ids or people a hub met.
    pub met: Option<u32>,
}

/// Joins that were refused or cut, and hubs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IdentityConflicts)]
pub struct ConflictsDocument {
    /// The first of them.
    pub conflicts: Vec<ConflictDocument>,
    /// How many there are.
    pub total: u64,
    /// The vault version that answered.
    pub vault_version: i64,
}

fn link(link: &PersonLink) -> ExplainedLink {
    ExplainedLink {
        a: link.a.0,
        b: link.b.0,
        at: rfc3339(link.at_us),
        outcome: link.outcome.to_owned(),
        limit: link.limit.clone(),
    }
}

impl ExplanationDocument {
    /// With what may be shown of the person's ids.
    pub fn new(explained: &Explained, masked: &[MaskedId]) -> Self {
        let by_profile: BTreeMap<ProfileId, &MaskedId> =
            masked.iter().filter(|id| !id.alias).map(|id| (id.profile, id)).collect();
        let id = |id: &PersonId| ExplainedId {
            profile: id.profile.0,
            r#type: id.id_type.name().to_owned(),
            masked: by_profile.get(&id.profile).map(|masked| masked.masked.clone()),
            stretches: id
                .stretches
                .iter()
                .map(|(from, until)| StretchDocument { from: from.map(rfc3339), until: until.map(rfc3339) })
                .collect(),
        };
        Self {
            consumer: explained.consumer,
            ids: explained.ids.iter().map(id).collect(),
            ids_total: explained.n_ids,
            links: explained.links.iter().map(link).collect(),
            links_total: explained.n_links,
            path: explained.path.as_ref().map(|path| path.iter().map(link).collect()),
        }
    }
}

impl ConflictDocument {
    /// With whose the ids are.
    pub fn new(conflict: &IdentityConflict, consumer_of: impl Fn(ProfileId) -> u32) -> Self {
        Self {
            code: conflict.code.to_owned(),
            r#type: conflict.id_type.clone(),
            a: conflict.a.0,
            b: conflict.b.map(|profile| profile.0),
            consumer_a: consumer_of(conflict.a),
            consumer_b: conflict.b.map(consumer_of),
            at: conflict.at_us.map(rfc3339),
            met: conflict.met,
        }
    }
}
