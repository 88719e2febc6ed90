//! ponor, a DNS sinkhole for the home network.
//!
//! The parts, in the order in which they build on each other; a part names only parts above it.

// Vocabulary: pure.
pub mod dns;
pub mod time;

// Parts: pure.
pub mod dnssec;
pub mod rules;
pub mod catalog;
pub mod geo;
pub mod clients;
pub mod local;
pub mod cache;
pub mod config;

// Judgement and record: pure.
pub mod policy;
pub mod stats;
pub mod filter;

// Workers.
pub mod state;
pub mod upstream;
pub mod lists;
pub mod devices;
pub mod changes;
pub mod journal;

// Figures.
pub mod figures;

// Orders.
pub mod resolver;
pub mod control;

// Faces.
pub mod server;
pub mod http;

// Owner.
pub mod app;

// Entry.
pub mod cli;
