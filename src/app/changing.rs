//! Carrying out commands that change something and that are remembered: here of a running ponor, by `offline` of one that
//! does not run.

use std::{sync::Arc, time::Duration};

use super::{clock::LocalTime, parts::Parts};
use crate::{
    changes::{Author, Change, Changes, Edit, Ledger, ListRecord, Present, Request, Undo},
    clients::DeviceId,
    config,
    control::{Command, DeviceOrder, NewList, Outcome, Refused},
    devices::Devices,
    lists::{self, ListsHandle},
    rules::{ListFormat, ListKind},
};

/// How often a list that is added while ponor runs is fetched.
const UPDATE_EVERY: Duration = Duration::from_hours(24);

/// A change to what is kept by others, who take their time.
#[derive(Debug)]
pub(super) enum Elsewhere {
    Lists(Command),
    Devices(DeviceOrder),
    /// Erase what was recorded of a device, which nobody can take back and of which nothing is remembered.
    Erase(DeviceId),
}

/// A change to what stands, not yet written; and what stood before, should it not be written.
pub(super) struct Begun {
    pub(super) change: Change,
    former: Arc<Ledger>,
}

/// What taking back a change comes to.
pub(super) enum TakenBack {
    /// It is done.
    Begun(Begun),
    /// Others do it.
    Elsewhere(Elsewhere),
}

/// Changes what stands.
pub(super) fn begin(parts: &Parts, request: &Request, by: Author) -> Result<Begun, Refused> {
    let now = parts.clock.now();
    let until_tomorrow = LocalTime::read().until_midnight(now.unix);
    let present = Present { now, until_tomorrow, called: &|id| parts.devices.called(id) };
    let former = parts.changes.ledger();
    let request = request.clone().of_device(|device| parts.devices.meant(device))?;
    check_lists(&parts.lists, request.lists())?;
    Ok(Begun { change: parts.changes.order(&request, by, &present)?, former })
}

/// Whether there are lists with these ids.
fn check_lists(lists: &ListsHandle, ids: &[String]) -> Result<(), Refused> {
    if ids.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = lists.status().into_iter().map(|list| list.id).collect();
    match ids.iter().find(|id| !known.contains(id)) {
        Some(id) => Err(Refused::Invalid(config::no_such("list", id, known.iter().map(String::as_str)))),
        None => Ok(()),
    }
}

/// Takes a change back, or says what others have to do for that.
pub(super) fn take_back(parts: &Parts, change: u64, by: Author) -> Result<TakenBack, Refused> {
    let former = parts.changes.ledger();
    Ok(match parts.changes.undo(change, by, parts.clock.now())? {
        Undo::Done(change) => TakenBack::Begun(Begun { change, former }),
        Undo::Elsewhere(Edit::Device(edit)) => {
            TakenBack::Elsewhere(Elsewhere::Devices(DeviceOrder::TakeBack(edit.reversed())))
        }
        Undo::Elsewhere(edit) => TakenBack::Elsewhere(Elsewhere::Lists(for_list(&parts.lists, edit)?)),
    })
}

impl Begun {
    /// Puts everything back to what it was.
    pub(super) fn give_up(self, changes: &Changes) {
        changes.restore(self.former);
    }

    /// Writes the change, or puts everything back to what it was.
    pub(super) async fn keep(self, changes: &Changes) -> Outcome {
        match save(changes).await {
            Ok(()) => Ok(Some(self.change)),
            Err(refused) => {
                self.give_up(changes);
                Err(refused)
            }
        }
    }
}

impl Elsewhere {
    /// Has it done.
    pub(super) async fn run(self, parts: &Parts) -> Result<Option<Edit>, Refused> {
        match self {
            Self::Lists(command) => change_lists(&parts.lists, command).await,
            Self::Devices(order) => change_devices(parts.devices.clone(), order).await.map(Some),
            Self::Erase(device) => erase(parts, device).await.map(|()| None),
        }
    }
}

/// Remembers a change that others made. It holds, even if it cannot be remembered.
pub(super) async fn record(parts: &Parts, edit: Option<Edit>, by: Author, undoes: Option<u64>) -> Option<Change> {
    let recorded = parts.changes.record(edit?, by, undoes, parts.clock.now().unix);
    let written = save(&parts.changes).await;
    let kept = recorded.and_then(|change| written.map(|()| change));
    kept.inspect_err(|error| tracing::error!("a change is in force, but will not be remembered: {error}")).ok()
}

/// Writes what is remembered, beside the runtime.
pub(super) async fn save(changes: &Changes) -> Result<(), Refused> {
    let changes = changes.clone();
    let written = tokio::task::spawn_blocking(move || changes.save());
    written.await.map_err(|_| Refused::Closing)?
}

/// The command by which a list becomes what it was.
fn for_list(lists: &ListsHandle, edit: Edit) -> Result<Command, Refused> {
    let Edit::List { before, after } = edit else { return Err(Refused::Invalid("it is no list".to_owned())) };
    let id = before.as_ref().or(after.as_ref()).map(|list| list.id.clone()).unwrap_or_default();
    if list_record(lists, &id) != before {
        return Err(Refused::Invalid(format!("the list `{id}` was changed since")));
    }
    Ok(match (before, after) {
        (Some(_), Some(ListRecord { enabled, .. })) => Command::EnableList { id, enabled },
        (None, Some(list)) => Command::RestoreList(list),
        (_, None) => Command::RemoveList { id },
    })
}

