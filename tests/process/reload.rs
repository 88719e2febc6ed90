//! SIGHUP: what has changed acts, and nothing is lost meanwhile.

use std::{
    net::{IpAddr, SocketAddr},
    thread,
    time::Duration,
};

use ponor::dns::RecordType;
use reqwest::Method;

use crate::{
    house::{House, config, honest, http, own_address, send, upstream, wait_until},
    load::Load,
    support::{
        port::free_port,
        upstream::{self as script, Step},
    },
    wire::{Reply, ask_a, ask_over_tcp},
};

const OWN_LIST: &str = "[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n";

fn let_through(reply: &Reply) -> bool {
    reply.ede.is_none() && reply.data() == ["192.0.2.53"]
}

#[test]
fn a_changed_list_file_acts() {
    let upstream = honest();
    let house = House::new(upstream.address, OWN_LIST);
    house.write("names.txt", "one.example\n");
    let ponor = house.start();
    // Asked before, so that a cached answer is judged anew too.
    assert!(let_through(&ask_a(ponor.dns, "two.example")));
    assert!(ask_a(ponor.dns, "one.example").stopped_by("own"));
    house.write("names.txt", "two.example\nthree.example\n");
    ponor.reload();
    wait_until(|| ask_a(ponor.dns, "two.example").stopped_by("own"), || ponor.log());
    assert!(let_through(&ask_a(ponor.dns, "one.example")));
}

#[test]
fn a_list_file_that_is_gone_changes_nothing() {
    let upstream = honest();
    let house = House::new(upstream.address, OWN_LIST);
    house.write("names.txt", "one.example\n");
    let ponor = house.start();
    std::fs::remove_file(house.path("names.txt")).unwrap();
    let rest = format!(
        "blocking.rules = [\"||two.example^\"]\n{OWN_LIST}[[lists]]\nid = \"vendors\"\nsource = \"builtin:vendors\"\n"
    );
    house.write("config.toml", &config(upstream.address, &rest));
    let said = ponor.reload();
    assert!(
        said.contains("stays as it was") && said.contains("`lists[own].source`") && said.contains("names.txt"),
        "{said}"
    );
    assert!(ask_a(ponor.dns, "one.example").stopped_by("own"));
    assert!(let_through(&ask_a(ponor.dns, "two.example")));
    assert!(let_through(&ask_a(ponor.dns, "data.mistat.xiaomi.com")), "the lists were taken over");
}

#[test]
fn changed_rules_records_and_upstreams_act() {
    let (first, second) = (honest(), honest());
    let house = House::new(first.address, "");
    let ponor = house.start();
    assert!(let_through(&ask_a(ponor.dns, "one.example")));
    let rest = "blocking.rules = [\"||one.example^\"]\nlocal.records = [\"nas.home.arpa A 192.168.1.5\"]\n";
    house.write("config.toml", &config(second.address, rest));
    let said = ponor.reload();
    for section in ["upstream", "blocking", "local"] {
        assert!(said.contains(section), "`{section}` is not named: {said}");
    }
    let stopped = ask_a(ponor.dns, "one.example");
    assert_eq!(stopped.ede.map(|(code, _)| code), Some(15));
    assert_eq!(ask_a(ponor.dns, "nas.home.arpa").data(), ["192.168.1.5"]);
    let before = first.asked().len();
    assert!(let_through(&ask_a(ponor.dns, "two.example")));
    assert_eq!((first.asked().len(), second.asked().len()), (before, 1));
}

#[test]
fn who_waits_for_a_former_upstream_has_its_answer() {
    let slow = upstream(|_| vec![Step::Wait(Duration::from_millis(1200)), Step::Send(script::Reply::True)]);
    let second = honest();
    let house = House::new(slow.address, "");
    let ponor = house.start();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| ask_a(ponor.dns, "one.example"));
        wait_until(|| !slow.asked().is_empty(), || ponor.log());
        house.write("config.toml", &config(second.address, ""));
        assert!(ponor.reload().contains("upstream"));
        assert!(let_through(&waiting.join().unwrap()));
    });
    assert!(second.asked().is_empty());
    assert!(let_through(&ask_a(ponor.dns, "two.example")));
    assert_eq!(second.asked().len(), 1);
}

