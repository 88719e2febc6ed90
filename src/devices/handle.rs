//! What other parts hold of the devices.

use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Notify, watch};

use super::{
    DeviceChange, DeviceEdit, DeviceList, DeviceStatus, fixed::Fixed, heard::Heard, registry::Registry, told::Told,
};
use crate::{
    clients::{Caller, DeviceId, KnownDevice},
    config,
    local::LocalData,
    state::Refused,
    time::UnixTime,
};

/// Queries that are noted under one lock.
const TOGETHER: usize = 256;

/// The devices that are known; clones share them. The lock is held for as long as it takes to note something or to look
/// something up; whoever answers queries never takes it.
#[derive(Clone)]
pub struct Devices(Arc<Shared>);

struct Shared {
    registry: Mutex<Registry>,
    /// Told when something was learnt that the directory does not know yet.
    learnt: Notify,
    /// How often the directory was brought up to date.
    renamed: AtomicU64,
    /// Devices as the paths of queries need to know them.
    known: watch::Sender<Arc<[KnownDevice]>>,
    /// What `[devices]` says, for the worker.
    settings: watch::Sender<config::Devices>,
    /// `devices.json`, with the reason why it cannot be used.
    file: (PathBuf, Option<String>),
    /// Held by whoever changes what people said, from reading it to having it in the file and in force: of two changes at
    /// once, one would be lost.
    telling: Mutex<()>,
}

/// Whether ponor looks at the network that it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings {
    /// It does.
    Real,
    /// It does not: a demonstration, or a command that answers no queries.
    MadeUp,
}

impl Devices {
    /// Knows what the configuration says and what people said before.
    pub(super) fn new(
        devices: &config::Devices,
        groups: &[config::Group],
        local: Arc<LocalData>,
        file: PathBuf,
    ) -> Self {
        let (told, fault) = match Told::load(&file) {
            Ok(told) => (told, None),
            Err(fault) => {
                tracing::error!("{fault}");
                (Told::default(), Some(fault))
            }
        };
        let fixed = Fixed::new(devices, groups);
        let mut registry = Registry { fixed, told, local, is_stale: true, ..Registry::default() };
        let known = watch::Sender::new(registry.refresh().unwrap_or_default().into());
        Self(Arc::new(Shared {
            registry: Mutex::new(registry),
            learnt: Notify::new(),
            renamed: AtomicU64::new(1),
            known,
            settings: watch::Sender::new(devices.clone()),
            file: (file, fault),
            telling: Mutex::default(),
        }))
    }

    /// Takes over what a new configuration says.
    pub fn reconfigure(&self, devices: &config::Devices, groups: &[config::Group], local: Arc<LocalData>) {
        self.note(|registry| {
            (registry.fixed, registry.local) = (Fixed::new(devices, groups), local);
            registry.is_stale = true;
        });
        self.0.settings.send_replace(devices.clone());
        self.refresh();
    }

    /// Calls devices as these records call their addresses, from now on.
    pub fn name_by(&self, local: &Arc<LocalData>) {
        let are_news = self.note(|registry| {
            // Data that is the same by its address is not compared otherwise.
            let are_news = registry.local != *local;
            if are_news {
                registry.local = Arc::clone(local);
                registry.is_stale = true;
            }
            are_news
        });
        if are_news {
            self.refresh();
        }
    }

    /// Notes queries: who asked, when, and for which names that say something of devices.
    pub fn hear(&self, heard: Heard) {
        let (counts, asked) = heard.finish();
        let (mut counts, mut asked) = (counts.peekable(), asked.into_iter().peekable());
        // Not all at once: others wait for the lock too.
        while counts.peek().is_some() || asked.peek().is_some() {
            self.note(|registry| {
                counts.by_ref().take(TOGETHER).for_each(|(address, count)| registry.heard(address, &count));
                asked.by_ref().take(TOGETHER).for_each(|(address, name)| registry.asked(address, name));
            });
        }
    }

    /// How often what devices are called may have changed.
    #[must_use]
    pub fn renamed(&self) -> u64 {
        self.0.renamed.load(Ordering::Relaxed)
    }

