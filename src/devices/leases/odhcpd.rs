//! odhcpd: `# br-lan 00030001aabbccddeeff 1a2b phone 1700000000 5 128 fd00::5/128`; over IPv4 the hardware
//! address stands in place of the DUID and `ipv4` in place of the client's number. Other lines are a hosts file, which
//! is left alone.

use super::{Lease, mac, mac_of_duid, named};

pub(super) fn parse(text: &str) -> Vec<Lease> {
    text.lines().flat_map(line).collect()
}

fn line(text: &str) -> Vec<Lease> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ["#", _interface, client, number, name, ends, _assigned, length, addresses @ ..] = words.as_slice() else {
        return Vec::new();
    };
    let mac = if *number == "ipv4" { mac(client) } else { mac_of_duid(client) };
    // A delegated prefix is no address of the device; -1 is a lease for ever.
    let whole = matches!(*length, "32" | "128");
    let lease = |address: &&str| {
        let address = address.split('/').next()?.parse().ok()?;
        let ends = ends.parse().ok().filter(|ends| *ends > 0);
        Some(Lease { address, mac, name: named(name), vendor_class: None, ends })
    };
    addresses.iter().filter(|_| whole).filter_map(lease).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::shown, *};

    #[test]
    fn lines() {
        let check = |text: &str, expected: &[&str]| assert_eq!(shown(&parse(text)), expected, "{text}");
        check(
            "# br-lan 00030001aabbccddeeff 1a2b phone 1700000000 5 128 2001:db8::5/128 fd00::5/128\n\
             2001:db8::5\tphone\n\
             # br-lan aabbccddee01 ipv4 tv 1700000001 c0a80118 32 192.168.1.24/32\n\
             # br-lan 000400112233 1 - -1 6 128 fd00::6/128\n\
             # br-lan 00030001aabbccddeeff 2 router 1700000002 100 56 2001:db8:1::/56\n",
            &[
                "2001:db8::5 aa:bb:cc:dd:ee:ff phone 1700000000",
                "fd00::5 aa:bb:cc:dd:ee:ff phone 1700000000",
                "192.168.1.24 aa:bb:cc:dd:ee:01 tv 1700000001",
                "fd00::6 - - -",
            ],
        );
        check("# a comment\n#\n# a b c d e f 128 nonsense/128\n", &[]);
    }
}
