//! The files of the dashboard, embedded by `build.rs`, or read from a directory while it is being worked on.

use std::path::{Path, PathBuf};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{Problem, unpacked};

/// An embedded file.
struct Asset {
    /// Its path, without a slash in front.
    path: &'static str,
    mime: &'static str,
    /// A digest of its content, in quotes.
    etag: &'static str,
    /// Whether its name changes with its content.
    immutable: bool,
    /// Its content, compressed by gzip.
    packed: &'static [u8],
}

/// The table of embedded files.
mod embedded {
    use super::Asset;

    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// Whether the dashboard is embedded.
pub(super) const HAS_DASHBOARD: bool = !embedded::ASSETS.is_empty();
const NO_DASHBOARD: &str = "This build of ponor has no dashboard; its API is under /api/v1\n";

/// Where the files of the dashboard come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// The binary.
    #[default]
    Embedded,
    /// A directory.
    Directory(PathBuf),
}

impl Pages {
    /// Answers a request for a path that is no route of the API. A path that names no file is one of the pages that the
    /// script behind `index.html` knows.
    pub(super) async fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        let path = uri.path().trim_start_matches('/');
        if path == "api" || path.starts_with("api/") {
            return Problem::new(StatusCode::NOT_FOUND, "the API has no such path").into_response();
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "a page can only be read");
            return ([(header::ALLOW, "GET,HEAD")], problem).into_response();
        }
        let found = match self {
            Self::Embedded if !HAS_DASHBOARD && page(path).is_some() => return NO_DASHBOARD.into_response(),
            Self::Embedded => find(path).or_else(|| page(path).and_then(find)).map(|asset| embedded(asset, headers)),
            Self::Directory(root) => match read(root, path).await {
                None => match page(path) {
                    Some(page) => read(root, page).await,
                    None => None,
                },
                found => found,
            },
        };
        found.unwrap_or_else(|| Problem::new(StatusCode::NOT_FOUND, "the dashboard has no such file").into_response())
    }
}

/// The file that stands for a path that names none; nothing does for the path of an asset.
fn page(path: &str) -> Option<&'static str> {
    (!path.starts_with("assets/")).then_some("index.html")
}

fn find(path: &str) -> Option<&'static Asset> {
    embedded::ASSETS.iter().find(|asset| asset.path == path)
}

fn embedded(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let takes_packed = accepts_gzip(headers);
    // Weak, because one tag stands for the plain and the compressed body.
    let etag = format!("W/{}", asset.etag);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag);
    let lifetime = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = if takes_packed { Body::from(asset.packed) } else { Body::from(unpacked(asset.packed)) };
        ([(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime))], body).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.extend(HeaderValue::try_from(etag).ok().map(|etag| (header::ETAG, etag)));
    if takes_packed && !is_known {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Whether a browser takes gzip (RFC 9110, section 12.5.3); `gzip;q=0` says that it does not.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// A file below `root`. Only plain names lead to one: no dots in front, no escapes, nothing that leaves `root`.
async fn read(root: &Path, path: &str) -> Option<Response> {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if !path.split('/').all(is_plain) {
        return None;
    }
    let root = tokio::fs::canonicalize(root).await.ok()?;
    let file = tokio::fs::canonicalize(root.join(path)).await.ok().filter(|file| file.starts_with(&root))?;
    let body = tokio::fs::read(&file).await.ok()?;
    let kind = media_type(&file);
    Some(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], body).into_response())
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_by_those_who_say_so() {
        let check = |value: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(accepts_gzip(&headers), expected, "{value}");
        };
        check("gzip, deflate, br, zstd", true);
        check("GZIP;q=0.8", true);
        check("br, gzip;q=0", false);
        check("br, gzip; q=0.0", false);
        check("gzipped", false);
        check("", false);
    }

    /// Trivially true of a program without the dashboard.
    #[tokio::test]
    async fn embedded_files_go_out_packed_to_those_who_take_it_and_plain_to_others() {
        for asset in embedded::ASSETS {
            let ask = async |coding: &'static str| {
                let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(coding))]);
                let response = embedded(asset, &headers);
                let encoding = response.headers().get(header::CONTENT_ENCODING).cloned();
                (encoding, axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap())
            };
            let ((encoding, packed), (none, plain)) = (ask("gzip, deflate").await, ask("identity").await);
            assert_eq!(
                (encoding.as_ref().map(HeaderValue::as_bytes), none),
                (Some(&b"gzip"[..]), None),
                "{}",
                asset.path
            );
            assert!(unpacked(&packed) == plain && packed.len() < plain.len(), "{}", asset.path);
        }
    }

    #[tokio::test]
    async fn a_directory_is_never_left() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("dist");
        std::fs::create_dir_all(root.join("assets")).unwrap();
        for (file, text) in
            [("secret", "no"), ("dist/index.html", "page"), ("dist/assets/a.js", "script"), ("dist/.env", "no")]
        {
            std::fs::write(outer.path().join(file), text).unwrap();
        }
        std::os::unix::fs::symlink(outer.path().join("secret"), root.join("link")).unwrap();
        for (path, found) in [
            ("index.html", true),
            ("assets/a.js", true),
            ("assets", false),
            ("assets/b.js", false),
            ("../secret", false),
            ("assets/../../secret", false),
            ("%2e%2e/secret", false),
            ("..%2fsecret", false),
            ("/etc/passwd", false),
            ("", false),
            (".env", false),
            ("link", false),
            ("index.html\0", false),
        ] {
            assert_eq!(read(&root, path).await.is_some(), found, "{path}");
        }
    }
}
