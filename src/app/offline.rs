//! The state of a ponor that does not run: its lists and its decisions, under the lock of its state folder.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use tempfile::TempDir;
use tokio::sync::watch;

use super::{
    changing::{self, Elsewhere, TakenBack},
    clock,
    data_dir::DataDir,
    named::{Named, Strictness},
    parts::Parts,
    sources::Sources,
    tasks::Tasks,
    upward::Upward,
    view::Window,
};
use crate::{
    changes::{Author, Changes},
    control::{Command, Outcome},
    devices::Surroundings,
    http::View,
    server::Front,
};

/// How long what was changed may take to reach the disk.
const FAREWELL: Duration = Duration::from_secs(30);

/// The parts of a ponor without its faces. The lock is held until it is dropped.
pub struct Offline {
    window: Window,
    tasks: Tasks,
    _data_dir: DataDir,
    _scratch: Option<TempDir>,
}

/// What an offline look is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Only to see: a state folder that is not there is not made.
    Look,
    /// To change something in it.
    Change,
}

impl Offline {
    /// Makes the parts from what the configuration and the state folder hold.
    ///
    /// # Errors
    /// As when a ponor starts.
    pub async fn open(sources: &Sources, purpose: Purpose) -> anyhow::Result<Self> {
        let loaded = sources.load()?;
        let named = Named::read(&loaded, Strictness::Needed)?;
        let config = &loaded.config;
        let nothing_there = purpose == Purpose::Look && !config.data_dir.exists();
        let scratch = nothing_there.then(tempfile::tempdir).transpose()?;
        let data_dir = DataDir::take(scratch.as_ref().map_or(config.data_dir.as_path(), TempDir::path))?;
        let clock = clock::system();
        let mut tasks = Tasks::new();
        let upward = Upward::servers(&config.upstream, clock);
        let surroundings = Surroundings::MadeUp;
        let parts = Parts::build(&loaded, named, upward, surroundings, data_dir.path(), clock, &mut tasks).await;
        let parts = Arc::new(parts.context("the state cannot be read")?);
        let front = Arc::new(Front::new(Arc::clone(&parts.resolver), parts.recorder.clone(), clock));
        let window = Window { parts, front, open: watch::channel(Vec::new()).1 };
        Ok(Self { window, tasks, _data_dir: data_dir, _scratch: scratch })
    }

    /// What the pages of a running ponor would show.
    #[must_use]
    pub fn view(&self) -> &dyn View {
        &self.window
    }

    /// What was changed, and what stands.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.window.parts.changes
    }

    /// Changes lists, what is said of devices, or what stands.
    ///
    /// # Errors
    /// When the change is refused.
    pub async fn change(&self, command: Command) -> Outcome {
        let parts = &self.window.parts;
        let by = Author::COMMAND;
        let (what, undoes) = match command {
            Command::Change(request) => return changing::begin(parts, &request, by)?.keep(&parts.changes).await,
            Command::Undo { change } => match changing::take_back(parts, change, by)? {
                TakenBack::Begun(begun) => return begun.keep(&parts.changes).await,
                TakenBack::Elsewhere(what) => (what, Some(change)),
            },
            Command::Devices(order) => (Elsewhere::Devices(order), None),
            command => (Elsewhere::Lists(command), None),
        };
        let edit = what.run(parts).await?;
        Ok(changing::record(parts, edit, by, undoes).await)
    }

    /// Lets go of the state once everything that was changed is on disk.
    pub async fn close(self) {
        self.tasks.finish(FAREWELL).await;
    }
}
