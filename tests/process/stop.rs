//! The end: what is in flight is finished.

use std::{thread, time::Duration};

use nix::sys::signal::Signal;

use crate::{
    house::{House, upstream, wait_until},
    support::upstream::{Reply, Step},
    wire::{ask_a, ask_over_tcp},
};

#[test]
fn queries_in_flight_are_answered_before_the_end() {
    let upstream = upstream(|_| vec![Step::Wait(Duration::from_millis(500)), Step::Send(Reply::True)]);
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let ponor = House::new(upstream.address, "").start();
        let (dns, before) = (ponor.dns, upstream.asked().len());
        let askers = [
            thread::spawn(move || ask_a(dns, "slow.example")),
            thread::spawn(move || ask_over_tcp(dns, "slower.example", ponor::dns::RecordType::A)),
        ];
        wait_until(|| upstream.asked().len() >= before + 2, || "the upstream is not asked".to_owned());
        let ended = ponor.end(signal);
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        for asker in askers {
            assert_eq!(asker.join().unwrap().data(), ["192.0.2.53"], "{}", ended.log);
        }
    }
}

#[test]
fn the_end_does_not_wait_for_an_upstream_that_is_silent() {
    let upstream = upstream(|_| Vec::new());
    let ponor = House::new(upstream.address, "upstream.timeout = \"60s\"\n").start();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(&crate::wire::query(1, "silent.example", ponor::dns::RecordType::A), ponor.dns).unwrap();
    wait_until(|| !upstream.asked().is_empty(), || "the upstream is not asked".to_owned());
    let begun = std::time::Instant::now();
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
