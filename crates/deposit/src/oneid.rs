//! Why ids are one person, which joins were refused, and what people say against what rows say.
//!
//! - [`IdentityDesk`]: the identity log of a vault version as a graph, to be asked ([`IdentityDesk::explain`],
//!   [`IdentityDesk::conflicts`]).
//! - [`mod@unlink`]: two ids cut from each other, and joined again; a vault version of its own, which can be told from any deposit.
//!
//! Ids are named by their profiles here; what may be shown of them is the consumer desk's to say.

mod gather;
pub mod unlink;

use databank_engine::BrandReader;
use databank_identity::{
    Conflict, Explanation, HubOf, IdType, Link, NodeIndex, Outcome, Question, Refusal, Token, Tokenizer, explain,
    normalize,
};
use databank_lake::runs::{RunSet, TOKEN_INDEX, TOKEN_VALUE};
use databank_lake::{Table, TableSnapshot};
use databank_model::ProfileId;
use futures::future::BoxFuture;

use crate::DepositError;
use crate::import::{ImportContext, unwrap_keys};
use crate::people::resolution::LogGraph;
use gather::around;

/// The identity log of a brand at one version.
#[derive(Debug)]
pub struct IdentityDesk {
    graph: LogGraph,
    tokens: RunSet<TOKEN_VALUE>,
    tokenizer: Tokenizer,
}

/// One id of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonId {
    /// Its profile.
    pub profile: ProfileId,
    /// Its type.
    pub id_type: IdType,
    /// When it is the person's, µs UTC, half open; empty for all time.
    pub stretches: Vec<(Option<i64>, Option<i64>)>,
}

/// A link between two ids, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLink {
    /// Profile of one end.
    pub a: ProfileId,
    /// Profile of the other.
    pub b: ProfileId,
    /// When it was seen first, µs UTC.
    pub at_us: i64,
    /// Stable code: `joined`, `confirms`, `owns`, `refused`, `outweighed`, `says_nothing`, `hub`, `cut`.
    pub outcome: &'static str,
    /// For a link that was refused, which limit it would have exceeded: an id type's name, or `ids` for all together.
    pub limit: Option<String>,
}

/// Why some ids are one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The consumer's number.
    pub consumer: u32,
    /// Its ids: those asked for first, then the others, strongest first.
    pub ids: Vec<PersonId>,
    /// How many it has.
    pub n_ids: usize,
    /// Links of the ids that are told.
    pub links: Vec<PersonLink>,
    /// How many there are.
    pub n_links: usize,
    /// The fewest links that lead from the one id to the other, when another was asked for and is of this person.
    pub path: Option<Vec<PersonLink>>,
}

/// A join that was refused or cut, or an id that joins nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityConflict {
    /// Stable code: `cut`, `cap`, `too_many_ids`, `hub`.
    pub code: &'static str,
    /// The id type whose limit it is, where it is one type's.
    pub id_type: Option<String>,
    /// Profile of the one end, or of the hub.
    pub a: ProfileId,
    /// Profile of the other end.
    pub b: Option<ProfileId>,
    /// When the link was seen, µs UTC.
    pub at_us: Option<i64>,
    /// How many ids, or people, a hub met.
    pub met: Option<u32>,
}

/// An id cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityQuestionError {
    /// It is not written as an id.
    #[error("{text:?} is no id; write TYPE:VALUE, such as phone:13912345678")]
    NotAnId {
        /// What was given, cut.
        text: String,
    },
    /// Its value can be no id of its type.
    #[error("{id_type}: {reason}")]
    BadValue {
        /// The type.
        id_type: String,
        /// Why.
        reason: String,
    },
    /// The brand never saw it.
    #[error("the brand has never seen {text}")]
    Unknown {
        /// The id.
        text: String,
    },
    /// So many ids hang together with it that nobody would see through them.
    #[error("more than {most} links hang together with this id; ask for one of its stronger ids")]
    TooMany {
        /// How many can be told.
        most: usize,
    },
}

