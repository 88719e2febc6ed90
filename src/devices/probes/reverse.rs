//! Asking the router for the names of addresses: as the DHCP server of most homes it knows what devices call
//! themselves.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::UdpSocket,
    time::{sleep, timeout},
};

use super::message::{pointers, question};
use crate::{
    devices::Devices,
    dns::{Answer, Class},
    local::reverse_name,
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two questions, so that a router is not kept busy.
const BREATH: Duration = Duration::from_millis(100);
/// The most addresses that are asked for in one round.
const MOST_ADDRESSES: usize = 256;
/// Addresses without an answer, one after the other, after which a router is left alone for this round.
const SILENCE: usize = 3;

/// Asks the router for `addresses`; gives those that were asked for.
pub(super) async fn round(devices: &Devices, addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let table = tokio::fs::read_to_string("/proc/net/route").await.unwrap_or_default();
    let Some(router) = default_router(&table) else { return Vec::new() };
    let (mut asked, mut silent) = (Vec::new(), 0);
    for address in addresses.into_iter().filter(is_of_the_house).take(MOST_ADDRESSES) {
        match ask((router, 53).into(), address).await {
            Ok(name) => {
                silent = 0;
                asked.push(address);
                devices.note(|registry| name.iter().for_each(|name| registry.reverse_name(address, name)));
            }
            Err(_) => silent += 1,
        }
        if silent == SILENCE {
            tracing::debug!(%router, "the router tells no names");
            break;
        }
        sleep(BREATH).await;
    }
    asked
}

/// Whether the router can answer by itself; for other addresses it would ask outside, and tell who is here.
fn is_of_the_house(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

/// What the server calls `address`; `None`: it knows no name.
///
/// # Errors
/// When it does not answer in time, or nonsense.
async fn ask(server: SocketAddr, address: IpAddr) -> io::Result<Option<String>> {
    let name = reverse_name(address);
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(io::Error::other)?;
    let id = u16::from_be_bytes(id);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.connect(server).await?;
    socket.send(&question(id, true, &name, Class::IN)).await?;
    let mut buffer = [0; 1232];
    let answered = async {
        loop {
            let length = socket.recv(&mut buffer).await?;
            let answer = buffer.get(..length).and_then(|bytes| Answer::read(bytes).ok());
            if let Some(answer) = answer.filter(|answer| answer.id() == id && answer.name() == name) {
                return Ok(pointers(&answer).next().map(|name| name.to_string()));
            }
        }
    };
    timeout(PATIENCE, answered).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// The router of the default route, in the table that the kernel shows in `/proc/net/route`: addresses as hexadecimal
/// numbers in the order of octets of this machine.
fn default_router(table: &str) -> Option<IpAddr> {
    const UP_AND_BY_A_ROUTER: u32 = 0x3;
    let router = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_interface, "00000000", router, flags, ..] = words.as_slice() else { return None };
        let flags = u32::from_str_radix(flags, 16).ok()?;
        let router = u32::from_str_radix(router, 16).ok()?;
        (flags & UP_AND_BY_A_ROUTER == UP_AND_BY_A_ROUTER).then(|| IpAddr::from(router.to_ne_bytes()))
    };
    table.lines().find_map(router)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_router_of_the_default_route() {
        let number = |octets: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(octets));
        let heading = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";
        let router = number([192, 168, 1, 1]);
        let check = |lines: &[String], expected: Option<[u8; 4]>| {
            let table = format!("{heading}\n{}\n", lines.join("\n"));
            assert_eq!(default_router(&table), expected.map(IpAddr::from), "{table}");
        };
        check(&[format!("eth0\t00000000\t{router}\t0003\t0\t0\t0\t00000000\t0\t0\t0")], Some([192, 168, 1, 1]));
        check(&[format!("eth0\t{}\t00000000\t0001\t0\t0\t0\tx\t0\t0\t0", number([192, 168, 1, 0]))], None);
        check(&["eth0\t00000000\t00000000\t0001".to_owned(), "nonsense".to_owned()], None);
        check(&[], None);
    }

    #[tokio::test]
    async fn the_router_is_asked_for_the_name_of_an_address() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let serve = async {
            let mut buffer = [0; 512];
            let (length, from) = server.recv_from(&mut buffer).await.unwrap();
            let mut reply = buffer[..length].to_vec();
            // Somebody else's answer comes first: it has another id.
            let forged = [&[!reply[0], reply[1], 0x80], &reply[3..]].concat();
            server.send_to(&forged, from).await.unwrap();
            (reply[2], reply[7]) = (0x80, 1);
            let name: crate::dns::Name = "phone.lan".parse().unwrap();
            reply.extend([0xC0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0, u8::try_from(name.wire().len()).unwrap()]);
            reply.extend_from_slice(name.wire());
            server.send_to(&reply, from).await.unwrap();
        };
        let (name, ()) = tokio::join!(ask(address, [192, 168, 1, 23].into()), serve);
        assert_eq!(name.unwrap().as_deref(), Some("phone.lan"));
    }
}
