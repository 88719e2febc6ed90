//! The demonstration: the real server on loopback, asked by a made-up household, with a script in place of the Internet.

mod household;
mod past;
mod player;
mod rhythm;
mod upstream;

use std::{net::SocketAddr, sync::Arc};

use super::{parts::Parts, tasks::Tasks};
use crate::{
    journal,
    local::{LocalRecord, parse_record},
    upstream::Exchange,
};

/// What the demonstration has in place of the Internet.
pub(super) fn internet() -> Arc<dyn Exchange> {
    Arc::new(upstream::ScriptedInternet)
}

/// The records of the household: what its devices are called, and what it keeps for itself.
pub(super) fn records() -> Vec<LocalRecord> {
    let device = |device: &household::Device| format!("{}.home.arpa A {}", device.name, player::address(device));
    let devices = household::DEVICES.iter().map(device);
    devices.chain(["nas.home.arpa A 127.0.1.40".to_owned()]).filter_map(|record| parse_record(&record).ok()).collect()
}

/// Gives the household a past, as far as the journal does not have it from another time, and lets it ask `addresses` from now
/// on.
pub(super) async fn start(parts: &Parts, addresses: Vec<SocketAddr>, tasks: &mut Tasks) {
    let known = match &parts.journal {
        Some(journal) => {
            journal.known().await;
            journal.last_asked(parts.stats.first_id())
        }
        None => None,
    };
    let past = past::events(&parts.resolver, known, parts.clock.now());
    journal::count(past.events(), &parts.stats, &parts.names, parts.journal.as_ref());
    if let Some(server) = addresses.into_iter().find(SocketAddr::is_ipv4) {
        tasks.spawn("household", player::play(server, parts.clock, tasks.stop_token()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_device_has_a_record() {
        assert_eq!(records().len(), household::DEVICES.len() + 1);
    }
}
