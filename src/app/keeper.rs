//! The owner of the policy: the sole publisher of policies, fed by new lists, by devices that come and go, by the
//! operator's orders and by SIGHUP.

use std::sync::Arc;

use tokio::{
    signal::unix::Signal,
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    faces::Faces,
    parts::{self, Parts},
    reload,
    sources::Sources,
    tasks::Tasks,
};
use crate::{
    app::logging::Logging,
    clients::DeviceId,
    config::{self, Config, ListSource},
    control::{Command, DeviceOrder, NewList, Order, Refused},
    devices::{DeviceChange, Devices, DevicesError},
    journal::Journal,
    lists::{self, ListsError, ListsHandle},
    local::LocalData,
    stats::Stats,
};

/// How often a list that is added while ponor runs is fetched.
const UPDATE_EVERY: std::time::Duration = std::time::Duration::from_hours(24);

/// Owns what is configured and everything that follows from it.
pub(super) struct Keeper {
    pub(super) sources: Sources,
    pub(super) config: Config,
    pub(super) local: LocalData,
    pub(super) parts: Arc<Parts>,
    pub(super) faces: Faces,
    pub(super) logging: Logging,
    pub(super) tasks: Tasks,
}

type Done = (Result<(), Refused>, oneshot::Sender<Result<(), Refused>>);

impl Keeper {
    /// Keeps the policy until `stop` is cancelled, then gives everything back to be shut down.
    pub(super) async fn run(
        mut self,
        mut orders: mpsc::Receiver<Order>,
        mut hangups: Signal,
        stop: CancellationToken,
    ) -> Self {
        let mut compiled = self.parts.lists.compiled();
        let mut devices = self.parts.devices.known();
        let mut under_way: JoinSet<Done> = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Ok(()) = compiled.changed() => self.publish(),
                Ok(()) = devices.changed() => self.publish(),
                Some(order) = orders.recv() => self.order(order, &mut under_way).await,
                Some(Ok((result, reply))) = under_way.join_next() => {
                    self.publish();
                    // Whoever asked may have gone; the change holds all the same.
                    reply.send(result).ok();
                }
                _ = hangups.recv() => {
                    self.reload().await.ok();
                }
                () = self.tasks.watch() => {}
            }
        }
        self
    }

    /// Puts the policy of what is configured and compiled now in force.
    pub(super) fn publish(&self) {
        let compiled = self.parts.lists.compiled().borrow().clone();
        let policy = parts::policy(&self.config, &compiled, &self.local, self.faces.designations());
        let devices = self.parts.devices.known().borrow().clone();
        self.parts.policy.publish(policy.with_devices(&devices));
    }

    async fn order(&mut self, (command, reply): Order, under_way: &mut JoinSet<Done>) {
        if matches!(command, Command::Reload) {
            let result = self.reload().await.map_err(|error| Refused::Invalid(error.to_string()));
            // Whoever asked may have gone.
            reply.send(result).ok();
            return;
        }
        match command {
            Command::Devices(order) => match self.allowed(&order) {
                Ok(()) => {
                    let devices = self.parts.devices.clone();
                    under_way.spawn(async move { (change_devices(devices, order).await, reply) });
                }
                // Whoever asked may have gone.
                Err(refused) => reply.send(Err(refused)).unwrap_or_default(),
            },
            Command::EraseDevice { device } => {
                let (stats, journal) = (self.parts.stats.clone(), self.parts.journal.clone());
                under_way.spawn(async move { (erase(&stats, journal.as_ref(), device).await, reply) });
            }
            command => {
                let lists = self.parts.lists.clone();
                under_way.spawn(async move { (change_lists(&lists, command).await, reply) });
            }
        }
    }

    /// Whether the group that a device is put in exists.
    fn allowed(&self, order: &DeviceOrder) -> Result<(), Refused> {
        let DeviceOrder::Change { change: DeviceChange { group: Some(Some(group)), .. }, .. } = order else {
            return Ok(());
        };
        if self.config.groups.iter().any(|known| known.id == *group) {
            return Ok(());
        }
        Err(Refused::Invalid(format!("there is no group `{group}`; groups are made in config.toml")))
    }

    /// Reads the configuration again and does what has changed in it. After a fault nothing has changed.
    async fn reload(&mut self) -> Result<(), reload::ReloadError> {
        match reload::run(self).await {
            Ok(changed) if changed.is_empty() => {
                tracing::info!("the configuration was read again; nothing has changed");
            }
            Ok(changed) => tracing::info!(changed = changed.join(", "), "the configuration was read again"),
            Err(error) => {
                tracing::error!("the configuration stays as it was:\n{error}");
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Changes what people say of devices. What is written to the disk is written beside the runtime.
pub(super) async fn change_devices(devices: Devices, order: DeviceOrder) -> Result<(), Refused> {
    let changed = tokio::task::spawn_blocking(move || match order {
        DeviceOrder::Change { id, change } => devices.change(id, &change),
        DeviceOrder::Merge { id, other } => devices.merge(id, other),
        DeviceOrder::Split { id, part } => devices.split(id, part),
    });
    changed.await.map_err(|_| Refused::Closing)?.map_err(|error| match error {
        DevicesError::NotFound(_) => Refused::NotFound(error.to_string()),
        DevicesError::Fixed(what) => Refused::Fixed(what),
        DevicesError::Invalid(why) => Refused::Invalid(why),
        DevicesError::Failed(why) => Refused::Failed(why),
    })
}

/// Erases a device from memory and from the journal.
async fn erase(stats: &Stats, journal: Option<&Journal>, device: DeviceId) -> Result<(), Refused> {
    stats.forget_device(device);
    match journal {
        Some(journal) => journal.erase(device).await.map_err(Refused::Failed),
        None => Ok(()),
    }
}

pub(super) async fn change_lists(lists: &ListsHandle, command: Command) -> Result<(), Refused> {
    let changed = match command {
        Command::UpdateLists { id } => lists.update(id).await,
        Command::AcceptList { id } => lists.accept(id).await,
        Command::AddList(list) => lists.add(configured(list)?).await,
        Command::EnableList { id, enabled } => lists.enable(id, enabled).await,
        Command::RemoveList { id } => lists.remove(id).await,
        Command::Reload | Command::Devices(_) | Command::EraseDevice { .. } => Ok(()),
    };
    changed.map_err(|error| match error {
        ListsError::NotFound(id) => Refused::NotFound(format!("there is no list `{id}`")),
        ListsError::Fixed(id) => Refused::Fixed(format!("`{id}`")),
        ListsError::Invalid(why) => Refused::Invalid(why),
        ListsError::Failed(why) => Refused::Failed(why),
        ListsError::Closing => Refused::Closing,
    })
}

/// A list that is added while ponor runs, as configuration would have it. Files stay the business of `config.toml`: the
/// page must not read what its user may not.
fn configured(list: NewList) -> Result<config::List, Refused> {
    let source = lists::parse_source(&list.source).map_err(Refused::Invalid)?;
    if matches!(source, ListSource::File(_)) {
        return Err(Refused::Invalid(
            "expected an http:// or https:// URL, or builtin: and a name; files belong into config.toml".into(),
        ));
    }
    Ok(config::List {
        id: list.id,
        enabled: true,
        source,
        kind: list.kind,
        format: list.format,
        subdomains: list.subdomains,
        tlds: false,
        update_every: UPDATE_EVERY,
        fixed: false,
    })
}
