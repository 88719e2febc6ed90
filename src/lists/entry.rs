//! What the worker knows of one list.

use std::{fs::File, sync::Arc, time::Duration};

use tokio::task::AbortHandle;

use super::{
    ListStatus,
    compile::{Found, Input, ListInfo, Text},
    digest::Digest,
    meta::{Held, Meta},
    schedule::{Jitter, Schedule},
    source::source_text,
    store::Store,
    tables::Origin,
    update::{Ended, Job, Outcome},
    vet::Doubt,
};
use crate::{
    catalog::Catalog,
    config::{self, ListSource},
    rules::{LineOptions, ListFormat, ListNumber, Table},
    time::{Moment, Now, UnixTime},
};

/// What the worker knows of one list.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) list: config::List,
    pub(super) number: ListNumber,
    pub(super) meta: Meta,
    /// The text of a built-in list, and its digest.
    text: Option<(Text, Digest)>,
    /// Whether its copy could not be read.
    broken: bool,
    /// What was found in it when it was compiled; `None` while it is not in the table.
    pub(super) found: Option<Found>,
    pub(super) schedule: Schedule,
    /// Whether somebody asked for it to be fetched or read now.
    pub(super) asked: bool,
    /// The update under way.
    pub(super) job: Option<AbortHandle>,
    tried: Option<UnixTime>,
    error: Option<String>,
}

impl Entry {
    /// A list with what is stored of it. Reads files.
    pub(super) fn load(list: config::List, number: ListNumber, surroundings: &Surroundings<'_>) -> Self {
        let now = surroundings.now;
        let source = source_text(&list.source);
        let mut error = None;
        let (meta, text) = match &list.source {
            ListSource::Builtin(name) => {
                let text = surroundings.catalog.list_text(name);
                if text.is_none() {
                    error = Some(format!("there is no built-in list `{name}`"));
                }
                (Meta::new(source), text.map(|text| (Text::Builtin(text.as_str().into()), Digest::of(text.as_bytes()))))
            }
            ListSource::File(_) => (surroundings.store.load_without_copy(&list.id, &source), None),
            ListSource::Url(_) => (surroundings.store.load(&list.id, &source), None),
        };
        let age = meta.copy.as_ref().map(|copy| age(copy.checked, now.unix));
        let schedule = Schedule::at_start(list.update_every, age, now.moment, jitter());
        let asked = matches!(list.source, ListSource::File(_));
        let (found, job, tried, broken) = (None, None, None, false);
        Self { list, number, meta, text, broken, found, schedule, asked, job, tried, error }
    }

    /// Whether it is the list that `list` describes, perhaps with other settings: the same id and the same source.
    pub(super) fn is_of(&self, list: &config::List) -> bool {
        self.list.id == list.id && self.list.source == list.source
    }

    /// The same list with other settings.
    pub(super) fn with(self, list: config::List) -> Self {
        let mut schedule = self.schedule;
        schedule.set_interval(list.update_every);
        Self { list, schedule, ..self }
    }

    /// Whether it is to be fetched or read now.
    pub(super) fn wants_update(&self, now: Now) -> bool {
        self.job.is_none() && self.can_update() && (self.asked || self.due().is_some_and(|due| due <= now.moment))
    }

    /// When it is fetched by itself; `None` when it is not, or is being fetched.
    pub(super) fn due(&self) -> Option<Moment> {
        let by_itself = self.list.enabled && matches!(self.list.source, ListSource::Url(_)) && self.job.is_none();
        by_itself.then(|| self.schedule.next())
    }

    /// Whether it can be fetched or read at all.
    pub(super) fn can_update(&self) -> bool {
        self.list.enabled && !matches!(self.list.source, ListSource::Builtin(_))
    }

    /// What updating it needs.
    pub(super) fn job(&self) -> Job {
        let counted = self.found.as_ref().map(|found| found.rules);
        let former_rules = self.meta.copy.as_ref().map(|copy| counted.unwrap_or(copy.rules));
        // A copy that cannot be read must come anew, even when the server says that it has not changed.
        let copy = self.meta.copy.clone().filter(|_| !self.broken);
        let meta = Meta { copy, ..self.meta.clone() };
        let (id, source, options) = (self.list.id.clone(), self.list.source.clone(), self.options());
        Job { id, source, options, meta, former_rules }
    }

