//! The dashboard and its API from outside: who may, and what they see.

use std::{fs, io::Write, os::unix::fs::PermissionsExt, process::Stdio};

use reqwest::{Method, Response};
use serde_json::json;

use crate::{
    house::{House, Ponor, RUNTIME, config, honest, send, wait_until},
    wire::ask_a,
};

fn mode(house: &House, name: &str) -> u32 {
    fs::metadata(house.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_page_and_the_probes_are_there() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    for path in ["/healthz", "/readyz", "/", "/api/openapi.json", "/api/v1/status", "/api/v1/overview"] {
        let response = send(Method::GET, &format!("http://{}{path}", ponor.page), None, &[]);
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        assert!(response.headers().contains_key("content-security-policy"), "{path}");
    }
    assert!(!ponor.announcement.contains("token"), "{}", ponor.announcement);
    assert_eq!((mode(&house, "data"), mode(&house, "data/control.sock")), (0o700, 0o600));
}

#[test]
fn queries_are_counted_and_listed_with_vendor_and_purpose() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "").start();
    ask_a(ponor.dns, "data.mistat.xiaomi.com");
    ask_a(ponor.dns, "www.example");
    ask_a(ponor.dns, "www.example");
    wait_until(|| ponor.get("/api/v1/status")["totals"]["queries"] == 3, || ponor.get("/api/v1/status").to_string());
    let totals = ponor.get("/api/v1/status")["totals"].clone();
    assert_eq!((&totals["stopped"], &totals["cached"]), (&json!(1), &json!(1)), "{totals}");
    let queries = ponor.get("/api/v1/queries").to_string();
    for word in ["data.mistat.xiaomi.com", "Xiaomi", "usage_analytics", "vendors", "127.0.0.1"] {
        assert!(queries.contains(word), "no `{word}` in {queries}");
    }
    let overview = ponor.get("/api/v1/overview").to_string();
    assert!(overview.contains("data.mistat.xiaomi.com") && overview.contains("Xiaomi"), "{overview}");
}

#[test]
fn other_names_and_origins_are_turned_away() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "http.names = [\"ponor.lan\"]\n").start();
    let url = format!("http://{}/api/v1/status", ponor.page);
    let status = |headers: &[(&str, &str)]| send(Method::GET, &url, None, headers).status().as_u16();
    assert_eq!(status(&[("host", "evil.example")]), 421);
    assert_eq!(status(&[("host", &format!("evil.example:{}", ponor.page.port()))]), 421);
    assert_eq!(status(&[("host", &format!("ponor.lan:{}", ponor.page.port()))]), 200);
    assert_eq!(status(&[("host", &format!("localhost:{}", ponor.page.port()))]), 200);
    let update = format!("http://{}/api/v1/lists/update", ponor.page);
    let foreign = send(Method::POST, &update, None, &[("origin", "http://evil.example")]).status().as_u16();
    assert!((400..500).contains(&foreign), "{foreign}");
}

/// A ponor whose page is on every address.
fn open_house() -> (House, Ponor) {
    let upstream = honest();
    let house = House::with_config(&config(upstream.address, ""));
    let ponor = Ponor::start(house.command(&["--http-listen", "0.0.0.0:0"]));
    (house, ponor)
}

#[test]
fn a_page_that_others_reach_asks_for_the_token() {
    let (house, ponor) = open_house();
    assert!(ponor.announcement.contains("token"), "{}", ponor.announcement);
    assert_eq!(mode(&house, "data/token"), 0o600);
    let token = fs::read_to_string(house.path("data/token")).unwrap().trim().to_owned();
    let base = format!("http://127.0.0.1:{}", ponor.page.port());
    let get = |path: &str, headers: &[(&str, &str)]| send(Method::GET, &format!("{base}{path}"), None, headers);
    let log_in = |token: &str| {
        send(Method::POST, &format!("{base}/api/v1/session"), Some(json!({ "token": token })), &[("origin", &base)])
    };
    for path in ["/api/v1/status", "/api/v1/queries", "/api/v1/overview", "/api/v1/lists"] {
        assert_eq!(get(path, &[]).status(), 401, "{path}");
    }
    for path in ["/healthz", "/readyz", "/"] {
        assert_eq!(get(path, &[]).status(), 200, "{path}");
    }
    assert_eq!(get("/api/v1/status", &[("authorization", &format!("Bearer {token}"))]).status(), 200);
    assert_eq!(get("/api/v1/status", &[("authorization", "Bearer nonsense")]).status(), 401);
    assert_eq!(log_in("nonsense").status(), 401);
    let session: Response = log_in(&token);
    assert_eq!(session.status(), 204);
    let cookie = session.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(get("/api/v1/status", &[("cookie", cookie)]).status(), 200);
    // The operator's own commands need no token.
    house.tell(&["lists"]);
    assert!(!ponor.log().contains(&token) && !ponor.announcement.contains(&token), "the token is told");
}

