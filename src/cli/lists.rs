//! `ponor lists`: what is known of the lists, and changes to them.

use std::{collections::HashMap, fmt::Display, path::Path, pin::pin};

use anyhow::{anyhow, bail};
use futures_util::{Stream, StreamExt};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    args::ListAction,
    client::{Running, in_path},
    say,
    table::{age, table},
};
use crate::{
    app::{
        Sources, clock,
        offline::{Offline, Purpose},
    },
    control::{Command, NewList},
    rules::{ListFormat, ListKind},
};

/// Troubles of one kind shown of one list.
const TROUBLES: usize = 5;

/// Shows the lists, or changes them and shows what came of it.
pub(super) async fn run(sources: &Sources, action: Option<ListAction>, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let lists = match Running::find(&data_dir).await? {
        Some(running) => {
            if let Some(action) = action {
                change_running(&running, action).await?;
            }
            running.get("/api/v1/lists").await?
        }
        None => offline(sources, action).await?,
    };
    if json {
        say(&lists.to_string());
    } else {
        show(&lists);
    }
    Ok(())
}

/// Works on the state folder itself, because no ponor runs.
async fn offline(sources: &Sources, action: Option<ListAction>) -> anyhow::Result<Value> {
    let purpose = if action.is_some() { Purpose::Change } else { Purpose::Look };
    let offline = Offline::open(sources, purpose).await?;
    let done = match action {
        Some(action) => change_offline(&offline, action).await,
        None => Ok(()),
    };
    let lists = json!({ "lists": offline.view().lists() });
    offline.close().await;
    done.map(|()| lists)
}

async fn change_offline(offline: &Offline, action: ListAction) -> anyhow::Result<()> {
    let added = if let ListAction::Add { id, .. } = &action { Some(id.clone()) } else { None };
    offline.change(command(action)).await?;
    let Some(id) = added else { return Ok(()) };
    let fetched = offline.change(Command::UpdateLists { id: Some(id.clone()) }).await;
    fetched.map(drop).map_err(|error| no_rules_yet(&id, &error))
}

/// That the first fetch failed of a list that was added, and stays.
fn no_rules_yet(id: &str, error: &dyn Display) -> anyhow::Error {
    anyhow!("list `{id}` is added and will be tried again, but has no rules yet: {error}")
}

fn command(action: ListAction) -> Command {
    match action {
        ListAction::Update { id } => Command::UpdateLists { id },
        ListAction::Accept { id } => Command::AcceptList { id },
        ListAction::Add { id, source, allow, subdomains } => Command::AddList(new_list(id, source, allow, subdomains)),
        ListAction::Enable { id } => Command::EnableList { id, enabled: true },
        ListAction::Disable { id } => Command::EnableList { id, enabled: false },
        ListAction::Remove { id } => Command::RemoveList { id },
    }
}

fn new_list(id: String, source: String, allow: bool, subdomains: bool) -> NewList {
    let kind = if allow { ListKind::Allow } else { ListKind::Block };
    NewList { id, source: from_anywhere(source), kind, format: ListFormat::Auto, subdomains }
}

/// The source of a list; a file by the path that leads to it from anywhere, for whoever is told of it is elsewhere.
fn from_anywhere(source: String) -> String {
    let found = Path::new(&source).is_file().then(|| std::path::absolute(&source).ok()).flatten();
    found.map_or(source, |path| path.to_string_lossy().into_owned())
}

async fn change_running(running: &Running, action: ListAction) -> anyhow::Result<()> {
    let list = |id: &str| format!("/api/v1/lists/{}", in_path(id));
    match action {
        ListAction::Update { id } => update(running, id).await,
        ListAction::Accept { id } => running.change(Method::POST, &format!("{}/accept", list(&id)), None).await,
        ListAction::Add { id, source, allow, subdomains } => {
            let body = serde_json::to_value(new_list(id.clone(), source, allow, subdomains))?;
            running.change(Method::POST, "/api/v1/lists", Some(&body)).await?;
            // Whoever adds a list waits to hear what it is; this waits for the fetch that has begun.
            update(running, Some(id.clone())).await.map_err(|error| no_rules_yet(&id, &error))
        }
        ListAction::Enable { id } => running.change(Method::PATCH, &list(&id), Some(&json!({ "enabled": true }))).await,
        ListAction::Disable { id } => {
            running.change(Method::PATCH, &list(&id), Some(&json!({ "enabled": false }))).await
        }
        ListAction::Remove { id } => running.change(Method::DELETE, &list(&id), None).await,
    }
}

