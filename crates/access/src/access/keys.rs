//! Keys of programs: made, shown once, used, revoked.

use databank_catalog::{ApiKey, ApiKeyId, ApiKeyKind, CatalogError, NewApiKey};
use databank_model::BrandSlug;

use super::{Access, MINUTE_US, one_line};
use crate::key_text::KeyText;
use crate::random::{self, fingerprint};
use crate::{AccessError, Action, Actor, Page, Principal, Secret, key_text};

/// How long after a key that writes was used its use is noted again: such keys are many, and used all the time.
const WRITE_KEY_TOUCH_US: i64 = 15 * MINUTE_US;

/// A key to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The brand that it is of.
    pub brand: BrandSlug,
    /// What people read.
    pub name: String,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What a key of the kind `api` may do; `assets.read` when none is named.
    pub scopes: Vec<Action>,
    /// When it stops to hold.
    pub expires_at: Option<i64>,
}

/// A key that sends events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteKey {
    /// Its number.
    pub id: String,
    /// Whose events come with it.
    pub brand: BrandSlug,
    /// The source that they are of: the key's name.
    pub source: String,
}

/// A key as it is shown: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its number.
    pub id: String,
    /// What people read.
    pub name: String,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// What it may do.
    pub scopes: Vec<Action>,
    /// How its text begins.
    pub prefix: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: i64,
    /// When it stops to hold.
    pub expires_at: Option<i64>,
    /// When it was last used, give or take a minute; of a key that writes, a quarter of an hour.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl KeyInfo {
    fn new(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            prefix: key_text::prefix(key.kind, key.id),
            scopes: scopes(&key),
            name: key.name,
            kind: key.kind,
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl Access {
    /// Who asks with a key. A key that writes may nothing of the interface: see [`Principal::actions_on`].
    pub async fn key(&self, text: &str, now_us: i64) -> Result<Principal, AccessError> {
        let parts = key_text::read(text).ok_or(AccessError::NotSignedIn)?;
        let key = self.held_key(&parts, now_us, MINUTE_US).await?;
        let scopes = scopes(&key);
        let actor = Actor::Key { id: key.id.to_string(), name: key.name };
        Ok(Principal::key(actor, key.brand, scopes))
    }

    /// Whose events come with a key that writes. Keys of another kind are none.
    pub async fn write_key(&self, text: &str, now_us: i64) -> Result<WriteKey, AccessError> {
        let parts = key_text::read(text).filter(|parts| parts.kind == ApiKeyKind::Write);
        let parts = parts.ok_or(AccessError::NotSignedIn)?;
        let key = self.held_key(&parts, now_us, WRITE_KEY_TOUCH_US).await?;
        Ok(WriteKey { id: key.id.to_string(), brand: key.brand, source: key.name })
    }

    /// The key of a text, if it holds.
    async fn held_key(&self, parts: &KeyText<'_>, now_us: i64, touch_us: i64) -> Result<ApiKey, AccessError> {
        let keys = self.catalog().api_keys();
        let (key, secret_hash) = keys.find(parts.id).await?.ok_or(AccessError::NotSignedIn)?;
        let holds = key.kind == parts.kind
            && secret_hash == fingerprint(parts.secret)
            && key.revoked_at.is_none()
            && key.expires_at.is_none_or(|expires_at| now_us < expires_at);
        if !holds {
            return Err(AccessError::NotSignedIn);
        }
        // Not with every request: each would be a write.
        if key.last_used_at.is_none_or(|used| now_us - used >= touch_us) {
            keys.touch(key.id, now_us).await?;
        }
        Ok(key)
    }

    /// Makes a key. Its text is given out here and can never be had again.
    pub async fn create_key(
        &self,
        new: NewKey,
        created_by: &Actor,
        now_us: i64,
    ) -> Result<(Secret<String>, KeyInfo), AccessError> {
        let name = one_line("name", &new.name)?;
        let scopes = chosen_scopes(new.kind, new.scopes)?;
        if new.expires_at.is_some_and(|expires_at| expires_at <= now_us) {
            let message = "must be after now".to_owned();
            return Err(AccessError::Invalid { field: "expires_at", message });
        }
        let secret = random::token()?;
        let new = NewApiKey {
            brand: new.brand,
            name,
            kind: new.kind,
            scopes: scopes.into_iter().map(String::from).collect(),
            secret_hash: fingerprint(secret.expose()),
            created_by: created_by.audit_name().to_owned(),
            created_at: now_us,
            expires_at: new.expires_at,
        };
        let key = self.catalog().api_keys().add(new).await?;
        Ok((key_text::write(key.kind, key.id, &secret), KeyInfo::new(key)))
    }

    /// A brand's keys, newest first; revoked ones, too.
    pub async fn list_keys(
        &self,
        brand: &BrandSlug,
        page: Option<&str>,
        limit: u64,
    ) -> Result<Page<KeyInfo>, AccessError> {
        let before = page.map(|text| text.parse().map(ApiKeyId)).transpose();
        let before = before.map_err(|error: std::num::ParseIntError| AccessError::invalid("page", &error))?;
        let keys = self.catalog().api_keys().list(brand, before, limit + 1).await?;
        Ok(Page::of(keys, limit, |key| key.id.to_string()).map(KeyInfo::new))
    }

    /// Revokes a brand's key, at once and for good.
    pub async fn revoke_key(&self, brand: &BrandSlug, id: &str, now_us: i64) -> Result<KeyInfo, AccessError> {
        let Ok(number) = id.parse() else {
            let name = id.to_owned();
            return Err(CatalogError::NotFound { what: "key", name, brand: brand.clone() }.into());
        };
        Ok(KeyInfo::new(self.catalog().api_keys().revoke(brand, ApiKeyId(number), now_us).await?))
    }
}

fn chosen_scopes(kind: ApiKeyKind, mut scopes: Vec<Action>) -> Result<Vec<Action>, AccessError> {
    let refuse = |message: String| Err(AccessError::Invalid { field: "scopes", message });
    if kind == ApiKeyKind::Write && !scopes.is_empty() {
        return refuse("a key that writes sends events and has no scopes".to_owned());
    }
    if let Some(scope) = scopes.iter().find(|scope| !scope.is_for_keys()) {
        return refuse(format!("a key cannot have the scope {scope}"));
    }
    if kind == ApiKeyKind::Api && scopes.is_empty() {
        scopes.push(Action::AssetsRead);
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// What a key may do. An action that this program does not know any more gives no right.
fn scopes(key: &ApiKey) -> Vec<Action> {
    match key.kind {
        ApiKeyKind::Api => key.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
        ApiKeyKind::Write => Vec::new(),
    }
}
