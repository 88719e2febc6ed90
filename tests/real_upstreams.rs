//! The upstream client against real name servers: nsd for plain DNS, unbound for TLS and HTTPS, hickory-server for QUIC and
//! HTTP/3.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::{fs, net::Ipv4Addr, path::Path, str::FromStr, sync::Arc, time::Duration};

use hickory_proto::rr::{LowerName, RData, Record, rdata};
use hickory_server::{
    Server as HickoryServer,
    net::runtime::TokioRuntimeProvider,
    store::in_memory::InMemoryZoneHandler,
    zone_handler::{AxfrPolicy, Catalog, ZoneType},
};
use ponor::{
    app::clock,
    config::{self, Dnssec, Protocol, Server, ServerHost},
    dns::{Class, Outcome, Question, Rcode, RecordType},
    time::{Clock, Moment, Now},
    upstream::{Exchange, ExchangeError, ServerState, Upstreams},
};
use rustls::{server::ResolvesServerCert, sign::CertifiedKey};
use support::{
    certificate::{Signed, signed_for},
    daemon::Daemon,
    port::free_port,
    upstream::{Reply, ScriptedUpstream, Step},
};
use tempfile::TempDir;
use tokio::net::UdpSocket;

mod support;

const LIMIT: Duration = Duration::from_secs(8);
const SERVER_NAME: &str = "dns.ponor.test";

const ZONE: &str = r"$ORIGIN example.org.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.1
www A 192.0.2.80
www AAAA 2001:db8::80
alias CNAME www
unknown TYPE65399 \# 4 01020304
service HTTPS 1 . alpn=h2 ipv4hint=192.0.2.80
";

fn question(name: &str, rtype: RecordType) -> Question {
    Question { name: name.parse().unwrap(), rtype, class: Class::IN, dnssec_ok: true, checking_disabled: false }
}

fn config(protocol: Protocol, host: &str, port: u16) -> config::Upstream {
    let host = host.parse().map_or_else(|_| ServerHost::Name(host.to_owned()), ServerHost::Address);
    let path = if matches!(protocol, Protocol::Https | Protocol::H3) { "/dns-query" } else { "" };
    let server = Server { protocol, host, port, path: path.to_owned() };
    config::Upstream {
        servers: vec![server],
        bootstrap: Vec::new(),
        timeout: LIMIT,
        routes: Vec::new(),
        dnssec: Dnssec::default(),
    }
}

fn upstreams(protocol: Protocol, host: &str, port: u16, clock: Clock, signed: Option<&Signed>) -> Upstreams {
    let authorities: Vec<_> = signed.iter().map(|signed| signed.authority.clone()).collect();
    Upstreams::with_authorities(&config(protocol, host, port), clock, &authorities)
}

/// The data of the records in the answer section.
async fn data(upstreams: &Upstreams, name: &str, rtype: RecordType) -> Vec<Vec<u8>> {
    let answer = upstreams.exchange(&question(name, rtype)).await.unwrap();
    answer.answers().map(|record| record.data().to_vec()).collect()
}

fn start_nsd(directory: &Path) -> (Daemon, u16) {
    let port = free_port();
    let long: Vec<_> = (0..40).map(|number| format!("long TXT \"{number:0>200}\"\n")).collect();
    fs::write(directory.join("zone"), format!("{ZONE}{}", long.concat())).unwrap();
    let settings = format!(
        "server:\n ip-address: 127.0.0.1@{port}\n username: \"\"\n zonesdir: \"{0}\"\n zonelistfile: \"{0}/zone.list\"\n \
         xfrdfile: \"\"\n xfrdir: \"{0}\"\n database: \"\"\n pidfile: \"\"\n verbosity: 1\n server-count: 1\n rrl-ratelimit: 0\n\
         remote-control:\n control-enable: no\nzone:\n name: example.org\n zonefile: zone\n",
        directory.display()
    );
    fs::write(directory.join("nsd.conf"), settings).unwrap();
    let path = directory.join("nsd.conf");
    (Daemon::start("nsd", &["-d", "-c", path.to_str().unwrap()], directory, "nsd started"), port)
}

#[tokio::test]
async fn nsd_over_udp_and_tcp() {
    let directory = TempDir::new().unwrap();
    let (_nsd, port) = start_nsd(directory.path());
    for protocol in [Protocol::Udp, Protocol::Tcp] {
        let upstreams = upstreams(protocol, "127.0.0.1", port, clock::system(), None);
        assert_eq!(data(&upstreams, "www.example.org", RecordType::A).await, [[192, 0, 2, 80]]);
        assert_eq!(data(&upstreams, "unknown.example.org", RecordType(65_399)).await, [[1, 2, 3, 4]]);
        assert_eq!(data(&upstreams, "alias.example.org", RecordType::A).await.len(), 2);
        assert_eq!(data(&upstreams, "long.example.org", RecordType::TXT).await.len(), 40, "{protocol:?}");
        let service = upstreams.exchange(&question("service.example.org", RecordType::HTTPS)).await.unwrap();
        assert!(service.addresses().any(|address| address == Ipv4Addr::new(192, 0, 2, 80)));
        let nowhere = upstreams.exchange(&question("nowhere.example.org", RecordType::A)).await.unwrap();
        assert_eq!((nowhere.outcome(), nowhere.lifetime()), (Outcome::NxDomain, Some(60)));
        let empty = upstreams.exchange(&question("www.example.org", RecordType::TXT)).await.unwrap();
        assert_eq!(empty.outcome(), Outcome::NoData);
        let refused = upstreams.exchange(&question("example.com", RecordType::A)).await.unwrap();
        assert_eq!(refused.rcode(), Rcode::REFUSED);
        assert_eq!(upstreams.health()[0].state, ServerState::Up);
    }
}

