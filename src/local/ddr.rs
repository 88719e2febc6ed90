//! Our encrypted listeners, as devices discover them (RFC 9462).

use std::net::IpAddr;

use crate::dns::{Name, RecordType};

/// The path of DNS over HTTPS, as a template (RFC 9461, section 5).
const DOH_PATH: &[u8] = b"/dns-query{?dns}";
/// The zone that devices ask for designated resolvers, in wire form.
const ZONE: &[u8] = b"\x08resolver\x04arpa\0";
/// The one name in it that has data.
const DNS: &[u8] = b"\x04_dns\x08resolver\x04arpa\0";

/// An encrypted listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Designation {
    /// What it speaks.
    pub offer: Offer,
    /// Its port.
    pub port: u16,
}

/// What an encrypted listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// DNS over TLS (RFC 7858).
    Dot,
    /// DNS over HTTPS, HTTP/2 and HTTP/3 (RFC 8484).
    Doh,
    /// DNS over QUIC (RFC 9250).
    Doq,
}

/// The answers below `resolver.arpa`: our listeners and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ddr {
    records: Vec<Box<[u8]>>,
}

impl Ddr {
    /// No encrypted listeners.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Describes encrypted listeners, the most preferred first. `target` is a name in their certificate, which must not
    /// be the root (RFC 9462, section 4); `addresses` are where they are reached, so that devices need not look `target`
    /// up. Wildcard addresses are left out: they lead nowhere.
    #[must_use]
    pub fn new(target: &Name, addresses: &[IpAddr], designations: &[Designation]) -> Self {
        if target.is_root() {
            return Self::none();
        }
        let records =
            (1..).zip(designations).map(|(priority, designation)| record(priority, target, addresses, *designation));
        Self { records: records.collect() }
    }

    /// The SVCB records, in wire form, that answer a question for `rtype` of `name`, none of them meaning no data;
    /// `None` when the name does not lie in `resolver.arpa`.
    #[must_use]
    pub fn answer(&self, name: &Name, rtype: RecordType) -> Option<&[Box<[u8]>]> {
        if !name.wire().last_chunk::<{ ZONE.len() }>().is_some_and(|end| end.eq_ignore_ascii_case(ZONE)) {
            return None;
        }
        if name.wire().eq_ignore_ascii_case(DNS) && rtype == RecordType::SVCB {
            return Some(&self.records);
        }
        // The octets may also stand across labels.
        name.suffixes().any(|suffix| suffix.eq_ignore_ascii_case(ZONE)).then_some(&[])
    }
}

/// One record: priority, target, parameters by ascending key (RFC 9460, section 2.2).
fn record(priority: u16, target: &Name, addresses: &[IpAddr], designation: Designation) -> Box<[u8]> {
    let mut data = Vec::new();
    data.extend(priority.to_be_bytes());
    data.extend_from_slice(target.wire());
    let alpn: &[u8] = match designation.offer {
        Offer::Dot => b"\x03dot",
        Offer::Doh if cfg!(feature = "quic") => b"\x02h2\x02h3",
        Offer::Doh => b"\x02h2",
        Offer::Doq => b"\x03doq",
    };
    push_parameter(&mut data, 1, alpn);
    push_parameter(&mut data, 3, &designation.port.to_be_bytes());
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for address in addresses.iter().map(IpAddr::to_canonical).filter(|address| !address.is_unspecified()) {
        match address {
            IpAddr::V4(address) => v4.extend(address.octets()),
            IpAddr::V6(address) => v6.extend(address.octets()),
        }
    }
    for (key, hint) in [(4, v4), (6, v6)] {
        if !hint.is_empty() {
            push_parameter(&mut data, key, &hint);
        }
    }
    if designation.offer == Offer::Doh {
        push_parameter(&mut data, 7, DOH_PATH);
    }
    data.into_boxed_slice()
}

fn push_parameter(data: &mut Vec<u8>, key: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    data.extend(key.to_be_bytes());
    data.extend(length.to_be_bytes());
    data.extend_from_slice(&value[..usize::from(length)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::rdata;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn listeners_are_described() {
        let ddr = Ddr::new(
            &"dns.home.example".parse().unwrap(),
            &addresses(&["192.168.1.2", "::", "fd00::2", "0.0.0.0", "192.168.1.3"]),
            &[
                Designation { offer: Offer::Dot, port: 853 },
                Designation { offer: Offer::Doh, port: 443 },
                Designation { offer: Offer::Doq, port: 8853 },
            ],
        );
        let hints = "ipv4hint=192.168.1.2,192.168.1.3 ipv6hint=fd00::2";
        let https = if cfg!(feature = "quic") { "h2,h3" } else { "h2" };
        let expected: Vec<_> = [
            format!("1 dns.home.example alpn=dot port=853 {hints}"),
            format!("2 dns.home.example alpn={https} port=443 {hints} key7=/dns-query{{?dns}}"),
            format!("3 dns.home.example alpn=doq port=8853 {hints}"),
        ]
        .iter()
        .map(|text| rdata::from_text(RecordType::SVCB, text).unwrap().into_boxed_slice())
        .collect();
        assert_eq!(ddr.answer(&"_DNS.resolver.arpa".parse().unwrap(), RecordType::SVCB), Some(expected.as_slice()));
    }

    #[test]
    fn hints_need_addresses_and_records_a_name() {
        let dot = [Designation { offer: Offer::Dot, port: 853 }];
        let records = |target: &str, at: &[&str]| {
            let ddr = Ddr::new(&target.parse().unwrap(), &addresses(at), &dot);
            ddr.answer(&"_dns.resolver.arpa".parse().unwrap(), RecordType::SVCB).unwrap().to_vec()
        };
        let plain = rdata::from_text(RecordType::SVCB, "1 a.b alpn=dot port=853").unwrap();
        assert_eq!(records("a.b", &["::", "::ffff:0.0.0.0"]), [plain.into_boxed_slice()]);
        assert!(records(".", &["192.168.1.2"]).is_empty());
    }

    #[test]
    fn nothing_else_lies_there() {
        let ddr = Ddr::new(&"a.b".parse().unwrap(), &[], &[Designation { offer: Offer::Doq, port: 853 }]);
        let check = |name: &str, rtype: &str, records: Option<usize>| {
            let answer = ddr.answer(&name.parse().unwrap(), rtype.parse().unwrap());
            assert_eq!(answer.map(<[_]>::len), records, "{name} {rtype}");
        };
        check("_dns.resolver.arpa", "SVCB", Some(1));
        check("_dns.resolver.arpa", "A", Some(0));
        check("x._dns.resolver.arpa", "SVCB", Some(0));
        check("RESOLVER.arpa", "SVCB", Some(0));
        check("arpa", "SVCB", None);
        check("notresolver.arpa", "SVCB", None);
        assert_eq!(Ddr::none().answer(&"_dns.resolver.arpa".parse().unwrap(), RecordType::SVCB), Some(&[][..]));
    }
}
