//! A ponor that starts, and one that cannot.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    os::unix::process::CommandExt,
};

use nix::{sys::signal::Signal, unistd::Uid};
use ponor::dns::{Rcode, RecordType};

use crate::{
    house::{House, Ponor, error_text, honest, nobody, nsd},
    wire::{ask, ask_a, ask_over_tcp},
};

const STOPPED: &str = "data.mistat.xiaomi.com";

#[test]
fn a_listed_name_is_stopped_and_another_comes_from_upstream() {
    let (_nsd, upstream, _zone) = nsd("");
    let ponor = House::new(upstream, "").start();
    let stopped = ask_a(ponor.dns, STOPPED);
    assert_eq!((stopped.rcode, stopped.data()), (Rcode::NOERROR, vec!["0.0.0.0"]));
    assert_eq!(stopped.ede, Some((15, "stopped by list vendors".to_owned())));
    let www = ask_a(ponor.dns, "www.example.org");
    assert_eq!((www.rcode, www.data(), &www.ede), (Rcode::NOERROR, vec!["192.0.2.80"], &None));
    assert_eq!(ask(ponor.dns, "www.example.org", RecordType::AAAA).data(), ["2001:db8::80"]);
    assert_eq!(ask_a(ponor.dns, "alias.example.org").answers.len(), 2);
    assert_eq!(ask_a(ponor.dns, "nowhere.example.org").rcode, Rcode::NXDOMAIN);
}

#[test]
fn every_type_of_a_listed_name_is_stopped() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "").start();
    assert_eq!(ask(ponor.dns, STOPPED, RecordType::AAAA).data(), ["::"]);
    for rtype in [RecordType::HTTPS, RecordType::TXT, RecordType::MX, RecordType::SVCB, RecordType(65_399)] {
        let reply = ask(ponor.dns, STOPPED, rtype);
        assert!(reply.stopped_by("vendors") && reply.answers.is_empty(), "{rtype}: {reply:?}");
        assert_eq!(reply.records, 1, "{rtype} has no SOA: {reply:?}");
    }
    assert_eq!(upstream.asked().len(), 0);
}

#[test]
fn a_long_answer_is_truncated_over_udp_and_whole_over_tcp() {
    let (_nsd, upstream, _zone) = nsd("");
    let ponor = House::new(upstream, "").start();
    assert!(ask(ponor.dns, "long.example.org", RecordType::TXT).truncated);
    let whole = ask_over_tcp(ponor.dns, "long.example.org", RecordType::TXT);
    assert_eq!((whole.truncated, whole.answers.len()), (false, 40));
    assert!(ask_over_tcp(ponor.dns, STOPPED, RecordType::A).stopped_by("vendors"));
}

#[test]
fn a_second_ponor_on_the_same_folder_is_refused() {
    let house = House::new(nobody(), "");
    let ponor = house.start();
    let second = house.run(&["--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    let text = error_text(&second);
    assert!(text.contains(&format!("another ponor (process {}) already works on", ponor.pid())), "{text}");
    assert!(text.contains("--data-dir"), "{text}");
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    assert!(ask_a(ponor.dns, STOPPED).stopped_by("vendors"), "the first one suffered");
    drop(ponor);
    drop(house.start());
}

#[test]
fn a_taken_port_names_its_holder() {
    let house = House::new(nobody(), "");
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let refused = house.run(&["--listen", &address]);
    let text = error_text(&refused);
    assert_eq!(refused.status.code(), Some(1), "{text}");
    assert!(
        text.contains(&format!("port {} on 127.0.0.1", held.local_addr().unwrap().port()))
            && text.contains(&format!("pid {}", std::process::id())),
        "{text}"
    );
    let page = house.run(&["--http-listen", &address]);
    assert_eq!(page.status.code(), Some(1));
    assert!(error_text(&page).contains("http.listen"), "{}", error_text(&page));
}

#[test]
fn of_several_addresses_all_or_none_are_bound() {
    let house = House::new(nobody(), "");
    let held = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let taken = format!("127.0.0.1:{port}");
    let refused = house.run(&["--listen", "127.0.0.1:0", "--listen", &taken, "--listen", "192.0.2.77:53"]);
    let text = error_text(&refused);
    assert_eq!(refused.status.code(), Some(1), "{text}");
    assert!(
        text.contains(&format!("port {port} on")) && text.contains("no address 192.0.2.77"),
        "not all faults at once: {text}"
    );
    assert_eq!(text.trim().lines().count(), 2, "{text}");
}

#[test]
fn all_addresses_that_are_bound_answer() {
    let house = House::new(nobody(), "");
    let ponor =
        Ponor::start(house.command(&["--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0", "--listen", "[::1]:0"]));
    let hosts: Vec<IpAddr> = ponor.all_dns.iter().map(SocketAddr::ip).collect();
    assert!(hosts.contains(&Ipv4Addr::new(127, 0, 0, 2).into()), "{hosts:?}");
    for address in ponor.all_dns.iter().filter(|address| address.is_ipv4()) {
        assert!(ask_a(*address, STOPPED).stopped_by("vendors"), "{address}");
        assert!(ask_over_tcp(*address, STOPPED, RecordType::A).stopped_by("vendors"), "{address}");
    }
}

#[test]
fn port_53_without_the_privilege_names_three_ways_out() {
    if !Uid::effective().is_root() {
        eprintln!("skipped: only root can become a user for whom port 53 is certainly not free");
        return;
    }
    let parent = tempfile::tempdir().unwrap();
    // The user must reach the program and the folder, which stand in folders of root.
    let program = parent.path().join("ponor");
    std::fs::copy(env!("CARGO_BIN_EXE_ponor"), &program).unwrap();
    nix::unistd::chown(parent.path(), Some(65534.into()), Some(65534.into())).unwrap();
    let mut command = std::process::Command::new(&program);
    command.env_clear().current_dir(parent.path()).uid(65534).gid(65534);
    let refused =
        command.args(["--listen", "127.0.0.91:53", "--http-listen", "127.0.0.1:0", "--data-dir", "data"]).output();
    let text = error_text(&refused.unwrap());
    if text.is_empty()
        || std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap().trim() == "0"
    {
        eprintln!("skipped: every user may have port 53 here");
        return;
    }
    for way in ["setcap", "AmbientCapabilities", "5300"] {
        assert!(text.contains(way), "`{way}` is not named: {text}");
    }
}

#[test]
fn an_interrupt_ends_it_as_a_termination_does() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let house = House::new(nobody(), "");
        let ended = house.start().end(signal);
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        assert!(!house.path("data/control.sock").exists());
    }
}
