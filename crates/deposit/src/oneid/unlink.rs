//! Two ids cut from each other, whatever rows say, and joined again.

use databank_engine::BrandReader;
use databank_history::publish::{delete_left_indexes, tidy_up};
use databank_identity::{LinkRule, NodeIndex};
use databank_model::BrandSlug;
use futures::future::BoxFuture;

use super::{IdentityDesk, IdentityQuestionError};
use crate::DepositError;
use crate::brand::{BrandDeposit, Chunk, Counts, DepositFacts};
use crate::import::publish::Watch;
use crate::import::{ImportContext, unwrap_keys};

/// What somebody says of two ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlink {
    /// The one, `TYPE:VALUE` or `profile:NUMBER`.
    pub id: String,
    /// The other; all ids that it is linked with when absent.
    pub from: Option<String>,
    /// Whether what was cut is to be joined again.
    pub undo: bool,
    /// Who says so.
    pub by: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlinked {
    /// Pairs of ids that it was said of; not those of which the same was said before.
    pub pairs: usize,
    /// The vault version now.
    pub sequence: i64,
}

/// Cuts ids from each other, or joins them again; both people are then on every past day who they would be without that link.
/// Its caller is the brand's only writer. Blocks its thread.
pub fn unlink<'a>(
    context: &'a ImportContext<'a>,
    slug: &'a BrandSlug,
    unlink: &'a Unlink,
) -> BoxFuture<'a, Result<Result<Unlinked, IdentityQuestionError>, DepositError>> {
    Box::pin(async move {
        let reader = BrandReader::open(context.catalog, &context.data_directory, slug).await?;
        let desk = IdentityDesk::open(context, &reader).await?;
        let pairs = match pairs_of(&desk, unlink)? {
            Ok(pairs) => pairs,
            Err(error) => return Ok(Err(error)),
        };
        if pairs.is_empty() {
            return Ok(Ok(Unlinked { pairs: 0, sequence: reader.sequence() }));
        }
        let keys = unwrap_keys(context, &reader)?;
        let deposits = context.catalog.deposits();
        let source = format!("user:{}", unlink.by);
        let deposit = deposits.begin("unlink", &source, context.now_us).await?;
        deposits.begin_brand(deposit, slug, context.now_us).await?;
        let facts = DepositFacts {
            deposit,
            source: source.as_str().into(),
            now_us: context.now_us,
            mapping: serde_json::Value::Null,
            sizes: context.sizes,
        };
        let (zone, currency) = (reader.zone()?, reader.currency()?);
        delete_left_indexes(context.catalog, &reader).await?;
        let mut brand = Box::new(BrandDeposit::open(reader, keys, facts, zone, currency).await?);
        let rule = if unlink.undo { LinkRule::Uncut } else { LinkRule::Cut };
        let said_us = desk.graph.say_at(context.now_us);
        for (a, b) in &pairs {
            brand.say((a.1, &a.0), (b.1, &b.0), said_us, rule)?;
        }
        let published = brand.finish((Chunk::default(), 0), context.catalog, 0, &Watch::unwatched()).await;
        let published = match published {
            Ok(published) => published,
            Err(error) => {
                deposits.fail(deposit, slug, &Counts::default().for_catalog(0), context.now_us).await.ok();
                return Err(error);
            }
        };
        tidy_up(context.catalog, &context.data_directory, slug, context.now_us).await;
        Ok(Ok(Unlinked { pairs: pairs.len(), sequence: published.sequence }))
    })
}

type Id = (databank_identity::IdType, databank_identity::Token);

/// The pairs of ids that are meant, but for those of which the same was said last.
fn pairs_of(
    desk: &IdentityDesk,
    unlink: &Unlink,
) -> Result<Result<Vec<(Id, Id)>, IdentityQuestionError>, DepositError> {
    let known = |text: &str| -> Result<Result<(Id, Option<NodeIndex>), IdentityQuestionError>, DepositError> {
        Ok(desk.find(text)?.map(|found| ((found.id_type, found.token), desk.node_of(found.profile))))
    };
    let (id, node) = match known(&unlink.id)? {
        Ok(known) => known,
        Err(error) => return Ok(Err(error)),
    };
    let graph = &desk.graph;
    // Cuts ascend.
    let is_said = |a: NodeIndex, b: NodeIndex| graph.cuts.binary_search(&(a.min(b), a.max(b))).is_ok() != unlink.undo;
    if let Some(from) = &unlink.from {
        return Ok(known(from)?.map(|(from, other)| {
            // Ids that nothing was said of yet have no nodes.
            let is_said = node.zip(other).map_or(unlink.undo, |(a, b)| is_said(a, b));
            if from.1 == id.1 || is_said { Vec::new() } else { vec![(id, from)] }
        }));
    }
    let Some(node) = node else { return Ok(Ok(Vec::new())) };
    let of_links = graph.links.iter().map(|link| (link.a, link.b));
    let mut others: Vec<_> = of_links
        .chain(graph.cuts.iter().copied().filter(|_| unlink.undo))
        .filter_map(|(a, b)| if a == node { Some(b) } else { (b == node).then_some(a) })
        .filter(|other| !is_said(node, *other))
        .collect();
    others.sort_unstable();
    others.dedup();
    let of_node = |place: NodeIndex| {
        let node = graph.nodes.get(place.at())?;
        Some((graph.types.get(usize::from(node.kind))?.clone(), node.token))
    };
    Ok(Ok(others.into_iter().filter_map(of_node).map(|other| (id.clone(), other)).collect()))
}
