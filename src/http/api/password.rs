//! Choosing the password by which one may log in instead of by the token.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract;
use crate::http::{Deps, Door, Problem, guard::Peer};

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// 8 characters at least, 256 octets at most.
    #[schema(min_length = 8, max_length = 256)]
    password: String,
}

/// Chooses the password, which opens the dashboard as the token does. All sessions end but this one.
#[utoipa::path(
    put,
    path = "/api/v1/password",
    tag = "session",
    request_body = NewPassword,
    responses(
        (status = 204, description = "In force; the answer sets a new cookie where there was one"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn choose_password(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
    extract::Json(new): extract::Json<NewPassword>,
) -> Result<Response, Problem> {
    change(&deps, peer, Some(new.password)).await
}

/// Has only the token open the dashboard. All sessions end but this one.
#[utoipa::path(
    delete,
    path = "/api/v1/password",
    tag = "session",
    responses(
        (status = 204, description = "In force; the answer sets a new cookie where there was one"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn remove_password(
    State(deps): State<Arc<Deps>>,
    Extension(peer): Extension<Peer>,
) -> Result<Response, Problem> {
    change(&deps, peer, None).await
}

async fn change(deps: &Deps, peer: Peer, chosen: Option<String>) -> Result<Response, Problem> {
    let is_chosen = chosen.is_some();
    deps.password.choose(chosen).await?;
    tracing::info!("the password of the dashboard was {}", if is_chosen { "changed" } else { "removed" });
    if peer.door == Door::Socket || !deps.auth.needs_log_in() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let cookie = deps.auth.renew_session(deps.clock.now().moment)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
