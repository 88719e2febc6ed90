//! The built program as its user meets it: started as a process with real sockets, real signals and real files.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod configuration;
mod house;
mod list_server;
mod lists;
mod load;
mod reload;
mod start;
mod stop;
mod wire;

#[path = "../support/mod.rs"]
mod support;