    /// Takes over what came of an update. Whether its text is another now.
    pub(super) fn updated(&mut self, ended: Ended, now: Now) -> bool {
        let Ended { meta, outcome, .. } = ended;
        self.job = None;
        self.tried = Some(now.unix);
        self.error = None;
        let retry_soon = matches!(outcome, Outcome::Held(Doubt::Empty | Doubt::Foreign(_), _) | Outcome::Failed(_));
        if retry_soon {
            self.schedule.failed(now.moment, jitter());
        } else {
            self.schedule.succeeded(now.moment, jitter());
        }
        match outcome {
            Outcome::Unchanged => self.meta = meta,
            Outcome::Held(..) => self.meta.held = meta.held,
            Outcome::Failed(error) => self.error = Some(error),
            Outcome::Updated { unsaved } => {
                let is_other = self.broken || digest(&self.meta) != digest(&meta);
                (self.meta, self.broken, self.error) = (meta, false, unsaved);
                return is_other;
            }
        }
        false
    }

    /// Takes over a copy that was put aside and is believed now.
    pub(super) fn accepted(&mut self, meta: Meta) {
        (self.meta, self.broken, self.error) = (meta, false, None);
    }

    /// Notes that its copy could not be read: it is fetched again, whole.
    pub(super) fn unreadable(&mut self, error: String) {
        self.error = Some(error);
        self.broken = true;
        self.asked = true;
    }

    /// What compiling it needs; `None` when it is not used or has no text yet.
    pub(super) fn input(&self, store: &Store) -> Option<Input> {
        let (text, digest) = match (&self.text, &self.meta.copy, &self.list.source) {
            _ if !self.list.enabled => return None,
            (Some((text, digest)), _, _) => (text.clone(), *digest),
            (None, Some(copy), ListSource::File(path)) => (Text::File(path.clone()), copy.digest),
            (None, Some(copy), _) => (Text::File(store.text(&self.list.id)), copy.digest),
            (None, None, _) => return None,
        };
        let (number, id, options) = (self.number, self.list.id.clone(), self.options());
        Some(Input { origin: Origin { number, id, digest, options }, text, warn: self.text.is_none() })
    }

    /// Takes over what was found in it when the last table was made, whose `file` this is.
    pub(super) fn adopt(&mut self, lists: &[(Origin, Found)], table: &Table, file: &File, catalog: &Catalog) {
        let of_list = lists.iter().find(|(origin, _)| origin.number == self.number && self.list.enabled);
        self.found = of_list.map(|(_, found)| found.clone());
        if let (Some(found), None) = (&mut self.found, &self.text) {
            found.warn(table, Some(file), self.number, catalog);
        }
    }

    /// What those who apply the rules need to know.
    pub(super) fn info(&self) -> ListInfo {
        let id = Arc::from(self.list.id.as_str());
        ListInfo { number: self.number, id, kind: self.list.kind, enabled: self.list.enabled }
    }

    /// What people are told, with what is wrong with all lists. Whoever knows where the list comes from says whether it is
    /// `removable`.
    pub(super) fn status(&self, now: Now, common_fault: Option<&str>, removable: bool) -> ListStatus {
        let found = self.found.clone().unwrap_or_default();
        let common_fault = common_fault.filter(|_| self.found.is_some()).map(str::to_owned);
        let copy = self.meta.copy.as_ref();
        ListStatus {
            id: self.list.id.clone(),
            source: source_text(&self.list.source),
            kind: self.list.kind,
            format: self.list.format,
            subdomains: self.list.subdomains,
            enabled: self.list.enabled,
            fixed: self.list.fixed,
            removable,
            rules: found.rules,
            rejected: found.rejected,
            rejects: found.rejects,
            bytes: copy.map_or(0, |copy| copy.bytes),
            warnings: found.warnings,
            warned: found.warned,
            updated: copy.map(|copy| copy.fetched).filter(|fetched| *fetched != UnixTime::default()),
            tried: self.tried,
            next: self.due().map(|due| now.unix.after(due.since(now.moment))),
            busy: self.job.is_some(),
            held_back: self.meta.held.as_ref().map(Held::to_string),
            error: self.error.clone().or(found.left_out).or(common_fault),
        }
    }

    fn options(&self) -> LineOptions {
        let config::List { kind, format, subdomains, tlds, ref source, .. } = self.list;
        // A built-in list is in one syntax, whatever is configured.
        let format = if matches!(source, ListSource::Builtin(_)) { ListFormat::Auto } else { format };
        LineOptions { kind, format, subdomains, tlds }
    }
}

/// What loading a list needs.
pub(super) struct Surroundings<'a> {
    pub(super) store: &'a Store,
    pub(super) catalog: &'a Catalog,
    pub(super) now: Now,
}

/// How old a copy is. One from the future was made when the clock was right, or the clock is wrong now, as it is on
/// routers after a power cut; its age is unknown, and it counts as old.
fn age(checked: UnixTime, now: UnixTime) -> Duration {
    if checked > now { Duration::MAX } else { now.since(checked) }
}

fn digest(meta: &Meta) -> Option<Digest> {
    meta.copy.as_ref().map(|copy| copy.digest)
}

/// Chance, for schedules.
fn jitter() -> Jitter {
    Jitter(fastrand::u16(..))
}
