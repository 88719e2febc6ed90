//! Who asks: address -> device -> group, allowed networks, rate limits.
//!
//! Leaves finding out which device is behind an address to `devices`, and what a group means to `policy`.

mod access;
mod device;
mod device_map;
mod group;
mod groups;
mod kind;
mod networks;
mod rate;
mod room;
mod unseen;

pub use access::Access;
pub use device::{Called, Caller, DeviceId, KnownDevice, NotADeviceId};
pub use device_map::{DeviceMap, Place, Seat};
pub use group::{DeviceSelector, MacAddress};
pub use groups::{GroupNumber, Groups};
pub use kind::DeviceKind;
pub use rate::RateLimiter;
pub use room::{has_room, picked_from};
pub use unseen::{MOST_LETTERS, first_unseen};
