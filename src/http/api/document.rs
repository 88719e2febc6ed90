//! The OpenAPI document as the code says it, to hold `openapi.json` against.

use std::{env, fs, path::Path};

use utoipa::{
    OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::Operations;
use crate::http::{Problem, auth};

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

/// The document as it stands in the repository.
fn text() -> serde_json::Result<String> {
    let mut document = Document::openapi().merge_from(Operations::openapi());
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(auth::COOKIE));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    Ok(document.to_pretty_json()? + "\n")
}

#[test]
fn the_document_is_what_the_code_says() -> anyhow::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/openapi.json");
    let text = text()?;
    if env::var_os("WRITE_OPENAPI").is_some() {
        fs::write(&file, &text)?;
    }
    let is_same = fs::read_to_string(&file).is_ok_and(|written| written == text);
    assert!(
        is_same,
        "src/http/openapi.json is old; mend it by `WRITE_OPENAPI=1 cargo test --lib the_document_is_what_the_code_says`"
    );
    Ok(())
}
