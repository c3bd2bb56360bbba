//! What became of each link.

use rustc_hash::FxHashSet;

use super::{Outcome, Span, ToldLink};
use crate::policy::Policy;
use crate::resolve::incidence::Contact;
use crate::resolve::kinds::LinkKind;
use crate::resolve::limits::{Crowd, Decision, Edge};
use crate::resolve::weak::{self, Seen, Verdict};
use crate::resolve::{Link, NodeIndex, Settled};

/// A link, what became of it, and whose person it holds together.
pub(super) struct Judged {
    pub(super) link: Link,
    pub(super) outcome: Outcome,
    /// The node that stands for the person; `None` of a link that does not count.
    pub(super) counts_for: Option<u32>,
    /// The weak end of whose owner it says something.
    owned: Option<NodeIndex>,
}

impl Judged {
    pub(super) fn told(&self) -> ToldLink {
        ToldLink { link: self.link, outcome: self.outcome }
    }
}

/// All links that say something of two ids, in (priority, event time, token) order.
pub(super) fn judge_all(settled: &Settled<'_>, policy: &Policy) -> Vec<Judged> {
    let mut all = Vec::new();
    judge_strong(settled, policy, &mut all);
    judge_owners(settled, &mut all);
    judge_ownerless(settled, &mut all);
    judge_without_effect(settled, &mut all);
    let token = |node: NodeIndex| settled.nodes[node.at()].order_of_token();
    for Judged { link, owned, .. } in &mut all {
        let turned = owned.map_or(token(link.b) < token(link.a), |owned| owned == link.b);
        if turned {
            std::mem::swap(&mut link.a, &mut link.b);
        }
    }
    all.sort_by_key(|judged| {
        let Link { a, b, ts_us, priority } = judged.link;
        let (a, b) = (token(a), token(b));
        (priority, ts_us, a.min(b), a.max(b), judged.outcome)
    });
    all
}

/// The links, with their kinds.
fn links_of<'s>(settled: &'s Settled<'_>) -> impl Iterator<Item = (Link, LinkKind)> + 's {
    settled.links.iter().copied().zip(settled.kinds.iter().copied())
}

fn crowd<'s>(settled: &Settled<'s>, links: impl Iterator<Item = Link>, policy: &Policy) -> Crowd<'s> {
    let members = (0..settled.nodes.len() as u32).collect();
    let edge = |link: Link| Edge { a: link.a.0, b: link.b.0, ts_us: link.ts_us, priority: link.priority };
    Crowd::new(settled.nodes, members, links.map(edge).collect(), policy)
}

/// An edge of a crowd of all nodes: places are nodes.
fn link_of(edge: &Edge) -> Link {
    Link { a: NodeIndex(edge.a), b: NodeIndex(edge.b), ts_us: edge.ts_us, priority: edge.priority }
}

/// Rule 3, to the letter for everybody: where no cap is exceeded the people are the same, and the links that join them are told.
fn judge_strong(settled: &Settled<'_>, policy: &Policy, all: &mut Vec<Judged>) {
    let strong = links_of(settled).filter(|(_, kind)| *kind == LinkKind::BothStrong).map(|(link, _)| link);
    let crowd = crowd(settled, strong, policy);
    let of_hub = |edge| Judged { link: link_of(edge), outcome: Outcome::OfHub, counts_for: None, owned: None };
    all.extend(crowd.of_hubs.iter().map(of_hub));
    join(settled, &crowd, policy, all);
}

/// Rule 6.
fn judge_ownerless(settled: &Settled<'_>, all: &mut Vec<Judged>) {
    let owners = &settled.owners;
    let ownerless = |node: NodeIndex| !owners.has(node.0) && !owners.is_hub(node.0);
    let links = links_of(settled).filter(|(link, kind)| *kind == LinkKind::BothWeak && ownerless(link.a));
    let links = links.filter(|(link, _)| ownerless(link.b)).map(|(link, _)| link);
    let unlimited = Policy::unlimited();
    join(settled, &crowd(settled, links, &unlimited), &unlimited, all);
}

fn join(settled: &Settled<'_>, crowd: &Crowd<'_>, policy: &Policy, all: &mut Vec<Judged>) {
    crowd.settle(policy, |edge, decision| {
        let person = Some(settled.people.representative(edge.a));
        let (outcome, counts_for) = match decision {
            Decision::Joined => (Outcome::Joined, person),
            Decision::Confirms => (Outcome::Confirms, person),
            Decision::Refused(why) => (Outcome::Refused(why), None),
        };
        all.push(Judged { link: link_of(edge), outcome, counts_for, owned: None });
    });
}

