//! dnsmasq: `1700000000 aa:bb:cc:dd:ee:ff 192.168.1.23 phone 01:aa:bb:cc:dd:ee:ff`; over IPv6 the second word
//! is a number of the client and the last its DUID.

use super::{Lease, mac, mac_of_duid, named};

pub(super) fn parse(text: &str) -> Vec<Lease> {
    text.lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<Lease> {
    let mut words = text.split_whitespace();
    let ends: u64 = words.next()?.parse().ok()?;
    let (hardware, address, name, client) = (words.next()?, words.next()?, words.next()?, words.next());
    let mac = mac(hardware).or_else(|| mac_of_duid(client?));
    // An end of 0 is a lease for ever.
    let ends = (ends > 0).then_some(ends);
    Some(Lease { address: address.parse().ok()?, mac, name: named(name), vendor_class: None, ends })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::shown, *};

    #[test]
    fn lines() {
        let check = |text: &str, expected: &[&str]| assert_eq!(shown(&parse(text)), expected, "{text}");
        check(
            "1700000000 aa:bb:cc:dd:ee:ff 192.168.1.23 phone 01:aa:bb:cc:dd:ee:ff\n\
             0 aa:bb:cc:dd:ee:01 192.168.1.24 * *\n\
             1700000001 06-aa:bb:cc:dd:ee:02 192.168.1.25 printer *\n\
             duid 00:01:00:01:2a:bc:de:f0:00:11:22:33:44:55\n\
             1700000002 12345 fd00::23 phone 00:01:00:01:2a:bc:de:f0:aa:bb:cc:dd:ee:ff\n\
             1700000003 T99 fd00::24 * 00:04:01:02\n",
            &[
                "192.168.1.23 aa:bb:cc:dd:ee:ff phone 1700000000",
                "192.168.1.24 aa:bb:cc:dd:ee:01 - -",
                "192.168.1.25 aa:bb:cc:dd:ee:02 printer 1700000001",
                "fd00::23 aa:bb:cc:dd:ee:ff phone 1700000002",
                "fd00::24 - - 1700000003",
            ],
        );
        check("1700000000 aa:bb:cc:dd:ee:ff nonsense phone *\n\nx\n1 2\n", &[]);
    }
}
