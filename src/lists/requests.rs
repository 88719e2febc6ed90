//! Carrying out what is asked of the lists.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    handle::Request,
    meta::{Held, Meta},
    settings::check_id,
    store::Store,
    vet::Doubt,
    waiters::Reply,
    worker::Worker,
};
use crate::{
    config::{self, ListSource},
    state::Refused,
};

/// Lists that may be added while ponor runs.
const MOST_ADDED: usize = 500;

impl Worker {
    /// Carries a request out, or refuses it; `reply` is answered once it is in force.
    pub(super) async fn carry_out(&mut self, request: Request, reply: Reply) {
        let begun = match request {
            Request::Update(id) => self.update(id.as_deref()),
            Request::Accept(id) => self.accept(&id).await,
            Request::Add(list) => self.add(list).await,
            Request::Enable(id, enabled) => self.enable(&id, enabled).await,
            Request::Remove(id) => self.remove(&id).await,
            Request::Reconfigure(lists) => Ok(self.reconfigure(lists).await),
        };
        match begun {
            Ok(untried) => self.waiters.wait(untried, reply),
            // Who asked may have gone.
            Err(refused) => drop(reply.send(Err(refused))),
        }
    }

    fn update(&mut self, id: Option<&str>) -> Result<BTreeSet<String>, Refused> {
        let Some(id) = id else { return Ok(self.ask_for(|_| true)) };
        if !self.entries.iter().any(|entry| entry.list.id == id && entry.list.enabled) {
            self.find(id)?;
            return Err(Refused::Invalid(format!("list `{id}` is not enabled")));
        }
        Ok(self.ask_for(|entry| entry.list.id == id))
    }

    async fn accept(&mut self, id: &str) -> Result<BTreeSet<String>, Refused> {
        let place = self.find(id)?;
        self.acceptable(place)?;
        self.end_job(place).await;
        // The job may have come to its end before.
        let held = self.acceptable(place)?;
        let meta = Meta { copy: Some(held.copy.clone()), held: None, ..self.entries[place].meta.clone() };
        let (list, kept) = (id.to_owned(), meta.clone());
        self.store_behind_jobs(move |store| store.accept(&list, &kept)).await?;
        self.entries[place].accepted(meta);
        self.waiters.tried(id, None);
        self.changed();
        Ok(BTreeSet::new())
    }

    /// The download of a list that was put aside, if it may be believed.
    fn acceptable(&self, place: usize) -> Result<&Held, Refused> {
        let entry = &self.entries[place];
        let id = &entry.list.id;
        let Some(held) = &entry.meta.held else {
            return Err(Refused::Invalid(format!("no download of list `{id}` was put aside")));
        };
        match held.doubt {
            Doubt::Foreign(foreign) => Err(Refused::Invalid(format!("the download of list `{id}` is {foreign}"))),
            _ => Ok(held),
        }
    }

    async fn add(&mut self, list: config::List) -> Result<BTreeSet<String>, Refused> {
        check_id(&list.id).map_err(Refused::Invalid)?;
        if self.find(&list.id).is_ok() || self.settings.lists().iter().any(|other| other.id == list.id) {
            return Err(Refused::Invalid(format!("there is a list `{}` already", list.id)));
        }
        match &list.source {
            ListSource::File(_) => {
                return Err(Refused::Invalid("local files can only be set in config.toml".to_owned()));
            }
            ListSource::Builtin(name) if self.catalog.list_text(name).is_none() => {
                return Err(Refused::Invalid(format!("there is no built-in list `{name}`")));
            }
            _ => {}
        }
        if self.settings.lists().len() >= MOST_ADDED {
            return Err(Refused::Invalid(format!("there are {MOST_ADDED} added lists already; remove one first")));
        }
        let list = config::List { fixed: false, ..list };
        let lists = self.settings.lists().iter().cloned().chain([list]).collect();
        self.settings.replace(lists).await?;
        self.take_over_lists().await;
        Ok(BTreeSet::new())
    }

    async fn enable(&mut self, id: &str, enabled: bool) -> Result<BTreeSet<String>, Refused> {
        let mut lists = self.changeable(id)?;
        for list in lists.iter_mut().filter(|list| list.id == id) {
            list.enabled = enabled;
        }
        self.settings.replace(lists).await?;
        self.take_over_lists().await;
        Ok(BTreeSet::new())
    }

    async fn remove(&mut self, id: &str) -> Result<BTreeSet<String>, Refused> {
        let mut lists = self.changeable(id)?;
        if self.is_configured(id) {
            return Err(Refused::Invalid(format!("list `{id}` comes with ponor; disable it instead")));
        }
        lists.retain(|list| list.id != id);
        self.settings.replace(lists).await?;
        self.end_job(self.find(id)?).await;
        self.take_over_lists().await;
        let list = id.to_owned();
        self.store_behind_jobs(move |store| store.forget(&list)).await?;
        Ok(BTreeSet::new())
    }

    async fn reconfigure(&mut self, lists: Vec<config::List>) -> BTreeSet<String> {
        self.configured = lists;
        self.take_over_lists().await;
        self.ask_for(|entry| matches!(entry.list.source, ListSource::File(_)))
    }

    /// The lists to be kept, for changing the one with this id.
    fn changeable(&self, id: &str) -> Result<Vec<config::List>, Refused> {
        let place = self.find(id)?;
        let list = &self.entries[place].list;
        if list.fixed {
            return Err(Refused::Fixed(format!("`{id}`")));
        }
        let mut lists = self.settings.lists().to_vec();
        if lists.iter().all(|kept| kept.id != id) {
            lists.push(list.clone());
        }
        Ok(lists)
    }

    fn find(&self, id: &str) -> Result<usize, Refused> {
        let place = self.entries.iter().position(|entry| entry.list.id == id);
        place.ok_or_else(|| Refused::NotFound(format!("there is no list `{id}`")))
    }

    /// Changes what is stored once everything is done that jobs have begun: it would come back otherwise.
    async fn store_behind_jobs(
        &self,
        change: impl FnOnce(&Store) -> std::io::Result<()> + Send + 'static,
    ) -> Result<(), Refused> {
        let store = Arc::clone(&self.store);
        match self.background.run(move || change(&store)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Refused::Failed(error.to_string())),
            Err(died) => Err(Refused::Failed(died.to_string())),
        }
    }
}
