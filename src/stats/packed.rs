//! Events as octets: some fifty of them where the parts side by side take six hundred, so that a query is recorded by
//! copying little, and many can wait in little memory.
//!
//! The form lives no longer than the process; what is kept on disk has a form of its own.

use std::{
    net::{IpAddr, Ipv4Addr},
    ops::Range,
    time::Duration,
};

use super::{QueryEvent, Transport};
use crate::{
    dns::{Name, Rcode, RecordType},
    policy::{Cause, CauseSource, Verdict},
    rules::{ListNumber, Reach},
    time::UnixTime,
};

/// Octets before the address of the client. Numbers are little-endian: length of the whole (2), microseconds that it took
/// (4), type (2), time (8), code (2), number of list or group (2), source and reach (1), labels (1), transport and
/// verdict (1), lengths of address, name and alias target (1 each). Behind the client stand the name, the alias target and the
/// address that was answered.
const HEAD: usize = 26;
/// Where among them the microseconds stand.
const LATENCY: Range<usize> = 2..6;
/// Where transport and verdict stand.
const HOW: usize = 22;

const VERDICTS: [Verdict; 5] = [Verdict::Stopped, Verdict::Allowed, Verdict::Cached, Verdict::Local, Verdict::Failed];
const TRANSPORTS: [Transport; 6] =
    [Transport::Udp, Transport::Tcp, Transport::Dot, Transport::Doh, Transport::Doh3, Transport::Doq];
const REACHES: [Reach; 4] = [Reach::Exact, Reach::Subtree, Reach::Below, Reach::Pattern];

/// Events packed one behind the other, on their way to the journal. A buffer that is used again allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct EventBuffer(Vec<u8>);

impl EventBuffer {
    /// A buffer with this event.
    #[must_use]
    pub fn of(event: &QueryEvent<'_>) -> Self {
        let mut buffer = Self::default();
        buffer.push(event);
        buffer
    }

    /// Packs an event behind the others; it took no time yet.
    pub fn push(&mut self, event: &QueryEvent<'_>) {
        let name = event.name.wire();
        let via = event.via.map_or(&[][..], Name::wire);
        let (client, answered) = (octets_of(event.client), event.answered.map_or(0, octets_of));
        let length = HEAD + client + name.len() + via.len() + answered;
        self.0.reserve(length);
        self.0.extend_from_slice(&head(event, length, [client, name.len(), via.len()]));
        self.push_address(event.client);
        self.0.extend_from_slice(name);
        // Most events have none, and copying nothing is a call as well.
        if !via.is_empty() {
            self.0.extend_from_slice(via);
        }
        if let Some(address) = event.answered {
            self.push_address(address);
        }
    }

    /// What has a known length is written by a few instructions.
    #[inline]
    fn push_address(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.0.extend_from_slice(&address.octets()),
            IpAddr::V6(address) => self.0.extend_from_slice(&address.octets()),
        }
    }

    /// Adds the events of another buffer.
    pub fn append(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// Octets of the events so far: where the next one begins.
    #[must_use]
    pub fn end(&self) -> usize {
        self.0.len()
    }

    /// States for the events from the octet `start` on, where one begins, how long each took from the arrival of the query to
    /// the reply; more than an hour is told as an hour.
    #[inline]
    pub fn set_latency(&mut self, start: usize, latency: Duration) {
        let micros = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX).to_le_bytes();
        let mut rest = self.0.get_mut(start..).unwrap_or_default();
        while let Some(length) = rest.first_chunk().map(|octets| usize::from(u16::from_le_bytes(*octets))) {
            let Some((event, behind)) = rest.split_at_mut_checked(length.max(HEAD)) else { break };
            event[LATENCY].copy_from_slice(&micros);
            rest = behind;
        }
    }

    /// The events.
    #[must_use]
    pub fn events(&self) -> PackedEvents<'_> {
        PackedEvents(&self.0)
    }

    /// Forgets the events and keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// How many octets an address takes.
