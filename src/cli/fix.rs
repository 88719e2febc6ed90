//! `ponor fix`: what may have broken something on a device, the likeliest first.

use serde::Deserialize;
use serde_json::Value;

use super::{
    client::in_path,
    figures::{array, number, running, text},
    say,
    table::{age, counted, table},
};
use crate::{
    app::{Sources, clock::LocalTime},
    figures::Reason,
    time::UnixTime,
};

/// Shows the names that were stopped for a device in the last minutes, and those that failed.
pub(super) async fn suspects(sources: &Sources, device: &str, json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let told: Value = running.get(&format!("/api/v1/devices/{}/suspects", in_path(device))).await?;
    if json {
        say(&told.to_string());
    } else {
        // An address at which nobody is known has suspects as well.
        let known: Option<Value> = running.get(&format!("/api/v1/devices/{}", in_path(device))).await.ok();
        say_offline(&known.unwrap_or_default(), &told);
        show(&told);
    }
    Ok(())
}

/// That the device is offline by the hours of its group, if it is, and the way out.
fn say_offline(device: &Value, told: &Value) {
    let Some(offline) = device["offline"].as_object() else { return };
    let until = offline.get("until").and_then(Value::as_u64).map(UnixTime);
    let until = until.map(|until| LocalTime::read().text(until, UnixTime(number(told, "to"))));
    let until = until.map_or("at all hours".to_owned(), |until| format!("until {until}"));
    let (called, id, group) = (text(told, "device_name"), text(told, "device_id"), text(device, "group"));
    say(&format!(
        "nothing is broken: {called} is offline {until} by the hours of group {group}\n\
         `ponor pause --for 1h --device {id}` lifts them for an hour\n"
    ));
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
            let cause = &suspect["cause"];
            let by = cause["id"].as_str().or(cause["source"].as_str()).unwrap_or_default();
            let by = if cause["source"] == "offline" { format!("hours of {by}") } else { by.to_owned() };
            let times = number(suspect, "times").to_string();
            [text(suspect, "likelihood"), text(suspect, "name"), times, ago(suspect), by, why(suspect)]
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
