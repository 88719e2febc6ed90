//! The kernel's table of neighbours: which hardware address is behind an address on this link, by ARP and NDP.

use std::{net::IpAddr, time::Duration};

use futures_util::StreamExt;
use rtnetlink::{
    Handle, MulticastGroup, new_multicast_connection,
    packet_core::NetlinkPayload,
    packet_route::{
        AddressFamily, RouteNetlinkMessage,
        neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState},
    },
};
use tokio::{task::JoinSet, time::sleep};

use super::Devices;
use crate::{clients::MacAddress, time::Clock};

/// How long to wait before the kernel is asked again, when it has stopped telling or lost something.
const PAUSE: Duration = Duration::from_secs(10);
/// How often the whole table is read beside the news, in case some were lost.
const WHOLE: Duration = Duration::from_mins(5);

/// Reads the table, then hears what changes in it, for ever.
pub(super) async fn watch(devices: &Devices, clock: Clock) {
    let mut warned = false;
    loop {
        let mut tasks = JoinSet::new();
        if let Err(error) = listen(devices, clock, &mut tasks).await
            && !std::mem::replace(&mut warned, true)
        {
            tracing::warn!(%error, "the kernel does not tell of neighbours, so hardware addresses are not known");
        }
        sleep(PAUSE).await;
    }
}

/// Hears the kernel until it stops telling. News that come while the table is read wait in the stream.
async fn listen(devices: &Devices, clock: Clock, tasks: &mut JoinSet<()>) -> Result<(), rtnetlink::Error> {
    let started = new_multicast_connection(&[MulticastGroup::Neigh]);
    let (connection, handle, mut news) =
        started.map_err(|error| rtnetlink::Error::NamespaceError(error.to_string()))?;
    tasks.spawn(connection);
    loop {
        for family in [AddressFamily::Inet, AddressFamily::Inet6] {
            read_all(devices, clock, &handle, family).await?;
        }
        let whole = sleep(WHOLE);
        tokio::pin!(whole);
        loop {
            tokio::select! {
                () = &mut whole => break,
                told = news.next() => match told {
                    None => return Ok(()),
                    Some((message, _)) => {
                        if let NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(neighbour)) = message.payload {
                            note(devices, clock, &[neighbour]);
                        }
                    }
                }
            }
        }
    }
}

async fn read_all(
    devices: &Devices,
    clock: Clock,
    handle: &Handle,
    family: AddressFamily,
) -> Result<(), rtnetlink::Error> {
    let mut table = handle.neighbours().get().set_address_family(family).execute();
    let mut read = Vec::new();
    while let Some(neighbour) = table.next().await {
        read.push(neighbour?);
    }
    note(devices, clock, &read);
    Ok(())
}

fn note(devices: &Devices, clock: Clock, neighbours: &[NeighbourMessage]) {
    let now = clock.now().unix;
    let found: Vec<_> = neighbours.iter().filter_map(addresses).collect();
    if !found.is_empty() {
        devices.note(|registry| {
            for (address, mac, present) in found {
                registry.neighbour(address, mac, present, now);
            }
        });
    }
}

/// The address and the hardware address of an entry that the kernel believes in, and whether it has just been heard of.
fn addresses(neighbour: &NeighbourMessage) -> Option<(IpAddr, MacAddress, bool)> {
    let present = match neighbour.header.state {
        NeighbourState::Reachable => true,
        NeighbourState::Stale | NeighbourState::Delay | NeighbourState::Probe | NeighbourState::Permanent => false,
        // Not known, or a device that has left; what was known of it stays.
        _ => return None,
    };
    let (mut address, mut mac) = (None, None);
    for attribute in &neighbour.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(v4)) => address = Some(IpAddr::V4(*v4)),
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(v6)) => address = Some(IpAddr::V6(*v6)),
            NeighbourAttribute::LinkLayerAddress(octets) => mac = octets.as_slice().try_into().ok().map(MacAddress),
            _ => {}
        }
    }
    Some((address?, mac?, present))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_kernel_believes_counts() {
        let check = |state: NeighbourState, octets: &[u8], expected: bool| {
            let mut neighbour = NeighbourMessage::default();
            neighbour.header.state = state;
            neighbour.attributes = vec![
                NeighbourAttribute::Destination(NeighbourAddress::Inet([192, 168, 1, 23].into())),
                NeighbourAttribute::LinkLayerAddress(octets.to_vec()),
            ];
            let found = addresses(&neighbour);
            assert_eq!(found.is_some(), expected, "{state:?} {octets:?}");
        };
        check(NeighbourState::Reachable, &[2, 0, 0, 0, 0, 1], true);
        check(NeighbourState::Stale, &[2, 0, 0, 0, 0, 1], true);
        check(NeighbourState::Permanent, &[2, 0, 0, 0, 0, 1], true);
        check(NeighbourState::Failed, &[2, 0, 0, 0, 0, 1], false);
        check(NeighbourState::Incomplete, &[2, 0, 0, 0, 0, 1], false);
        check(NeighbourState::Noarp, &[2, 0, 0, 0, 0, 1], false);
        check(NeighbourState::Reachable, &[], false);
        check(NeighbourState::Reachable, &[1, 2, 3, 4, 5, 6, 7, 8], false);
    }
}