#[test]
fn a_faulty_file_changes_nothing_and_says_why() {
    let upstream = honest();
    let house = House::new(upstream.address, "blocking.rules = [\"||one.example^\"]\n");
    let ponor = house.start();
    house.write("config.toml", &config(upstream.address, "blocking.rules = []\nblocking.tll = \"1s\"\n"));
    let said = ponor.reload();
    assert!(said.contains("config.toml:6:") && said.contains("tll"), "{said}");
    assert_eq!(ask_a(ponor.dns, "one.example").ede.map(|(code, _)| code), Some(15));
}

#[test]
fn the_state_folder_cannot_change() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let text = config(upstream.address, "blocking.rules = [\"||one.example^\"]\n");
    house.write("config.toml", &format!("data_dir = \"elsewhere\"\n{text}"));
    let said = ponor.reload();
    assert!(said.contains("data_dir") && said.contains("restart"), "{said}");
    assert!(let_through(&ask_a(ponor.dns, "one.example")));
}

fn listening(upstream: SocketAddr, addresses: &[SocketAddr], rest: &str) -> String {
    let addresses: Vec<_> = addresses.iter().map(|address| format!("\"{address}\"")).collect();
    config(upstream, rest).replace("dns.listen = \"127.0.0.1:0\"", &format!("dns.listen = [{}]", addresses.join(", ")))
}

#[test]
fn addresses_come_and_go_without_a_query_lost_on_the_kept_one() {
    let upstream = honest();
    let at = |host: IpAddr| SocketAddr::new(host, free_port());
    let (kept, first, second) = (at(own_address()), at(own_address()), at(own_address()));
    let house = House::with_config(&listening(upstream.address, &[kept, first], ""));
    let ponor = house.start();
    let load = Load::start(kept, 2_000, |_| "www.example".to_owned());
    for round in 0..4 {
        let (old, new) = if round % 2 == 0 { (first, second) } else { (second, first) };
        house.write("config.toml", &listening(upstream.address, &[kept, new], ""));
        let said = ponor.reload();
        assert!(said.contains("read again"), "{said}");
        assert!(let_through(&ask_a(new, "www.example")));
        assert!(let_through(&ask_over_tcp(new, "www.example", RecordType::A)));
        wait_until(|| std::net::UdpSocket::bind(old).is_ok(), || format!("{old} is still held"));
    }
    let figures = load.end(|_, reply| let_through(reply));
    println!("reloads under load: {figures:?}");
    assert_eq!((figures.lost, figures.wrong), (0, 0), "{figures:?}");
}

#[test]
fn an_address_that_cannot_be_had_refuses_the_whole_reload() {
    let upstream = honest();
    let (kept, taken) = (SocketAddr::new(own_address(), free_port()), SocketAddr::new(own_address(), free_port()));
    let house = House::with_config(&listening(upstream.address, &[kept], ""));
    let ponor = house.start();
    let held = std::net::UdpSocket::bind(taken).unwrap();
    let rest = "blocking.rules = [\"||one.example^\"]\n";
    house.write("config.toml", &listening(upstream.address, &[kept, taken], rest));
    let said = ponor.reload();
    assert!(
        said.contains("stays as it was") && said.contains(&format!("port {} on {}", taken.port(), taken.ip())),
        "{said}"
    );
    assert!(let_through(&ask_a(kept, "one.example")), "a part of it was done");
    drop(held);
    ponor.reload();
    assert_eq!(ask_a(taken, "one.example").ede.map(|(code, _)| code), Some(15));
}

#[test]
fn a_token_that_cannot_be_used_refuses_the_whole_reload() {
    let upstream = honest();
    let at = |port: u16| SocketAddr::new(own_address(), port);
    let (dns, other, page) = (at(free_port()), at(free_port()), at(free_port()));
    let text = |page: SocketAddr, dns: SocketAddr| {
        let text = listening(upstream.address, &[dns], "");
        text.replace("http.listen = \"127.0.0.1:0\"", &format!("http.listen = \"{page}\""))
    };
    let house = House::with_config(&text(page, dns));
    let ponor = house.start();
    house.write("data/token", "too short\n");
    house.write("config.toml", &text(SocketAddr::from(([0, 0, 0, 0], page.port())), other));
    let said = ponor.reload();
    assert!(said.contains("stays as it was") && said.contains("token"), "{said}");
    let status = || http(Method::GET, &format!("http://{page}/readyz"), None).0;
    assert!(std::net::UdpSocket::bind(other).is_ok(), "DNS has moved");
    assert!(let_through(&ask_a(dns, "www.example")));
    assert_eq!(status(), 200);
    house.write("config.toml", &text(page, dns));
    let said = ponor.reload();
    assert!(said.contains("nothing has changed"), "{said}");
    assert_eq!(status(), 200);
    std::fs::remove_file(house.path("data/token")).unwrap();
    house.write("config.toml", &text(SocketAddr::from(([0, 0, 0, 0], page.port())), other));
    let said = ponor.reload();
    assert!(said.contains("was read again"), "{said}");
    assert!(let_through(&ask_a(other, "www.example")));
    assert_eq!(http(Method::GET, &format!("http://{page}/api/v1/status"), None).0, 401);
}