fn octets_of(address: IpAddr) -> usize {
    if address.is_ipv4() { 4 } else { 16 }
}

/// The address that these octets are.
fn address(octets: &[u8]) -> Option<IpAddr> {
    match (<[u8; 4]>::try_from(octets), <[u8; 16]>::try_from(octets)) {
        (Ok(octets), _) => Some(octets.into()),
        (_, Ok(octets)) => Some(octets.into()),
        _ => None,
    }
}

fn head(event: &QueryEvent<'_>, length: usize, lengths: [usize; 3]) -> [u8; HEAD] {
    let (source, number) = match event.cause.map(|cause| cause.source) {
        None => (0, 0),
        Some(CauseSource::List(list)) => (1, list.0),
        Some(CauseSource::OwnRules) => (2, 0),
        Some(CauseSource::GroupRules(group)) => (3, group),
        Some(CauseSource::Canary) => (4, 0),
        Some(CauseSource::Rebinding) => (5, 0),
        Some(CauseSource::Exception) => (6, 0),
        Some(CauseSource::NoAddress) => (7, 0),
        Some(CauseSource::SafeSearch) => (8, 0),
        Some(CauseSource::Offline(group)) => (9, group),
    };
    let (reach, labels) = event.cause.map_or((0, 0), |cause| (cause.reach as u8, cause.labels));
    let how = event.transport as u8 | (event.verdict as u8) << 4;
    let [client, name, via] = lengths.map(|length| u64::from(u8::try_from(length).unwrap_or(u8::MAX)));
    // Made in whole words: what is written octet by octet cannot be read as words for a while.
    let length = u64::from(u16::try_from(length).unwrap_or(u16::MAX));
    let rtype = u64::from(event.rtype.0);
    let cause = u64::from(number) | u64::from(source | reach << 4) << 16 | u64::from(labels) << 24;
    let end = u64::from(event.rcode.0) | cause << 16 | u64::from(how) << 48 | client << 56;
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&(length | rtype << 48).to_le_bytes());
    head[8..16].copy_from_slice(&event.at.0.to_le_bytes());
    head[16..24].copy_from_slice(&end.to_le_bytes());
    head[24..].copy_from_slice(&u16::try_from(name | via << 8).unwrap_or(u16::MAX).to_le_bytes());
    head
}

/// The verdict in the octet that it shares with the transport.
fn verdict(how: u8) -> Verdict {
    VERDICTS.get(usize::from(how >> 4)).copied().unwrap_or(Verdict::Failed)
}

