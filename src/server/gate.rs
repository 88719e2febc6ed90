//! Who is answered, and how often.

use std::net::IpAddr;

use crate::time::Moment;

/// Who is answered, and how often; replaced whole when the configuration or the networks of this host change.
#[derive(Debug)]
pub struct Gate {
    /// The clients that are answered at all.
    pub access: Access,
    /// How many queries a second each may ask.
    pub limiter: RateLimiter,
}

/// STOPGAP until clients lands.
#[derive(Debug, Clone)]
pub enum Access {
    /// x
    Any,
    /// x
    Networks(Vec<ipnet::IpNet>),
}
impl Access {
    /// x
    #[must_use]
    pub fn any() -> Self {
        Self::Any
    }
    /// x
    #[must_use]
    pub fn networks(networks: Vec<ipnet::IpNet>) -> Self {
        Self::Networks(networks)
    }
    /// x
    #[must_use]
    pub fn allows(&self, client: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Networks(networks) => networks.iter().any(|network| network.contains(&client)),
        }
    }
}
/// STOPGAP
#[derive(Debug)]
pub struct RateLimiter(std::sync::atomic::AtomicU32, u32);
impl RateLimiter {
    /// x
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self(std::sync::atomic::AtomicU32::new(0), per_second)
    }
    /// x
    #[must_use]
    pub fn admit(&self, _: IpAddr, _: Moment) -> bool {
        self.1 == 0 || self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < self.1
    }
}
