//! Reading requests: axum's extractors with problem details for whatever is wrong.

use std::time::Duration;

use axum::{
    Json as AxumJson,
    extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::http::Problem;

/// What a client has for sending a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The parameters behind `?`.
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AxumQuery::from_request_parts(parts, state).await {
            Ok(AxumQuery(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::new(error.status(), error.body_text())),
        }
    }
}

/// The `{id}` of the path.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AxumPath::from_request_parts(parts, state).await {
            Ok(AxumPath(id)) => Ok(Self(id)),
            Err(error) => Err(Problem::new(error.status(), error.body_text())),
        }
    }
}

/// A body in JSON.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = tokio::time::timeout(BODY_TIMEOUT, AxumJson::from_request(request, state)).await;
        match read {
            Ok(Ok(AxumJson(value))) => Ok(Self(value)),
            Ok(Err(error)) => Err(Problem::new(error.status(), error.body_text())),
            Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")),
        }
    }
}
