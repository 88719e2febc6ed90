//! The owner of the policy: the sole publisher of policies, fed by new lists, by devices and addresses that come and go, by
//! the operator's orders and by SIGHUP.

use std::sync::Arc;

use tokio::{
    signal::unix::Signal,
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    changing::{self, Begun, Elsewhere, TakenBack},
    faces::Faces,
    hours,
    parts::{self, Parts},
    reload,
    sources::Sources,
    tasks::Tasks,
};
use crate::{
    app::logging::Logging,
    changes::{Author, Edit},
    config::{Config, Loaded},
    control::{Command, DeviceOrder, Order, Outcome, Refused},
    devices::DeviceChange,
    local::LocalData,
};

/// Owns what is configured and everything that follows from it.
pub(super) struct Keeper {
    pub(super) sources: Sources,
    pub(super) config: Config,
    /// What the configuration was made of with the settings.
    pub(super) settled: Arc<Loaded>,
    pub(super) local: Arc<LocalData>,
    pub(super) parts: Arc<Parts>,
    pub(super) faces: Faces,
    pub(super) logging: Logging,
    pub(super) tasks: Tasks,
}

type Reply = oneshot::Sender<Outcome>;

/// What others have done.
struct Done {
    result: Result<Option<Edit>, Refused>,
    by: Author,
    undoes: Option<u64>,
    reply: Reply,
}

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
        let mut open = self.faces.watch();
        let mut under_way: JoinSet<Done> = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Ok(()) = compiled.changed() => self.publish(),
                Ok(()) = devices.changed() => self.publish(),
                Ok(()) = open.changed() => if self.faces.look_around().await {
                    self.publish();
                },
                Some(order) = orders.recv() => self.order(order, &mut under_way).await,
                Some(Ok(done)) = under_way.join_next() => self.finish(done).await,
                () = next_end(&self.parts) => self.expire().await,
                () = hours::turn(&self.parts, &self.config) => self.publish(),
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
        let (standing, devices) = (self.parts.changes.standing(), self.parts.devices.known().borrow().clone());
        let ddr = self.faces.designations();
        let local = parts::with_made(&self.local, &standing);
        self.parts.devices.name_by(&local);
        let now = self.parts.clock.now().unix;
        let policy = parts::policy(&self.config, &compiled, local, ddr, &standing, &devices, now);
        self.parts.policy.publish(policy);
    }

    async fn order(&mut self, order: Order, under_way: &mut JoinSet<Done>) {
        let Order { command, by, reply } = order;
        let outcome = match command {
            Command::Reload => {
                let reloaded = self.reload().await;
                reloaded.map(|()| None).map_err(|error| Refused::Invalid(error.to_string()))
            }
            Command::Change(request) => match changing::begin(&self.parts, &request, by) {
                Ok(begun) => self.keep(begun).await,
                Err(refused) => Err(refused),
            },
            Command::Undo { change } => match changing::take_back(&self.parts, change, by) {
                Ok(TakenBack::Begun(begun)) => self.keep(begun).await,
                Ok(TakenBack::Elsewhere(what)) => return self.begin(what, by, Some(change), reply, under_way),
                Err(refused) => Err(refused),
            },
            Command::Devices(order) => match self.allowed(&order) {
                Ok(()) => return self.begin(Elsewhere::Devices(order), by, None, reply, under_way),
                Err(refused) => Err(refused),
            },
            Command::EraseDevice { device } => {
                return self.begin(Elsewhere::Erase(device), by, None, reply, under_way);
            }
            command => return self.begin(Elsewhere::Lists(command), by, None, reply, under_way),
        };
        // Whoever asked may have gone.
        reply.send(outcome).ok();
    }

    /// Lets others do something; what comes of it is heard of in [`Self::run`].
    fn begin(&self, what: Elsewhere, by: Author, undoes: Option<u64>, reply: Reply, under_way: &mut JoinSet<Done>) {
        let parts = Arc::clone(&self.parts);
        under_way.spawn(async move { Done { result: what.run(&parts).await, by, undoes, reply } });
    }

    /// Notes what others have done.
    async fn finish(&self, done: Done) {
        self.publish();
        let outcome = match done.result {
            Ok(edit) => Ok(changing::record(&self.parts, edit, done.by, done.undoes).await),
            Err(refused) => Err(refused),
        };
        // Whoever asked may have gone; the change holds all the same.
        done.reply.send(outcome).ok();
    }

    /// Puts a change in force, and writes it afterwards: no disk is waited for. One that cannot be written is taken
    /// back, so that what is in force is also remembered.
    async fn keep(&mut self, begun: Begun) -> Outcome {
        if let Err(error) = self.put_in_force().await {
            begun.give_up(&self.parts.changes);
            return Err(Refused::Invalid(error.to_string()));
        }
        let kept = begun.keep(&self.parts.changes).await;
        if kept.is_err() {
            // It was in force a moment ago.
            self.put_in_force().await.ok();
        }
        kept
    }

    /// Puts what stands now in force; what can fail comes first.
    async fn put_in_force(&mut self) -> Result<(), reload::ReloadError> {
        if Arc::ptr_eq(&self.settled, &self.parts.changes.settled()) {
            self.publish();
            return Ok(());
        }
        reload::settle(self).await
    }

    /// Ends what is over, and tells ends by the clock that was set.
    async fn expire(&self) {
        if self.parts.changes.expire(self.parts.clock.now()) {
            self.publish();
            // What is over stays over if this cannot be written: its end is in the file.
            changing::save(&self.parts.changes).await.ok();
        }
    }

    /// Whether the group that a device is put in exists.
    fn allowed(&self, order: &DeviceOrder) -> Result<(), Refused> {
        match order {
            DeviceOrder::Change { change: DeviceChange { group: Some(Some(group)), .. }, .. } => {
                self.parts.changes.check_group(group)
            }
            _ => Ok(()),
        }
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

/// Waits until something is over, or a clock has to be looked at.
async fn next_end(parts: &Parts) {
    let now = parts.clock.now().moment;
    match parts.changes.next_look(now) {
        Some(end) => tokio::time::sleep(end.since(now)).await,
        None => std::future::pending().await,
    }
}