#[test]
fn the_page_moves_to_another_address() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let elsewhere = SocketAddr::new(own_address(), free_port());
    let text = config(upstream.address, "");
    house.write(
        "config.toml",
        &text.replace("http.listen = \"127.0.0.1:0\"", &format!("http.listen = \"{elsewhere}\"")),
    );
    ponor.reload();
    let (status, _) = http(Method::GET, &format!("http://{elsewhere}/readyz"), None);
    assert_eq!(status, 200);
    assert!(std::net::TcpStream::connect(ponor.page).is_err(), "the former address is still open");
}

#[test]
fn the_page_opens_to_the_house_where_it_was() {
    let upstream = honest();
    let own = SocketAddr::new(own_address(), free_port());
    let at = |page: SocketAddr| {
        config(upstream.address, "").replace("http.listen = \"127.0.0.1:0\"", &format!("http.listen = \"{page}\""))
    };
    let house = House::with_config(&at(own));
    let ponor = house.start();
    for page in [SocketAddr::from(([0, 0, 0, 0], own.port())), own] {
        house.write("config.toml", &at(page));
        let said = ponor.reload();
        assert!(said.contains("read again"), "{page}: {said}");
        let (status, _) = http(Method::GET, &format!("http://{own}/api/v1/lists"), None);
        assert_eq!(status, if page == own { 200 } else { 401 }, "{page}");
    }
}

#[test]
fn one_address_gives_way_to_all_and_back_without_a_query_lost() {
    let upstream = upstream(|asked| {
        let slow = asked.query.name.to_string().starts_with("slow");
        vec![Step::Wait(Duration::from_secs(u64::from(slow))), Step::Send(script::Reply::True)]
    });
    let port = free_port();
    let own = SocketAddr::new(own_address(), port);
    let all = SocketAddr::from(([0, 0, 0, 0], port));
    let house = House::with_config(&listening(upstream.address, &[own], ""));
    let ponor = house.start();
    let load = Load::start(own, 2_000, |_| "www.example".to_owned());
    let mut slow_ones = Vec::new();
    for (round, listen) in [all, own, all, own].into_iter().enumerate() {
        // Its reply leaves by the socket that is let go.
        let slow = thread::spawn(move || ask_a(own, &format!("slow{round}.example")));
        wait_until(|| upstream.asked().len() >= round + 2, || "the upstream is not asked".to_owned());
        house.write("config.toml", &listening(upstream.address, &[listen], ""));
        let said = ponor.reload();
        assert!(said.contains("read again"), "{said}");
        assert!(let_through(&ask_over_tcp(own, "www.example", RecordType::A)), "{listen}");
        slow_ones.push(slow);
    }
    for slow in slow_ones {
        assert!(let_through(&slow.join().unwrap()));
    }
    let figures = load.end(|_, reply| let_through(reply));
    println!("from one address to all and back: {figures:?}");
    assert_eq!((figures.lost, figures.wrong), (0, 0), "{figures:?}");
}

#[test]
fn names_of_the_page_change_while_it_is_open() {
    let upstream = honest();
    let page = SocketAddr::new(own_address(), free_port());
    let text =
        config(upstream.address, "").replace("http.listen = \"127.0.0.1:0\"", &format!("http.listen = \"{page}\""));
    let house = House::with_config(&text);
    let ponor = house.start();
    let url = format!("http://{page}/api/v1/status");
    let host = format!("ponor.lan:{}", page.port());
    let status = || send(Method::GET, &url, None, &[("host", &host)]).status().as_u16();
    let _open = send(Method::GET, &format!("http://{page}/api/v1/queries/live"), None, &[]);
    assert_eq!(status(), 421);
    house.write("config.toml", &(text + "http.names = \"ponor.lan\"\n"));
    let said = ponor.reload();
    assert!(said.contains("read again"), "{said}");
    assert_eq!(status(), 200);
}
