//! `ponor check`: is the configuration right, and what does it come to?

use std::process::ExitCode;

use serde_json::json;

use super::{CONFIGURATION, say};
use crate::{
    app::{LoadError, Sources},
    config::Loaded,
};

/// Checks the configuration; faults go to standard error, or as JSON to standard output.
pub(super) fn run(sources: &Sources, print_effective: bool, json: bool) -> anyhow::Result<ExitCode> {
    match sources.check() {
        Ok(loaded) if json => say(&json!({ "faults": [], "effective": loaded.effective }).to_string()),
        Ok(loaded) if print_effective => print(&loaded),
        Ok(_) => say("the configuration is right"),
        Err(error) if json => {
            let faults = match error {
                LoadError::Faults(faults) => json!(faults),
                unread @ LoadError::Unreadable { .. } => json!([{ "message": unread.to_string(), "suggestion": null }]),
            };
            say(&json!({ "faults": faults }).to_string());
            return Ok(ExitCode::from(CONFIGURATION));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Each value with its origin, a line each.
fn print(loaded: &Loaded) {
    for effective in &loaded.effective {
        say(&effective.to_string());
    }
}
