//! Questions about identities, and what people say of them: the same for the API and the command line.

use std::sync::Arc;

use databank_collector::CollectError;
use databank_consumers::{ConsumerDesk, ConsumerError, ConsumerKeys};
use databank_deposit::DepositError;
use databank_deposit::oneid::unlink::{Unlink, Unlinked, unlink};
use databank_deposit::oneid::{IdentityDesk, IdentityQuestionError};
use databank_history::HistoryError;
use databank_history::source::load_identity;
use databank_lake::cores::apart;
use databank_model::{BrandSlug, ConsumerId};

use crate::installation::Installation;
use crate::problem::Problem;
use crate::wire::identity::{ConflictDocument, ConflictsDocument, ExplanationDocument};

/// A question about identities that was not answered.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It is asked wrongly, or of an id that nobody knows.
    #[error(transparent)]
    Question(#[from] IdentityQuestionError),
    /// What waits in the inbox cannot be seen.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The vault failed.
    #[error(transparent)]
    Deposit(#[from] DepositError),
    /// People's records failed.
    #[error(transparent)]
    Consumer(#[from] ConsumerError),
    /// The identity map failed.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// Conflicts that are told one by one.
const MOST_CONFLICTS: usize = 1_000;

impl Installation {
    /// Why an id is whose it is, and how it and another are one person.
    pub async fn explain_identity(
        self: &Arc<Self>,
        brand: &BrandSlug,
        id: String,
        with: Option<String>,
    ) -> Result<ExplanationDocument, IdentityError> {
        let reader = self.reader(brand, None).await?;
        let installation = Arc::clone(self);
        apart(async move {
            let desk = IdentityDesk::open(&installation.import_context(), &reader).await?;
            let explained = desk.explain(&id, with.as_deref())??;
            let keys = ConsumerKeys::unwrap(&installation.keyring, &reader.brand)?;
            let identity = load_identity(reader.vault.directory(), reader.state.identity_map.as_deref())?;
            let people = ConsumerDesk::open(reader, Arc::new(identity)).await?;
            let consumer = ConsumerId(explained.consumer);
            let masked = people.ids(&keys, &[consumer])?.remove(&consumer).unwrap_or_default();
            Ok(ExplanationDocument::new(&explained, &masked))
        })
        .await
    }

    /// Joins that were refused, and ids that join nobody.
    pub async fn identity_conflicts(self: &Arc<Self>, brand: &BrandSlug) -> Result<ConflictsDocument, IdentityError> {
        let reader = self.reader(brand, None).await?;
        let installation = Arc::clone(self);
        apart(async move {
            let desk = IdentityDesk::open(&installation.import_context(), &reader).await?;
            let (conflicts, total) = desk.conflicts()?;
            let identity = load_identity(reader.vault.directory(), reader.state.identity_map.as_deref())?;
            let consumer_of = |profile| identity.consumer_of(profile, i64::MAX).0;
            let told = conflicts.iter().take(MOST_CONFLICTS).map(|one| ConflictDocument::new(one, consumer_of));
            Ok(ConflictsDocument { conflicts: told.collect(), total, vault_version: reader.sequence() })
        })
        .await
    }

    /// Cuts ids from each other, or joins them again, in the brand's turn. What waits in the inbox is deposited first: ids that
    /// are seen must be known.
    pub async fn unlink_identity(self: &Arc<Self>, brand: &BrandSlug, said: Unlink) -> Result<Unlinked, IdentityError> {
        self.deposit_waiting(brand).await?;
        let writing = self.write_brand(brand).await;
        let (installation, brand) = (Arc::clone(self), brand.clone());
        let unlinked = apart(async move {
            // Whoever asked may be gone before it is done: the turn is the work's.
            let _writing = writing;
            unlink(&installation.import_context(), &brand, &said).await
        });
        Ok(unlinked.await??)
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Question(IdentityQuestionError::Unknown { .. }) => Self::not_found(),
            IdentityError::Question(wrong) => Self::invalid_field("id", wrong.to_string()),
            IdentityError::Collect(error) => error.into(),
            IdentityError::Deposit(error) => error.into(),
            IdentityError::Consumer(error) => error.into(),
            IdentityError::History(error) => error.into(),
        }
    }
}
