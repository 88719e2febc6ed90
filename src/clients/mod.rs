//! Who asks: address -> group, allowed networks, rate limits.

mod group;

pub use group::{DeviceSelector, MacAddress};
