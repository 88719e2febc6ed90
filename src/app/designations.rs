//! Our encrypted listeners as devices are told of them (RFC 9462): under a name of the certificate, at the addresses that
//! plain DNS is answered on.

use std::net::SocketAddr;

use crate::{
    dns::Name,
    local::{Ddr, Designation, Offer},
    server::Endpoint,
    stats::Transport,
};

/// Describes the listeners; without a name in the certificate devices could not check whom they speak to, so that there is
/// nothing to tell.
pub(super) fn describe(names: &[Name], endpoints: &[Endpoint], doh: impl Iterator<Item = SocketAddr>) -> Ddr {
    let Some(target) = names.first() else { return Ddr::none() };
    let port =
        |transport| endpoints.iter().find(|endpoint| endpoint.transport == transport).map(|found| found.address.port());
    let offers = [
        (Offer::Doh, doh.map(|address| address.port()).next()),
        (Offer::Dot, port(Transport::Dot)),
        (Offer::Doq, port(Transport::Doq)),
    ];
    let designations: Vec<_> =
        offers.into_iter().filter_map(|(offer, port)| Some(Designation { offer, port: port? })).collect();
    // What devices know us by already.
    let known = plain_addresses(endpoints).map(|address| address.ip()).filter(|address| !address.is_loopback());
    Ddr::new(target, &known.collect::<Vec<_>>(), &designations)
}

/// Where plain DNS is answered over UDP.
pub(super) fn plain_addresses(endpoints: &[Endpoint]) -> impl Iterator<Item = SocketAddr> {
    let plain = endpoints.iter().filter(|endpoint| endpoint.transport == Transport::Udp);
    plain.map(|endpoint| endpoint.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::RecordType;

    #[test]
    fn encrypted_listeners_are_told_under_the_name_of_the_certificate() {
        let endpoint = |transport, address: &str| Endpoint { transport, address: address.parse().unwrap() };
        let endpoints = [endpoint(Transport::Udp, "192.168.1.2:53"), endpoint(Transport::Dot, "[::]:853")];
        let zone = "_dns.resolver.arpa".parse().unwrap();
        let count = |names: &[Name]| {
            let doh = ["[::]:443".parse().unwrap()].into_iter();
            describe(names, &endpoints, doh).answer(&zone, RecordType::SVCB).map(<[_]>::len)
        };
        assert_eq!(count(&["dns.example".parse().unwrap()]), Some(2));
        assert_eq!(count(&[]), Some(0));
    }
}