/// Starts unbound with the zone's `www` on these ports for DNS over TLS and over HTTPS.
fn start_unbound(directory: &Path, signed: &Signed, tls: u16, https: u16) -> Daemon {
    fs::write(directory.join("certificate.pem"), &signed.certificate_pem).unwrap();
    fs::write(directory.join("key.pem"), &signed.key_pem).unwrap();
    let settings = format!(
        "server:\n directory: \"{0}\"\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\n logfile: \"\"\n \
         verbosity: 1\n num-threads: 1\n do-daemonize: no\n interface: 127.0.0.1@{tls}\n interface: 127.0.0.1@{https}\n \
         tls-port: {tls}\n https-port: {https}\n tls-service-pem: certificate.pem\n tls-service-key: key.pem\n \
         access-control: 127.0.0.0/8 allow\n module-config: \"iterator\"\n ede: yes\n local-zone: example.org. static\n \
         local-data: \"www.example.org. 300 A 192.0.2.80\"\n \
         local-data: 'unknown.example.org. 300 TYPE65399 \\# 4 01020304'\n\
         remote-control:\n control-enable: no\n",
        directory.display()
    );
    fs::write(directory.join("unbound.conf"), settings).unwrap();
    let path = directory.join("unbound.conf");
    Daemon::start("unbound", &["-d", "-c", path.to_str().unwrap()], directory, "start of service")
}

async fn check_encrypted(upstreams: &Upstreams) {
    let asked = [RecordType::A; 20].map(|rtype| data(upstreams, "www.example.org", rtype));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer, [[192, 0, 2, 80]]);
    }
    assert_eq!(data(upstreams, "unknown.example.org", RecordType(65_399)).await, [[1, 2, 3, 4]]);
    let nowhere = upstreams.exchange(&question("nowhere.example.org", RecordType::A)).await.unwrap();
    assert_eq!(nowhere.rcode(), Rcode::NXDOMAIN);
    assert_eq!(upstreams.health()[0].state, ServerState::Up);
}

#[tokio::test]
async fn unbound_over_tls_and_https() {
    let (directory, signed) = (TempDir::new().unwrap(), signed_for(&["127.0.0.1"], 2030));
    let (tls, https) = (free_port(), free_port());
    let over_tls = upstreams(Protocol::Tls, "127.0.0.1", tls, clock::system(), Some(&signed));
    let over_https = upstreams(Protocol::Https, "127.0.0.1", https, clock::system(), Some(&signed));
    // The sessions end with the first server; the queries to the second make new ones.
    for _ in 0..2 {
        let _unbound = start_unbound(directory.path(), &signed, tls, https);
        check_encrypted(&over_tls).await;
        check_encrypted(&over_https).await;
    }
}

#[tokio::test]
async fn a_server_with_a_name_is_found_by_bootstrap() {
    let (directory, signed) = (TempDir::new().unwrap(), signed_for(&[SERVER_NAME], 2030));
    let (tls, https) = (free_port(), free_port());
    let _unbound = start_unbound(directory.path(), &signed, tls, https);
    let bootstrap = ScriptedUpstream::start(|asked| {
        let mut reply = Reply::True.bytes(asked);
        if asked.query.rtype == RecordType::A {
            let at = reply.len() - 4;
            reply[at..].copy_from_slice(&[127, 0, 0, 1]);
            vec![Step::Send(Reply::Bytes(reply))]
        } else {
            vec![Step::Send(Reply::Code(0))]
        }
    })
    .await;
    for (protocol, port) in [(Protocol::Tls, tls), (Protocol::Https, https)] {
        let mut config = config(protocol, SERVER_NAME, port);
        config.bootstrap = vec![bootstrap.address];
        let authorities = std::slice::from_ref(&signed.authority);
        let upstreams = Upstreams::with_authorities(&config, clock::system(), authorities);
        check_encrypted(&upstreams).await;
        assert_eq!(upstreams.health().len(), 2);
    }
    assert_eq!(bootstrap.counts().0, 4);
}

