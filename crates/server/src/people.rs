//! The people behind a condition, with their masked ids.

use databank_assets::{AssetQuestion, FlowCondition, people};

use crate::app::App;
use crate::histories::{blocking, keys_of};
use crate::problem::Problem;
use crate::wire::flow::PeopleDocument;

/// Counts the people that a condition means and shows some of them. `told` says what is wrong with the condition.
pub(crate) async fn sample(
    app: &App,
    question: AssetQuestion,
    condition: FlowCondition,
    limit: usize,
    told: fn(databank_assets::AssetError) -> Problem,
) -> Result<PeopleDocument, Problem> {
    let keys = keys_of(app.installation(), &question.reader.brand)?;
    let desk = app.histories().desk(question.reader.clone()).await?;
    blocking(move || {
        let found = people(&question.history, &condition, limit).map_err(told)?;
        let consumers: Vec<_> = found.sample.iter().map(|person| person.consumer).collect();
        let ids = desk.ids(&keys, &consumers)?;
        let of = |person: &databank_assets::Person| ids.get(&person.consumer).map(Vec::as_slice).unwrap_or_default();
        Ok(PeopleDocument::new(&found, of, question.reader.sequence()))
    })
    .await?
}
