//! Who is stopped and why: groups, private addresses from outside, canary names, routes, explanations.

use std::net::{IpAddr, Ipv4Addr};

use ponor::dns::{Rcode, RecordType};

use crate::{
    house::{House, honest, nsd},
    wire::{ask_a, ask_from},
};

#[test]
fn a_group_has_its_own_lists_and_rules() {
    let upstream = honest();
    let rest = "blocking.lists = [\"ads\"]\n\
        [[lists]]\nid = \"ads\"\nsource = \"ads.txt\"\n\
        [[lists]]\nid = \"games\"\nsource = \"games.txt\"\n\
        [[groups]]\nid = \"kids\"\ndevices = [\"127.0.0.2\"]\nrules = [\"@@||school.example^\"]\n\
        [[groups]]\nid = \"free\"\ndevices = [\"127.0.9.0/24\"]\nblocking = false\n";
    let house = House::new(upstream.address, rest);
    house.write("ads.txt", "ads.example\nschool.example\n");
    house.write("games.txt", "play.example\n");
    let ponor = house.start();
    let stopped = |client: [u8; 4], name: &str| {
        let reply = ask_from(IpAddr::from(client), ponor.dns, name, RecordType::A);
        reply.ede.map(|(_, text)| text.rsplit(' ').next().unwrap().to_owned())
    };
    let cases = [
        ([127, 0, 0, 3], "ads.example", Some("ads")),
        ([127, 0, 0, 3], "play.example", None),
        ([127, 0, 0, 3], "school.example", Some("ads")),
        ([127, 0, 0, 2], "ads.example", Some("ads")),
        ([127, 0, 0, 2], "play.example", Some("games")),
        ([127, 0, 0, 2], "school.example", None),
        ([127, 0, 9, 7], "ads.example", None),
        ([127, 0, 9, 7], "play.example", None),
    ];
    // Twice, so that cached answers are judged for each device too.
    for (client, name, list) in cases.into_iter().chain(cases) {
        assert_eq!(stopped(client, name).as_deref(), list, "{name} for {client:?}");
    }
}

#[test]
fn an_alias_that_leads_to_a_listed_name_is_stopped() {
    let (_nsd, upstream, _zone) = nsd("");
    let house = House::new(upstream, "[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n");
    house.write("names.txt", "other.example\n");
    let ponor = house.start();
    assert_eq!(ask_a(ponor.dns, "tracked.example.org").answers.len(), 2);
    house.write("names.txt", "tracker.example.org\n");
    ponor.reload();
    let reply = ask_a(ponor.dns, "tracked.example.org");
    assert!(reply.ede.as_ref().is_some_and(|(code, text)| *code == 15 && text.contains("own")), "{reply:?}");
    assert!(!reply.data().contains(&"192.0.2.66"), "{reply:?}");
}

#[test]
fn private_addresses_from_outside_are_kept_away() {
    let (_nsd, upstream, _zone) = nsd("");
    let ponor = House::new(upstream, "").start();
    let reply = ask_a(ponor.dns, "inside.example.org");
    assert_eq!((reply.rcode, reply.data()), (Rcode::NOERROR, vec![]));
    assert_eq!(reply.ede.map(|(code, _)| code), Some(17));
    let spared = House::new(upstream, "blocking.rebinding_allow = [\"example.org\"]\n").start();
    assert_eq!(ask_a(spared.dns, "inside.example.org").data(), ["192.168.1.1"]);
}

#[test]
fn canary_names_do_not_exist() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "blocking.mode = \"refused\"\n").start();
    for name in ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"] {
        assert_eq!(ask_a(ponor.dns, name).rcode, Rcode::NXDOMAIN, "{name}");
    }
    assert_eq!(ask_a(ponor.dns, "data.mistat.xiaomi.com").rcode, Rcode::REFUSED);
    assert!(upstream.asked().is_empty());
}