/// Rules 4 and 5: from which sightings each weak id has its owners.
fn judge_owners(settled: &Settled<'_>, all: &mut Vec<Judged>) {
    let mut seen_by: Vec<(u32, Seen)> = Vec::new();
    for (link, kind) in links_of(settled) {
        let (a, b) = (link.a.0, link.b.0);
        match kind {
            LinkKind::WeakA => seen_by.extend(seen(settled, a, b, &link)),
            LinkKind::WeakB => seen_by.extend(seen(settled, b, a, &link)),
            LinkKind::BothWeak => {
                seen_by.extend(seen(settled, a, b, &link));
                seen_by.extend(seen(settled, b, a, &link));
            }
            LinkKind::BothStrong | LinkKind::Itself | LinkKind::Cut | LinkKind::OfHub => {}
        }
    }
    seen_by.sort_by_key(|(node, _)| *node);
    for same in seen_by.chunk_by(|one, next| one.0 == next.0) {
        let mut sightings: Vec<Seen> = same.iter().map(|(_, seen)| *seen).collect();
        weak::order(settled.nodes, &mut sightings);
        judge_sightings(settled, same[0].0, &sightings, all);
    }
}

/// What a link says about the owner of one of its ends: nothing unless that is weak, and the other is nearer to a strong id.
fn seen(settled: &Settled<'_>, node: u32, via: u32, link: &Link) -> Option<(u32, Seen)> {
    let owners = &settled.owners;
    let round = owners.round(node)?;
    let nearer = if settled.nodes[via as usize].weak { owners.round(via)? < round } else { round == 0 };
    let contact = Contact { ts_us: link.ts_us, priority: link.priority, via };
    nearer.then(|| (node, Seen { contact, person: settled.person_at(NodeIndex(via), link.ts_us) }))
}

fn judge_sightings(settled: &Settled<'_>, node: u32, sightings: &[Seen], all: &mut Vec<Judged>) {
    let mut starts = Vec::new();
    weak::judge(sightings, |seen, verdict| starts.extend((verdict == Verdict::Starts).then_some(seen.contact.ts_us)));
    let mut n_started = 0;
    weak::judge(sightings, |seen, verdict| {
        let Contact { ts_us, priority, via } = seen.contact;
        let outcome = match verdict {
            Verdict::Starts => {
                n_started += 1;
                // The first owner has everything before, too.
                let from_us = (n_started > 1).then_some(ts_us);
                let span = Span { from_us, until_us: starts.get(n_started).copied() };
                Outcome::Owns { consumer: settled.name(seen.person), span }
            }
            Verdict::Continues => Outcome::Confirms,
            Verdict::Outweighed => Outcome::Outweighed,
        };
        let link = Link { a: NodeIndex(node), b: NodeIndex(via), ts_us, priority };
        let counts_for = (verdict != Verdict::Outweighed).then_some(seen.person);
        all.push(Judged { link, outcome, counts_for, owned: Some(NodeIndex(node)) });
    });
}

/// Links that are cut, of hubs or between weak ids of one distance, once for each pair.
fn judge_without_effect(settled: &Settled<'_>, all: &mut Vec<Judged>) {
    let mut found: Vec<(Outcome, Link)> = links_of(settled)
        .filter_map(|(link, kind)| Some((without_effect(settled, &link, kind)?, link)))
        .map(|(outcome, link)| (outcome, Link { a: link.a.min(link.b), b: link.a.max(link.b), ..link }))
        .collect();
    found.sort_by_key(|(outcome, link)| (*outcome, link.ts_us, link.priority));
    let mut told = FxHashSet::default();
    found.retain(|(outcome, link)| told.insert((*outcome, link.a, link.b)));
    all.extend(found.into_iter().map(|(outcome, link)| Judged { link, outcome, counts_for: None, owned: None }));
}

fn without_effect(settled: &Settled<'_>, link: &Link, kind: LinkKind) -> Option<Outcome> {
    let owners = &settled.owners;
    match kind {
        LinkKind::Cut => Some(Outcome::Cut),
        LinkKind::OfHub => Some(Outcome::OfHub),
        LinkKind::WeakA | LinkKind::WeakB | LinkKind::BothWeak
            if owners.is_hub(link.a.0) || owners.is_hub(link.b.0) =>
        {
            Some(Outcome::OfHub)
        }
        LinkKind::BothWeak => {
            let round = owners.round(link.a.0);
            (round.is_some() && round == owners.round(link.b.0)).then_some(Outcome::SaysNothing)
        }
        LinkKind::BothStrong | LinkKind::WeakA | LinkKind::WeakB | LinkKind::Itself => None,
    }
}
