//! `POST /brands/{brand}/imports/preview`: what an import would make of the first rows.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use databank_access::Action;
use databank_catalog::Upload;
use databank_deposit::import::{DryBlock, ImportRequest, dry_run};
use databank_deposit::mapping::Mapping;
use databank_model::BrandSlug;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::blocking::blocking_future;
use crate::caller::Caller;
use crate::extract::{FromBody, FromPath};
use crate::imports::{of_deposit, of_mapping};
use crate::installation::Installation;
use crate::problem::{BadBody, Code, Missing, Problem, Refused};
use crate::uploads::{find_all, stage};

/// How long a query may take to its first rows: one that sorts or joins large files reads all of them.
const TIME: Duration = Duration::from_secs(45);

/// What to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportQuestion)]
pub(crate) struct ImportQuestion {
    /// The text of the mapping, TOML.
    mapping: String,
    /// Ids of uploads.
    #[schema(example = json!(["7"]))]
    uploads: Vec<String>,
}

/// The first rows of every block.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub(crate) struct ImportPreview {
    /// Blocks, in the mapping's order.
    blocks: Vec<BlockPreview>,
}

/// The first rows of a block.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockPreview)]
pub(crate) struct BlockPreview {
    /// Kind and number.
    #[schema(example = "events 1")]
    block: String,
    /// Its columns.
    columns: Vec<String>,
    /// Its first rows.
    rows: Vec<RowPreview>,
}

/// A row as the mapping gives it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowPreview)]
pub(crate) struct RowPreview {
    /// Its values by column.
    #[schema(value_type = Object)]
    row: Map<String, Value>,
    /// Why it would be refused; null when it would not.
    refused: Option<RefusedRow>,
}

/// Why a row would be refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedRow)]
pub(crate) struct RefusedRow {
    /// Stable code.
    #[schema(example = "bad_time")]
    code: String,
    /// The column at fault.
    field: Option<String>,
    /// What is wrong and what would be right.
    message: String,
}

/// Preview an import
///
/// Deposits nothing. A mapping that does not fit the files is a problem whose `errors` name the line of the mapping or the
/// block, and the column.
#[utoipa::path(
    post,
    path = "/brands/{brand}/imports/preview",
    operation_id = "preview_import",
    tag = "imports",
    params(("brand" = String, Path, description = "The brand's slug", example = "acme")),
    request_body = ImportQuestion,
    responses((status = 200, description = "The first rows", body = ImportPreview), BadBody, Missing, Refused)
)]
pub(crate) async fn preview_import(
    State(app): State<App>,
    caller: Caller,
    FromPath(brand): FromPath<String>,
    FromBody(asked): FromBody<ImportQuestion>,
) -> Result<Json<ImportPreview>, Problem> {
    let brand = app.authorize(&caller, &brand, Action::ImportsWrite).await?;
    let uploads = find_all(app.installation(), &brand, &asked.uploads).await?;
    let mapping = Mapping::parse(&asked.mapping, "mapping").map_err(|error| of_mapping(&error, &[]))?;
    let installation = Arc::clone(app.installation());
    let _place = app.place_to_preview().await?;
    let blocks = blocking_future(move || look(installation, brand, mapping, uploads)).await??;
    Ok(Json(ImportPreview { blocks }))
}

async fn look(
    installation: Arc<Installation>,
    brand: BrandSlug,
    mapping: Mapping,
    uploads: Vec<Upload>,
) -> Result<Vec<BlockPreview>, Problem> {
    let staged = stage(&installation, &brand, &uploads, Some(&mapping))?;
    let context = installation.import_context();
    let request = ImportRequest { brands: vec![brand], by_column: false, mapping, paths: staged.paths.clone() };
    let late = |_| {
        let detail = "no rows came within 45 seconds: the mapping reads all of its files first; try it on smaller ones";
        Problem::new(Code::Timeout, detail)
    };
    let blocks = tokio::time::timeout(TIME, dry_run(&context, &request)).await.map_err(late)?;
    let blocks = blocks.map_err(|error| of_deposit(error, &uploads))?;
    blocks.into_iter().map(of_block).collect()
}

fn of_block(block: DryBlock) -> Result<BlockPreview, Problem> {
    let is_own = |name: &str| !name.starts_with('_');
    let schema = block.rows.schema();
    let columns = schema.fields().iter().map(|field| field.name().clone()).filter(|name| is_own(name)).collect();
    let mut rows = Vec::with_capacity(block.rows.num_rows());
    for (index, mut row) in databank_engine::sql::batch_as_json(&block.rows)?.into_iter().enumerate() {
        row.retain(|name, _| is_own(name));
        let error = block.errors.iter().find(|error| error.row == index);
        let refused = error.map(|error| RefusedRow {
            code: error.code.to_owned(),
            field: error.field.clone(),
            message: error.message.clone(),
        });
        rows.push(RowPreview { row, refused });
    }
    Ok(BlockPreview { block: block.block, columns, rows })
}
