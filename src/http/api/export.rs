//! All queries as a file.

use std::{
    convert::Infallible,
    io::{self, BufWriter, Write},
    net::IpAddr,
    ops::ControlFlow,
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize, Serializer};
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::selection::{Select, Selection};
use crate::{
    catalog::Purpose,
    dns::{Rcode, RecordType},
    http::{Deps, Problem},
    policy::Verdict,
    stats::{Row, SourceKind, Transport},
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
}

/// Queries of the journal as a file, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/queries/export",
    tag = "queries",
    params(Parameters, Selection),
    responses(
        (status = 200, description = "The file", content((String = "text/csv"), (String = "application/jsonl"))),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn export(
    State(deps): State<Arc<Deps>>,
    Select { selection, others: Parameters { format } }: Select<Parameters>,
) -> Result<Response, Problem> {
    let Some(journal) = deps.journal.clone() else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "there is no journal: `journal.enabled` is false"));
    };
    let (filter, meant) = selection.meant(deps.clock.now().unix)?;
    let called = deps.view.devices().called();
    let (sender, mut receiver) = mpsc::channel::<Bytes>(CHUNKS);
    // That ends when nobody takes it any more, too: then writing fails.
    deps.reading.write(move || {
        let every_row = |take: &mut dyn FnMut(&Row) -> ControlFlow<()>| journal.export(&filter, &meant, &called, take);
        let _ = write(format, every_row, Chunks(sender));
    })?;
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
}

/// Sends what is written to whoever takes the file; waits while that one is slow.
struct Chunks(mpsc::Sender<Bytes>);

impl Write for Chunks {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Bytes::copy_from_slice(octets));
        sent.map(|()| octets.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the queries that `rows` hands out.
fn write(
    format: Format,
    rows: impl FnOnce(&mut dyn FnMut(&Row) -> ControlFlow<()>),
    out: impl Write,
) -> io::Result<()> {
    let mut written = Ok(());
    let every_row = |write: &mut dyn FnMut(&Row) -> io::Result<()>| {
        rows(&mut |row| {
            written = write(row);
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
    };
    match format {
        Format::Csv => {
            let mut lines = lines(out);
            lines.write_record(HEAD)?;
            every_row(&mut |row| Ok(lines.serialize(Line::from(row))?));
            lines.flush()?;
        }
        Format::Jsonl => {
            let mut out = BufWriter::with_capacity(CHUNK, out);
            every_row(&mut |row| {
                serde_json::to_writer(&mut out, row)?;
                out.write_all(b"\n")
            });
            out.flush()?;
        }
    }
    written
}

/// A writer of lines of values (RFC 4180).
fn lines<W: Write>(out: W) -> csv::Writer<W> {
    let mut form = csv::WriterBuilder::new();
    form.has_headers(false).terminator(csv::Terminator::CRLF).buffer_capacity(CHUNK).from_writer(out)
}

/// What the values of a line are.
const HEAD: [&str; 17] = [
    "id",
    "at",
    "device",
    "device_name",
    "name",
    "type",
    "verdict",
    "rcode",
    "transport",
    "latency_us",
    "cause",
    "cause_id",
    "rule",
    "via",
    "vendor",
    "service",
    "purpose",
];

/// A query as a line of values, in the order of [`HEAD`].
#[derive(Serialize)]
struct Line<'r> {
    id: u64,
    at: u64,
    device: IpAddr,
    device_name: Text<'r>,
    name: Text<'r>,
    rtype: RecordType,
    verdict: Verdict,
    rcode: Rcode,
    transport: Transport,
    latency_us: u64,
    cause: Option<SourceKind>,
    cause_id: Option<Text<'r>>,
    rule: Option<Text<'r>>,
    via: Option<Text<'r>>,
    vendor: Option<Text<'r>>,
    service: Option<Text<'r>>,
    purpose: Option<Purpose>,
}

impl<'r> From<&'r Row> for Line<'r> {
    fn from(row: &'r Row) -> Self {
        let (cause, whose) = (row.cause.as_ref(), row.attribution.as_ref());
        Self {
            id: row.id,
            at: row.at.0,
            device: row.device,
            device_name: Text(&row.device_name),
            name: Text(&row.name),
            rtype: row.rtype,
            verdict: row.verdict,
            rcode: row.rcode,
            transport: row.transport,
            latency_us: row.latency_us,
            cause: cause.map(|cause| cause.source),
            cause_id: cause.and_then(|cause| cause.id.as_deref()).map(Text),
            rule: cause.and_then(|cause| cause.rule.as_deref()).map(Text),
            via: cause.and_then(|cause| cause.via.as_deref()).map(Text),
            vendor: whose.map(|whose| Text(&whose.vendor)),
            service: whose.map(|whose| Text(&whose.service)),
            purpose: whose.map(|whose| whose.purpose),
        }
    }
}

/// A text that comes from outside: what a spreadsheet would take for a formula gets an apostrophe before it.
struct Text<'t>(&'t str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            return serializer.collect_str(&format_args!("'{}", self.0));
        }
        serializer.serialize_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let check = |value: &str, expected: &str| {
            let mut octets = Vec::new();
            lines(&mut octets).serialize([Text(value), Text("")]).unwrap();
            assert_eq!(String::from_utf8(octets).unwrap(), format!("{expected},\r\n"));
        };
        check("plain.example", "plain.example");
        check("a,b", "\"a,b\"");
        check("say \"no\"", "\"say \"\"no\"\"\"");
        check("=cmd", "'=cmd");
        check("@a,b", "\"'@a,b\"");
        check("*.example.org", "*.example.org");
    }
}
