//! The demonstration: the real server on loopback, asked by a made-up household, with a script in place of the Internet.

mod household;
mod past;
mod player;
mod rhythm;
mod upstream;

use std::{net::SocketAddr, sync::Arc};

use super::{parts::Parts, tasks::Tasks};
use crate::upstream::Exchange;

/// What the demonstration has in place of the Internet.
pub(super) fn internet() -> Arc<dyn Exchange> {
    Arc::new(upstream::ScriptedInternet)
}

/// Gives the household a past, and lets it ask `addresses` from now on.
pub(super) fn start(parts: &Parts, addresses: Vec<SocketAddr>, tasks: &mut Tasks) {
    for event in past::events(&parts.resolver, parts.clock.now()) {
        let source = event.cause.and_then(|cause| (parts.source_ids)(cause.source));
        parts.stats.record(&event, source);
    }
    if let Some(server) = addresses.into_iter().find(SocketAddr::is_ipv4) {
        tasks.spawn("household", player::play(server, parts.clock, tasks.stop_token()));
    }
}
