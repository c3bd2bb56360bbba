//! A brand's rejects, opened for reading.

use databank_deposit::rejects::RejectReader;
use databank_model::BrandSlug;

use crate::app::App;
use crate::problem::Problem;

/// Opens the rejects of a brand, those that came a moment ago among them.
pub(super) async fn open(app: &App, brand: &BrandSlug) -> Result<RejectReader, Problem> {
    let installation = app.installation();
    let reader = installation.reader(brand, None).await?;
    Ok(RejectReader::open(&installation.import_context(), reader).await?)
}
