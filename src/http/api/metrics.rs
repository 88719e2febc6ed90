//! Figures for programs that scrape them.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderName, header},
};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

use crate::http::{Deps, Problem};

/// The figures of all parts in the text format of Prometheus. None of them names a device or a name that was asked for.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "status",
    responses(
        (status = 200, description = "Figures", body = String, content_type = "text/plain"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn metrics(State(deps): State<Arc<Deps>>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], deps.view.metrics())
}