/// A packed event, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    octets: &'a [u8],
    head: &'a [u8; HEAD],
    client: &'a [u8],
    name: &'a [u8],
    via: &'a [u8],
    answered: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Reads the event that `octets` begin with; returns it with what is behind it.
    #[must_use]
    pub fn split(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let length = usize::from(u16::from_le_bytes(*octets.first_chunk()?));
        let (event, behind) = octets.split_at_checked(length)?;
        let (head, rest) = event.split_first_chunk::<HEAD>()?;
        let (client, rest) = rest.split_at_checked(usize::from(head[23]))?;
        let (name, rest) = rest.split_at_checked(usize::from(head[24]))?;
        let (via, answered) = rest.split_at_checked(usize::from(head[25]))?;
        Some((Self { octets: event, head, client, name, via, answered }, behind))
    }

    /// The event as octets.
    #[must_use]
    pub fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// When the query arrived.
    #[must_use]
    pub fn at(&self) -> UnixTime {
        UnixTime(u64::from_le_bytes(self.array(8)))
    }

    /// From the arrival of the query to the reply, in microseconds.
    #[must_use]
    pub fn latency_us(&self) -> u32 {
        u32::from_le_bytes(self.array(LATENCY.start))
    }

    /// Who asked.
    #[must_use]
    pub fn client(&self) -> IpAddr {
        address(self.client).unwrap_or(Ipv4Addr::UNSPECIFIED.into())
    }

    /// Who asked, as an address of IPv6: made from the octets at once, because making it of an address whose parts have just
    /// been written one by one has to wait for them.
    #[inline]
    pub(super) fn client_bits(&self) -> u128 {
        match (self.client.first_chunk::<4>(), self.client.first_chunk::<16>()) {
            (_, Some(octets)) => u128::from_be_bytes(*octets),
            (Some(octets), None) => Ipv4Addr::from(*octets).to_ipv6_mapped().to_bits(),
            (None, None) => 0,
        }
    }

    /// The first address of an answer that was just asked for elsewhere.
    #[must_use]
    pub fn answered(&self) -> Option<IpAddr> {
        address(self.answered)
    }

    /// Over what.
    #[must_use]
    pub fn transport(&self) -> Transport {
        TRANSPORTS.get(usize::from(self.head[HOW] & 0x0F)).copied().unwrap_or(Transport::Udp)
    }

    /// For which name, in wire form, its case kept.
    #[must_use]
    pub fn name_wire(&self) -> &'a [u8] {
        self.name
    }

    /// For which name.
    #[must_use]
    pub fn name(&self) -> Name {
        Name::from_wire(self.name).unwrap_or(Name::ROOT)
    }

    /// For which type.
    #[must_use]
    pub fn rtype(&self) -> RecordType {
        RecordType(u16::from_le_bytes(self.array(6)))
    }

    /// How it ended.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        verdict(self.head[HOW])
    }

    /// The code of the reply.
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        Rcode(u16::from_le_bytes(self.array(16)))
    }

    /// Whose word made it end so.
    #[must_use]
    pub fn source(&self) -> Option<CauseSource> {
        let number = u16::from_le_bytes(self.array(18));
        match self.head[20] & 0x0F {
            1 => Some(CauseSource::List(ListNumber(number))),
            2 => Some(CauseSource::OwnRules),
            3 => Some(CauseSource::GroupRules(number)),
            4 => Some(CauseSource::Canary),
            5 => Some(CauseSource::Rebinding),
            6 => Some(CauseSource::Exception),
            7 => Some(CauseSource::NoAddress),
            8 => Some(CauseSource::SafeSearch),
            9 => Some(CauseSource::Offline(number)),
            _ => None,
        }
    }

    /// The alias target that was decided on, in wire form; `None` where it was the name itself.
    #[must_use]
    pub fn via_wire(&self) -> Option<&'a [u8]> {
        (!self.via.is_empty()).then_some(self.via)
    }

    /// The same as a name.
    #[must_use]
    pub fn via(&self) -> Option<Name> {
        Name::from_wire(self.via_wire()?).ok()
    }

    /// What made it end so, but for the alias target, as a number that is the same for the same.
    #[must_use]
    pub(super) fn cause_bits(&self) -> u32 {
        u32::from_le_bytes(self.array(18))
    }

    /// What made it end so.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        let reach = REACHES.get(usize::from(self.head[20] >> 4)).copied()?;
        Some(Cause { source: self.source()?, reach, labels: self.head[21] })
    }

    /// Octets of the head from `at` on; it is long enough wherever this is used.
    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        self.head.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }
}

/// Packed events one behind the other.
#[derive(Clone, Debug)]
pub struct PackedEvents<'a>(pub &'a [u8]);

impl PackedEvents<'_> {
    /// The first events, as many as fit into `room` octets, and the others.
    #[must_use]
    pub fn split_within(self, room: usize) -> (Self, Self) {
        let (all, mut fitting) = (self.0, 0);
        if all.len() <= room {
            return (self, Self(&[]));
        }
        for event in self {
            if fitting + event.octets().len() > room {
                break;
            }
            fitting += event.octets().len();
        }
        let (fitting, others) = all.split_at(fitting);
        (Self(fitting), Self(others))
    }
}

