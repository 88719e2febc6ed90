//! Settings that are made while ponor runs: they act, survive, give way to the configuration, and are taken back.

use std::net::SocketAddr;

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    house::{House, Ponor, error_text, honest, nobody},
    wire::ask_a,
};

/// A house whose configuration leaves the upstream open, and has these lines beside.
fn house(rest: &str) -> House {
    House::with_config(&config(rest))
}

fn config(rest: &str) -> String {
    format!(
        "dns.listen = \"127.0.0.1:0\"\nhttp.listen = \"127.0.0.1:0\"\nupstream.bootstrap = \"{}\"\n{rest}",
        nobody()
    )
}

fn put(ponor: &Ponor, key: &str, value: &Value) -> (u16, Value) {
    ponor.http(Method::PUT, &format!("/api/v1/settings/{key}"), Some(json!({ "value": value })))
}

/// A key, as the API tells it.
fn setting(ponor: &Ponor, key: &str) -> Value {
    let all = ponor.get("/api/v1/settings")["settings"].take();
    all.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone()
}

/// What readiness says of what was changed.
fn degraded(ponor: &Ponor) -> Vec<String> {
    let told = ponor.get("/readyz")["degraded"].take();
    let told = serde_json::from_value::<Vec<String>>(told).unwrap();
    told.into_iter().filter(|told| told.contains("settings") || told.contains("changed")).collect()
}

fn server(address: SocketAddr) -> Value {
    json!([format!("udp://{address}")])
}

#[test]
fn another_upstream_is_asked_at_once_and_after_a_restart() {
    let (first, second) = (honest(), honest());
    let house = house("");
    let ponor = house.start();
    assert_eq!(setting(&ponor, "upstream.servers")["set_by"], "default");
    let (status, change) = put(&ponor, "upstream.servers", &server(first.address));
    assert_eq!((status, &change["edit"]["kind"], &change["edit"]["before"]), (200, &json!("setting"), &Value::Null));
    assert_eq!(ask_a(ponor.dns, "one.example").data(), ["192.0.2.53"]);
    let (_, change) = put(&ponor, "upstream.servers", &server(second.address));
    // What the former one said is forgotten with it.
    assert_eq!(ask_a(ponor.dns, "one.example").data(), ["192.0.2.53"]);
    assert_eq!((first.asked().len(), second.asked().len()), (1, 1));
    ponor.end(Signal::SIGTERM);
    let ponor = house.start();
    let told = setting(&ponor, "upstream.servers");
    assert_eq!((&told["set_by"], &told["value"]), (&json!("setting"), &server(second.address)));
    assert!(house.tell(&["check", "--print-effective"]).contains("udp://"));
    ask_a(ponor.dns, "two.example");
    assert_eq!(second.asked().len(), 2);
    let (status, _) = ponor.http(Method::POST, &format!("/api/v1/changes/{}/undo", change["id"]), None);
    assert_eq!(status, 200);
    ask_a(ponor.dns, "three.example");
    assert_eq!((first.asked().len(), second.asked().len()), (2, 2));
}

#[test]
fn what_is_wrong_is_refused_as_in_the_file_and_changes_nothing() {
    let upstream = honest();
    let house = house("cache.max_ttl = \"12h\"\n");
    let ponor = house.start();
    put(&ponor, "upstream.servers", &server(upstream.address));
    let check = |key: &str, value: Value, status: u16, told: &[&str]| {
        let (answered, problem) = put(&ponor, key, &value);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(answered, status, "{key}: {problem}");
        assert!(told.iter().all(|told| detail.contains(told)), "{key}: {detail}");
    };
    check("upstream.servers", json!(["dns.quad9.net", "9.9.9.9#53"]), 422, &["tls://dns.quad9.net", "behind a colon"]);
    check("blocking.mode", json!("nxdomian"), 422, &["did you mean \"nxdomain\"?"]);
    check("blocking.mode", json!("addresses"), 422, &["needs at least one address"]);
    check("cache.min_ttl", json!("1d"), 422, &["is longer than `cache.max_ttl`"]);
    check("cache.max_ttl", json!("1d"), 409, &["`cache.max_ttl` is set by config.toml:4:17"]);
    check("cache.maxttl", json!("1d"), 404, &["did you mean `cache.max_ttl`?"]);
    check("http.listen", json!("off"), 422, &["can only be set in config.toml"]);
    check("blocking.lists", json!("vendor"), 422, &["did you mean `vendors`?"]);
    check("blocking.lists", json!(["vendor"]), 422, &["did you mean `vendors`?"]);
    check("cache.size", json!({}), 422, &["a list of texts"]);
    assert_eq!(ask_a(ponor.dns, "one.example").data(), ["192.0.2.53"]);
    assert_eq!(ponor.get("/api/v1/changes")["changes"].as_array().unwrap().len(), 1);
}

