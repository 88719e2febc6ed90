//! Talking to the ponor that runs on the same state folder, over its control socket.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow, bail};
use futures_util::{Stream, StreamExt, stream};
use reqwest::{Client, Method, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The socket in the state folder; the owner of the folder needs no token there.
const SOCKET: &str = "control.sock";

/// A path with the parameters that have a value.
pub(super) fn query<'k>(path: &str, parameters: impl IntoIterator<Item = (&'k str, Option<String>)>) -> String {
    let given = parameters.into_iter().filter_map(|(key, value)| Some((key, value?)));
    // Any base does: only what stands behind it is used.
    let url = reqwest::Url::parse_with_params(&format!("http://localhost{path}"), given);
    let query = url.ok().and_then(|url| url.query().map(str::to_owned)).filter(|query| !query.is_empty());
    query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

/// A word as a segment of a path.
pub(super) fn in_path(word: &str) -> String {
    // Any base does: only the segment is used.
    let url = reqwest::Url::parse("http://localhost").ok().and_then(|mut url| {
        url.path_segments_mut().ok()?.clear().push(word);
        Some(url)
    });
    url.map(|url| url.path().trim_start_matches('/').to_owned()).unwrap_or_default()
}

/// Why the socket of a ponor cannot be used, and what to do about it.
fn cannot_be_used(socket: &Path, error: &io::Error) -> anyhow::Error {
    let way_out = match error.kind() {
        io::ErrorKind::PermissionDenied => "ask as the owner of the state folder, or by sudo",
        _ => "name another state folder by --data-dir or `data_dir`",
    };
    anyhow!("`{}` cannot be used: {error}; {way_out}", socket.display())
}

/// A connection to a running ponor.
#[derive(Debug)]
pub(super) struct Running {
    client: Client,
    socket: PathBuf,
}

impl Running {
    /// The ponor that runs on `data_dir`; `None` when none does.
    pub(super) async fn find(data_dir: &Path) -> anyhow::Result<Option<Self>> {
        let socket = data_dir.join(SOCKET);
        match tokio::net::UnixStream::connect(&socket).await {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                return Ok(None);
            }
            Err(error) => return Err(cannot_be_used(&socket, &error)),
        }
        // Nothing is encrypted here, so that the authorities of this machine, which may have none, are not read.
        let client =
            Client::builder().tls_certs_only([]).unix_socket(socket.clone()).build().context("no HTTP client")?;
        Ok(Some(Self { client, socket }))
    }

    /// Reads a part of the API.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let response = self.send(Method::GET, path, None).await?;
        response.json().await.context("the answer of ponor cannot be read")
    }

    /// Changes something.
    pub(super) async fn change(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<()> {
        self.send(method, path, body).await.map(drop)
    }

    /// Changes something, and reads what came of it.
    pub(super) async fn change_and_read<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        let response = self.send(method, path, body).await?;
        response.json().await.context("the answer of ponor cannot be read")
    }

    /// Opens a stream of events; gives what each of them says.
    pub(super) async fn events(
        &self,
        path: &str,
    ) -> anyhow::Result<impl Stream<Item = reqwest::Result<Value>> + use<>> {
        Ok(said(self.send(Method::GET, path, None).await?.bytes_stream()))
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Response> {
        let mut request = self.client.request(method, format!("http://localhost{path}"));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| format!("no answer over `{}`", self.socket.display()))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let problem: Problem = response.json().await.unwrap_or_default();
        bail!("{}", problem.detail.unwrap_or_else(|| "ponor refused without saying why".to_owned()))
    }
}

/// What the events say of which `parts` come one after the other, cut anywhere.
fn said<P: AsRef<[u8]>, E>(parts: impl Stream<Item = Result<P, E>>) -> impl Stream<Item = Result<Value, E>> {
    let mut begun = Vec::new();
    parts.flat_map(move |part| {
        let said = part.map(|part| ended(&mut begun, part.as_ref()));
        stream::iter(said.map_or_else(|error| vec![Err(error)], |all| all.into_iter().map(Ok).collect()))
    })
}

/// What the lines say that end with `part`; what is behind the last of them is put into `begun`, and what was there before it.
fn ended(begun: &mut Vec<u8>, part: &[u8]) -> Vec<Value> {
    let Some(end) = part.iter().rposition(|&octet| octet == b'\n') else {
        begun.extend_from_slice(part);
        return Vec::new();
    };
    let (whole, rest) = part.split_at(end);
    begun.extend_from_slice(whole);
    let lines = std::mem::replace(begun, rest[1..].to_vec());
    let data = lines.split(|&octet| octet == b'\n').filter_map(|line| line.strip_prefix(b"data: "));
    data.filter_map(|data| serde_json::from_slice(data).ok()).collect()
}

/// The part of a problem document (RFC 9457) that people read.
#[derive(Debug, Default, serde::Deserialize)]
struct Problem {
    detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_are_the_same_wherever_they_are_cut() {
        let text = "event: progress\ndata: {\"id\":\"b\u{fc}cher\"}\n\n: still there\n\ndata: [7]\n\ndata: {\"id\"";
        let octets = text.as_bytes();
        for size in 1..=octets.len() {
            let parts = stream::iter(octets.chunks(size).map(Ok::<_, ()>));
            let told: Vec<_> = said(parts).map(Result::unwrap).collect().await;
            assert_eq!(told, [serde_json::json!({"id": "b\u{fc}cher"}), serde_json::json!([7])], "{size}");
        }
        let broken = said(stream::iter([Ok("data: 1\n"), Err("broken off")])).collect::<Vec<_>>().await;
        assert_eq!(broken, [Ok(Value::from(1)), Err("broken off")]);
    }

    #[test]
    fn a_socket_that_cannot_be_used_is_told_with_a_way_out() {
        let check = |kind: io::ErrorKind, way_out: &str| {
            let told = cannot_be_used(Path::new("data/control.sock"), &kind.into()).to_string();
            assert!(told.starts_with("`data/control.sock` cannot be used") && told.contains(way_out), "{told}");
        };
        check(io::ErrorKind::PermissionDenied, "by sudo");
        check(io::ErrorKind::NotADirectory, "--data-dir");
    }
}
