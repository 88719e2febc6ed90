//! Multicast DNS (RFC 6762), as one who asks once and is answered directly (section 5.1): what a device calls itself,
//! and which services it announces (RFC 6763).

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    net::UdpSocket,
    time::{sleep, timeout},
};

use super::{
    link::{Link, links},
    message::{pointers, question},
};
use crate::{
    devices::{Devices, fingerprints::Fingerprints},
    dns::{Answer, Class, Name, RecordType},
    local::reverse_name,
    time::Clock,
};

/// Where everybody on the link who speaks multicast DNS listens.
const EVERYBODY: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353);
/// How long answers are waited for; devices wait a moment before they answer, so that not all do at once.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two questions, so that small devices can follow.
const BREATH: Duration = Duration::from_millis(20);
/// The most answers that are read in one round.
const MOST_ANSWERS: usize = 2048;
/// The most addresses whose names are asked for in one round.
const MOST_ADDRESSES: usize = 256;
/// IN, with the bit that asks for an answer to the asker alone (section 5.4).
const IN_DIRECTLY: Class = Class(0x8001);

/// What a device said.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// What it calls itself.
    Name(String),
    /// The facts on a service that it announces.
    Services(Vec<u8>),
}

/// Asks on every link of this host, on all at the same time.
pub(super) async fn round(devices: &Devices, clock: Clock) {
    let links = match links() {
        Ok(links) => links,
        Err(error) => return tracing::debug!(%error, "the links of this host are not told"),
    };
    let neighbours: Vec<IpAddr> = devices.neighbours().into_iter().filter(IpAddr::is_ipv4).collect();
    join_all(links.into_iter().map(|link| ask_on(link, &neighbours, devices, clock))).await;
}

/// Asks on a link for the names of those of `neighbours` that are on it.
async fn ask_on(link: Link, neighbours: &[IpAddr], devices: &Devices, clock: Clock) {
    let here: Vec<IpAddr> = neighbours.iter().copied().filter(|address| link.holds(*address)).collect();
    let asked = async { ask(&socket(link.address)?, EVERYBODY.into(), link, &here, devices, clock).await };
    if let Err(error) = asked.await {
        tracing::debug!(link = %link.address, %error, "devices cannot be asked by multicast DNS");
    }
}

/// A socket whose multicasts go out on the link of our address `link`, and nowhere beyond it.
fn socket(link: Ipv4Addr) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_multicast_if_v4(&link)?;
    socket.bind(&SocketAddr::from((link, 0)).into())?;
    UdpSocket::from_std(socket.into())
}

/// Asks whoever listens at `target`, and notes what is answered from the network of `link`: nobody else can speak there. The names of `neighbours` are asked for, and the
/// services that tell what a device is.
async fn ask(
    socket: &UdpSocket,
    target: SocketAddr,
    link: Link,
    neighbours: &[IpAddr],
    devices: &Devices,
    clock: Clock,
) -> io::Result<()> {
    let services = Fingerprints::built_in().services();
    let services = services.iter().filter_map(|service| format!("{service}.local").parse::<Name>().ok());
    let addresses = neighbours.iter().take(MOST_ADDRESSES).map(|address| reverse_name(*address));
    let questions: Vec<Name> = services.chain(addresses).collect();
    let asking = async {
        for name in &questions {
            socket.send_to(&question(0, false, name, IN_DIRECTLY), target).await?;
            sleep(BREATH).await;
        }
        io::Result::Ok(())
    };
    let span = PATIENCE + BREATH * u32::try_from(questions.len()).unwrap_or(u32::MAX);
    let listening = async {
        let mut buffer = vec![0; 9000];
        for _ in 0..MOST_ANSWERS {
            let (length, from) = socket.recv_from(&mut buffer).await?;
            let said = buffer.get(..length).filter(|_| link.holds(from.ip())).and_then(|bytes| read(bytes, from.ip()));
            if let Some(said) = said {
                note(devices, clock, from.ip(), &said);
            }
        }
        io::Result::Ok(())
    };
    // That time is up is how it usually ends.
    let (asked, heard) = tokio::join!(asking, timeout(span, listening));
    asked.and(heard.unwrap_or(Ok(())))
}