#[test]
fn the_file_wins_over_what_was_set_and_says_where() {
    let house = house("");
    let ponor = house.start();
    assert_eq!(put(&ponor, "cache.min_ttl", &json!("6h")).0, 200);
    assert_eq!(put(&ponor, "blocking.mode", &json!("nodata")).0, 200);
    assert!(degraded(&ponor).is_empty());
    house.write("config.toml", &config("cache.max_ttl = \"1h\"\nblocking.mode = \"refused\"\n"));
    let said = ponor.reload();
    assert!(said.contains("a setting does not hold and is set aside: `cache.min_ttl`"), "{said}");
    let (aside, fixed) = (setting(&ponor, "cache.min_ttl"), setting(&ponor, "blocking.mode"));
    assert_eq!((&aside["value"], &aside["set_aside"]["value"]), (&json!("0s"), &json!("6h")));
    assert_eq!(
        (&fixed["value"], &fixed["fixed"], &fixed["line"]),
        (&json!("refused"), &json!("configured"), &json!(5))
    );
    assert_eq!(fixed["set_aside"]["value"], "nodata");
    assert_eq!(degraded(&ponor), ["settings that are set aside: 1 of 2"]);
    assert!(house.tell(&["check"]).contains("a setting is set aside: `cache.min_ttl`: is longer than"));
    // It is not forgotten, so that it holds again when the file leaves it room.
    house.write("config.toml", &config(""));
    ponor.reload();
    assert_eq!(setting(&ponor, "cache.min_ttl")["value"], "6h");
    let (status, _) = ponor.http(Method::DELETE, "/api/v1/settings/cache.min_ttl", None);
    assert_eq!((status, &setting(&ponor, "cache.min_ttl")["set_by"]), (200, &json!("default")));
}

#[test]
fn ponor_starts_without_what_is_wrong_and_leaves_it_where_it_is() {
    let upstream = honest();
    let house = house("");
    let servers = format!("udp://{}", upstream.address);
    std::fs::create_dir(house.path("data")).unwrap();
    let made = json!({ "version": 1, "last": 3, "exceptions": [], "pauses": [], "rules": [], "changes": [], "settings": [
        { "id": 1, "key": "http.listen", "value": "off", "made": 0 },
        { "id": 2, "key": "cache.size", "value": "much", "made": 0 },
        { "id": 3, "key": "upstream.servers", "value": [servers], "made": 0 },
    ] });
    house.write("data/changes.json", &made.to_string());
    let ponor = house.start();
    assert_eq!(ask_a(ponor.dns, "one.example").data(), ["192.0.2.53"]);
    assert!(ponor.log().contains("`cache.size`: expected a size"), "{}", ponor.log());
    assert_eq!(degraded(&ponor), ["settings that are set aside: 2 of 3"]);
    assert_eq!(put(&ponor, "cache.min_ttl", &json!("1m")).0, 200);
    ponor.end(Signal::SIGTERM);
    let kept: Value = serde_json::from_slice(&std::fs::read(house.path("data/changes.json")).unwrap()).unwrap();
    assert_eq!(kept["settings"].as_array().unwrap().len(), 4);
    house.write("data/changes.json", "{");
    let ponor = house.start();
    assert_eq!(degraded(&ponor), ["what was changed while ponor ran cannot be read"]);
    assert_eq!(std::fs::read_to_string(house.path("data/changes.json")).unwrap(), "{");
}

#[test]
fn commands_set_and_reset_with_and_without_a_running_ponor() {
    let house = house("cache.size = \"1MiB\"\n");
    let told = house.tell(&["settings", "set", "upstream.servers", "9.9.9.9", "tls://dns.quad9.net"]);
    assert!(told.starts_with("set upstream.servers to [\"9.9.9.9\", \"tls://dns.quad9.net\"]; `ponor undo"), "{told}");
    let refused = |arguments: &[&str]| error_text(&house.run(arguments));
    assert!(refused(&["settings", "set", "cache.size", "2MiB"]).contains("is set by config.toml:4:14"));
    let ponor = house.start();
    house.tell(&["settings", "set", "dns.rate_limit", "50"]);
    house.tell(&["settings", "set", "devices.probe_reverse", "true"]);
    house.tell(&["settings", "set", "blocking.rebinding_allow", "plex.direct"]);
    let table = house.tell(&["settings"]);
    let line =
        |key: &str| table.lines().find(|line| line.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>();
    assert_eq!(line("dns.rate_limit"), ["dns.rate_limit", "50", "set", "here"]);
    assert_eq!(line("cache.size"), ["cache.size", "\"1MiB\"", "config.toml:4:14"]);
    assert_eq!(line("cache.max_ttl"), ["cache.max_ttl", "\"1d\"", "default"]);
    assert_eq!(setting(&ponor, "blocking.rebinding_allow")["value"], json!(["plex.direct"]));
    assert!(house.tell(&["settings", "reset", "dns.rate_limit"]).starts_with("set dns.rate_limit back to its default"));
    assert!(refused(&["settings", "reset", "dns.rate_limit"]).contains("has its default already"));
    assert!(house.tell_json(&["settings", "--json"])["settings"].as_array().unwrap().len() > 40);
}