/// What can be changed of a list.
fn list_record(lists: &ListsHandle, id: &str) -> Option<ListRecord> {
    let list = lists.status().into_iter().find(|list| list.id == id)?;
    let lists::ListStatus { id, source, kind, format, subdomains, enabled, .. } = list;
    Some(ListRecord { id, source, kind, format, subdomains, enabled })
}

/// Changes what people say of devices. What is written to the disk is written beside the runtime.
async fn change_devices(devices: Devices, order: DeviceOrder) -> Result<Edit, Refused> {
    let changed = tokio::task::spawn_blocking(move || match order {
        DeviceOrder::Change { id, change } => devices.change(id, &change),
        DeviceOrder::Merge { id, other } => devices.merge(id, other),
        DeviceOrder::Split { id, part } => devices.split(id, part),
        DeviceOrder::TakeBack(edit) => devices.take_back(&edit),
    });
    changed.await.map_err(|_| Refused::Closing)?.map(Edit::Device)
}

/// Erases a device from memory and from the journal.
async fn erase(parts: &Parts, device: DeviceId) -> Result<(), Refused> {
    parts.stats.forget_device(device);
    match &parts.journal {
        Some(journal) => journal.erase(device).await.map_err(Refused::Failed),
        None => Ok(()),
    }
}

/// Changes lists; tells what can be taken back of it.
async fn change_lists(lists: &ListsHandle, command: Command) -> Result<Option<Edit>, Refused> {
    let id = match &command {
        Command::AddList(NewList { id, .. })
        | Command::RestoreList(ListRecord { id, .. })
        | Command::EnableList { id, .. }
        | Command::RemoveList { id } => Some(id.clone()),
        _ => None,
    };
    let record = || id.as_ref().and_then(|id| list_record(lists, id));
    let before = record();
    order_lists(lists, command).await?;
    let after = record();
    Ok((before != after).then_some(Edit::List { before, after }))
}

async fn order_lists(lists: &ListsHandle, command: Command) -> Result<(), Refused> {
    match command {
        Command::UpdateLists { id } => lists.update(id).await,
        Command::AcceptList { id } => lists.accept(id).await,
        Command::AddList(list) => lists.add(configured(list, true)?).await,
        Command::RestoreList(ListRecord { id, source, kind, format, subdomains, enabled }) => {
            lists.add(configured(NewList { id, source, kind, format, subdomains }, enabled)?).await
        }
        Command::EnableList { id, enabled } => lists.enable(id, enabled).await,
        Command::RemoveList { id } => lists.remove(id).await,
        Command::Reload
        | Command::Devices(_)
        | Command::EraseDevice { .. }
        | Command::Change(_)
        | Command::Undo { .. } => Ok(()),
    }
}

/// A list that is added while ponor runs, as configuration would have it. Files stay the business of `config.toml`: the
/// page must not read what its user may not.
fn configured(list: NewList, enabled: bool) -> Result<config::List, Refused> {
    if let Some(path) = lists::path_meant(&list.source) {
        return Err(Refused::Invalid(only_in_configuration(&list, path)));
    }
    let source = lists::parse_source(&list.source).map_err(Refused::Invalid)?;
    Ok(config::List {
        id: list.id,
        enabled,
        source,
        kind: list.kind,
        format: list.format,
        subdomains: list.subdomains,
        tlds: false,
        update_every: UPDATE_EVERY,
        fixed: false,
    })
}

/// That a list which is the file at `path` can only be set in `config.toml`, and what to write there.
fn only_in_configuration(list: &NewList, path: &str) -> String {
    let NewList { id, source: _, kind, format, subdomains } = list;
    let [id, source] = [id, path].map(toml::Value::from);
    let kind = if *kind == ListKind::Allow { "\nkind = \"allow\"" } else { "" };
    let format = toml::Value::try_from(format).ok().filter(|_| *format != ListFormat::Auto);
    let format = format.map(|format| format!("\nformat = {format}")).unwrap_or_default();
    let subdomains = if *subdomains { "\nsubdomains = true" } else { "" };
    format!(
        "`{path}` is a file, and files are only read where config.toml names them; write there, and reload ponor:\n\
         [[lists]]\nid = {id}\nsource = {source}{kind}{format}{subdomains}\n\
         The first `[[lists]]` there replaces the default list: write one with source = \"builtin:vendors\", too, to keep it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_with_all_that_was_asked_for() {
        let check = |kind, format, subdomains, expected: &str| {
            let source = "/etc/own \"names\"".to_owned();
            let refused =
                configured(NewList { id: "own".to_owned(), source, kind, format, subdomains }, true).unwrap_err();
            let told = refused.to_string();
            let written: Vec<&str> = told.lines().skip(4).take_while(|line| !line.starts_with("The first")).collect();
            assert!(told.contains("\n[[lists]]\nid = \"own\"\nsource = '/etc/own \"names\"'\n"), "{told}");
            assert_eq!(written.join("; "), expected, "{told}");
        };
        check(ListKind::Block, ListFormat::Auto, false, "");
        check(ListKind::Allow, ListFormat::Auto, true, "kind = \"allow\"; subdomains = true");
        check(ListKind::Block, ListFormat::Rpz, false, "format = \"rpz\"");
    }
}
