//! The `ponor` command.

fn main() {}
