//! `ponor allow`, `block`, `pause`, `resume`, `changes` and `undo`: what an operator orders, and taking it back.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    args::{self, Excepted},
    client::{self, Running, in_path},
    names::Names,
    say,
    table::table,
};
use crate::{
    app::{
        Sources,
        clock::{self, LocalTime},
        offline::{Offline, Purpose},
    },
    changes::{Change, Edit, Lasts, NewException, NewPause, NewRule, Request, Whom},
    control::Command,
    policy::{Exception, Pause},
    rules::Action,
    time::UnixTime,
};

/// Makes an exception and says what came of it.
pub(super) async fn except(sources: &Sources, action: Action, what: Excepted, json: bool) -> anyhow::Result<()> {
    let Excepted { name, lasts, whom } = what;
    let new = NewException { name, action, scope: whom.meant(), lasts: lasts.lasts() };
    order(sources, Command::Change(Request::Except(new)), json).await
}

/// Stops nothing for a while.
pub(super) async fn pause(sources: &Sources, lasts: Option<Lasts>, whom: args::Whom, json: bool) -> anyhow::Result<()> {
    let new = NewPause { scope: whom.meant(), lasts: lasts.unwrap_or(Lasts::Forever) };
    order(sources, Command::Change(Request::Pause(new)), json).await
}

/// Ends a pause.
pub(super) async fn resume(sources: &Sources, whom: args::Whom, json: bool) -> anyhow::Result<()> {
    order(sources, Command::Change(Request::Resume { scope: whom.meant() }), json).await
}

/// Takes a change back.
pub(super) async fn undo(sources: &Sources, change: u64, json: bool) -> anyhow::Result<()> {
    order(sources, Command::Undo { change }, json).await
}

/// Shows what was changed.
pub(super) async fn show(sources: &Sources, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let (changes, names): (Value, Names) = if let Some(running) = Running::find(&data_dir).await? {
        (running.get("/api/v1/changes").await?, Names::of_running(&running).await?)
    } else {
        let offline = Offline::open(sources, Purpose::Look).await?;
        let ledger = offline.changes().ledger();
        let changes = json!({ "changes": ledger.changes().iter().rev().collect::<Vec<_>>() });
        (changes, Names::of_state(&offline)?)
    };
    if json {
        say(&changes.to_string());
        return Ok(());
    }
    let changes: Vec<Change> = serde_json::from_value(changes["changes"].clone())?;
    let (here, now) = (LocalTime::read(), clock::system().now().unix);
    let rows = changes.iter().map(|change| {
        let undone = change.undone_by.map(|by| format!("taken back by {by}"));
        let undoes = change.undoes.map(|id| format!("takes back {id}"));
        let notes: Vec<String> = undoes.into_iter().chain(undone).collect();
        [
            change.id.to_string(),
            here.text(change.at, now),
            change.edit.in_words(&|id| names.called(id)) + &until(&change.edit, now),
            change.by.to_string(),
            notes.join(", "),
        ]
    });
    say(&table(["change", "when", "what", "by", ""], rows));
    Ok(())
}

/// Gives an order to the running ponor, or carries it out on the state folder when none runs, and says what came of it.
pub(super) async fn order(sources: &Sources, command: Command, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    // What is done is done: names that cannot be had are no failure.
    let (change, names) = if let Some(running) = Running::find(&data_dir).await? {
        let (method, path, body) = request(&command)?;
        let change = running.change_and_read(method, &path, body.as_ref()).await?;
        (change, Names::of_running(&running).await.unwrap_or_default())
    } else {
        let offline = Offline::open(sources, Purpose::Change).await?;
        let change = offline.change(command).await?;
        let names = Names::of_state(&offline).unwrap_or_default();
        offline.close().await;
        (change.ok_or_else(|| anyhow::anyhow!("it is in force, but could not be remembered"))?, names)
    };
    say(&if json { serde_json::to_string(&change)? } else { told(&change, &names, clock::system().now().unix) });
    Ok(())
}

/// The request of the API that a command is.
fn request(command: &Command) -> anyhow::Result<(Method, String, Option<Value>)> {
    let post = |path: &str, body: Value| (Method::POST, format!("/api/v1/{path}"), Some(body));
    Ok(match command {
        Command::Change(Request::Except(new)) => post("exceptions", serde_json::to_value(new)?),
        Command::Change(Request::Pause(new)) => post("pause", serde_json::to_value(new)?),
        Command::Change(Request::AddRule(new @ NewRule { .. })) => post("rules", serde_json::to_value(new)?),
        Command::Change(Request::EndException { id }) => (Method::DELETE, format!("/api/v1/exceptions/{id}"), None),
        Command::Change(Request::RemoveRule { id }) => (Method::DELETE, format!("/api/v1/rules/{}", in_path(id)), None),
        Command::Change(Request::Resume { scope }) => (Method::DELETE, path_of_pause(scope), None),
        Command::Undo { change } => (Method::POST, format!("/api/v1/changes/{change}/undo"), None),
        _ => anyhow::bail!("no command for this"),
    })
}

/// Where the pause of some devices is found.
fn path_of_pause(whom: &Whom) -> String {
    let (device, group) = match whom {
        Whom::Everyone => (None, None),
        Whom::Device(device) => (Some(device.clone()), None),
        Whom::Group(id) => (None, Some(id.clone())),
    };
    client::query("/api/v1/pause", [("device", device), ("group", group)])
}

/// One line for a person: what was done, until when, and how it is taken back.
fn told(change: &Change, names: &Names, now: UnixTime) -> String {
    let Change { id, edit, undoes, .. } = change;
    let done = edit.in_words(&|id| names.called(id));
    let undone = undoes.map(|undone| format!("change {undone} is taken back: ")).unwrap_or_default();
    format!("{undone}{done}{}; `ponor undo {id}` takes it back", until(edit, now))
}

/// Until when what a change made stands.
fn until(edit: &Edit, now: UnixTime) -> String {
    let until = match edit {
        Edit::Exception { after: Some(Exception { until, .. }), .. }
        | Edit::Pause { after: Some(Pause { until, .. }), .. } => *until,
        _ => return String::new(),
    };
    let endless = if matches!(edit, Edit::Pause { .. }) { " until `ponor resume`" } else { " for ever" };
    until.map_or_else(|| endless.to_owned(), |until| format!(" until {}", LocalTime::read().text(until, now)))
}
