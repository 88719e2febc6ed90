//! Who is on the network: which addresses are one device, what it is called, what it is, how we know and how sure.
//!
//! - what is known: `registry` with `identity` (which parts are one device), `directory` (devices put together),
//!   `status` (as people see them), `look_up` (whom a name means); `fixed` is what the configuration says, `told` what
//!   people said while ponor ran;
//! - what it tells: `fingerprints`, `mac`, `naming`, `evidence`;
//! - where it comes from: `neighbours` (the kernel), `leases` and `watch` (DHCP servers), `probes` (devices and the
//!   router, when asked), and the journal, which tells of every query;
//! - `handle` is what others hold, `worker` the task.
//!
//! Leaves to `clients` and `policy` what a device means for a query: they get a map of addresses, at most once a
//! second.

mod directory;
mod evidence;
mod fingerprints;
mod fixed;
mod handle;
mod heard;
mod identity;
mod leases;
mod look_up;
mod mac;
mod naming;
mod neighbours;
mod probes;
mod registry;
mod status;
#[cfg(test)]
mod tests;
mod told;
mod watch;
mod worker;

pub use evidence::{Evidence, EvidenceSource};
pub use handle::{Devices, Surroundings};
pub use heard::Heard;
pub use status::{DeviceList, DeviceStatus, DeviceWarning, FixedPart, HardwareAddress, NameSource, OfflineNow};
pub use told::{DeviceEdit, ToldDevice, ToldDevices};
pub use worker::{Setup, start};

use crate::clients::DeviceKind;

/// A change to what people say of a device; what is `None` stays as it is, and `Some(None)` takes it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceChange {
    /// What it is called.
    pub name: Option<Option<String>>,
    /// What it is.
    pub kind: Option<Option<DeviceKind>>,
    /// The id of the group that it is in.
    pub group: Option<Option<String>>,
}
