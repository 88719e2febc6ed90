//! The API, the dashboard and DNS over HTTPS: the one folder that names axum.
//!
//! Leaves what happened to `stats` and `journal`, every change to whoever receives [`Control`]'s commands, and the
//! making of sockets to `app`.

mod api;
mod assets;
mod auth;
mod catalog;
mod connection;
mod doh;
mod events;
mod guard;
mod password;
mod problem;
mod reading;
mod serve;
mod token;
mod view;

#[cfg(test)]
mod tests;

use std::{io::Read as _, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::read::GzDecoder;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

pub use assets::Pages;
pub use auth::Auth;
pub use catalog::{CatalogEntry, CatalogRecord, Vendor, VendorPage, VendorReport, VendorService};
pub use events::Streams;
pub use guard::{Connection, Door};
pub use password::Password;
pub use problem::Problem;
pub use reading::Reading;
pub use serve::{bind_socket, serve_doh, serve_socket, serve_tcp};
pub use token::load_or_make_token;
pub use view::{
    Decision, ExplainAlias, ExplainAnswer, ExplainCause, ExplainPlace, ExplainPlaces, ExplainQuestion, Explanation,
    GroupHours, Later, View,
};

use crate::{
    changes::Changes,
    control::Control,
    figures::FirstSeen,
    journal::{Journal, Live, Recorder},
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
    /// What is kept on disk; `None` when nothing is.
    pub journal: Option<Journal>,
    /// Takes changes.
    pub control: Control,
    /// What was changed, and what stands.
    pub changes: Changes,
    /// Looks into the other parts.
    pub view: Arc<dyn View>,
    /// Who may read.
    pub auth: Auth,
    /// The password by which one may log in.
    pub password: Password,
    /// The names, beside its addresses, that the dashboard may be called by.
    pub names: Vec<String>,
    /// Where the files of the dashboard come from.
    pub pages: Pages,
    /// Who was first seen when.
    pub firsts: FirstSeen,
    /// The streams of events that are open.
    pub streams: Streams,
    /// Who reads the journal.
    pub reading: Reading,
}

/// The API and the dashboard, for connections that come through `door`.
pub fn router(deps: Arc<Deps>, door: Door) -> Router {
    let guarded = api::router(api::GUARDED)
        .route("/api/openapi.json", get(openapi_document))
        .route_layer(from_fn_with_state(Arc::clone(&deps), guard::may_read));
    // Streams are left alone: tower-http knows them by their content type.
    let large = SizeAbove::new(1024).and(NotForContentType::SSE);
    guarded
        .merge(api::router(api::OPEN))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "there is such a path, but not with this method")
        })
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(large))
        .fallback(page)
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .layer(from_fn_with_state((Arc::clone(&deps), door), guard::pass))
        .with_state(deps)
}

/// The description of the API in OpenAPI 3.1: `openapi.json`, which build.rs has compressed to a tenth.
fn openapi_json() -> Vec<u8> {
    unpacked(include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz")))
}

/// What build.rs has compressed.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut content).expect("build.rs has packed it");
    content
}

async fn openapi_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json())
}

async fn page(State(deps): State<Arc<Deps>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    deps.pages.answer(&method, &uri, &headers).await
}
