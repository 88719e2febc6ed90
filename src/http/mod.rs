//! The API, the dashboard and DNS over HTTPS: the one folder that names axum.
//!
//! Leaves what happened to `stats` and `journal`, every change to whoever receives [`Control`]'s commands, and the
//! making of sockets to `app`.

mod api;
mod auth;
mod events;
mod guard;
mod problem;
mod view;

use std::sync::Arc;

use axum::{Router, http::StatusCode};
use utoipa::openapi::OpenApi;

pub use auth::Auth;
pub use events::Streams;
pub use guard::Door;
pub use problem::Problem;
pub use view::{
    CatalogEntry, Decision, ExplainAlias, ExplainAnswer, ExplainCause, ExplainQuestion, Explanation, Later,
    ListProgress, ListStep, UpstreamStatus, View,
};

use crate::{
    control::Control,
    journal::{Live, Recorder},
    stats::Stats,
    time::{Clock, Moment},
};

/// What the pages are made of.
pub struct Deps {
    /// The version of ponor.
    pub version: &'static str,
    /// Whether all devices and queries are made up.
    pub demo: bool,
    /// Reads the clocks.
    pub clock: Clock,
    /// When ponor was started.
    pub started: Moment,
    /// What happened.
    pub stats: Stats,
    /// What happens.
    pub live: Live,
    /// Counts what was not recorded.
    pub recorder: Recorder,
    /// Takes changes.
    pub control: Control,
    /// Looks into the other parts.
    pub view: Arc<dyn View>,
    /// Who may read.
    pub auth: Auth,
    /// The streams of events that are open.
    pub streams: Streams,
}

/// The API and the dashboard, for connections that come through `door`.
pub fn router(deps: Arc<Deps>, door: Door) -> Router {
    let (routes, document) = api::routes().split_for_parts();
    let document: Arc<str> = document.to_json().unwrap_or_default().into();
    let routes = routes
        .route("/api/openapi.json", axum::routing::get(move || openapi_document(Arc::clone(&document))))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "there is such a path, but not with this method")
        })
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "there is no such path"));
    guard::protect(routes, &deps, door).with_state(deps)
}

/// The description of the API in OpenAPI 3.1.
#[must_use]
pub fn openapi() -> OpenApi {
    api::routes().split_for_parts().1
}

/// [`openapi`] as JSON.
#[must_use]
pub fn openapi_json() -> String {
    openapi().to_pretty_json().unwrap_or_default()
}

async fn openapi_document(document: Arc<str>) -> impl axum::response::IntoResponse {
    ([(axum::http::header::CONTENT_TYPE, "application/json")], document.to_string())
}
