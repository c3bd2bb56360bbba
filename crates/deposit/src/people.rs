//! People of one brand during a deposit: tokens to profile numbers, links to consumers.
//!
//! - [`links`]: which links are news to the identity log.
//! - `remembered`: what rows before said of ids that come again.
//! - `resolution`: who is one person, from all of the log.

pub mod links;
mod log;
mod remembered;
pub(crate) mod resolution;

use std::path::Path;
use std::sync::Arc;

use databank_engine::VaultState;
use databank_identity::{Assignment, IdType, LinkRule, RowId, SealKey, Strength, Token, Tokenizer, row_links};
use databank_lake::TableSnapshot;
use databank_lake::runs::{Key, RunSet, TOKEN_INDEX, TOKEN_VALUE};
use databank_model::{BrandSlug, ProfileId};

use crate::DepositError;
use crate::events::convert::RowIdentity;
use crate::flat::{self, Placed};
use links::{Links, NewLink};
use remembered::{NumberedLink, Remembered};
use resolution::resolve_log;

/// A row for `profiles`.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// The number.
    pub profile: ProfileId,
    /// The token.
    pub token: Token,
    /// Type of the id.
    pub id_type: IdType,
    /// A digest's token beside the profile's own.
    pub alias: bool,
    /// The contact value, sealed.
    pub sealed: Option<Vec<u8>>,
}

/// A digest of a new profile's value.
struct Alias {
    digest: (Token, IdType),
    of: (Token, IdType),
    profile: ProfileId,
}

/// People of a brand, open for a deposit.
#[derive(Debug)]
pub struct People {
    brand: BrandSlug,
    tokenizer: Tokenizer,
    seal_key: SealKey,
    tokens: RunSet<TOKEN_VALUE>,
    ordinals: Vec<u32>,
    links: Links,
    new_profiles: Vec<NewProfile>,
    remembered: Remembered,
    /// The ids of the present row; kept for its memory.
    ranks: Vec<RowId>,
}

