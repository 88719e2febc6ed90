//! What a hardware address tells: its maker, or that it is made up.

use crate::clients::MacAddress;

include!(concat!(env!("OUT_DIR"), "/mac_vendors.rs"));

/// Whether the address was chosen by the device itself (the locally administered bit, IEEE 802-2014, section 8.2.2), as
/// phones do to be told from network to network by nobody: it has no maker, and may change.
pub(super) fn is_private(mac: MacAddress) -> bool {
    mac.0[0] & 0b10 != 0
}

/// Whether it is the address of one device: not a group's (the lowest bit of the first octet), not nobody's.
pub(super) fn is_of_a_device(mac: MacAddress) -> bool {
    mac.0[0] & 1 == 0 && mac.0 != [0; 6]
}

/// The maker of the device, or of the part of it that speaks on the network, if it is among the usual ones.
pub(super) fn vendor(mac: MacAddress) -> Option<&'static str> {
    if is_private(mac) {
        return None;
    }
    let wanted = u32::from_be_bytes([0, mac.0[0], mac.0[1], mac.0[2]]);
    let (mut prefix, mut packed) = (0_u32, PREFIXES.iter().copied());
    loop {
        // Each prefix is the distance to the one before it, seven bits an octet, and the place of its maker.
        let (mut distance, mut shift) = (0_u32, 0);
        loop {
            let octet = packed.next()?;
            distance |= u32::from(octet & 0x7F) << shift;
            shift += 7;
            if octet & 0x80 == 0 || shift > 21 {
                break;
            }
        }
        prefix += distance;
        let maker = packed.next()?;
        if prefix >= wanted {
            return if prefix == wanted { MAKERS.get(usize::from(maker)).copied() } else { None };
        }
    }
}

/// Whether the maker builds parts into the devices of others, so that it tells little.
pub(super) fn makes_parts(vendor: &str) -> bool {
    matches!(vendor, "Espressif" | "Intel")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_listing_is_found() {
        let (mut maker, mut count) = ("", 0);
        for line in include_str!("../../fingerprints/mac-vendors.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                maker = name.trim_end_matches(']');
                continue;
            }
            for prefix in line.split_whitespace() {
                let octets: [u8; 3] = hex::decode(prefix).unwrap().try_into().unwrap();
                let mac = MacAddress([octets[0], octets[1], octets[2], 1, 2, 3]);
                let expected = (!is_private(mac)).then_some(maker);
                assert_eq!(vendor(mac), expected, "{prefix}");
                count += 1;
            }
        }
        assert_eq!(count, 9282);
        assert!(PREFIXES.len() < 29_000, "{} octets", PREFIXES.len());
    }

    #[test]
    fn addresses_of_no_maker() {
        let check = |mac: [u8; 6], private: bool, device: bool| {
            let mac = MacAddress(mac);
            assert_eq!((vendor(mac), is_private(mac), is_of_a_device(mac)), (None, private, device), "{mac}");
        };
        check([0; 6], false, false);
        check([0xff; 6], true, false);
        check([0x02, 0, 0, 0, 0, 1], true, true);
        check([0xda, 0xa1, 0x19, 0, 0, 1], true, true);
        check([0x01, 0, 0x5e, 0, 0, 1], false, false);
        check([0xfc, 0xff, 0xff, 0, 0, 1], false, true);
    }
}
