//! `ponor groups`: groups of devices that are treated differently.

use serde_json::{Value, json};

use super::{
    args::{GroupAction, Treatment},
    changes,
    client::Running,
    say,
    table::table,
};
use crate::{
    app::{
        Sources,
        offline::{Offline, Purpose},
    },
    changes::{GroupChange, GroupStatus, NewGroup, Request},
    config::SafeSearch,
    control::Command,
};

/// Changes the groups, or shows them.
pub(super) async fn run(sources: &Sources, action: Option<GroupAction>, json: bool) -> anyhow::Result<()> {
    let request = match action {
        None => return show(sources, json).await,
        Some(GroupAction::Add { id, treatment }) => {
            let GroupChange { blocking, lists, safe_search, offline } = treatment.change();
            let (blocking, lists, safe_search) = (blocking.unwrap_or(true), lists.flatten(), safe_search.flatten());
            Request::MakeGroup(NewGroup { id, blocking, lists, safe_search, offline: offline.unwrap_or_default() })
        }
        Some(GroupAction::Set { id, treatment }) => Request::ChangeGroup { id, change: treatment.change() },
        Some(GroupAction::Remove { id }) => Request::RemoveGroup { id },
    };
    changes::order(sources, Command::Change(request), json).await
}

impl Treatment {
    fn change(self) -> GroupChange {
        let Self { blocking, lists, safe_search, offline } = self;
        let lists = lists.map(|lists| match lists.as_slice() {
            [all] if all == "all" => None,
            [none] if none == "none" => Some(Vec::new()),
            _ => Some(lists),
        });
        let mode = |word: String| SafeSearch::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, mode)| mode);
        let offline = offline.map(|windows| if windows == ["never"] { Vec::new() } else { windows });
        GroupChange { blocking, lists, safe_search: safe_search.map(mode), offline }
    }
}

/// A group as a running ponor tells it.
fn with_hours(offline: &Offline, group: &GroupStatus) -> serde_json::Result<Value> {
    let mut told = serde_json::to_value(group)?;
    told["hours"] = serde_json::to_value(offline.view().hours(&group.offline))?;
    Ok(told)
}

async fn show(sources: &Sources, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let (groups, devices, known): (Value, Value, Value) = if let Some(running) = Running::find(&data_dir).await? {
        let lists: Value = running.get("/api/v1/lists").await?;
        (running.get("/api/v1/groups").await?, running.get("/api/v1/devices").await?, lists["lists"].clone())
    } else {
        let offline = Offline::open(sources, Purpose::Look).await?;
        let groups = offline.changes().groups().into_iter().map(|group| with_hours(&offline, &group));
        let groups = json!({ "groups": groups.collect::<Result<Vec<Value>, _>>()? });
        let (devices, known) = (offline.view().devices(), offline.view().lists());
        (groups, serde_json::to_value(devices)?, serde_json::to_value(known)?)
    };
    if json {
        say(&groups.to_string());
        return Ok(());
    }
    let rows = entries(&groups["groups"]).iter().map(|group| {
        let stopped = if group["blocking"] == true { lists(group, &known) } else { "nothing is stopped".to_owned() };
        let origin = if group["fixed"] == true { "config.toml" } else { "" }.to_owned();
        let search = group["safe_search"].as_str().unwrap_or("default").to_owned();
        [text(&group["id"]), stopped, search, hours(group), members(group, &devices), origin]
    });
    say(&table(["group", "lists", "safe search", "offline", "devices", ""], rows));
    Ok(())
}

/// The lists that govern a group; those that there are no more are told as gone.
fn lists(group: &Value, known: &Value) -> String {
    let is_known = |id: &Value| entries(known).iter().any(|list| list["id"] == *id);
    let told = |id: &Value| if is_known(id) { text(id) } else { format!("{} (gone)", text(id)) };
    match group["lists"].as_array().map(Vec::as_slice) {
        None => "all".to_owned(),
        Some([]) => "none".to_owned(),
        Some(lists) => lists.iter().map(told).collect::<Vec<_>>().join(", "),
    }
}

/// When a group is offline.
fn hours(group: &Value) -> String {
    entries(&group["offline"]).iter().map(text).collect::<Vec<_>>().join("; ")
}

/// The devices of a group, by name where they have one.
fn members(group: &Value, devices: &Value) -> String {
    let members = entries(&devices["devices"]).iter().filter(|device| device["group"] == group["id"]);
    let called = members.map(|device| text(&device[if device["name"].is_null() { "id" } else { "name" }]));
    called.collect::<Vec<_>>().join(", ")
}

fn entries(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