#[test]
fn routed_domains_are_asked_elsewhere() {
    let general = honest();
    let (_nsd, routed, _zone) = nsd("");
    let rest = format!("[[upstream.routes]]\ndomains = [\"example.org\"]\nservers = [\"{routed}\"]\n");
    let ponor = House::new(general.address, &rest).start();
    assert_eq!(ask_a(ponor.dns, "www.example.org").data(), ["192.0.2.80"]);
    // The network of the house may have private addresses.
    assert_eq!(ask_a(ponor.dns, "inside.example.org").data(), ["192.168.1.1"]);
    assert_eq!(ask_a(ponor.dns, "www.example.com").data(), ["192.0.2.53"]);
    let asked: Vec<_> = general.asked().iter().map(|asked| asked.query.name.to_lowercase().to_string()).collect();
    assert_eq!(asked, ["www.example.com"]);
}

#[test]
fn names_of_this_house_are_never_asked_outside() {
    let upstream = honest();
    let rest = "local.records = [\"nas.home.arpa A 192.168.1.5\", \"www.home.arpa CNAME nas.home.arpa\"]\n\
                local.hosts_files = [\"hosts\"]\n";
    let house = House::new(upstream.address, rest);
    house.write("hosts", "192.168.1.6 printer.home.arpa printer\n");
    let ponor = house.start();
    assert_eq!(ask_a(ponor.dns, "www.home.arpa").data(), ["nas.home.arpa.", "192.168.1.5"]);
    assert_eq!(ask_a(ponor.dns, "printer.home.arpa").data(), ["192.168.1.6"]);
    let reverse = ask_from(Ipv4Addr::LOCALHOST.into(), ponor.dns, "6.1.168.192.in-addr.arpa", RecordType::PTR);
    assert_eq!(reverse.data().len(), 1, "{reverse:?}");
    for (name, rcode) in [
        ("nowhere.home.arpa", Rcode::NXDOMAIN),
        ("thing.local", Rcode::NXDOMAIN),
        ("x.onion", Rcode::NXDOMAIN),
        ("9.9.168.192.in-addr.arpa", Rcode::NXDOMAIN),
    ] {
        assert_eq!(ask_a(ponor.dns, name).rcode, rcode, "{name}");
    }
    assert_eq!(ask_a(ponor.dns, "localhost").data(), ["127.0.0.1"]);
    assert!(upstream.asked().is_empty());
}

#[test]
fn an_explanation_names_list_line_aliases_vendor_and_purpose() {
    let (_nsd, upstream, _zone) = nsd("cloud A 161.117.97.14\n");
    let house = House::new(
        upstream,
        "[[lists]]\nid = \"vendors\"\nsource = \"builtin:vendors\"\n[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n",
    );
    house.write("names.txt", "# comment\n||tracker.example.org^\n");
    let explained = |running: bool| {
        let listed = house.tell(&["query", "data.mistat.xiaomi.com", "--explain"]);
        for word in ["list vendors, line ", "Xiaomi", "usage analytics", "CN"] {
            assert!(listed.contains(word), "running {running}: no `{word}` in\n{listed}");
        }
        let aliased = house.tell(&["query", "tracked.example.org", "A", "--explain"]);
        for word in ["list own, line 2", "||tracker.example.org^", "tracker.example.org"] {
            assert!(aliased.contains(word), "running {running}: no `{word}` in\n{aliased}");
        }
        let free = house.tell(&["query", "www.example.org"]);
        assert!(free.contains("192.0.2.80"), "running {running}: {free}");
        let cloud = house.tell(&["query", "cloud.example.org", "--explain"]);
        for word in ["161.117.97.14  registered in SG, announced by Alibaba", "db-ip.com"] {
            assert!(cloud.contains(word), "running {running}: no `{word}` in\n{cloud}");
        }
        assert!(!listed.contains("registered in"), "running {running}: {listed}");
        let json = house.tell_json(&["query", "tracked.example.org", "--json"]);
        assert_eq!((json["decision"].as_str(), json["cause"]["line"].as_u64()), (Some("stopped"), Some(2)), "{json}");
        json
    };
    let offline = explained(false);
    let ponor = house.start();
    assert_eq!(explained(true), offline);
    let before = ponor.get("/api/v1/status")["totals"]["queries"].clone();
    assert_eq!(before, 0, "explanations are counted as queries");
}