    /// Whose `address` is.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Caller {
        self.registry().caller(address)
    }

    /// The devices as the paths of queries need to know them, and when that changes: at most once a second, and at once
    /// after a change by people.
    #[must_use]
    pub fn known(&self) -> watch::Receiver<Arc<[KnownDevice]>> {
        self.0.known.subscribe()
    }

    /// All devices, those that were seen last first, and what somebody should look at. Their groups are left open.
    #[must_use]
    pub fn all(&self, now: UnixTime) -> DeviceList {
        self.registry().list(now)
    }

    /// The device that `id` means, which may be any of its addresses. Its group is left open.
    #[must_use]
    pub fn find(&self, id: DeviceId) -> Option<DeviceStatus> {
        self.registry().status_of(id)
    }

    /// What the device is called that `id` means, and what it is known by, as commands tell it; `None` when it has no name.
    #[must_use]
    pub fn called(&self, id: DeviceId) -> Option<String> {
        self.find(id)?.name.map(|name| id.with_name(&name))
    }

    /// The device that `text` means: its id, any of its addresses, or a name of it, in any case. An address at which nobody
    /// is known stands for itself.
    ///
    /// # Errors
    /// When no device is called so, or several are.
    pub fn meant(&self, text: &str) -> Result<DeviceId, Refused> {
        self.registry().meant(text)
    }

    /// Changes what people say of a device, and remembers it. Blocks for a small file.
    ///
    /// # Errors
    /// When there is no such device, when the configuration says otherwise, or when it cannot be written.
    pub fn change(&self, id: DeviceId, change: &DeviceChange) -> Result<DeviceEdit, Refused> {
        self.tell(|registry| registry.changed(id, change))
    }

    /// Makes two devices one, and remembers it. Blocks for a small file.
    ///
    /// # Errors
    /// As [`Self::change`], and when they are one already.
    pub fn merge(&self, id: DeviceId, other: DeviceId) -> Result<DeviceEdit, Refused> {
        self.tell(|registry| registry.merged(id, other))
    }

    /// Makes one of the addresses or hardware addresses of a device a device of its own, and remembers it. Blocks for a
    /// small file.
    ///
    /// # Errors
    /// As [`Self::change`], and when it is none, or the one that the device is known by.
    pub fn split(&self, id: DeviceId, part: DeviceId) -> Result<DeviceEdit, Refused> {
        self.tell(|registry| registry.parted(id, part))
    }

    /// Takes a change back, and remembers that. Blocks for a small file.
    ///
    /// # Errors
    /// When something else was said of the devices since, or when it cannot be written.
    pub fn take_back(&self, edit: &DeviceEdit) -> Result<DeviceEdit, Refused> {
        self.tell(|registry| registry.told.clone().without(edit))
    }

    /// Changes what people said: first in the file, then here, so that what is in force is also remembered.
    fn tell(&self, change: impl FnOnce(&Registry) -> Result<Told, Refused>) -> Result<DeviceEdit, Refused> {
        let (path, fault) = &self.0.file;
        if let Some(fault) = fault {
            return Err(Refused::Failed(fault.clone()));
        }
        let _one_at_a_time = self.0.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let told = change(&self.registry())?;
        told.save(path)?;
        let edit = self.note(|registry| {
            registry.is_stale = true;
            let former = std::mem::replace(&mut registry.told, told);
            former.edit(&registry.told)
        });
        self.refresh();
        Ok(edit)
    }

    /// Notes something; whoever brings the directory up to date is told when it is out of date.
    pub(super) fn note<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.registry();
        let result = change(&mut registry);
        if registry.is_stale {
            self.0.learnt.notify_one();
        }
        result
    }

    /// Brings the directory up to date, and tells those who wait for it.
    pub(super) fn refresh(&self) {
        let Some(known) = self.registry().refresh() else { return };
        self.0.renamed.fetch_add(1, Ordering::Relaxed);
        self.0.known.send_if_modified(|old| {
            let changed = **old != *known;
            if changed {
                *old = known.into();
            }
            changed
        });
    }

    /// Waits until something was learnt.
    pub(super) async fn learnt(&self) {
        self.0.learnt.notified().await;
    }

    /// Addresses on the links of this host, whose hardware addresses are known.
    pub(super) fn neighbours(&self) -> Vec<IpAddr> {
        self.registry().behind.keys().copied().collect()
    }

    /// What `[devices]` says.
    pub(super) fn settings(&self) -> watch::Receiver<config::Devices> {
        self.0.settings.subscribe()
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // What a panic left half noted is still the best there is.
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    #[test]
    fn changes_of_several_devices_at_once_all_hold() {
        let folder = tempfile::tempdir().unwrap();
        let config = config::load(None, [], &Overrides::default(), &["vendors"]).unwrap().config;
        let open = || {
            let file = folder.path().join("devices.json");
            Devices::new(&config.devices, &config.groups, Arc::default(), file)
        };
        let devices = open();
        let address = |number: u8| IpAddr::from([192, 168, 1, number]);
        std::thread::scope(|scope| {
            for number in 1..=8 {
                let mut heard = Heard::default();
                heard.add(address(number), UnixTime(1_795_464_000_000));
                devices.hear(heard);
                let devices = devices.clone();
                let change = DeviceChange { name: Some(Some(format!("tv {number}"))), kind: None, group: None };
                scope.spawn(move || devices.change(DeviceId::at(address(number)), &change).unwrap());
            }
        });
        for devices in [devices, open()] {
            let named = (1..=8).filter(|number| devices.of(address(*number)).name.is_some());
            assert_eq!(named.count(), 8);
        }
    }
}
