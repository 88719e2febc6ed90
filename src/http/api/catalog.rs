//! Whose name it is, and what the catalogue knows of all vendors.

use axum::{Json, http::StatusCode};

use super::extract::Id;
use crate::http::{CatalogRecord, Problem, VendorPage};

/// What the catalogue knows of a name or an address: whose it is, what for, what breaks when it is stopped, how that is
/// known, and what DNS cannot see of the same vendor.
#[utoipa::path(
    get,
    path = "/api/v1/catalog/{name}",
    tag = "catalogue",
    params(("name" = String, Path, description = "A name, or an address.", max_length = 255, example = "tracking.rus.miui.com")),
    responses(
        (status = 200, body = CatalogRecord),
        (status = 404, description = "The catalogue does not know it", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn catalog(Id(name): Id) -> Result<Json<CatalogRecord>, Problem> {
    let record = match name.parse() {
        Ok(address) => CatalogRecord::of_address(address),
        Err(_) => CatalogRecord::of_name(&super::explain::name_of(&name)?),
    };
    let unknown = || Problem::new(StatusCode::NOT_FOUND, format!("the catalogue does not know `{name}`"));
    record.map(Json).ok_or_else(unknown)
}

/// The vendors of the catalogue: home country, services, purposes and names of each, and the lists that can be subscribed
/// to.
#[utoipa::path(
    get,
    path = "/api/v1/vendors",
    tag = "catalogue",
    responses((status = 200, body = VendorPage), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn vendors() -> Json<VendorPage> {
    Json(VendorPage::all())
}
