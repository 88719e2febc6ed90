//! What the integration tests share. Each test program uses a part of it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared by test programs, which each use a part; a test may panic"
)]

pub mod certificate;
pub mod daemon;
pub mod port;
pub mod upstream;
pub mod zones;