impl People {
    /// Opens the people of a vault for rows of a source. `log` is the identity log, if the vault names no index of it.
    pub fn open(
        brand: &BrandSlug,
        keys: (Tokenizer, SealKey),
        (index_directory, lasts): (&Path, bool),
        state: &VaultState,
        log: Option<TableSnapshot>,
        source: &Arc<str>,
    ) -> Result<Self, DepositError> {
        let runs = |name: &str| state.indexes.get(name).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            brand: brand.clone(),
            tokenizer: keys.0,
            seal_key: keys.1,
            tokens: RunSet::open(index_directory, TOKEN_INDEX, runs(TOKEN_INDEX))?.lasting(lasts),
            ordinals: state.ordinals.clone(),
            links: Links::open(index_directory, runs("links"), log, source)?.lasting(lasts),
            new_profiles: Vec::new(),
            remembered: Remembered::default(),
            ranks: Vec::new(),
        })
    }

    /// The brand's tokens.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Seals a text that belongs to the brand, such as a refused row.
    pub fn seal(&self, kind: &IdType, text: &str) -> Vec<u8> {
        self.seal_key.seal(&self.brand, kind, text, fill_random)
    }

    /// Opens a text that [`People::seal`] sealed.
    pub fn unseal(&self, kind: &IdType, sealed: &[u8]) -> Result<String, DepositError> {
        let opened = self.seal_key.open(&self.brand, kind, sealed);
        opened.map(|text| text.to_string()).map_err(|e| DepositError::Seal { reason: e.to_string() })
    }

    /// The profile of an id, if a row before told it.
    pub fn known_profile(&self, id: &RowIdentity) -> Option<ProfileId> {
        self.remembered.profile(id.number?)
    }

    /// Profile numbers of the given ids, one for each in their order; new ones for ids never seen. The ids may repeat.
    pub fn profiles(&mut self, ids: &[(&RowIdentity, &IdType)]) -> Result<Vec<ProfileId>, DepositError> {
        let mut placed: Vec<Placed> =
            ids.iter().zip(0..).map(|((id, _), place)| Placed::new(&id.token.0, place)).collect();
        flat::sort_by_key(&mut placed);
        let groups = || placed.chunk_by(Placed::is_beside);
        let probes: Vec<Key> = groups().filter_map(|group| group.first()).map(Placed::key).collect();
        let held = self.tokens.find(&probes)?;
        let mut numbers = vec![ProfileId(0); ids.len()];
        let mut records = Vec::new();
        let mut aliases = Vec::new();
        for (group, held) in groups().zip(held) {
            let Some((id, id_type)) = group.first().and_then(|one| ids.get(one.place as usize)) else { continue };
            let profile = match held {
                Some(value) => ProfileId(u32::from_le_bytes(value)),
                None => {
                    let profile = self.next_profile(id.token)?;
                    records.push((id.token.0, profile.0.to_le_bytes()));
                    self.add_profile(profile, id, id_type, &mut aliases);
                    profile
                }
            };
            for one in group {
                if let (Some(number), Some((id, _))) =
                    (numbers.get_mut(one.place as usize), ids.get(one.place as usize))
                {
                    *number = profile;
                    if let Some(id) = id.number {
                        self.remembered.set_profile(id, profile);
                    }
                }
            }
        }
        self.register_aliases(aliases, &probes, &mut records)?;
        records.sort_unstable();
        self.tokens.push(&records)?;
        Ok(numbers)
    }

    /// Notes a new profile, and the digests under which its value may arrive.
    fn add_profile(&mut self, profile: ProfileId, id: &RowIdentity, id_type: &IdType, aliases: &mut Vec<Alias>) {
        let (token, value) = (id.token, id.value.as_deref());
        let sealed = value.filter(|_| id_type.contactable()).map(|value| self.seal(id_type, value));
        if let Some(value) = value {
            let digests = self.tokenizer.alias_tokens(id_type, value);
            let of = (token, id_type.clone());
            aliases.extend(digests.into_iter().map(|(kind, alias)| Alias {
                digest: (alias, kind),
                of: of.clone(),
                profile,
            }));
        }
        self.new_profiles.push(NewProfile { profile, token, id_type: id_type.clone(), alias: false, sealed });
    }

    fn next_profile(&mut self, token: Token) -> Result<ProfileId, DepositError> {
        let slot = token.slot();
        let full = || DepositError::SlotFull { slot };
        let ordinal = self.ordinals.get_mut(usize::from(slot)).ok_or_else(full)?;
        let profile = ProfileId::new(slot, *ordinal).ok_or_else(full)?;
        *ordinal += 1;
        Ok(profile)
    }

    /// A digest of a new value: where an upload brought the digest first, the two are one person; else the digest's token
    /// leads to the new profile from now on. `present` are the tokens of the same call, in order, but for those whose profile is
    /// known already.
    fn register_aliases(
        &mut self,
        mut aliases: Vec<Alias>,
        present: &[Key],
        records: &mut Vec<(Key, [u8; TOKEN_VALUE])>,
    ) -> Result<(), DepositError> {
        aliases.sort_unstable_by_key(|alias| alias.digest.0);
        aliases.dedup_by_key(|alias| alias.digest.0);
        let probes: Vec<Key> = aliases.iter().map(|alias| alias.digest.0.0).collect();
        let held = self.tokens.find(&probes)?;
        for (Alias { digest, of, profile }, held) in aliases.into_iter().zip(held) {
            if held.is_some() || present.binary_search(&digest.0.0).is_ok() {
                self.links.add((of.0, &of.1), (digest.0, &digest.1), 0, LinkRule::SameValue);
            } else {
                let (token, id_type) = digest;
                records.push((token.0, profile.0.to_le_bytes()));
                self.new_profiles.push(NewProfile { profile, token, id_type, alias: true, sealed: None });
            }
        }
        Ok(())
    }

    /// Links the ids of one row.
    pub fn link_row(&mut self, ids: &[RowIdentity], types: &[IdType], ts_us: i64) {
        if ids.len() < 2 {
            return;
        }
        let type_of = |id: &RowIdentity| types.get(usize::from(id.column));
        self.ranks.clear();
        let rank = |id: &RowIdentity| Some(RowId { rank: type_of(id)?.priority(), token: id.token });
        self.ranks.extend(ids.iter().filter_map(rank));
        for link in row_links(&self.ranks) {
            let (Some(a), Some(b)) = (ids.get(link.strongest), ids.get(link.other)) else { continue };
            let (Some(type_a), Some(type_b)) = (type_of(a), type_of(b)) else { continue };
            if let (Some(strongest), Some(other)) = (a.number, b.number) {
                let strength = if type_a.weak() || type_b.weak() { Strength::Weak } else { Strength::Strong };
                if self.remembered.was_said(NumberedLink { strongest, other, strength, ts_us }) {
                    continue;
                }
            }
            self.links.add((a.token, type_a), (b.token, type_b), ts_us, LinkRule::SameRow);
        }
    }

    /// Notes what somebody says of two ids.
    pub fn say(&mut self, a: (Token, &IdType), b: (Token, &IdType), ts_us: i64, rule: LinkRule) {
        self.links.say(a, b, ts_us, rule);
    }

    /// Forgets what rows before said: no more rows come.
    pub fn forget(&mut self) {
        self.remembered = Remembered::default();
    }

    /// Whether so many links wait that they must be settled before more come.
    pub fn has_many_links(&self) -> bool {
        self.links.are_many()
    }

    /// Links since the last call of which the log does not know yet, each once.
    pub fn take_new_links(&mut self) -> Result<Vec<NewLink>, DepositError> {
        self.links.settle()
    }

    /// Says who sends the rows that follow. Each source says for itself what is linked.
    pub fn set_source(&mut self, source: &Arc<str>) {
        if self.links.set_source(source) {
            self.remembered.forget_links();
        }
    }

    /// The sources that new links name by number.
    pub fn link_sources(&self) -> &[Arc<str>] {
        self.links.sources()
    }

    /// The types that new links name by number.
    pub fn link_types(&self) -> &[IdType] {
        self.links.types()
    }

    /// Whether this deposit has brought links that the log did not know.
    pub fn has_new_links(&self) -> bool {
        self.links.brought_news()
    }

    /// Who is one person, from all links. `log` and `profiles` hold this deposit's already.
    pub fn resolve(&self, log: &TableSnapshot, profiles: &TableSnapshot) -> Result<Assignment, DepositError> {
        resolve_log(log, profiles, &self.tokens)
    }

    /// Profiles first seen since the last call: they are written as they come, since a first import may bring millions.
    pub fn take_new_profiles(&mut self) -> Vec<NewProfile> {
        std::mem::take(&mut self.new_profiles)
    }

    /// Next free ordinals, for the vault version.
    pub fn ordinals(&self) -> &[u32] {
        &self.ordinals
    }

    /// Syncs the token index; its runs, for the vault version.
    pub fn seal_tokens(&mut self) -> Result<Vec<String>, DepositError> {
        Ok(self.tokens.seal()?)
    }

    /// Syncs the link index; its runs, for the vault version; `None` while it does not hold the whole log.
    pub fn seal_links(&mut self) -> Result<Option<Vec<String>>, DepositError> {
        self.links.seal()
    }
}

/// Fills a buffer from the operating system's random source.
fn fill_random(buffer: &mut [u8]) {
    // Without randomness nothing may be sealed: a repeated nonce would open the seal.
    getrandom::fill(buffer).expect("the operating system has a random source");
}
