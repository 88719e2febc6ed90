//! `ponor devices`: who is on the network, and what people say of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    args::DeviceAction,
    client::{Running, in_path},
    say,
    table::{age, table},
};
use crate::{
    app::{
        Sources, clock,
        offline::{Offline, Purpose},
    },
    clients::DeviceId,
    control::{Command, DeviceOrder},
    devices::DeviceChange,
};

/// Shows the devices, or changes something and shows what came of it.
pub(super) async fn run(sources: &Sources, action: Option<DeviceAction>, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let (list, one) = match Running::find(&data_dir).await? {
        Some(running) => {
            let one = match action {
                Some(action) => Some(act(&running, action).await?),
                None => None,
            };
            (running.get("/api/v1/devices").await?, one)
        }
        None => offline(sources, action).await?,
    };
    match one {
        _ if json => say(&one.unwrap_or(list).to_string()),
        Some(one) => show_one(&one),
        None => show_all(&list),
    }
    Ok(())
}

/// Works on the state folder itself, because no ponor runs.
async fn offline(sources: &Sources, action: Option<DeviceAction>) -> anyhow::Result<(Value, Option<Value>)> {
    let looks = matches!(action, None | Some(DeviceAction::Show { .. }));
    let offline = Offline::open(sources, if looks { Purpose::Look } else { Purpose::Change }).await?;
    let id = |text: &str| Ok(offline.view().meant(text)?);
    let one = match action {
        None => None,
        Some(action) => {
            let shown = id(device(&action))?;
            if let Some(order) = order(shown, &action, id)? {
                offline.change(Command::Devices(order)).await?;
            }
            let found = offline.view().device(&shown.to_string());
            Some(serde_json::to_value(found.map_err(|refused| anyhow::anyhow!("{refused}; none runs to see it"))?)?)
        }
    };
    Ok((serde_json::to_value(offline.view().devices())?, one))
}

/// The device that something is done to.
fn device(action: &DeviceAction) -> &str {
    match action {
        DeviceAction::Show { device }
        | DeviceAction::Name { device, .. }
        | DeviceAction::Group { device, .. }
        | DeviceAction::Merge { device, .. }
        | DeviceAction::Split { device, .. } => device,
    }
}

/// What is to be done to the device `id`, if anything is.
fn order(
    id: DeviceId,
    action: &DeviceAction,
    find: impl Fn(&str) -> anyhow::Result<DeviceId>,
) -> anyhow::Result<Option<DeviceOrder>> {
    let change = |change| DeviceOrder::Change { id, change };
    Ok(match action {
        DeviceAction::Show { .. } => None,
        DeviceAction::Name { name, .. } => {
            Some(change(DeviceChange { name: Some(name.clone()), ..DeviceChange::default() }))
        }
        DeviceAction::Group { group, .. } => {
            Some(change(DeviceChange { group: Some(group.clone()), ..DeviceChange::default() }))
        }
        DeviceAction::Merge { other, .. } => Some(DeviceOrder::Merge { id, other: find(other)? }),
        DeviceAction::Split { address: part, .. } => Some(DeviceOrder::Split { id, part: *part }),
    })
}

/// Has the running ponor do something to a device, and gives the device as it is then: by what it is known by, because
/// its name may be another one then.
async fn act(running: &Running, action: DeviceAction) -> anyhow::Result<Value> {
    let found: Value = running.get(&format!("/api/v1/devices/{}", in_path(device(&action)))).await?;
    let path = format!("/api/v1/devices/{}", found["id"].as_str().unwrap_or_default());
    let (method, at, body) = match action {
        DeviceAction::Show { .. } => return Ok(found),
        DeviceAction::Name { name, .. } => (Method::PATCH, path.clone(), json!({ "name": name })),
        DeviceAction::Group { group, .. } => (Method::PATCH, path.clone(), json!({ "group": group })),
        DeviceAction::Merge { other, .. } => (Method::POST, format!("{path}/merge"), json!({ "device": other })),
        DeviceAction::Split { address, .. } => (Method::POST, format!("{path}/split"), json!({ "address": address })),
    };
    running.change(method, &at, Some(&body)).await?;
    running.get(&path).await
}

