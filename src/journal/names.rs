//! What people call the things that an event names by number or by address.

use std::{
    net::IpAddr,
    ptr,
    sync::{Arc, Weak},
};

use crate::{
    clients::Caller,
    devices::{Devices, Heard},
    policy::{CauseSource, Policy, PolicyHandle},
    stats::Naming,
};

/// Names of lists and groups, as the policy in force knows them, and of devices.
#[derive(Clone)]
pub struct Names {
    known: Option<(PolicyHandle, Devices)>,
    /// The policy that was in force when it was last asked whether another one is.
    last: Weak<Policy>,
    /// How often names of devices had changed then.
    renamed: u64,
}

impl Names {
    /// The names that `policy` and `devices` know.
    #[must_use]
    pub fn new(policy: PolicyHandle, devices: Devices) -> Self {
        Self { known: Some((policy, devices)), last: Weak::new(), renamed: 0 }
    }

    /// Knows no names.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { known: None, last: Weak::new(), renamed: 0 }
    }

    /// Tells the devices of queries: that somebody is there, and what is asked for.
    pub(super) fn hear(&self, heard: Heard) {
        if let Some((_, devices)) = &self.known {
            devices.hear(heard);
        }
    }

    /// Whether another policy is in force, or devices are called otherwise, than when this was last asked.
    pub(super) fn may_have_changed(&mut self) -> bool {
        let Some((policy, devices)) = &self.known else { return false };
        let policy = policy.load();
        let another = !ptr::eq(self.last.as_ptr(), Arc::as_ptr(&policy));
        if another {
            // What is weakly held keeps its place in memory, so that no other policy can be mistaken for it.
            self.last = Arc::downgrade(&policy);
        }
        let renamed = devices.renamed();
        std::mem::replace(&mut self.renamed, renamed) != renamed || another
    }
}

impl Naming for Names {
    fn source(&self, source: CauseSource) -> Option<Arc<str>> {
        let (policy, _) = self.known.as_ref()?;
        policy.load().source_id(source).cloned()
    }

    fn device(&self, address: IpAddr) -> Caller {
        self.known.as_ref().map_or_else(|| Caller::at(address), |(_, devices)| devices.of(address))
    }
}
