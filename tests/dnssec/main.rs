//! Judging answers by their signatures: ponor as a process between real servers, beside unbound, and against forgeries.
#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::disallowed_methods, reason = "what is tested has the clock of the system")]

mod clock;
mod forged;
mod forger;
mod real;
mod running;

#[path = "../support/mod.rs"]
mod support;
