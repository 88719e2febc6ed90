//! `ponor check`: is the configuration right, and what does it come to?

use std::process::ExitCode;

use serde_json::json;

use super::{CONFIGURATION, say};
use crate::{
    app::{LoadError, Sources},
    changes::read_settings,
    config::Loaded,
};

/// Checks the configuration; faults go to standard error, or as JSON to standard output.
pub(super) fn run(sources: &Sources, print_effective: bool, json: bool) -> anyhow::Result<ExitCode> {
    match sources.check() {
        Ok(loaded) if json => {
            let aside = loaded.set_aside.iter().map(|aside| json!({ "key": aside.key, "why": aside.why() }));
            let aside: Vec<_> = aside.collect();
            say(&json!({ "faults": [], "effective": loaded.effective, "set_aside": aside }).to_string());
        }
        Ok(loaded) => {
            if print_effective {
                print(&loaded);
            } else {
                say("the configuration is right");
            }
            tell_settings(&loaded);
        }
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

/// Settings that do not hold, or that nobody can read: ponor starts without them.
fn tell_settings(loaded: &Loaded) {
    for aside in &loaded.set_aside {
        say(&format!("a setting is set aside: {}", aside.why()));
    }
    if let Err(reason) = read_settings(&loaded.config.data_dir) {
        say(&format!("settings were not looked at: {reason}"));
    }
}

/// Each value with its origin, a line each.
fn print(loaded: &Loaded) {
    for effective in &loaded.effective {
        say(&effective.to_string());
    }
}
