//! Who is one person, from the whole identity log.
//!
//! Only ids that stand in the log become nodes: an id without links is its own consumer, whatever the others are. Tokens
//! are found in sorted arrays, which take 20 bytes for each id that has links and are gone before links are resolved.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use databank_identity::{Assignment, Link, Node, NodeIndex, Token, resolve};
use databank_lake::runs::{Key, RunSet, TOKEN_VALUE};
use databank_lake::{LakeError, TableSnapshot, read_file};
use databank_model::ProfileId;

use super::log::{Types, for_each_link, token_of};
use crate::DepositError;

/// Tokens gathered before repeats are dropped for the first time.
const FEW_TOKENS: usize = 1 << 20;
/// Of so many bits fewer than number the tokens are the groups in which they are looked for, of about six each.
const MORE_BITS: u32 = 2;
const MOST_BITS: u32 = 26;

/// Resolves all links of the log. `tokens` leads from every token, also of a digest, to its profile's number.
pub(super) fn resolve_log(
    log: &TableSnapshot,
    profiles: &TableSnapshot,
    tokens: &RunSet<TOKEN_VALUE>,
) -> Result<Assignment, DepositError> {
    let mut ends = Ends::of(log, tokens)?;
    let nodes = nodes_of(ends.number_nodes(), profiles)?;
    let mut twins = Vec::new();
    let mut links = Vec::with_capacity(log.rows().max(0) as usize);
    for_each_link(log, &mut |link| {
        let [a, b] = link.ends.map(|(token, _)| ends.node_of(token));
        // A link of an id with its own digest says nothing.
        if let (Some(a), Some(b)) = (a, b)
            && a != b
        {
            let (a, b) = (NodeIndex(a), NodeIndex(b));
            if link.same_value {
                twins.push((a, b));
            } else {
                let (ts_us, priority) = (link.sighting.ts_us, link.sighting.priority);
                links.push(Link { a, b, ts_us, priority });
            }
        }
        Ok(())
    })?;
    drop(ends);
    Ok(resolve(&nodes, &links, &twins)?)
}

/// The tokens that links name, ascending, and what they stand for.
#[derive(Debug)]
struct Ends {
    tokens: Vec<Key>,
    /// Profile numbers at first, then places of nodes.
    numbers: Vec<u32>,
    /// Where the tokens begin that have each of the first `bits` bits: tokens are keyed hashes, so they are spread evenly, a few to each.
    starts: Vec<u32>,
    bits: u32,
}

impl Ends {
    fn of(log: &TableSnapshot, index: &RunSet<TOKEN_VALUE>) -> Result<Self, DepositError> {
        let mut tokens: Vec<Key> = Vec::new();
        let mut limit = FEW_TOKENS;
        for_each_link(log, &mut |link| {
            tokens.extend(link.ends.map(|(token, _)| token.0));
            if tokens.len() >= limit {
                tokens.sort_unstable();
                tokens.dedup();
                limit = tokens.len() * 3 / 2 + FEW_TOKENS;
            }
            Ok(())
        })?;
        tokens.sort_unstable();
        tokens.dedup();
        let held = index.find(&tokens)?;
        let mut known = held.iter();
        tokens.retain(|_| known.next().is_some_and(Option::is_some));
        tokens.shrink_to_fit();
        let numbers = held.into_iter().flatten().map(u32::from_le_bytes).collect();
        let bits = tokens.len().checked_ilog2().unwrap_or(0).clamp(MORE_BITS, MOST_BITS) - MORE_BITS;
        let mut starts = vec![0; (1 << bits) + 1];
        for token in &tokens {
            starts[head_of(token, bits) + 1] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        Ok(Self { tokens, numbers, starts, bits })
    }

    /// Gives each profile a place, in the order of their numbers; returns the profiles.
    fn number_nodes(&mut self) -> Vec<u32> {
        let mut profiles = self.numbers.clone();
        profiles.sort_unstable();
        profiles.dedup();
        for number in &mut self.numbers {
            *number = profiles.binary_search(number).map_or(u32::MAX, |place| place as u32);
        }
        profiles
    }

    fn node_of(&self, token: Token) -> Option<u32> {
        let head = head_of(&token.0, self.bits);
        let (first, last) = (*self.starts.get(head)? as usize, *self.starts.get(head + 1)? as usize);
        // The few that share their first bits lie in one or two lines of the cache.
        let place = first + self.tokens.get(first..last)?.iter().position(|held| *held == token.0)?;
        self.numbers.get(place).copied()
    }
}

/// The first bits of a token.
fn head_of(token: &Key, bits: u32) -> usize {
    let head = u64::from(u32::from_be_bytes([token[0], token[1], token[2], token[3]]));
    (head >> (u32::BITS - bits)) as usize
}

/// The nodes of some profiles (ascending), in their order.
fn nodes_of(profiles: Vec<u32>, table: &TableSnapshot) -> Result<Vec<Node>, DepositError> {
    let mut nodes: Vec<Option<Node>> = vec![None; profiles.len()];
    let mut types = Types::default();
    for file in &table.files {
        for batch in read_file(file, &["profile", "token", "id_type", "alias"], &[])? {
            let batch = batch?;
            let numbers = batch.column(0).as_primitive::<Int64Type>();
            let (tokens, names) = (batch.column(1).as_binary::<i32>(), batch.column(2).as_string::<i32>());
            let aliases = batch.column(3).as_boolean();
            for row in (0..batch.num_rows()).filter(|row| !aliases.value(*row)) {
                let profile = numbers.value(row) as u32;
                let Ok(place) = profiles.binary_search(&profile) else { continue };
                let Some(token) = token_of(tokens.value(row)) else { continue };
                let id_type = types.named(names.value(row))?;
                let (rank, weak) = (id_type.priority(), id_type.weak());
                if let Some(node) = nodes.get_mut(place) {
                    *node = Some(Node { profile: ProfileId(profile), rank, weak, token });
                }
            }
        }
    }
    let missing = nodes.iter().zip(&profiles).find(|(node, _)| node.is_none()).map(|(_, profile)| *profile);
    drop(profiles);
    if let Some(profile) = missing {
        let path = table.files.first().and_then(|file| file.path.parent()).map(Into::into).unwrap_or_default();
        let reason = format!("profile {profile} of the token index is not in it");
        return Err(LakeError::Damaged { path, reason }.into());
    }
    // In place, which `flatten` would not be: there may be millions.
    Ok(nodes.into_iter().map_while(|node| node).collect())
}