#[tokio::test]
async fn certificates_are_judged() {
    let directory = TempDir::new().unwrap();
    let (right, other) = (signed_for(&["127.0.0.1"], 2030), signed_for(&["127.0.0.2", SERVER_NAME], 2030));
    let tls = free_port();
    let _unbound = start_unbound(directory.path(), &right, tls, free_port());
    let check = async |host: &str, clock: Clock, signed: Option<&Signed>, accepted: bool| {
        let upstreams = upstreams(Protocol::Tls, host, tls, clock, signed);
        let answer = upstreams.exchange(&question("www.example.org", RecordType::A)).await;
        assert_eq!(answer.is_ok(), accepted, "{:?}", upstreams.health());
        if !accepted {
            assert_eq!(answer, Err(ExchangeError::Unreachable));
            assert!(upstreams.health()[0].last_error.as_ref().unwrap().contains("certificate"), "it says why");
        }
    };
    check("127.0.0.1", clock::system(), Some(&right), true).await;
    check("127.0.0.1", clock::system(), Some(&other), false).await;
    check("127.0.0.1", clock::system(), None, false).await;
    // A clock that stands in 1970 is taken for the day of the release.
    check("127.0.0.1", Clock(Now::default), Some(&right), true).await;
    let after = Clock(|| Now { moment: Moment(0), unix: ponor::time::UnixTime(1_924_992_000_000) });
    check("127.0.0.1", after, Some(&right), false).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told_in_words() {
    let directory = TempDir::new().unwrap();
    let mut own = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let signed = signed_for(&["127.0.0.1"], 2030);
    let (certificate_pem, key_pem) = (own.self_signed(&key).unwrap().pem(), key.serialize_pem());
    let own = Signed { certificate_pem, key_pem, ..signed_for(&["127.0.0.1"], 2030) };
    for (signed, words) in
        [(signed, "no public authority has signed it"), (own, "it is marked as that of an authority")]
    {
        let (tls, https) = (free_port(), free_port());
        let _unbound = start_unbound(directory.path(), &signed, tls, https);
        for (protocol, port) in [(Protocol::Tls, tls), (Protocol::Https, https)] {
            let upstreams = upstreams(protocol, "127.0.0.1", port, clock::system(), None);
            upstreams.exchange(&question("www.example.org", RecordType::A)).await.unwrap_err();
            let told = upstreams.health()[0].last_error.clone().unwrap();
            assert!(told.contains(&format!("certificate: {words}")), "{protocol:?}: {told}");
        }
    }
}

/// Starts hickory-server on these ports for DNS over QUIC and over HTTP/3.
async fn start_hickory(signed: Arc<Signed>, quic: u16, h3: u16) -> HickoryServer<Catalog> {
    let origin = hickory_proto::rr::Name::from_str("example.org.").unwrap();
    let mut zone =
        InMemoryZoneHandler::<TokioRuntimeProvider>::empty(origin.clone(), ZoneType::Primary, AxfrPolicy::Deny);
    let host = |label: &str| hickory_proto::rr::Name::from_str(&format!("{label}.example.org.")).unwrap();
    let soa = rdata::SOA::new(host("ns"), host("hostmaster"), 1, 3600, 600, 86400, 60);
    let unknown = RData::Unknown { code: 65_399.into(), rdata: rdata::NULL::with(vec![1, 2, 3, 4]) };
    zone.upsert_mut(Record::from_rdata(origin.clone(), 300, RData::SOA(soa)), 0);
    zone.upsert_mut(Record::from_rdata(host("www"), 300, RData::A(rdata::A::new(192, 0, 2, 80))), 0);
    zone.upsert_mut(Record::from_rdata(host("unknown"), 300, unknown), 0);
    let mut catalog = Catalog::new();
    catalog.upsert(LowerName::new(&origin), vec![Arc::new(zone)]);

    let key = rustls::crypto::ring::sign::any_supported_type(&signed.key).unwrap();
    let resolver: Arc<dyn ResolvesServerCert> =
        Arc::new(rustls::sign::SingleCertAndKey::from(CertifiedKey::new(vec![signed.certificate.clone()], key)));
    let mut server = HickoryServer::new(catalog);
    let (quic, h3) = tokio::join!(UdpSocket::bind(("127.0.0.1", quic)), UdpSocket::bind(("127.0.0.1", h3)));
    server.register_quic_listener(quic.unwrap(), LIMIT, Arc::clone(&resolver)).unwrap();
    server.register_h3_listener(h3.unwrap(), LIMIT, resolver, None).unwrap();
    server
}

#[tokio::test]
async fn hickory_over_quic_and_http3() {
    let signed = Arc::new(signed_for(&["127.0.0.1"], 2030));
    let (quic, h3) = (free_port(), free_port());
    let over_quic = upstreams(Protocol::Quic, "127.0.0.1", quic, clock::system(), Some(&signed));
    let over_http3 = upstreams(Protocol::H3, "127.0.0.1", h3, clock::system(), Some(&signed));
    // The first server goes without a word, its runtime with it; the queries to the second make new sessions.
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.spawn(start_hickory(Arc::clone(&signed), quic, h3)).await.unwrap();
        check_encrypted(&over_quic).await;
        check_encrypted(&over_http3).await;
        tokio::task::spawn_blocking(move || drop((server, runtime))).await.unwrap();
    }
}
