//! Who asked for what in a stretch of time.

use std::collections::HashMap;

use super::{
    dictionary::{Id, IdSet},
    open::{Open, SumsById, Together},
    sketch::Sketch,
};

/// Names, devices and services that a window can tell apart.
const MANY: usize = 224;
/// Lists that a window can tell apart; there are fewer.
const FEW: usize = 32;

/// How often something was asked, and how often of these it was stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How often it was asked.
    pub queries: u64,
    /// How often of these it was stopped.
    pub stopped: u64,
}

/// What is known of the last time that a name was stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LastStopById {
    /// The list that stopped it, if one did.
    pub(super) list: Option<Id>,
    /// Whose name it is, or whose name it leads to.
    pub(super) attribution: Option<Id>,
}

/// Who asked for what in a stretch of time. What was asked is counted with how often of these it was stopped.
#[derive(Debug)]
pub(super) struct Window {
    stopped_names: Sketch<LastStopById>,
    names: Sketch<u32>,
    devices: Sketch<u32>,
    attributions: Sketch<u32>,
    lists: Sketch<u32>,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            stopped_names: Sketch::new(MANY),
            names: Sketch::new(MANY),
            devices: Sketch::new(MANY),
            attributions: Sketch::new(MANY),
            lists: Sketch::new(FEW),
        }
    }
}

impl Window {
    /// Adds what was asked in a part of the stretch.
    pub(super) fn add(&mut self, open: &Open) {
        let add = |sketch: &mut Sketch<u32>, sums: &SumsById<Together>| {
            let things = sums.iter().map(|(id, asked)| (id, asked.queries, asked.stopped));
            sketch.add(things, add_stopped);
        };
        add(&mut self.devices, &open.devices);
        add(&mut self.attributions, &open.attributions);
        add(&mut self.lists, &open.lists);
        let names = open.names.iter();
        self.names.add(names.map(|(id, (asked, _))| (id, asked.queries, asked.stopped)), add_stopped);
        let stopped = open.stopped_names();
        self.stopped_names.add(stopped, |value, last| *value = last);
    }

    /// Forgets the counts of a device.
    pub(super) fn forget_device(&mut self, device: Id) {
        self.devices.forget(device);
    }

    /// Leaves only what occurred most, and adds the names and devices that are left to what is in use.
    pub(super) fn cut(&mut self, names: &mut IdSet, devices: &mut IdSet) {
        self.stopped_names.cut();
        self.names.cut();
        self.devices.cut();
        self.stopped_names.iter().for_each(|(name, ..)| names.insert(name));
        self.names.iter().for_each(|(name, ..)| names.insert(name));
        self.devices.iter().for_each(|(device, ..)| devices.insert(device));
    }
}

fn add_stopped(sum: &mut u32, stopped: u32) {
    *sum = sum.saturating_add(stopped);
}

/// What is most frequent in several windows, oldest first, and in the stretch that goes on.
#[derive(Debug, Default)]
pub(super) struct Tops<'w> {
    pub(super) windows: Vec<&'w Window>,
    pub(super) open: Option<&'w Open>,
}

impl Tops<'_> {
    /// How often names were stopped, with the last stop of each.
    pub(super) fn stopped_names(&self) -> HashMap<Id, (u64, LastStopById)> {
        let mut found: HashMap<Id, (u64, LastStopById)> = HashMap::new();
        let mut add = |name, count, last| {
            let sum = found.entry(name).or_default();
            *sum = (sum.0 + count, last);
        };
        let kept = self.windows.iter().flat_map(|window| window.stopped_names.iter());
        kept.for_each(|(name, count, last)| add(name, count, *last));
        let open = self.open.into_iter().flat_map(Open::stopped_names);
        open.for_each(|(name, count, last)| add(name, count.into(), last));
        found
    }

    /// How often names were asked.
    pub(super) fn names(&self) -> HashMap<Id, Asked> {
        let mut found = self.sums(|window| &window.names);
        for (id, (asked, _)) in self.open.into_iter().flat_map(|open| open.names.iter()) {
            found.entry(id).or_default().add((*asked).into());
        }
        found
    }

    /// How often devices asked.
    pub(super) fn devices(&self) -> HashMap<Id, Asked> {
        self.all(|window| &window.devices, |open| &open.devices)
    }

    /// How often services were asked.
    pub(super) fn attributions(&self) -> HashMap<Id, Asked> {
        self.all(|window| &window.attributions, |open| &open.attributions)
    }

    /// How often lists stopped.
    pub(super) fn lists(&self) -> HashMap<Id, Asked> {
        self.all(|window| &window.lists, |open| &open.lists)
    }

    fn all(
        &self,
        sketch: impl Fn(&Window) -> &Sketch<u32>,
        open: impl Fn(&Open) -> &SumsById<Together>,
    ) -> HashMap<Id, Asked> {
        let mut found = self.sums(sketch);
        for (id, asked) in self.open.into_iter().flat_map(|stretch| open(stretch).iter()) {
            found.entry(id).or_default().add((*asked).into());
        }
        found
    }

    fn sums(&self, sketch: impl Fn(&Window) -> &Sketch<u32>) -> HashMap<Id, Asked> {
        let mut found: HashMap<Id, Asked> = HashMap::new();
        for (id, queries, stopped) in self.windows.iter().flat_map(|window| sketch(window).iter()) {
            found.entry(id).or_default().add(Asked { queries, stopped: u64::from(*stopped) });
        }
        found
    }
}

impl From<Together> for Asked {
    fn from(together: Together) -> Self {
        Self { queries: together.queries.into(), stopped: together.stopped.into() }
    }
}

impl Asked {
    /// Adds what was asked elsewhere.
    pub fn add(&mut self, other: Self) {
        self.queries += other.queries;
        self.stopped += other.stopped;
    }
}
