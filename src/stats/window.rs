//! Who asked for what in a stretch of time.

use std::collections::HashMap;

use super::{
    batch::{Batch, Together},
    dictionary::{Id, IdSet},
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
pub(super) struct LastStop {
    /// The list that stopped it, if one did.
    pub(super) list: Option<Id>,
    /// Whose name it is, or whose name it leads to.
    pub(super) attribution: Option<Id>,
}

/// Who asked for what in a stretch of time. What was asked is counted with how often of these it was stopped.
#[derive(Debug)]
pub(super) struct Window {
    stopped_names: Sketch<LastStop>,
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
    /// Counts queries.
    pub(super) fn add(&mut self, batch: &Batch) {
        let add = |sketch: &mut Sketch<u32>, id: Id, asked: Together| {
            let stopped = sketch.add(id, asked.queries);
            *stopped = stopped.saturating_add(asked.stopped);
        };
        batch.devices.iter().for_each(|(id, asked)| add(&mut self.devices, id, *asked));
        batch.attributions.iter().for_each(|(id, asked)| add(&mut self.attributions, id, *asked));
        batch.lists.iter().for_each(|(id, asked)| add(&mut self.lists, id, *asked));
        for (id, (asked, last)) in batch.names.iter() {
            add(&mut self.names, id, *asked);
            if asked.stopped > 0 {
                *self.stopped_names.add(id, asked.stopped) = *last;
            }
        }
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

/// What is most frequent in several windows, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tops<'w>(pub(super) Vec<&'w Window>);

impl Tops<'_> {
    /// How often names were stopped, with the last stop of each.
    pub(super) fn stopped_names(&self) -> HashMap<Id, (u64, LastStop)> {
        let mut found: HashMap<Id, (u64, LastStop)> = HashMap::new();
        for (name, count, last) in self.0.iter().flat_map(|window| window.stopped_names.iter()) {
            let sum = found.entry(name).or_default();
            *sum = (sum.0 + count, *last);
        }
        found
    }

    /// How often names were asked.
    pub(super) fn names(&self) -> HashMap<Id, Asked> {
        self.sums(|window| &window.names)
    }

    /// How often devices asked.
    pub(super) fn devices(&self) -> HashMap<Id, Asked> {
        self.sums(|window| &window.devices)
    }

    /// How often services were asked.
    pub(super) fn attributions(&self) -> HashMap<Id, Asked> {
        self.sums(|window| &window.attributions)
    }

    /// How often lists stopped.
    pub(super) fn lists(&self) -> HashMap<Id, Asked> {
        self.sums(|window| &window.lists)
    }

    fn sums(&self, sketch: impl Fn(&Window) -> &Sketch<u32>) -> HashMap<Id, Asked> {
        let mut found: HashMap<Id, Asked> = HashMap::new();
        for (id, queries, stopped) in self.0.iter().flat_map(|window| sketch(window).iter()) {
            found.entry(id).or_default().add(Asked { queries, stopped: u64::from(*stopped) });
        }
        found
    }
}

impl Asked {
    /// Adds what was asked elsewhere.
    pub fn add(&mut self, other: Self) {
        self.queries += other.queries;
        self.stopped += other.stopped;
    }
}
