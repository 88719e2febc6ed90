//! Which queries are meant: the parameters that pages of queries and files of them share.

use std::borrow::Cow;

use axum::{
    extract::{FromRequestParts, Query as AxumQuery},
    http::{StatusCode, Uri, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::{
    clients::DeviceId,
    filter::{self, Filter},
    http::Problem,
    policy::Verdict,
    stats::RowFilter,
    time::UnixTime,
};

/// The keys of a [`Selection`].
const KEYS: [&str; 6] = ["from", "until", "device", "verdict", "name", "filter"];

/// Which queries are meant.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Selection {
    /// Only queries from this time on, in milliseconds since 1970 UTC.
    from: Option<u64>,
    /// Only queries before this time.
    until: Option<u64>,
    /// Only queries of this device.
    device: Option<DeviceId>,
    /// Only queries that ended so.
    #[param(inline)]
    verdict: Option<Verdict>,
    /// Only names that contain this text; case does not matter.
    name: Option<String>,
    /// Only queries that this filter means: terms such as `device:"living-room tv" vendor:samsung stopped
    /// name:*.roku.com type:HTTPS since:2h -name:*.apple.com`. Terms of one key are alternatives; a minus says not.
    #[param(example = "vendor:samsung stopped since:2h")]
    filter: Option<String>,
}

/// The parameters behind `?`: which queries are meant, and the others. They are read apart, for flattening loses which
/// parameter is wrong.
pub(super) struct Select<T> {
    pub(super) selection: Selection,
    pub(super) others: T,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Select<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let (selection, others): (Vec<_>, Vec<_>) = pairs.partition(|(key, _)| KEYS.contains(&&**key));
        Ok(Self { selection: read(selection)?, others: read(others).map_err(with_keys)? })
    }
}

/// The complaint about a parameter that nobody knows names those that it was not looked for among.
fn with_keys(mut problem: Problem) -> Problem {
    if problem.detail.contains("unknown field") {
        problem.detail = format!("{}; or one of `{}`", problem.detail, KEYS.join("`, `")).into();
    }
    problem
}

/// Reads parameters as axum does.
fn read<T: DeserializeOwned>(pairs: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> Result<T, Problem> {
    let query = form_urlencoded::Serializer::for_suffix("/?".to_owned(), 2).extend_pairs(pairs).finish();
    let uri: Uri = query.parse().map_err(|_| Problem::new(StatusCode::URI_TOO_LONG, "the parameters are too long"))?;
    let read = AxumQuery::try_from_uri(&uri);
    read.map(|AxumQuery(value)| value).map_err(|error| Problem::new(error.status(), error.body_text()))
}

impl Selection {
    /// What is meant by its parameters, and by its filter.
    pub(super) fn meant(self, now: UnixTime) -> Result<(RowFilter, Filter), Problem> {
        let meant = meant(self.filter.as_deref().unwrap_or_default(), now)?;
        let filter = RowFilter {
            before: None,
            after: None,
            from: self.from.map(UnixTime),
            until: self.until.map(UnixTime),
            device: self.device,
            verdict: self.verdict,
            name: self.name.map(|name| name.to_ascii_lowercase()),
        };
        Ok((filter, meant))
    }
}

/// The filter that `text` writes. Rows are not grouped.
pub(super) fn meant(text: &str, now: UnixTime) -> Result<Filter, Problem> {
    let wrong = |reason: String| Problem::new(StatusCode::BAD_REQUEST, format!("`filter`: {reason}"));
    let filter = filter::parse(text, now).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        wrong(faults.join("; "))
    })?;
    if filter.group().is_some() {
        return Err(wrong("`group` is for figures; rows are not grouped".to_owned()));
    }
    Ok(filter)
}