/// Runs `ponor password` with what somebody types.
fn choose_password(house: &House, typed: &str) -> bool {
    let mut child = house.command(&["password"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn a_password_is_chosen_by_a_command_whether_ponor_runs_or_not() {
    let (house, ponor) = open_house();
    let log_in = |ponor: &Ponor, secret: &str| {
        let base = format!("http://127.0.0.1:{}", ponor.page.port());
        let body = json!({ "token": secret });
        send(Method::POST, &format!("{base}/api/v1/session"), Some(body), &[("origin", &base)]).status().as_u16()
    };
    assert!(!choose_password(&house, "short\n"));
    assert!(choose_password(&house, "correct horse\n"));
    assert_eq!((log_in(&ponor, "correct horse"), log_in(&ponor, "correct")), (204, 401));
    assert_eq!(mode(&house, "data/password"), 0o600);
    assert!(!ponor.log().contains("correct horse"));
    ponor.end(nix::sys::signal::Signal::SIGTERM);
    assert!(choose_password(&house, "battery staple"));
    let ponor = Ponor::start(house.command(&["--http-listen", "0.0.0.0:0"]));
    assert_eq!((log_in(&ponor, "battery staple"), log_in(&ponor, "correct horse")), (204, 401));
    house.tell(&["password", "--remove"]);
    assert_eq!(log_in(&ponor, "battery staple"), 401);
    assert!(!house.path("data/password").exists());
}

#[test]
fn live_pages_are_counted_whichever_way_they_come() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let live = "/api/v1/queries/live";
    let open = || send(Method::GET, &format!("http://{}{live}", ponor.page), None, &[]);
    let pages: Vec<_> = (0..16).map(|_| open()).collect();
    assert!(pages.iter().all(|page| page.status() == 200));
    let client = reqwest::Client::builder().unix_socket(house.path("data/control.sock")).build().unwrap();
    let by_socket = || RUNTIME.block_on(client.get(format!("http://localhost{live}")).send()).unwrap().status();
    assert_eq!(by_socket(), 503);
    drop(pages);
    wait_until(|| by_socket() == 200, || "places are not given back".to_owned());
}

#[test]
fn the_token_stays_over_a_restart() {
    let (house, ponor) = open_house();
    let token = fs::read_to_string(house.path("data/token")).unwrap();
    ponor.end(nix::sys::signal::Signal::SIGTERM);
    let _ponor = Ponor::start(house.command(&["--http-listen", "0.0.0.0:0"]));
    assert_eq!(fs::read_to_string(house.path("data/token")).unwrap(), token);
}

#[test]
fn the_log_tells_nobody_what_was_asked_and_by_whom() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let names = ["secret-one.example", "secret-two.xiaomi.com", "data.mistat.xiaomi.com"];
    for name in names {
        crate::wire::ask_from([127, 77, 66, 55].into(), ponor.dns, name, ponor::dns::RecordType::A);
    }
    ponor.reload();
    house.run(&["query", "secret-one.example"]);
    let ended = ponor.end(nix::sys::signal::Signal::SIGTERM);
    for word in names.iter().chain(&["secret", "127.77.66.55"]) {
        assert!(!ended.log.contains(word), "{}", ended.log);
    }
    assert!(ended.log.contains("listening"), "nothing was logged at all");
}

#[test]
fn log_lines_for_programs_are_json() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = Ponor::start(house.command(&["--log-format", "json"]));
    let ended = ponor.end(nix::sys::signal::Signal::SIGTERM);
    assert!(ended.log.lines().count() > 1);
    for line in ended.log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).unwrap().is_object(), "{line}");
    }
}

#[test]
fn live_queries_come_as_events() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "").start();
    let mut stream = send(Method::GET, &format!("http://{}/api/v1/queries/live", ponor.page), None, &[]);
    assert_eq!(stream.status(), 200);
    ask_a(ponor.dns, "live.example");
    let mut text = String::new();
    while !text.contains("live.example") {
        let part = RUNTIME.block_on(stream.chunk()).unwrap().expect("the stream has ended");
        text.push_str(&String::from_utf8_lossy(&part));
    }
    // An open page does not hold up the end.
    assert_eq!(ponor.end(nix::sys::signal::Signal::SIGTERM).code, Some(0));
}
