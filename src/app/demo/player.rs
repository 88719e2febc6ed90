//! The household at work: real queries over real sockets, each device from its own address.

use std::{
    collections::BinaryHeap,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::UdpSocket,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    household::{DEVICES, Device},
    rhythm,
};
use crate::{
    dns::{Name, RecordType},
    time::{Clock, Moment},
};

/// How long a device waits for a reply.
const PATIENCE: Duration = Duration::from_secs(3);
/// Within this time from the start every habit shows once, so that the page is alive at once.
const FIRST_ROUND: Duration = Duration::from_secs(40);

/// The address of a device.
pub(super) fn address(device: &Device) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, device.host)
}

/// Lets every device ask `server` until `token` ends it.
pub(super) async fn play(server: SocketAddr, clock: Clock, token: CancellationToken) {
    let mut devices = tokio::task::JoinSet::new();
    for device in DEVICES {
        devices.spawn(live(device, server, clock));
    }
    token.cancelled().await;
    devices.shutdown().await;
}

/// The life of one device: the habit that is due next, again and again.
async fn live(device: &'static Device, server: SocketAddr, clock: Clock) {
    let Ok(socket) = UdpSocket::bind((address(device), 0)).await else {
        tracing::warn!(device = device.name, "a device of the demonstration has no address");
        return;
    };
    if socket.connect(server).await.is_err() {
        return;
    }
    let start = clock.now().moment;
    let mut chance = fastrand::Rng::with_seed(u64::from(device.host));
    let first = |chance: &mut fastrand::Rng| start.after(FIRST_ROUND.mul_f64(chance.f64()));
    let mut due: BinaryHeap<(std::cmp::Reverse<Moment>, usize)> =
        (0..device.habits.len()).map(|habit| (std::cmp::Reverse(first(&mut chance)), habit)).collect();
    while let Some((std::cmp::Reverse(at), number)) = due.pop() {
        sleep(at.since(clock.now().moment)).await;
        let habit = &device.habits[number];
        for &rtype in habit.types {
            ask(&socket, habit.name, rtype, &mut chance).await;
        }
        let offset = i64::try_from(at.since(start).as_secs()).unwrap_or(i64::MAX);
        let gap = rhythm::gap(habit, rhythm::hour(offset), &mut chance);
        due.push((std::cmp::Reverse(at.after(gap)), number));
    }
}

/// Sends one query and waits for what comes back.
async fn ask(socket: &UdpSocket, name: &str, rtype: RecordType, chance: &mut fastrand::Rng) {
    let Ok(name) = name.parse::<Name>() else { return };
    let mut reply = [0; 1500];
    if socket.send(&query(&name, rtype, chance.u16(..))).await.is_ok() {
        // A device of the demonstration does nothing with the reply, not even with a missing one.
        timeout(PATIENCE, socket.recv(&mut reply)).await.ok();
    }
}

/// A query with an OPT record, as devices send it.
fn query(name: &Name, rtype: RecordType, id: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    bytes.extend(id.to_be_bytes());
    bytes.extend([0x01, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    bytes.extend_from_slice(name.wire());
    bytes.extend(rtype.0.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend([0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Packet;

    #[test]
    fn devices_send_real_queries() {
        let name = "data.mistat.xiaomi.com".parse().unwrap();
        let Packet::Query(read) = Packet::parse(&query(&name, RecordType::HTTPS, 7)) else { panic!("not a query") };
        assert_eq!((read.id, read.name, read.rtype, read.edns.is_some()), (7, name, RecordType::HTTPS, true));
    }
}
