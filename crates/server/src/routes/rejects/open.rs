//! A brand's rejects, opened for reading.

use databank_deposit::brand::Sizes;
use databank_deposit::import::ImportContext;
use databank_deposit::rejects::RejectReader;
use databank_model::BrandSlug;

use crate::app::App;
use crate::problem::Problem;

/// Opens the rejects of a brand's newest version.
pub(super) async fn open(app: &App, brand: &BrandSlug) -> Result<RejectReader, Problem> {
    let installation = app.installation();
    let context = ImportContext {
        catalog: &installation.catalog,
        keyring: &installation.keyring,
        data_directory: installation.data_directory.clone(),
        now_us: app.now_us(),
        sizes: Sizes::default(),
    };
    Ok(RejectReader::open(&context, brand).await?)
}