impl IdentityDesk {
    /// Opens the log of a reader. Reads all of it: call it where a thread may block.
    pub fn open<'a>(
        context: &'a ImportContext<'a>,
        reader: &'a BrandReader,
    ) -> BoxFuture<'a, Result<Self, DepositError>> {
        Box::pin(async move {
            let keys = unwrap_keys(context, reader)?;
            let log: TableSnapshot = reader.files(Table::IdentityLog).await?;
            let profiles = reader.files(Table::Profiles).await?;
            let runs = reader.state.indexes.get(TOKEN_INDEX).map(Vec::as_slice).unwrap_or_default();
            let tokens = RunSet::open(&reader.vault.index_directory(), TOKEN_INDEX, runs)?;
            let graph = LogGraph::read(&log, &profiles, &tokens)?;
            Ok(Self { graph, tokens, tokenizer: Tokenizer::new(&keys.id) })
        })
    }

    /// Why an id (`TYPE:VALUE`, or `profile:NUMBER` of one that has links) is whose it is, and how it and another are one person. Of an id without links there is nothing to
    /// tell but its own profile.
    pub fn explain(
        &self,
        id: &str,
        other: Option<&str>,
    ) -> Result<Result<Explained, IdentityQuestionError>, DepositError> {
        let Found { id_type, profile, .. } = match self.find(id)? {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let other = match other.map(|other| self.find(other)).transpose()? {
            Some(Err(error)) => return Ok(Err(error)),
            Some(Ok(Found { profile, .. })) => self.node_of(profile),
            None => None,
        };
        let Some(node) = self.node_of(profile) else {
            let alone = Explained {
                consumer: profile.0,
                ids: vec![PersonId { profile, id_type, stretches: Vec::new() }],
                n_ids: 1,
                links: Vec::new(),
                n_links: 0,
                path: None,
            };
            return Ok(Ok(alone));
        };
        let Some(part) = around(&self.graph, node) else {
            return Ok(Err(IdentityQuestionError::TooMany { most: gather::MOST_LINKS }));
        };
        let of_part = |node: NodeIndex| part.place_of(node);
        let question =
            Question { node: of_part(node).unwrap_or(NodeIndex(0)), at_us: i64::MAX, other: other.and_then(of_part) };
        let explained = explain(&part.graph.graph(), &self.graph.policy(), &question)?;
        Ok(Ok(self.told(&part.graph, explained)))
    }

    fn told(&self, graph: &LogGraph, explained: Explanation) -> Explained {
        let profile = |node: NodeIndex| graph.nodes.get(node.at()).map_or(ProfileId(0), |node| node.profile);
        let link = |told: &databank_identity::ToldLink| {
            let Link { a, b, ts_us, .. } = told.link;
            let limit = match told.outcome {
                Outcome::Refused(refusal) => Some(self.limit(refusal)),
                _ => None,
            };
            PersonLink { a: profile(a), b: profile(b), at_us: ts_us, outcome: told.outcome.code(), limit }
        };
        let id = |of: &databank_identity::PersonNode| {
            let node = graph.nodes.get(of.node.at())?;
            let id_type = self.graph.types.get(usize::from(node.kind))?.clone();
            let stretches = of.stretches.iter().map(|span| (span.from_us, span.until_us)).collect();
            Some(PersonId { profile: node.profile, id_type, stretches })
        };
        Explained {
            consumer: explained.consumer.0,
            ids: explained.nodes.iter().filter_map(id).collect(),
            n_ids: explained.n_nodes,
            links: explained.links.iter().map(link).collect(),
            n_links: explained.n_links,
            path: explained.path.map(|path| path.iter().map(link).collect()),
        }
    }

    fn limit(&self, refusal: Refusal) -> String {
        match refusal {
            Refusal::Cap { kind } => self.type_name(kind),
            Refusal::TooManyIds => "ids".to_owned(),
        }
    }

    fn type_name(&self, kind: u16) -> String {
        self.graph.types.get(usize::from(kind)).map(ToString::to_string).unwrap_or_default()
    }

    /// What people cut, joins that were refused, and ids that join nobody: the first so many, and how many there are.
    pub fn conflicts(&self) -> Result<(Vec<IdentityConflict>, u64), DepositError> {
        let conflicts = self.graph.resolve()?.conflicts;
        let profile = |node: NodeIndex| self.graph.nodes.get(node.at()).map_or(ProfileId(0), |node| node.profile);
        let told = |conflict: &Conflict| {
            let id_type = conflict.kind().map(|kind| self.type_name(kind));
            match conflict {
                Conflict::Refused(refused) => IdentityConflict {
                    code: conflict.code(),
                    id_type,
                    a: profile(refused.link.a),
                    b: Some(profile(refused.link.b)),
                    at_us: Some(refused.link.ts_us),
                    met: None,
                },
                Conflict::Hub(hub) => IdentityConflict {
                    code: conflict.code(),
                    id_type: match hub.of {
                        HubOf::StrongIds { kind } => Some(self.type_name(kind)),
                        HubOf::WeakIds | HubOf::People => None,
                    },
                    a: profile(hub.node),
                    b: None,
                    at_us: None,
                    met: Some(hub.met),
                },
            }
        };
        let cut = |(a, b): &(NodeIndex, NodeIndex)| IdentityConflict {
            code: Outcome::Cut.code(),
            id_type: None,
            a: profile(*a),
            b: Some(profile(*b)),
            at_us: None,
            met: None,
        };
        let cuts = self.graph.cuts.iter().map(cut);
        let total = conflicts.total + self.graph.cuts.len() as u64;
        Ok((cuts.chain(conflicts.kept.iter().map(told)).collect(), total))
    }

    /// The node of a profile, if its id has any link.
    fn node_of(&self, profile: ProfileId) -> Option<NodeIndex> {
        // In the order of their numbers.
        let place = self.graph.nodes.binary_search_by_key(&profile, |node| node.profile).ok()?;
        Some(NodeIndex(place as u32))
    }

    /// An id, written as `TYPE:VALUE`; one that has any link also as `profile:NUMBER`, as answers name it.
    fn find(&self, id: &str) -> Result<Result<Found, IdentityQuestionError>, DepositError> {
        let unknown = || IdentityQuestionError::Unknown { text: id.chars().take(80).collect() };
        if let Some(number) = id.strip_prefix(BY_PROFILE) {
            let node = number.trim().parse().ok().and_then(|number| self.node_of(ProfileId(number)));
            let found = node.and_then(|node| {
                let node = self.graph.nodes.get(node.at())?;
                let id_type = self.graph.types.get(usize::from(node.kind))?.clone();
                Some(Found { id_type, token: node.token, profile: node.profile })
            });
            return Ok(found.ok_or_else(unknown));
        }
        let (id_type, token) = match token_of(&self.tokenizer, id) {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let found = self.tokens.find(&[token.0])?.into_iter().flatten().next();
        let found = found.map(|number| Found { id_type, token, profile: ProfileId(u32::from_le_bytes(number)) });
        Ok(found.ok_or_else(unknown))
    }
}

/// How an id is named by its profile.
const BY_PROFILE: &str = "profile:";

/// An id that the brand has seen.
struct Found {
    id_type: IdType,
    token: Token,
    profile: ProfileId,
}

/// The type and the token of an id as people write it.
fn token_of(tokenizer: &Tokenizer, id: &str) -> Result<(IdType, Token), IdentityQuestionError> {
    let not_an_id = || IdentityQuestionError::NotAnId { text: id.chars().take(80).collect() };
    let (name, value) = id.split_once(':').ok_or_else(not_an_id)?;
    let id_type: IdType = name.trim().parse().map_err(|_| not_an_id())?;
    let bad = |reason: databank_identity::Unusable| IdentityQuestionError::BadValue {
        id_type: id_type.name().to_owned(),
        reason: reason.to_string(),
    };
    let normal = normalize(&id_type, value).map_err(bad)?;
    let token = tokenizer.token(&id_type, &normal);
    Ok((id_type, token))
}
