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
    changes::{Change, Edit, Lasts, NewException, NewPause, NewRule, NewSetting, Request, Whom},
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
        Command::Change(Request::AddRecord(new)) => post("records", serde_json::to_value(new)?),
        Command::Change(Request::RemoveRecord { id }) => {
            (Method::DELETE, format!("/api/v1/records/{}", in_path(id)), None)
        }
        Command::Change(Request::Set(NewSetting { key, value })) => {
            (Method::PUT, path_of_setting(key), Some(json!({ "value": value })))
        }
        Command::Change(Request::Reset { key }) => (Method::DELETE, path_of_setting(key), None),
        Command::Change(Request::MakeGroup(new)) => post("groups", serde_json::to_value(new)?),
        Command::Change(Request::ChangeGroup { id, change }) => {
            (Method::PATCH, path_of_group(id), Some(serde_json::to_value(change)?))
        }
        Command::Change(Request::RemoveGroup { id }) => (Method::DELETE, path_of_group(id), None),
        Command::Change(Request::Resume { scope }) => (Method::DELETE, path_of_pause(scope), None),
        Command::Undo { change } => (Method::POST, format!("/api/v1/changes/{change}/undo"), None),
        _ => anyhow::bail!("no command for this"),
    })
}

/// Where a key of the configuration is found.
fn path_of_setting(key: &str) -> String {
    format!("/api/v1/settings/{}", in_path(key))
}

/// Where a group is found.
fn path_of_group(id: &str) -> String {
    format!("/api/v1/groups/{}", in_path(id))
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

/// Until when what a change made stands, what it stands instead of, and what comes afterwards.
fn until(edit: &Edit, now: UnixTime) -> String {
    let here = LocalTime::read();
    match edit {
        Edit::Exception { before, after: Some(after) } => {
            let ends = |until| ends(until, " for ever", &here, now);
            ends(after.until) + &instead_of(before.as_ref(), after, &ends) + &afterwards(after, &ends)
        }
        Edit::Pause { after: Some(Pause { until, .. }), .. } => ends(*until, " until `ponor resume`", &here, now),
        _ => String::new(),
    }
}

/// When something ends, said behind what it does; `endless` where it does not.
pub(super) fn ends(until: Option<UnixTime>, endless: &str, here: &LocalTime, now: UnixTime) -> String {
    until.map_or_else(|| endless.to_owned(), |until| format!(" until {}", here.text(until, now)))
}

/// What `after` has replaced so that it does not come back.
fn instead_of(before: Option<&Exception>, after: &Exception, ends: &dyn Fn(Option<UnixTime>) -> String) -> String {
    let waits = after.afterwards.as_ref().map(|afterwards| afterwards.id);
    let Some(before) = before.filter(|before| before.id < after.id && Some(before.id) != waits) else {
        return String::new();
    };
    let done = if before.action == after.action { String::new() } else { format!(" {}", before.done()) };
    // What does the same for longer than `after`, which it would have been followed by.
    let last = before.later().take_while(|later| Some(later.id) != waits).find(|later| later.outlasts(after.until));
    let last = last.map(|last| format!(" and then {}{}", last.done(), ends(last.until))).unwrap_or_default();
    format!(" instead of{done}{}{last}", ends(before.until))
}

/// What comes when `exception` has ended, one after the other.
pub(super) fn afterwards(exception: &Exception, ends: &dyn Fn(Option<UnixTime>) -> String) -> String {
    let told = exception.later().map(|later| format!(", then {} again{}", later.done(), ends(later.until)));
    told.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Scope;

    #[test]
    fn what_an_exception_replaces_and_what_comes_afterwards_is_told() {
        let made = |id, action, until: u64, afterwards: Option<&Exception>| Exception {
            id,
            action,
            rule: "||a.example^".to_owned(),
            scope: Scope::Everyone,
            made: UnixTime(0),
            until: (until > 0).then_some(UnixTime(until)),
            afterwards: afterwards.cloned().map(Box::new),
        };
        let check = |before: Option<&Exception>, after: &Exception, expected: &str| {
            let ends =
                |until: Option<UnixTime>| until.map_or(" for ever".to_owned(), |until| format!(" until {}", until.0));
            assert_eq!(instead_of(before, after, &ends) + &afterwards(after, &ends), expected, "{before:?} {after:?}");
        };
        let blocked = made(1, Action::Block, 0, None);
        let allowed = made(2, Action::Allow, 9, Some(&blocked));
        check(None, &blocked, "");
        check(Some(&blocked), &allowed, ", then blocked again for ever");
        check(Some(&allowed), &made(3, Action::Allow, 0, None), " instead of until 9");
        check(
            Some(&allowed),
            &made(3, Action::Allow, 7, Some(&blocked)),
            " instead of until 9, then blocked again for ever",
        );
        check(Some(&allowed), &made(3, Action::Block, 0, None), " instead of allowed until 9");
        // What would have come afterwards and lasted longer is gone too.
        check(
            Some(&allowed),
            &made(3, Action::Block, 20, None),
            " instead of allowed until 9 and then blocked for ever",
        );
        let longer =
            made(3, Action::Allow, 5, Some(&made(2, Action::Block, 9, Some(&made(1, Action::Allow, 30, None)))));
        check(Some(&longer), &made(4, Action::Allow, 20, None), " instead of until 5 and then allowed until 30");
        check(Some(&longer), &made(4, Action::Allow, 40, None), " instead of until 5");
        let again = made(3, Action::Block, 5, Some(&allowed));
        check(
            Some(&again),
            &made(4, Action::Allow, 7, Some(&blocked)),
            " instead of blocked until 5 and then allowed until 9, then blocked again for ever",
        );
        check(Some(&allowed), &again, ", then allowed again until 9, then blocked again for ever");
        // What comes back, because the one in its place was ended, is there instead of nothing.
        check(Some(&allowed), &blocked, "");
    }
}
