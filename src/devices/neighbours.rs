//! The kernel's table of neighbours: which hardware address is behind an address on this link, by ARP and NDP.

use std::{io, net::IpAddr, time::Duration};

use futures_util::StreamExt;
use netlink_packet_core::{
    DecodeError, Emitable, NLM_F_DUMP, NLM_F_REQUEST, NetlinkDeserializable, NetlinkHeader, NetlinkMessage,
    NetlinkPayload, NetlinkSerializable, Parseable,
};
use netlink_packet_route::{
    AddressFamily,
    neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState},
};
use netlink_proto::{
    ConnectionHandle, new_connection,
    sys::{AsyncSocket, SocketAddr, protocols::NETLINK_ROUTE},
};
use nix::libc::{RTM_GETNEIGH, RTM_NEWNEIGH, RTMGRP_NEIGH};
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
async fn listen(devices: &Devices, clock: Clock, tasks: &mut JoinSet<()>) -> io::Result<()> {
    let (mut connection, handle, mut news) = new_connection(NETLINK_ROUTE)?;
    connection.socket_mut().socket_mut().bind(&SocketAddr::new(0, RTMGRP_NEIGH.cast_unsigned()))?;
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
                        if let NetlinkPayload::InnerMessage(Message { neighbour: Some(neighbour), .. }) = message.payload {
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
    handle: &ConnectionHandle<Message>,
    family: AddressFamily,
) -> io::Result<()> {
    let mut table = handle.request(Message::ask(family), SocketAddr::new(0, 0)).map_err(io::Error::other)?;
    let mut read = Vec::new();
    while let Some(entry) = table.next().await {
        match entry.payload {
            NetlinkPayload::InnerMessage(Message { neighbour, .. }) => read.extend(neighbour),
            NetlinkPayload::Error(error) => return Err(error.to_io()),
            _ => return Err(io::Error::other("expected the table of neighbours")),
        }
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

/// A message of `NETLINK_ROUTE`, read only if it is of a neighbour: the code that reads each kind is large.
#[derive(Debug)]
struct Message {
    /// Which kind it is of, such as `RTM_NEWNEIGH`.
    kind: u16,
    neighbour: Option<NeighbourMessage>,
}

impl Message {
    /// The question for the whole table of a family.
    fn ask(family: AddressFamily) -> NetlinkMessage<Self> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | NLM_F_DUMP;
        let mut neighbour = NeighbourMessage::default();
        neighbour.header.family = family;
        let question = Self { kind: RTM_GETNEIGH, neighbour: Some(neighbour) };
        NetlinkMessage::new(header, NetlinkPayload::InnerMessage(question))
    }
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        self.kind
    }

    fn buffer_len(&self) -> usize {
        self.neighbour.as_ref().map_or(0, Emitable::buffer_len)
    }

    fn serialize(&self, buffer: &mut [u8]) {
        if let Some(neighbour) = &self.neighbour {
            neighbour.emit(buffer);
        }
    }
}

impl NetlinkDeserializable for Message {
    type Error = DecodeError;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, DecodeError> {
        let kind = header.message_type;
        let neighbour = (kind == RTM_NEWNEIGH).then(|| NeighbourMessage::parse(payload)).transpose()?;
        Ok(Self { kind, neighbour })
    }
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

    #[test]
    fn a_damaged_message_is_an_error_and_no_panic() {
        let mut neighbour = NeighbourMessage::default();
        neighbour.header.family = AddressFamily::Inet;
        neighbour.attributes = vec![
            NeighbourAttribute::Destination(NeighbourAddress::Inet([192, 168, 1, 23].into())),
            NeighbourAttribute::LinkLayerAddress(vec![2, 0, 0, 0, 0, 1]),
        ];
        let inner = Message { kind: RTM_NEWNEIGH, neighbour: Some(neighbour.clone()) };
        let mut message = NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::InnerMessage(inner));
        message.finalize();
        let mut whole = vec![0; message.buffer_len()];
        message.serialize(&mut whole);
        let read = |octets: &[u8]| NetlinkMessage::<Message>::deserialize(octets);
        let Ok(NetlinkMessage { payload: NetlinkPayload::InnerMessage(found), .. }) = read(&whole) else { panic!() };
        assert_eq!(found.neighbour, Some(neighbour));
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        for place in 0..whole.len() {
            for octet in 0..=u8::MAX {
                let mut damaged = whole.clone();
                damaged[place] = octet;
                let _ = read(&damaged);
            }
        }
    }

    #[test]
    fn messages_of_others_are_passed_over() {
        let mut header = NetlinkHeader::default();
        header.message_type = RTM_GETNEIGH;
        let message = Message::deserialize(&header, &[1, 2, 3]).unwrap();
        assert_eq!(message.neighbour, None);
    }
}
