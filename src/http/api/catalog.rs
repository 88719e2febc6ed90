//! Whose name it is.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{explain::name_of, extract::Query};
use crate::http::{CatalogEntry, Deps, Problem};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// The name.
    name: String,
}

/// What the catalogue knows of a name: whose it is, what for, what breaks when it is stopped, and how that is known.
#[utoipa::path(
    get,
    path = "/api/v1/catalog",
    tag = "queries",
    params(Parameters),
    responses(
        (status = 200, body = CatalogEntry),
        (status = 404, description = "The catalogue does not know it", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn catalog(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<CatalogEntry>, Problem> {
    let name = name_of(&parameters.name)?;
    let unknown = || Problem::new(StatusCode::NOT_FOUND, format!("the catalogue does not know `{name}`"));
    deps.view.catalog(&name).map(Json).ok_or_else(unknown)
}
