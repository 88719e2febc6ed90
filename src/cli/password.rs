//! `ponor password`: the password of the dashboard.

use std::io::{self, IsTerminal, Read};

use anyhow::Context;
use reqwest::Method;
use serde_json::json;

use super::{client::Running, say};
use crate::{
    app::{DataDir, Sources},
    http::Password,
};

/// The most octets that are read where no terminal asks for a password.
const LONGEST: u64 = 4096;

/// Asks for a password and has it open the dashboard; or has none open it.
pub(super) async fn run(sources: &Sources, remove: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let chosen = if remove { None } else { Some(asked_for()?) };
    if let Some(running) = Running::find(&data_dir).await? {
        let (method, body) = match &chosen {
            Some(password) => (Method::PUT, json!({ "password": password })),
            None => (Method::DELETE, json!({})),
        };
        running.change(method, "/api/v1/password", Some(&body)).await?;
    } else {
        let data_dir = DataDir::take(&data_dir)?;
        Password::open(data_dir.path())?.choose(chosen).await?;
    }
    say(if remove {
        "only the token opens the dashboard now"
    } else {
        "the password opens the dashboard now, as the token does"
    });
    Ok(())
}

/// What is typed twice at a terminal, or the first line of what comes from elsewhere.
fn asked_for() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        let ask = |what| rpassword::prompt_password(what).context("no password was typed");
        let password = ask("New password of the dashboard: ")?;
        anyhow::ensure!(ask("The same again: ")? == password, "the two are not the same; nothing was changed");
        return Ok(password);
    }
    let mut text = String::new();
    io::stdin().take(LONGEST).read_to_string(&mut text).context("no password came")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
