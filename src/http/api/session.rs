//! Logging in: the token of the operator, or the password, exchanged for a cookie.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Extension, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract;
use crate::http::{Deps, Door, Problem, guard::Peer};

/// Whether this client may read the API.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionState {
    /// Whether one must log in here at all.
    required: bool,
    /// Whether there is a password for that, beside the token.
    password: bool,
    /// Whether this client may read the API as it is.
    authenticated: bool,
}

/// What one logs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogIn {
    /// The token, from the file `token` in the data directory, or the password.
    token: String,
}

/// Whether this client must log in.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    responses((status = 200, body = SessionState), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn state(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Json<SessionState> {
    let required = peer.door == Door::Tcp && deps.auth.needs_log_in();
    let authenticated = !required || deps.auth.check(&headers, peer.address, deps.clock.now().moment).is_ok();
    Json(SessionState { required, password: deps.password.is_set(), authenticated })
}

/// Logs in: exchanges the token or the password for a cookie.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "session",
    security(()),
    request_body = LogIn,
    responses(
        (status = 204, description = "Logged in; the answer sets the cookie"),
        (status = 401, description = "Neither the token nor the password", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn open(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
    extract::Json(log_in): extract::Json<LogIn>,
) -> Result<Response, Problem> {
    let cookie = deps.auth.log_in(&log_in.token, peer.address, deps.clock.now().moment).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Logs out.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "session",
    responses((status = 204, description = "Logged out"), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn close(State(deps): State<Arc<Deps>>, headers: HeaderMap) -> Response {
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, deps.auth.log_out(&headers))]).into_response()
}