fn show_all(list: &Value) {
    let now = clock::system().now().unix.0;
    let devices = list["devices"].as_array().cloned().unwrap_or_default();
    let rows = devices.iter().map(|device| {
        let text = |key: &str| device[key].as_str().unwrap_or_default().to_owned();
        let addresses = device["addresses"].as_array().map(Vec::as_slice).unwrap_or_default();
        let first = addresses.first().and_then(Value::as_str).unwrap_or_default().to_owned();
        let more = addresses.len().saturating_sub(1);
        let address = if more > 0 { format!("{first} +{more}") } else { first };
        let seen = device["last_seen"].as_u64().filter(|at| *at > 0);
        let seen = seen.map_or_else(|| "never".to_owned(), |at| age(now.saturating_sub(at)));
        let queries = device["queries"].as_u64().unwrap_or_default().to_string();
        let (kind, vendor) = (as_sure_as_known(device, "kind"), as_sure_as_known(device, "vendor"));
        [text("id"), text("name"), kind, vendor, address, text("group"), queries, seen]
    });
    say(&table(["device", "name", "kind", "vendor", "address", "group", "queries", "seen"], rows));
    for warning in list["warnings"].as_array().into_iter().flatten() {
        let device = warning["name"].as_str().or(warning["device"].as_str()).unwrap_or_default();
        let share = warning["share"].as_f64().unwrap_or_default() * 100.0;
        say(&format!(
            "{device} makes {share:.0} % of all queries: is it a router that asks for the other devices? Then tell it to \
             give ponor's address to them"
        ));
    }
}

/// The `kind` or `vendor` of a device. What is no more than a guess is not told as known, on the page as little as here.
pub(super) fn as_sure_as_known(device: &Value, key: &str) -> String {
    let text = device[key].as_str().unwrap_or_default();
    match device[format!("{key}_confidence")].as_str() {
        Some("low") => format!("perhaps {text}"),
        _ => text.to_owned(),
    }
}

fn show_one(device: &Value) {
    let line = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            say(&format!("  {label:<10} {value}"));
        }
    };
    let text = |key: &str| device[key].as_str().map(str::to_owned);
    let sure = |key: &str| {
        let sure = device[format!("{key}_confidence")].as_str().map(|sure| format!(" ({sure} confidence)"));
        text(key).map(|value| value + &sure.unwrap_or_default())
    };
    say(&text("name").or(text("id")).unwrap_or_default());
    line("device", text("id"));
    line("kind", sure("kind"));
    line("vendor", sure("vendor"));
    line("system", text("system"));
    line("group", text("group"));
    for address in device["addresses"].as_array().into_iter().flatten() {
        line("address", address.as_str().map(str::to_owned));
    }
    for mac in device["macs"].as_array().into_iter().flatten() {
        let told = if mac["private"] == true { "private, made up by the device" } else { "" };
        let told = mac["vendor"].as_str().unwrap_or(told);
        line("hardware", mac["address"].as_str().map(|mac| format!("{mac}  {told}").trim_end().to_owned()));
    }
    for evidence in device["evidence"].as_array().into_iter().flatten() {
        let sure = evidence["confidence"].as_str().unwrap_or_default();
        line("because", evidence["text"].as_str().map(|text| format!("{text} ({sure})")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_told_as_such() {
        let check = |kind: Option<&str>, sure: Option<&str>, expected: &str| {
            assert_eq!(as_sure_as_known(&json!({ "kind": kind, "kind_confidence": sure }), "kind"), expected);
        };
        check(Some("tv"), Some("low"), "perhaps tv");
        check(Some("tv"), Some("medium"), "tv");
        // People said so.
        check(Some("tv"), None, "tv");
        check(None, None, "");
    }
}
