//! The listeners on real sockets, in one program, because linking it takes longer than running it.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod auto;
mod own_network;
#[path = "../support/port.rs"]
mod port;
mod quic;
#[path = "../server_support/mod.rs"]
mod server_support;
mod tcp;
mod tls;
mod udp;
