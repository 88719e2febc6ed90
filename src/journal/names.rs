//! What people call the things that an event names by number or by address.

use std::{
    net::IpAddr,
    ptr,
    sync::{Arc, Weak},
};

use crate::{
    policy::{CauseSource, Policy, PolicyHandle},
    stats::Naming,
};

/// Endings that every host of a home has alike, so that they tell nothing: of special-use (RFC 6762, RFC 8375), set
/// aside for private use (`internal`), or usual on routers.
const HOME: [&str; 6] = ["home.arpa", "local", "lan", "home", "internal", "fritz.box"];

/// Names of lists, groups and devices, as the policy in force knows them.
#[derive(Clone)]
pub struct Names {
    policy: Option<PolicyHandle>,
    /// The policy that was in force when it was last asked whether another one is.
    last: Weak<Policy>,
}

impl Names {
    /// The names that `policy` knows.
    #[must_use]
    pub fn new(policy: PolicyHandle) -> Self {
        Self { policy: Some(policy), last: Weak::new() }
    }

    /// Knows no names.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { policy: None, last: Weak::new() }
    }

    /// Whether another policy is in force than when this was last asked.
    pub(super) fn may_have_changed(&mut self) -> bool {
        let Some(policy) = &self.policy else { return false };
        let policy = policy.load();
        let changed = !ptr::eq(self.last.as_ptr(), Arc::as_ptr(&policy));
        if changed {
            // What is weakly held keeps its place in memory, so that no other policy can be mistaken for it.
            self.last = Arc::downgrade(&policy);
        }
        changed
    }
}

impl Naming for Names {
    fn source(&self, source: CauseSource) -> Option<Arc<str>> {
        self.policy.as_ref()?.load().source_id(source).cloned()
    }

    /// By the operator's records and hosts files.
    fn device(&self, address: IpAddr) -> Option<Arc<str>> {
        let name = self.policy.as_ref()?.load().local().host_name(address)?;
        Some(short(&name.to_string()).into())
    }
}

/// The first label of a host of the home; any other name whole, because its ending tells whose it is.
fn short(name: &str) -> &str {
    match name.split_once('.') {
        Some((host, ending)) if HOME.iter().any(|home| ending.eq_ignore_ascii_case(home)) => host,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_home_is_left_out() {
        let check = |name: &str, expected: &str| assert_eq!(short(name), expected, "{name}");
        check("phone.home.arpa", "phone");
        check("phone.LAN", "phone");
        check("nas.fritz.box", "nas");
        check("localhost", "localhost");
        check("tv.attic.home.arpa", "tv.attic.home.arpa");
        check("www.example.org", "www.example.org");
    }
}
