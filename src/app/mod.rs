//! Builds everything, owns the tasks, reloads, shuts down.

pub mod clock;
