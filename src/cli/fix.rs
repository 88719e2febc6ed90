//! `ponor fix`: what may have broken something on a device, the likeliest first.

use serde::Deserialize;
use serde_json::Value;

use super::{
    client::in_path,
    figures::{array, number, running, text},
    say,
    table::{age, counted, table},
};
use crate::{app::Sources, figures::Reason};

/// Shows the names that were stopped for a device in the last minutes, and those that failed.
pub(super) async fn suspects(sources: &Sources, device: &str, json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let told: Value = running.get(&format!("/api/v1/devices/{}/suspects", in_path(device))).await?;
    if json {
        say(&told.to_string());
    } else {
        show(&told);
    }
    Ok(())
}

fn show(told: &Value) {
    let (device, now) = (text(told, "device_name"), number(told, "to"));
    let lately = age(now.saturating_sub(number(told, "from")));
    let (names, failed) = (array(told, "names"), array(told, "failed"));
    if number(told, "queries") == 0 {
        return say(&format!("{device} asked nothing in the last {lately}; try again on it what does not work"));
    }
    let ago = |value: &Value| age(now.saturating_sub(number(value, "last")));
    if names.is_empty() {
        say(&format!("nothing was stopped for {device} in the last {lately}"));
    } else {
        let rows = names.iter().map(|suspect| {
            let by = suspect["cause"]["id"].as_str().or(suspect["cause"]["source"].as_str()).unwrap_or_default();
            let times = number(suspect, "times").to_string();
            [text(suspect, "likelihood"), text(suspect, "name"), times, ago(suspect), by.to_owned(), why(suspect)]
        });
        say(&table(["", "name", "stopped", "last", "by", "why"], rows));
        let id = text(told, "device_id");
        say(&format!("\n`ponor allow NAME --device {id}` lets one through for an hour; then try again"));
    }
    if !failed.is_empty() {
        say(&format!(
            "\n{} had no answer, which is another matter:",
            counted(u64::try_from(failed.len()).unwrap_or(u64::MAX), "name", "names")
        ));
        let rows = failed
            .iter()
            .map(|name| [text(name, "name"), number(name, "times").to_string(), ago(name), text(name, "rcode")]);
        say(&table(["name", "failed", "last", "code"], rows));
    }
}

/// The reasons in a few words, as far as they are not in the other columns.
fn why(suspect: &Value) -> String {
    let reasons = array(suspect, "reasons").iter().filter_map(|reason| Reason::deserialize(reason).ok());
    let told = reasons.filter_map(|reason| {
        Some(match reason {
            Reason::Needed => "the device needs it".to_owned(),
            Reason::WorkedBefore { .. } => "let through until then".to_owned(),
            Reason::Breaks => text(suspect, "breaks"),
            Reason::Retried { times, seconds } => format!("asked {times} times in {seconds} s"),
            Reason::Beside { name } => format!("goes with {name}"),
            Reason::Alias => format!("leads to {}", text(&suspect["cause"], "via")),
            Reason::New => "not asked for before".to_owned(),
            Reason::OneList => "on one list only".to_owned(),
            Reason::JustNow => return None,
            Reason::Reports => "only reports".to_owned(),
            Reason::Canary => "canary name".to_owned(),
            Reason::Steady { .. } => "asked for at all hours".to_owned(),
        })
    });
    told.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}
