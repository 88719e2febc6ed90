//! The built program as its user meets it: started as a process with real sockets, real signals and real files.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::disallowed_methods, reason = "what is tested has the clock of the system")]

mod commands;
mod configuration;
mod devices;
mod encrypted;
mod hostile;
mod hours;
mod house;
mod journal;
mod list_server;
mod lists;
mod load;
mod metrics;
mod orders;
mod page;
mod policy;
mod reload;
mod settings;
mod start;
mod stop;
mod upstreams;
mod wire;
mod xiaomi;

#[path = "../support/mod.rs"]
mod support;
