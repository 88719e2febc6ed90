//! Who asks: address -> group, allowed networks, rate limits.
//!
//! Leaves finding out which hardware address is behind an address to `devices`, and what a group means to `policy`.

mod access;
mod group;
mod groups;
mod networks;
mod rate;

pub use access::Access;
pub use group::{DeviceSelector, MacAddress};
pub use groups::{GroupNumber, Groups};
pub use rate::RateLimiter;
