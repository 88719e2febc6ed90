//! Reading requests: axum's extractors with problem details for whatever is wrong.

use std::{sync::Arc, time::Duration};

use axum::{
    Json as AxumJson,
    extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request},
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{
    changes::{Author, Change},
    control::{Command, Control},
    http::{Deps, Door, Problem, guard::Peer},
};

/// What a client has for sending a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What is there, `null` included.
#[expect(clippy::option_option, reason = "left out, and taken back")]
pub(super) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

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

/// The `{id}` of the path of something that has a number.
pub(super) struct Number(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Id(id) = Id::from_request_parts(parts, state).await?;
        let wrong = |_| Problem::new(StatusCode::BAD_REQUEST, format!("`{}`: expected a number", id.escape_debug()));
        id.parse().map(Self).map_err(wrong)
    }
}

/// Whoever asks, and gives orders in their own name.
pub(super) struct Operator {
    control: Control,
    author: Author,
}

impl Operator {
    /// Has something done of which the answer tells nothing.
    pub(super) async fn order(self, command: Command) -> Result<StatusCode, Problem> {
        self.control.run(command, self.author).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    /// Has a change made; the answer is the change.
    pub(super) async fn change(self, command: Command) -> Result<AxumJson<Change>, Problem> {
        let not_kept = || Problem::new(StatusCode::BAD_GATEWAY, "it is in force, but could not be remembered");
        self.control.run(command, self.author).await?.map(AxumJson).ok_or_else(not_kept)
    }
}

impl FromRequestParts<Arc<Deps>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, deps: &Arc<Deps>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<Peer>();
        let peer = peer.ok_or_else(|| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the connection is unknown"))?;
        let author = match peer.door {
            Door::Socket => Author::COMMAND,
            Door::Tcp => Author { way: deps.auth.way(&parts.headers), address: Some(peer.address) },
        };
        Ok(Self { control: deps.control.clone(), author })
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
