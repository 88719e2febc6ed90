//! All queries as a file.

use std::{convert::Infallible, ops::ControlFlow, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use tokio::{sync::mpsc, task::spawn_blocking};
use utoipa::{IntoParams, ToSchema};

use super::extract::Query;
use crate::{
    clients::DeviceId,
    http::{Deps, Problem},
    policy::Verdict,
    stats::{Row, RowFilter},
    time::UnixTime,
};

/// Octets that are sent at once.
const CHUNK: usize = 32 << 10;
/// Chunks that wait for a slow reader.
const CHUNKS: usize = 4;

/// How a file is written.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// Comma-separated values with a head line.
    Csv,
    /// One JSON object a line, as in a page of queries.
    Jsonl,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// How the file is written.
    #[param(inline)]
    format: Format,
    /// Only queries from this time on, in milliseconds since 1970 UTC.
    from: Option<u64>,
    /// Only queries before this time.
    until: Option<u64>,
    /// Only queries of this device.
    #[param(value_type = Option<String>)]
    device: Option<DeviceId>,
    /// Only queries that ended so.
    #[param(inline)]
    verdict: Option<Verdict>,
    /// Only names that contain this text; case does not matter.
    name: Option<String>,
}

/// All queries of the journal as a file, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/queries/export",
    tag = "queries",
    params(Parameters),
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (String = "application/jsonl"))),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn export(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Problem> {
    let Some(journal) = deps.journal.clone() else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "there is no journal: `journal.enabled` is false"));
    };
    let place = deps.streams.place()?;
    let Parameters { format, from, until, device, verdict, name } = parameters;
    let filter = RowFilter {
        before: None,
        after: None,
        from: from.map(UnixTime),
        until: until.map(UnixTime),
        device,
        verdict,
        name: name.map(|name| name.to_ascii_lowercase()),
    };
    let (sender, mut receiver) = mpsc::channel::<Bytes>(CHUNKS);
    // The thread ends with the file, or when nobody takes it any more.
    drop(spawn_blocking(move || {
        let _place = place;
        let mut chunk = format.head().as_bytes().to_vec();
        journal.export(&filter, |row| {
            format.write(row, &mut chunk);
            if chunk.len() < CHUNK {
                return ControlFlow::Continue(());
            }
            match sender.blocking_send(std::mem::take(&mut chunk).into()) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        // An error says that nobody takes it any more.
        let _ = sender.blocking_send(chunk.into());
    }));
    // Compression asks once more behind the end.
    let chunks = stream::poll_fn(move |context| receiver.poll_recv(context)).map(Ok::<_, Infallible>);
    let (kind, name) = format.kind();
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

impl Format {
    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"queries.csv\""),
            Self::Jsonl => ("application/jsonl", "attachment; filename=\"queries.jsonl\""),
        }
    }

    fn head(self) -> &'static str {
        match self {
            Self::Csv => {
                "id,at,device,device_name,name,type,verdict,rcode,transport,latency_us,\
                 cause,cause_id,rule,via,vendor,service,purpose\r\n"
            }
            Self::Jsonl => "",
        }
    }

    fn write(self, row: &Row, out: &mut Vec<u8>) {
        match self {
            Self::Csv => write_csv(row, out),
            Self::Jsonl => {
                // Writing into memory does not fail, and a row has no map with keys other than text.
                let _ = serde_json::to_writer(&mut *out, row);
                out.push(b'\n');
            }
        }
    }
}

/// A line of values (RFC 4180).
fn write_csv(row: &Row, out: &mut Vec<u8>) {
    let word = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let cause = row.cause.as_ref();
    let whose = row.attribution.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let values = [
        row.id.to_string(),
        row.at.0.to_string(),
        row.device.to_string(),
        row.device_name.clone(),
        row.name.to_string(),
        row.rtype.to_string(),
        word(serde_json::to_value(row.verdict)),
        row.rcode.to_string(),
        word(serde_json::to_value(row.transport)),
        row.latency_us.to_string(),
        cause.map(|cause| word(serde_json::to_value(cause.source))).unwrap_or_default(),
        text(cause.and_then(|cause| cause.id.as_deref())),
        text(cause.and_then(|cause| cause.rule.as_deref())),
        text(cause.and_then(|cause| cause.via.as_deref())),
        text(whose.map(|whose| &*whose.vendor)),
        text(whose.map(|whose| &*whose.service)),
        whose.map(|whose| word(serde_json::to_value(whose.purpose))).unwrap_or_default(),
    ];
    out.extend_from_slice(values.map(|value| quoted(&value)).join(",").as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// A value as it stands in a line. Names come from whoever asks: what a spreadsheet would take for a formula gets an
/// apostrophe before it.
fn quoted(value: &str) -> String {
    let value =
        if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let check = |value: &str, expected: &str| assert_eq!(quoted(value), expected);
        check("plain.example", "plain.example");
        check("a,b", "\"a,b\"");
        check("say \"no\"", "\"say \"\"no\"\"\"");
        check("=cmd", "'=cmd");
        check("*.example.org", "*.example.org");
    }
}