/// Updates with a bar for each list; the bars hide themselves where there is no terminal.
async fn update(running: &Running, id: Option<String>) -> anyhow::Result<()> {
    let path =
        id.map_or_else(|| "/api/v1/lists/update".to_owned(), |id| format!("/api/v1/lists/{}/update", in_path(&id)));
    let steps = running.events("/api/v1/lists/update/progress").await?;
    let done = running.change(Method::POST, &path, None);
    tokio::select! {
        biased;
        done = done => done,
        broken = show_steps(steps) => broken,
    }
}

/// Shows the steps until the stream ends, which it only does when ponor does.
async fn show_steps(steps: impl Stream<Item = reqwest::Result<Value>>) -> anyhow::Result<()> {
    let (bars, mut known, mut steps) = (MultiProgress::new(), HashMap::new(), pin!(steps));
    while let Some(step) = steps.next().await {
        show_step(&bars, &mut known, &step?);
    }
    bail!("ponor has ended")
}

fn show_step(bars: &MultiProgress, known: &mut HashMap<String, ProgressBar>, step: &Value) {
    let Some(id) = step["id"].as_str() else { return };
    let bar = known.entry(id.to_owned()).or_insert_with(|| {
        let style = ProgressStyle::with_template("{prefix:20} {bar:30} {bytes:>10} {msg}");
        let bar = bars.add(ProgressBar::no_length()).with_prefix(id.to_owned());
        style.map_or(bar.clone(), |style| bar.with_style(style))
    });
    if let Some(total) = step["total"].as_u64() {
        bar.set_length(total);
    }
    bar.set_position(step["bytes"].as_u64().unwrap_or_default());
    bar.set_message(step["state"]["name"].as_str().unwrap_or_default().to_owned());
}

fn show(lists: &Value) {
    let lists = lists["lists"].as_array().cloned().unwrap_or_default();
    let now = clock::system().now().unix.0;
    let rows = lists.iter().map(|list| {
        let text = |key: &str| list[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| list[key].as_u64().unwrap_or_default().to_string();
        let used = if list["enabled"] == true { "yes" } else { "no" };
        let age = age_of(list, now);
        [text("id"), text("kind"), used.to_owned(), number("rules"), number("rejected"), age, text("source")]
    });
    say(&table(["list", "kind", "used", "rules", "rejected", "age", "source"], rows));
    for list in &lists {
        show_troubles(list);
    }
}

/// How old the copy of a list is at `now`, or what there is in its place.
fn age_of(list: &Value, now: u64) -> String {
    let is_built_in = list["source"].as_str().is_some_and(|source| source.starts_with("builtin:"));
    match list["updated"].as_u64() {
        Some(at) => age(now.saturating_sub(at)),
        None if is_built_in => "-".to_owned(),
        None if list["busy"] == true => "fetching".to_owned(),
        None => "never".to_owned(),
    }
}

/// What is wrong with a list: its last error, a copy that is held back, lines that gave no rule.
fn show_troubles(list: &Value) {
    let id = list["id"].as_str().unwrap_or_default();
    for (key, word) in [("error", "failed"), ("held_back", "held back")] {
        if let Some(why) = list[key].as_str() {
            say(&format!("{id}: {word}: {why}"));
        }
    }
    for reject in some(list, "rejects", "rejected", "lines give no rule") {
        let text = |key: &str| reject[key].as_str().unwrap_or_default();
        say(&format!("{id}: line {}: {}: {}", reject["line"], text("reason"), text("text")));
    }
    for warning in some(list, "warnings", "warned", "names that devices need are stopped") {
        let text = |key: &str| warning[key].as_str().unwrap_or_default();
        let breaks = warning["breaks"].as_str().map(|breaks| format!(": {breaks}")).unwrap_or_default();
        say(&format!("{id}: stops {} ({}, {}){breaks}", text("name"), text("vendor"), text("service")));
    }
}

/// The first troubles of a kind; where there are more, their number is said before them.
fn some<'l>(list: &'l Value, key: &str, total: &str, what: &str) -> impl Iterator<Item = &'l Value> {
    let total = list[total].as_u64().unwrap_or_default();
    if usize::try_from(total).is_ok_and(|total| total > TROUBLES) {
        say(&format!("{}: {total} {what}, the first of them:", list["id"].as_str().unwrap_or_default()));
    }
    list[key].as_array().into_iter().flatten().take(TROUBLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_a_copy_or_what_there_is_in_its_place() {
        let check = |source: &str, updated: Option<u64>, busy: bool, expected: &str| {
            let list = json!({ "source": source, "updated": updated, "busy": busy });
            assert_eq!(age_of(&list, 7_200_000), expected, "{list}");
        };
        check("https://one.example/", Some(0), false, "2 h");
        check("https://one.example/", Some(0), true, "2 h");
        check("https://one.example/", None, true, "fetching");
        check("https://one.example/", None, false, "never");
        check("builtin:vendors", None, true, "-");
    }
}
