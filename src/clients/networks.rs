//! Networks to values, the longest network deciding, in one search.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks and what each stands for. They may lie within each other; an address has the value of the longest network
/// around it. IPv4 addresses written as IPv6 ones (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) are IPv4 addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Networks<T> {
    v4: Segments<u32, T>,
    v6: Segments<u128, T>,
}

/// Ranges side by side: where each begins, in order, and what the addresses from there to the next one stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segments<A, T> {
    starts: Vec<A>,
    values: Vec<Option<T>>,
}

impl<T: Copy> Networks<T> {
    /// Of two equal networks the first counts.
    pub(super) fn new(networks: impl IntoIterator<Item = (IpNet, T)>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (network, value) in networks {
            match canonical(network) {
                IpNet::V4(network) => {
                    v4.push(((network.network().to_bits().into(), network.broadcast().to_bits().into()), value));
                }
                IpNet::V6(network) => v6.push(((network.network().to_bits(), network.broadcast().to_bits()), value)),
            }
        }
        Self { v4: Segments::new(v4), v6: Segments::new(v6) }
    }

    /// What the longest network around `address` stands for.
    pub(super) fn find(&self, address: IpAddr) -> Option<T> {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.find(address.to_bits()),
            IpAddr::V6(address) => self.v6.find(address.to_bits()),
        }
    }
}

impl<A: Copy + Ord + TryFrom<u128>, T: Copy> Segments<A, T> {
    fn new(ranges: Vec<((u128, u128), T)>) -> Self {
        // What begins behind the last address of the family is never asked for.
        let segments = flatten(ranges).into_iter().filter_map(|(start, value)| Some((A::try_from(start).ok()?, value)));
        let (starts, values) = segments.unzip();
        Self { starts, values }
    }

    fn find(&self, address: A) -> Option<T> {
        let behind = self.starts.partition_point(|start| *start <= address);
        *self.values.get(behind.checked_sub(1)?)?
    }
}

/// The network as IPv4 where it lies within the IPv4-mapped addresses, its host bits cleared.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED: u8 = 96;
    let IpNet::V6(v6) = network.trunc() else {
        return network.trunc();
    };
    let as_v4 = |v6: Ipv6Net| {
        let length = v6.prefix_len().checked_sub(MAPPED)?;
        Ipv4Net::new(v6.network().to_ipv4_mapped()?, length).ok()
    };
    as_v4(v6).map_or(IpNet::V6(v6), IpNet::V4)
}

/// Cuts nested ranges (first and last address) into segments that lie side by side.
fn flatten<T: Copy>(mut ranges: Vec<((u128, u128), T)>) -> Vec<(u128, Option<T>)> {
    // Outer ranges before inner ones; the sort is stable, so the first of two equal ones stays in front.
    ranges.sort_by_key(|((start, end), _)| (*start, std::cmp::Reverse(*end)));
    ranges.dedup_by_key(|(range, _)| *range);
    let mut segments: Vec<(u128, Option<T>)> = Vec::with_capacity(ranges.len() * 2);
    let mut begin = |start: u128, value: Option<T>| match segments.last_mut() {
        Some(last) if last.0 == start => last.1 = value,
        _ => segments.push((start, value)),
    };
    // The ranges around the present place, the innermost last.
    let mut around: Vec<(u128, T)> = Vec::new();
    for ((start, end), value) in ranges {
        leave(&mut around, Some(start), &mut begin);
        begin(start, Some(value));
        around.push((end, value));
    }
    leave(&mut around, None, &mut begin);
    segments
}

/// Leaves the ranges that end before `place`, or all of them.
fn leave<T: Copy>(around: &mut Vec<(u128, T)>, place: Option<u128>, begin: &mut impl FnMut(u128, Option<T>)) {
    while let Some((end, _)) = around.pop_if(|(end, _)| place.is_none_or(|place| *end < place)) {
        if let Some(next) = end.checked_add(1) {
            begin(next, around.last().map(|(_, value)| *value));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `Networks` is to find, said plainly.
    fn plain(networks: &[(IpNet, u16)], address: IpAddr) -> Option<u16> {
        let address = address.to_canonical();
        let around = networks.iter().filter(|(network, _)| network.contains(&address));
        // `max_by_key` gives the last of equals, so the search runs backwards.
        around.rev().max_by_key(|(network, _)| network.prefix_len()).map(|(_, value)| *value)
    }

    /// Few distinct bits, so that networks nest and addresses hit them.
    fn v4_address() -> impl Strategy<Value = IpAddr> {
        (prop::sample::select(&[0, 10, 255][..]), 0..4_u8, prop::sample::select(&[0, 1, 128, 255][..]))
            .prop_map(|(a, c, d)| IpAddr::from([a, 255, c, d]))
    }

    fn v6_address() -> impl Strategy<Value = IpAddr> {
        (prop::sample::select(&[0, 0xfd00, 0xffff][..]), prop::sample::select(&[0, 1, 0xffff][..]))
            .prop_map(|(first, last)| IpAddr::from([first, 0, 0, 0, 0xff, 0, 0, last]))
    }

    fn network() -> impl Strategy<Value = IpNet> {
        let v4 = (v4_address(), 0..=32_u8);
        let v6 = (v6_address(), 0..=128_u8);
        prop_oneof![v4, v6].prop_map(|(address, length)| IpNet::new(address, length).unwrap().trunc())
    }

    proptest! {
        #[test]
        fn the_longest_network_decides(
            networks in prop::collection::vec((network(), any::<u16>()), 0..12),
            addresses in prop::collection::vec(prop_oneof![v4_address(), v6_address()], 1..8),
        ) {
            let found = Networks::new(networks.clone());
            for address in addresses {
                prop_assert_eq!(found.find(address), plain(&networks, address), "{}", address);
            }
        }
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        let networks = Networks::new([(net("::/0"), 6), (net("::ffff:192.168.1.0/120"), 4), (net("::ffff:0:0/90"), 5)]);
        let check = |address: &str, value: Option<i32>| {
            assert_eq!(networks.find(address.parse().unwrap()), value, "{address}");
        };
        check("192.168.1.7", Some(4));
        check("::ffff:192.168.1.7", Some(4));
        check("192.168.2.7", None);
        check("::ffff:192.168.2.7", None);
        check("::1", Some(6));
        check("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(6));
    }
}
