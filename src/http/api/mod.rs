//! `/api/v1`: each handler reads one part, or gives one command, in a few lines. Each route is defined once, beside its
//! handler, and feeds both the router and the OpenAPI document.

mod catalog;
mod changes;
mod devices;
mod exceptions;
mod explain;
mod export;
mod extract;
mod figures;
mod lists;
mod live;
mod metrics;
mod overview;
mod pause;
mod probes;
mod queries;
mod report;
mod rules;
mod selection;
mod session;
mod status;

use std::sync::Arc;

use axum::http::StatusCode;
use utoipa::{
    OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Deps, Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ponor",
        description = "What devices of this network try to look up, what was stopped and why, and the lists that \
                       decide it. Times are milliseconds since 1970 UTC. Errors are problem details (RFC 9457).",
    ),
    components(schemas(Problem)),
    security(("token" = []), ("session" = [])),
)]
struct Document;

/// The routes that only those may use who may read the API.
pub(super) fn guarded() -> OpenApiRouter<Arc<Deps>> {
    OpenApiRouter::with_openapi(document())
        .routes(routes!(status::status))
        .routes(routes!(overview::overview))
        .routes(routes!(queries::queries, queries::erase))
        .routes(routes!(export::export))
        .routes(routes!(live::live))
        .routes(routes!(lists::all, lists::add))
        .routes(routes!(lists::change, lists::remove))
        .routes(routes!(lists::update_all))
        .routes(routes!(lists::update_progress))
        .routes(routes!(lists::update_one))
        .routes(routes!(lists::accept))
        .routes(routes!(devices::devices))
        .routes(routes!(devices::device, devices::change_device))
        .routes(routes!(devices::merge_devices))
        .routes(routes!(devices::split_device))
        .routes(routes!(exceptions::exceptions, exceptions::except))
        .routes(routes!(exceptions::end_exception))
        .routes(routes!(pause::pauses, pause::pause, pause::resume))
        .routes(routes!(rules::rules, rules::add_rule))
        .routes(routes!(rules::remove_rule))
        .routes(routes!(changes::changes))
        .routes(routes!(changes::undo))
        .routes(routes!(report::device_report))
        .routes(routes!(report::vendor_report))
        .routes(routes!(figures::series))
        .routes(routes!(figures::top))
        .routes(routes!(figures::headline))
        .routes(routes!(explain::explain))
        .routes(routes!(catalog::catalog))
        .routes(routes!(metrics::metrics))
        .routes(routes!(catalog::vendors))
}

/// The routes for everyone who can connect.
pub(super) fn open() -> OpenApiRouter<Arc<Deps>> {
    OpenApiRouter::default()
        .routes(routes!(session::state, session::open, session::close))
        .routes(routes!(probes::healthz))
        .routes(routes!(probes::readyz))
}

/// Does what may wait for files on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the journal could not be read; the log says why"))
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(super::auth::COOKIE));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    document
}
