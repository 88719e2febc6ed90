//! Reports of a device and of a vendor.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};

use super::{
    extract::{Id, Query},
    figures::{TimeParameters, no_journal},
};
use crate::{
    figures::{self, DeviceReport, Household},
    http::{Deps, Problem, VendorPage, VendorReport},
};

/// The report of a device: who it is, what it needs, what it reports, to which companies, how often, what stands out, and
/// what DNS cannot see of it.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}/report",
    tag = "figures",
    params(("id" = String, Path, description = "Its id, any of its addresses, or its name", min_length = 1, max_length = 64, example = "living-room-tv"), TimeParameters),
    responses(
        (status = 200, body = DeviceReport),
        (status = 404, description = "There is no such device, or no journal", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn device_report(
    State(deps): State<Arc<Deps>>,
    Id(id): Id,
    Query(time): Query<TimeParameters>,
) -> Result<Json<DeviceReport>, Problem> {
    let period = time.period(deps.clock.now().unix)?;
    let device = deps.view.device(&id)?;
    let journal = deps.journal.clone().ok_or_else(no_journal)?;
    let (stats, household) = (deps.stats.clone(), Household::new(&deps.view.devices()));
    let offset = deps.view.offset();
    deps.reading
        .read(move || figures::device_report(&journal, &stats, &household, device, period, offset))
        .await
        .map(Json)
}

/// The report of a vendor: which devices asked for its names, how often, and what was stopped.
#[utoipa::path(
    get,
    path = "/api/v1/vendors/{id}",
    tag = "figures",
    params(("id" = String, Path, description = "The company, as `/api/v1/vendors` writes it", example = "Xiaomi"), TimeParameters),
    responses(
        (status = 200, body = VendorReport),
        (status = 404, description = "The catalogue knows no such vendor, or there is no journal", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn vendor_report(
    State(deps): State<Arc<Deps>>,
    Id(id): Id,
    Query(time): Query<TimeParameters>,
) -> Result<Json<VendorReport>, Problem> {
    let period = time.period(deps.clock.now().unix)?;
    let unknown = || Problem::new(StatusCode::NOT_FOUND, format!("the catalogue knows no vendor `{id}`"));
    let known = VendorPage::all().vendors.into_iter().find(|vendor| vendor.vendor.eq_ignore_ascii_case(&id));
    let vendor = known.ok_or_else(unknown)?;
    let journal = deps.journal.clone().ok_or_else(no_journal)?;
    let household = Household::new(&deps.view.devices());
    let report = deps.reading.read(move || {
        let figures = figures::vendor_figures(&journal, &household, &vendor.vendor, period);
        VendorReport { vendor, figures }
    });
    report.await.map(Json)
}
