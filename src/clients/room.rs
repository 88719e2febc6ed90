//! What stands for one client where something is limited, and who has room for more.

use std::net::IpAddr;

/// What stands for all addresses that a client may pick by itself: an IPv4 address for itself, the first address of its /64 for
/// one of IPv6. A limit on single ones of those would limit nobody.
#[must_use]
pub fn picked_from(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

/// Whether `client` has room for one more beside those that have `taken` some of `places`, of which one address gets `share`.
///
/// All addresses of one /64 of IPv6 together get half of the places: more than one address, for it may be a whole house, and not
/// all, for it may be one device.
#[must_use]
pub fn has_room(client: IpAddr, taken: impl IntoIterator<Item = IpAddr>, places: usize, share: usize) -> bool {
    let (client, network) = (client.to_canonical(), picked_from(client));
    let (mut of_all, mut of_network, mut of_client) = (0, 0, 0);
    for other in taken {
        of_all += 1;
        of_network += usize::from(picked_from(other) == network);
        of_client += usize::from(other.to_canonical() == client);
    }
    of_all < places && of_client < share && (client.is_ipv4() || of_network < places.div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_its_share_and_a_network_half() {
        let check = |client: &str, taken: &[(&str, usize)], expected: bool| {
            let parse = |text: &str| -> IpAddr { text.parse().unwrap() };
            let others = taken.iter().flat_map(|(text, count)| std::iter::repeat_n(parse(text), *count));
            assert_eq!(has_room(parse(client), others, 8, 3), expected, "{client} beside {taken:?}");
        };
        check("192.168.1.1", &[("192.168.1.1", 2)], true);
        check("192.168.1.1", &[("192.168.1.1", 2), ("::ffff:192.168.1.1", 1)], false);
        check("::ffff:192.168.1.1", &[("192.168.1.1", 3)], false);
        check("192.168.1.1", &[("192.168.1.2", 3), ("192.168.1.3", 4)], true);
        check("192.168.1.1", &[("192.168.1.2", 3), ("192.168.1.3", 5)], false);
        check("2001:db8::1", &[("2001:db8::1", 3)], false);
        check("2001:db8::1", &[("2001:db8::2", 3)], true);
        check("2001:db8::1", &[("2001:db8::2", 2), ("2001:db8::ffff:3", 2)], false);
        check("2001:db8:0:1::1", &[("2001:db8::2", 2), ("2001:db8::ffff:3", 2)], true);
        check("192.168.1.1", &[("2001:db8::2", 2), ("2001:db8::ffff:3", 2)], true);
    }
}