impl<'a> Iterator for PackedEvents<'a> {
    type Item = Packed<'a>;

    fn next(&mut self) -> Option<Packed<'a>> {
        let (event, behind) = Packed::split(self.0)?;
        self.0 = behind;
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_survives() {
        let check = |client: &str, transport, names: [&str; 2], verdict, rcode, cause: Option<Cause>| {
            let [name, via] = names;
            let via: Option<Name> = (!via.is_empty()).then(|| via.parse().unwrap());
            let name: Name = name.parse().unwrap();
            let (at, rtype) = (UnixTime(1_795_464_000_123), RecordType::HTTPS);
            let client: IpAddr = client.parse().unwrap();
            // Answers of the other family than the client's, and none.
            let answered = [Some("2001:db8::7".parse().unwrap()), Some([192, 0, 2, 7].into()), None];
            let answered = answered[usize::from(client.is_ipv6()) + usize::from(name.wire().len() > 20)];
            let (name, via) = (&name, via.as_ref());
            let event = QueryEvent { at, client, transport, name, rtype, verdict, cause, via, rcode, answered };
            let mut packed = EventBuffer::of(&event);
            packed.set_latency(0, Duration::from_micros(7));
            for _ in 0..2 {
                packed.append(&EventBuffer::of(&event));
            }
            packed.set_latency(packed.end() / 3, Duration::from_micros(70_123));
            let read: Vec<_> = packed.events().collect();
            assert_eq!(read.len(), 3);
            for (read, latency) in read.into_iter().zip([7, 70_123, 70_123]) {
                assert_eq!((read.at(), read.client(), read.transport()), (at, client, transport));
                assert_eq!((read.name().wire(), read.rtype()), (name.wire(), rtype));
                assert_eq!((read.verdict(), read.rcode(), read.cause()), (verdict, rcode, cause));
                assert_eq!(read.via().as_ref(), via);
                assert_eq!(read.answered(), answered);
                assert_eq!((read.source(), read.latency_us()), (cause.map(|cause| cause.source), latency));
            }
        };
        let sources = [
            CauseSource::List(ListNumber(777)),
            CauseSource::OwnRules,
            CauseSource::GroupRules(65535),
            CauseSource::Canary,
            CauseSource::Rebinding,
            CauseSource::Exception,
            CauseSource::NoAddress,
            CauseSource::SafeSearch,
            CauseSource::Offline(3),
        ];
        for (number, source) in sources.into_iter().enumerate() {
            let (verdict, reach) = (VERDICTS[number % VERDICTS.len()], REACHES[number % REACHES.len()]);
            let transport = TRANSPORTS[number % TRANSPORTS.len()];
            let cause = Some(Cause { source, reach, labels: 9 });
            check("10.0.0.1", transport, ["Www.example.ORG", ""], verdict, Rcode::NXDOMAIN, cause);
            let names = ["www.example.org", "cname.example.net"];
            check("2001:db8::1", transport, names, verdict, Rcode(4095), cause);
        }
        check("192.168.1.2", Transport::Udp, [".", ""], Verdict::Allowed, Rcode::NOERROR, None);
        let long = ["x".repeat(63), "y".repeat(63), "z".repeat(63), "w".repeat(61)].join(".");
        let cause = Cause::without_rule(CauseSource::OwnRules);
        check("::1", Transport::Doh, [&long, &long], Verdict::Stopped, Rcode::NOERROR, Some(cause));
        check("10.0.0.1", Transport::Doh, [&long, ""], Verdict::Stopped, Rcode::NOERROR, None);
    }

    #[test]
    fn octets_that_are_cut_off_are_no_event() {
        let name: Name = "example.org".parse().unwrap();
        let packed = EventBuffer::of(&crate::stats::event_at(1, &name));
        for length in 0..packed.end() {
            assert!(Packed::split(&packed.0[..length]).is_none(), "{length}");
        }
    }
}
