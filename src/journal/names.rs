//! What people call the things that an event names by number or by address.

use std::{net::IpAddr, sync::Arc};

use crate::policy::{CauseSource, PolicyHandle};

/// Endings that every host of a home has alike, so that they tell nothing: of special-use (RFC 6762, RFC 8375), set
/// aside for private use (`internal`), or usual on routers.
const HOME: [&str; 6] = ["home.arpa", "local", "lan", "home", "internal", "fritz.box"];

/// Names of lists, groups and devices, as the policy in force knows them.
#[derive(Clone)]
pub struct Names(Option<PolicyHandle>);

impl Names {
    /// The names that `policy` knows.
    #[must_use]
    pub fn new(policy: PolicyHandle) -> Self {
        Self(Some(policy))
    }

    /// Knows no names.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// The id of the list or group that a cause names by its number.
    #[must_use]
    pub fn source(&self, source: CauseSource) -> Option<Arc<str>> {
        self.0.as_ref()?.load().source_id(source).cloned()
    }

    /// What the device at `address` is called in the operator's records and hosts files.
    #[must_use]
    pub fn device(&self, address: IpAddr) -> Option<Arc<str>> {
        let name = self.0.as_ref()?.load().local().host_name(address)?;
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