fn note(devices: &Devices, clock: Clock, from: IpAddr, said: &Said) {
    let now = clock.now().unix;
    devices.note(|registry| match said {
        Said::Name(name) => registry.mdns_name(from, name, now),
        Said::Services(numbers) => registry.services(from, numbers, now),
    });
}

/// What an answer says of whoever sent it; nobody can speak for another address.
fn read(bytes: &[u8], from: IpAddr) -> Option<Said> {
    let answer = Answer::read(bytes).ok()?;
    let name = answer.name().to_string();
    let target = pointers(&answer).next()?;
    if answer.name() == reverse_name(from) {
        return Some(Said::Name(target.to_string()));
    }
    let service = name.to_ascii_lowercase().strip_suffix(".local")?.to_owned();
    let numbers = Fingerprints::built_in().announced(&service, &text(&answer));
    (!numbers.is_empty()).then_some(Said::Services(numbers))
}

/// What the TXT records of an answer say (RFC 6763, section 6.3).
fn text(answer: &Answer) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for record in answer.records().filter(|record| record.rtype() == RecordType::TXT) {
        let mut data = record.data();
        while let Some((length, rest)) = data.split_first() {
            let Some((string, rest)) = rest.split_at_checked(usize::from(*length)) else { break };
            let string = String::from_utf8_lossy(string);
            said.extend(string.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())));
            data = rest;
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer to `question` with a PTR record, and a TXT record if there is text.
    fn answer(question: &str, target: &str, text: &[&str]) -> Vec<u8> {
        let (question, target): (Name, Name) = (question.parse().unwrap(), target.parse().unwrap());
        let mut bytes = vec![0, 0, 0x84, 0, 0, 1, 0, 1, 0, 0, 0, u8::from(!text.is_empty())];
        bytes.extend_from_slice(question.wire());
        bytes.extend([0, 12, 0, 1]);
        let mut push = |owner: &Name, rtype: u8, data: &[u8]| {
            bytes.extend_from_slice(owner.wire());
            bytes.extend([0, rtype, 0x80, 1, 0, 0, 0, 10]);
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(data);
        };
        push(&question, 12, target.wire());
        if !text.is_empty() {
            let data: Vec<u8> =
                text.iter().flat_map(|text| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()).collect();
            push(&target, 16, &data);
        }
        bytes
    }

    #[test]
    fn answers_speak_for_their_sender() {
        let check = |bytes: &[u8], expected: Option<Said>| assert_eq!(read(bytes, [192, 168, 1, 23].into()), expected);
        let sonos = Fingerprints::built_in().announced("_sonos._tcp", &[]);
        let apple = Fingerprints::built_in().announced("_airplay._tcp", &[("model".into(), "AppleTV14,1".into())]);
        check(&answer("23.1.168.192.in-addr.arpa", "tv.local", &[]), Some(Said::Name("tv.local".into())));
        check(&answer("24.1.168.192.in-addr.arpa", "tv.local", &[]), None);
        check(&answer("_sonos._tcp.local", "kitchen._sonos._tcp.local", &[]), Some(Said::Services(sonos)));
        check(
            &answer("_airplay._tcp.local", "a._airplay._tcp.local", &["x", "model=AppleTV14,1"]),
            Some(Said::Services(apple)),
        );
        check(&answer("_airplay._tcp.local", "a._airplay._tcp.local", &[]), None);
        check(&answer("_unheard-of._tcp.local", "a._unheard-of._tcp.local", &[]), None);
        let whole = answer("_airplay._tcp.local", "a._airplay._tcp.local", &["model=AppleTV14,1"]);
        for length in 0..whole.len() {
            let _ = read(&whole[..length], [192, 168, 1, 23].into());
        }
    }
}
