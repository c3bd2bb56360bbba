//! Refused events read again: the same for the API and the command line.

use std::sync::Arc;

use databank_collector::CollectError;
use databank_deposit::rejects::{Replay, Replayed, replay, try_replay};
use databank_lake::cores::apart;
use databank_model::BrandSlug;

use crate::installation::Installation;

impl Installation {
    /// Reads a brand's refused events again, in its turn; only tells what would become of them when it is a `dry_run`. What waits in
    /// the inbox is deposited first.
    pub async fn replay_rejects(
        self: &Arc<Self>,
        brand: &BrandSlug,
        asked: Replay,
        dry_run: bool,
    ) -> Result<Replayed, CollectError> {
        // Those that came a moment ago are meant as well.
        self.deposit_waiting(brand).await?;
        // A trial as well: what it looks at is not replaced meanwhile.
        let writing = self.write_brand(brand).await;
        let (installation, slug) = (Arc::clone(self), brand.clone());
        apart(async move {
            // Whoever asked may be gone before it is done: the turn is the work's.
            let _writing = writing;
            if dry_run {
                return Ok(try_replay(&installation.import_context(), &slug, &asked).await?);
            }
            let replayed = replay(&installation.import_context(), &slug, &asked).await?;
            installation.collector.look_again(&slug, installation.clock.now()).await?;
            Ok(replayed)
        })
        .await
    }
}
