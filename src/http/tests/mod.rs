//! The router as a whole: who gets in, what every answer carries, and the shape of every no.

pub(super) mod fake;
mod figures;
mod orders;
mod suspects;

use std::{collections::HashSet, net::IpAddr, sync::Arc};

use axum::{
    http::{StatusCode, header},
    response::Response,
};
use futures_util::StreamExt;
use serde_json::{Value, json};

use self::fake::{NOW, Site, TOKEN, request, text, token_alone};
use super::{Auth, Door, openapi_json};
use crate::{
    changes::Author,
    clients::Caller,
    control::{Order, Refused},
    journal::Writer,
    lists::{UpdateProgress, UpdateState},
    local::CHECK_ZONE,
    policy::CauseSource,
    stats::{EventBuffer, Naming, QueryEvent, Transport, event_at},
};

const JSON: &str = "content-type: application/json";

/// Asks, and compares the code; what is refused is a problem that says why.
async fn expect(site: &Site, method: &str, path: &str, headers: &[&str], body: &str, expected: u16) {
    let response = site.ask(request(method, path, headers, body)).await;
    assert_eq!(response.status().as_u16(), expected, "{method} {path} {headers:?}");
    if expected >= 400 {
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
        let problem: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(problem["status"], expected);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn only_requests_that_are_meant_for_us_pass() {
    let site = Site::new(Auth::open(), &[]);
    let check = async |method: &str, path: &str, headers: &[&str], body: &str, expected: u16| {
        expect(&site, method, path, headers, body, expected).await;
    };
    let (status, session) = ("/api/v1/status", "/api/v1/session");
    let log_in = format!("{{\"token\":\"{TOKEN}\"}}");
    // Names.
    check("GET", status, &[], "", 200).await;
    check("GET", status, &["host: localhost:8053"], "", 200).await;
    check("GET", status, &["host: 127.0.0.1"], "", 200).await;
    check("GET", status, &["host: [::1]:8053"], "", 200).await;
    check("GET", status, &["host: PONOR.lan."], "", 200).await;
    check("GET", status, &["host: rebound.example"], "", 421).await;
    check("GET", "/", &["host: rebound.example"], "", 421).await;
    check("GET", status, &["host: 192.168.1.3"], "", 421).await;
    check("GET", status, &["host: a b"], "", 400).await;
    check("GET", "http://rebound.example/api/v1/status", &[], "", 421).await;
    // Other sites.
    check("GET", status, &["sec-fetch-site: cross-site"], "", 403).await;
    check("GET", status, &["sec-fetch-site: same-site"], "", 403).await;
    check("GET", status, &["sec-fetch-site: none"], "", 200).await;
    check("POST", session, &[JSON, "sec-fetch-site: same-origin"], &log_in, 204).await;
    check("POST", session, &[JSON, "sec-fetch-site: cross-site"], &log_in, 403).await;
    check("POST", session, &[JSON, "origin: http://192.168.1.2:8053"], &log_in, 204).await;
    check("POST", session, &[JSON, "origin: http://192.168.1.2:9999"], &log_in, 403).await;
    check("POST", session, &[JSON, "origin: null"], &log_in, 403).await;
    check("POST", session, &[JSON, "origin: http://evil.example"], &log_in, 403).await;
    // Bodies.
    check("POST", session, &["content-type: text/plain"], &log_in, 415).await;
    check("POST", session, &[], &log_in, 415).await;
    check("POST", session, &[JSON], "{", 400).await;
    check("POST", session, &[JSON], "{}", 422).await;
    check("POST", session, &["content-type: application/json; charset=utf-8"], &log_in, 204).await;
    check("POST", session, &[JSON], &" ".repeat(70_000), 413).await;
}

#[tokio::test]
async fn each_path_takes_what_it_is_for() {
    let site = Site::new(Auth::open(), &[]);
    let check = async |method: &str, path: &str, headers: &[&str], body: &str, expected: u16| {
        expect(&site, method, path, headers, body, expected).await;
    };
    check("GET", "/api/v1/nothing", &[], "", 404).await;
    check("GET", "/assets/nothing.js", &[], "", 404).await;
    check("PUT", "/api/v1/status", &[], "", 405).await;
    check("DELETE", "/devices", &[], "", 405).await;
    check("GET", "/api/v1/overview?range=2h", &[], "", 400).await;
    check("GET", "/api/v1/queries?wrong=1", &[], "", 400).await;
    check("GET", "/api/v1/explain?name=a..b", &[], "", 400).await;
    check("GET", "/api/v1/explain?name=example.org&type=nonsense", &[], "", 400).await;
    check("GET", "/api/v1/explain?name=example.org&type=HTTPS&device=10.0.0.1", &[], "", 200).await;
    check("GET", "/api/v1/explain?name=example.org&device=telly", &[], "", 404).await;
    check("GET", "/api/v1/catalog/nobody.invalid", &[], "", 404).await;
    check("GET", "/api/v1/catalog/a..b", &[], "", 400).await;
    check("GET", "/api/v1/catalog/tracking.rus.miui.com", &[], "", 200).await;
    check("GET", "/api/v1/catalog/161.117.97.14", &[], "", 200).await;
    check("GET", "/api/v1/vendors", &[], "", 200).await;
    check("GET", "/api/v1/queries?filter=stoped", &[], "", 400).await;
    check("GET", "/api/v1/queries?filter=group:vendor", &[], "", 400).await;
    check("GET", "/api/v1/queries?filter=stopped%20-name:*.apple.com", &[], "", 200).await;
    check("GET", "/api/v1/devices", &[], "", 200).await;
    check("GET", "/api/v1/queries/live?filter=stoped", &[], "", 400).await;
    check("GET", "/api/v1/top", &[], "", 200).await;
    check("GET", "/api/v1/top?group=device&range=1h", &[], "", 200).await;
    check("GET", "/api/v1/top?group=type", &[], "", 400).await;
    check("GET", "/api/v1/top?filter=type:A", &[], "", 400).await;
    check("GET", "/api/v1/series?range=24h", &[], "", 200).await;
    check("GET", "/api/v1/series?filter=group:vendor", &[], "", 400).await;
    check("GET", "/api/v1/headline", &[], "", 200).await;
    check("GET", "/api/v1/flow?filter=group:vendor", &[], "", 400).await;
    check("GET", "/api/v1/flow?filter=type:A", &[], "", 400).await;
    check("GET", "/api/v1/vendors/nobody", &[], "", 404).await;
    check("GET", "/api/v1/devices/10.0.0.1/report", &[], "", 404).await;
    check("GET", "/api/v1/devices/tv/report", &[], "", 404).await;
    check("GET", "/api/v1/devices/tv/suspects", &[], "", 404).await;
    // Without a journal.
    check("GET", "/api/v1/top?range=7d", &[], "", 404).await;
    check("GET", "/api/v1/top?filter=stopped", &[], "", 404).await;
    check("GET", "/api/v1/series?compare=true", &[], "", 404).await;
    check("GET", "/api/v1/flow", &[], "", 404).await;
    check("GET", "/api/v1/vendors/xiaomi", &[], "", 404).await;
    check("GET", "/api/v1/devices/192.168.1.99", &[], "", 404).await;
    check("GET", "/api/v1/devices/living-room-tv", &[], "", 404).await;
    check("PATCH", "/api/v1/devices/tv", &[JSON], "{}", 404).await;
    check("PATCH", "/api/v1/devices/10.0.0.1", &[JSON], "{\"kind\":\"telly\"}", 422).await;
    check("POST", "/api/v1/devices/10.0.0.1/merge", &[JSON], "{\"device\":\"tv\"}", 404).await;
}

#[tokio::test]
async fn where_a_token_is_needed_nothing_private_is_told_without() {
    let site = Site::new(token_alone(), &[]);
    let check = async |path: &str, headers: &[&str], expected: u16| {
        let status = site.ask(request("GET", path, headers, "")).await.status().as_u16();
        assert_eq!(status, expected, "{path} {headers:?}");
    };
    let private = super::api::GUARDED.iter().map(|route| (route.path)());
    for path in private.filter(|path| !path.contains("update") && !path.contains("accept")) {
        let status = site.ask(request("GET", &path, &[], "")).await.status();
        assert!(matches!(status.as_u16(), 401 | 405), "{path}: {status}");
    }
    check("/api/openapi.json", &[], 401).await;
    check("/healthz", &[], 200).await;
    check("/api/v1/session", &[], 200).await;
    check("/api/v1/status", &[&format!("authorization: Bearer {TOKEN}")], 200).await;
    check("/api/v1/status", &[&format!("authorization: bearer {TOKEN}")], 200).await;
    check("/api/v1/status", &["authorization: Bearer wrong"], 401).await;
    check("/api/v1/status", &["authorization: Basic d3Jvbmc="], 401).await;
    check("/api/v1/status", &["cookie: ponor_session="], 401).await;
}

#[tokio::test]
async fn a_session_lasts_from_log_in_to_log_out() {
    let site = Site::new(token_alone(), &[]);
    let log_in = request("POST", "/api/v1/session", &[JSON], &format!("{{\"token\":\"{TOKEN}\"}}"));
    let response = site.ask(log_in).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict; Path=/;"), "{cookie}");
    assert!(!cookie.contains(TOKEN));
    let pair = format!("cookie: other=1; {}", cookie.split(';').next().unwrap());
    let status = async || site.ask(request("GET", "/api/v1/status", &[&pair], "")).await.status();
    assert_eq!(status().await, StatusCode::OK);
    assert_eq!(site.ask(request("DELETE", "/api/v1/session", &[&pair], "")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(status().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_opens_a_session_and_a_new_one_ends_all_others() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::locked(folder.path());
    let cookie_of = |response: &Response| {
        let cookie = response.headers().get(header::SET_COOKIE)?.to_str().unwrap();
        Some(format!("cookie: {}", cookie.split(';').next().unwrap()))
    };
    let log_in = async |secret: &str| {
        let response =
            site.ask(request("POST", "/api/v1/session", &[JSON], &json!({ "token": secret }).to_string())).await;
        (response.status().as_u16(), cookie_of(&response))
    };
    let knows = async |cookie: &str| site.ask(request("GET", "/api/v1/status", &[cookie], "")).await.status() == 200;
    let state = async || {
        let state = text(site.ask(request("GET", "/api/v1/session", &[], "")).await).await;
        let state: Value = serde_json::from_str(&state).unwrap();
        (state["required"] == true, state["password"] == true)
    };
    assert_eq!(state().await, (true, false));
    let first = log_in(TOKEN).await.1.unwrap();
    let choose = async |cookie: &str, body: Value| {
        site.ask(request("PUT", "/api/v1/password", &[JSON, cookie], &body.to_string())).await
    };
    assert_eq!(choose("cookie: other=1", json!({ "password": "correct horse" })).await.status(), 401);
    assert_eq!(choose(&first, json!({ "password": "short" })).await.status(), 422);
    let chosen = choose(&first, json!({ "password": "correct horse" })).await;
    assert_eq!(chosen.status(), 204);
    let second = cookie_of(&chosen).unwrap();
    assert!(!knows(&first).await && knows(&second).await);
    assert_eq!((state().await, log_in("wrong horse").await.0), ((true, true), 401));
    let third = log_in("correct horse").await.1.unwrap();
    assert!(knows(&third).await);
    let removed = site.ask(request("DELETE", "/api/v1/password", &[JSON, &third], "{}")).await;
    assert!(!knows(&third).await && knows(&cookie_of(&removed).unwrap()).await);
    assert_eq!((log_in("correct horse").await.0, log_in(TOKEN).await.0), (401, 204));
}

#[tokio::test]
async fn the_socket_needs_neither_token_nor_name() {
    let site = Site::new(token_alone(), &[]);
    let asked = request("GET", "/api/v1/status", &["host: anything"], "");
    let response = tower::ServiceExt::oneshot(site.router(Door::Socket), asked).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let site = Site::new(Auth::open(), &[]);
    for (path, host, cache) in [
        ("/", "host: localhost", "no-cache"),
        ("/api/v1/status", "host: localhost", "no-store"),
        ("/api/v1/queries/live", "host: localhost", "no-cache"),
        ("/api/v1/nothing", "host: localhost", "no-store"),
        ("/healthz", "host: localhost", "no-store"),
        ("/", "host: rebound.example", "no-store"),
    ] {
        let response = site.ask(request("GET", path, &[host], "")).await;
        let header = |name: &str| {
            let all: Vec<_> = response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
            assert_eq!(all.len(), 1, "{path}: {name}");
            all[0].to_owned()
        };
        assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'; "));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        if super::assets::HAS_DASHBOARD || path != "/" {
            assert_eq!(header("cache-control"), cache, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn one_page_alone_may_ask_for_the_names_of_a_check() {
    let site = Site::new(Auth::open(), &[]);
    let connect = async |method: &str, path: &str| {
        let response = site.ask(request(method, path, &[], "")).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert_eq!(policy.matches("connect-src ").count(), 1, "{policy}");
        let connect = policy.split("; ").find(|part| part.starts_with("connect-src ")).unwrap();
        (connect.to_owned(), policy.replace(connect, ""))
    };
    let (narrow, rest) = connect("GET", "/").await;
    assert_eq!(narrow, "connect-src 'self'");
    let (wide, others) = connect("GET", "/setup?router=asus").await;
    assert_eq!((wide, others), (format!("connect-src 'self' http://*.{CHECK_ZONE}"), rest));
    let fixed =
        ["/setup/", "/Setup", "/setup/x", "//setup", "/%73etup", "/devices", "/login", "/index.html", "/x/setup"];
    let routes = super::api::GUARDED.iter().chain(super::api::OPEN).map(|route| (route.path)());
    for path in fixed.into_iter().map(str::to_owned).chain(routes) {
        assert_eq!(connect("GET", &path).await.0, "connect-src 'self'", "{path}");
    }
}

#[tokio::test]
async fn a_check_tells_which_of_its_names_were_asked_for_and_by_whom() {
    let site = Site::new(Auth::open(), &[]);
    let ask = |client: &str, transport: Transport, name: &str| {
        let name = format!("{name}.{CHECK_ZONE}").parse().unwrap();
        let client = client.parse().unwrap();
        site.deps.stats.record_events([QueryEvent { client, transport, ..event_at(NOW.0, &name) }]);
    };
    let seen = async || -> Value {
        let response = site.ask(request("GET", "/api/v1/check/0123456789abcdef", &[], "")).await;
        serde_json::from_str(&text(response).await).unwrap()
    };
    assert_eq!(seen().await, serde_json::json!({ "names": 12, "seen": [], "askers": [] }));
    for (client, transport, name) in [
        ("192.168.1.23", Transport::Udp, "0123456789abcdef-12"),
        ("192.168.1.23", Transport::Udp, "0123456789abcdef-3"),
        ("192.168.1.23", Transport::Udp, "0123456789ABCDEF-3"),
        ("192.168.1.24", Transport::Udp, "fedcba9876543210-4"),
        ("192.168.1.23", Transport::Udp, "0123456789abcdef-13"),
        ("fd00::23", Transport::Dot, "0123456789abcdef-3"),
    ] {
        ask(client, transport, name);
    }
    let asker = |address: &str, transport: &str, seen: &[u8]| serde_json::json!({ "device": address, "device_id": address, "device_name": address, "transport": transport, "seen": seen });
    let askers = [asker("fd00::23", "dot", &[3]), asker("192.168.1.23", "udp", &[3, 12])];
    assert_eq!(seen().await, serde_json::json!({ "names": 12, "seen": [3, 12], "askers": askers }));
    for wrong in ["0123456789ABCDEF", "0123456789abcde", "0123456789abcdef-1", "%00", "0123456789abcdef%2f"] {
        expect(&site, "GET", &format!("/api/v1/check/{wrong}"), &[], "", 400).await;
    }
    // What it tells is of the latest queries.
    for _ in 0..1000 {
        ask("192.168.1.24", Transport::Udp, "other");
    }
    assert_eq!(seen().await["seen"], serde_json::json!([]));
}

#[tokio::test]
async fn a_405_names_the_methods_that_there_are() {
    let site = Site::new(Auth::open(), &[]);
    let response = site.ask(request("PUT", "/api/v1/lists", &[], "")).await;
    let allowed = response.headers()[header::ALLOW].to_str().unwrap().to_owned();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn readiness_comes_with_its_reasons() {
    for (reasons, expected) in [(&[][..], 200), (&["no address is listened on"][..], 503)] {
        let site = Site::new(Auth::open(), reasons);
        let response = site.ask(request("GET", "/readyz", &[], "")).await;
        assert_eq!(response.status().as_u16(), expected);
        let body: Value = serde_json::from_str(&text(response).await).unwrap();
        if reasons.is_empty() {
            let degraded = ["upstreams that do not answer: 1 of 2"];
            assert_eq!(body, serde_json::json!({ "ready": true, "degraded": degraded }));
        } else {
            assert_eq!((&body["status"], &body["detail"]), (&503.into(), &reasons[0].into()));
        }
        assert_eq!(site.ask(request("GET", "/healthz", &[], "")).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn changes_become_commands_and_refusals_become_problems() {
    let mut site = Site::new(Auth::open(), &[]);
    let (method, path, body, command, reply, expected) = (
        "PATCH",
        "/api/v1/lists/ads",
        "{\"enabled\":false}",
        "EnableList { id: \"ads\", enabled: false }",
        Ok(()),
        204,
    );
    let mut check =
        async |method: &str, path: &str, body: &str, command: &str, reply: Result<(), Refused>, expected: u16| {
            let headers = if body.is_empty() { &[][..] } else { &[JSON][..] };
            let asked = request(method, path, headers, body);
            let router = site.router(Door::Socket);
            let (response, ()) = tokio::join!(tower::ServiceExt::oneshot(router, asked), async {
                let Order { command: given, by, reply: answer } = site.orders.recv().await.unwrap();
                assert_eq!(by, Author::COMMAND);
                assert_eq!(format!("{given:?}"), command);
                answer.send(reply.map(|()| None)).unwrap();
            });
            assert_eq!(response.unwrap().status().as_u16(), expected, "{method} {path}");
        };
    check(method, path, body, command, reply, expected).await;
    let update = "UpdateLists { id: None }";
    check("POST", "/api/v1/lists/update", "", update, Err(Refused::Failed("no route".to_owned())), 502).await;
    let erase = "EraseDevice { device: Address(10.0.0.1) }";
    check("DELETE", "/api/v1/queries?device=10.0.0.1", "", erase, Ok(()), 204).await;
    check("POST", "/api/v1/lists/a/update", "", "UpdateLists { id: Some(\"a\") }", Ok(()), 204).await;
    check(
        "POST",
        "/api/v1/lists/a/accept",
        "",
        "AcceptList { id: \"a\" }",
        Err(Refused::NotFound("a".to_owned())),
        404,
    )
    .await;
    check("DELETE", "/api/v1/lists/a", "", "RemoveList { id: \"a\" }", Err(Refused::Fixed("a".to_owned())), 409).await;
    check("DELETE", "/api/v1/lists/a", "", "RemoveList { id: \"a\" }", Err(Refused::Closing), 503).await;
    // A device: what is left out stays, `null` takes it back.
    let (tv, order) =
        ("/api/v1/devices/aa:bb:cc:dd:ee:ff", "Devices(Change { id: Mac(MacAddress([170, 187, 204, 221, 238, 255]))");
    let change = |change: &str| format!("{order}, change: DeviceChange {{ {change} }} }})");
    let (body, command) = ("{\"name\":\"TV\"}", change("name: Some(Some(\"TV\")), kind: None, group: None"));
    check("PATCH", tv, body, &command, Ok(()), 204).await;
    let (body, command) =
        ("{\"name\":null,\"kind\":\"tv\"}", change("name: Some(None), kind: Some(Some(Tv)), group: None"));
    check("PATCH", tv, body, &command, Err(Refused::Fixed("the name of TV".to_owned())), 409).await;
    let merge = "Devices(Merge { id: Address(10.0.0.1), other: Address(10.0.0.2) })";
    check("POST", "/api/v1/devices/10.0.0.1/merge", "{\"device\":\"10.0.0.2\"}", merge, Ok(()), 204).await;
    let split = "Devices(Split { id: Address(10.0.0.1), part: Address(10.0.0.2) })";
    let refused = Err(Refused::Invalid("no".to_owned()));
    check("POST", "/api/v1/devices/10.0.0.1/split", "{\"address\":\"10.0.0.2\"}", split, refused, 422).await;
}

#[tokio::test]
async fn large_answers_are_compressed_and_streams_are_not() {
    let site = Site::new(Auth::open(), &[]);
    let encoding = async |path: &str| {
        let response = site.ask(request("GET", path, &["accept-encoding: br, gzip"], "")).await;
        response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(encoding("/api/openapi.json").await.as_deref(), Some("gzip"));
    assert_eq!(encoding("/api/v1/session").await, None);
    assert_eq!(encoding("/api/v1/queries/live").await, None);
}

#[tokio::test]
async fn the_live_stream_continues_where_it_was_left_and_ends_with_ponor() {
    let site = Site::new(Auth::open(), &[]);
    for number in 0..1100 {
        let name = format!("n{number}.example.org").parse().unwrap();
        site.deps.stats.record_events([event_at(NOW.0, &name)]);
    }
    let response = site.ask(request("GET", "/api/v1/queries/live", &["last-event-id: 1049"], "")).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut seen = String::new();
    while !seen.contains("id: 2099") {
        seen.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(seen.starts_with("event: lagged\ndata: {\"missed\":50}\n\n"), "{}", &seen[..100]);
    assert!(seen.contains("\"name\":\"n100.example.org\"") && !seen.contains("\"name\":\"n99.example.org\""));
    site.closing.cancel();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn rows_are_those_that_the_filter_means() {
    let site = Site::new(Auth::open(), &[]);
    for name in ["api.ad.xiaomi.com", "www.example.org", "metrics.icloud.com"] {
        site.deps.stats.record_events([event_at(NOW.0, &name.parse().unwrap())]);
    }
    let check = async |filter: &str, expected: &[&str]| {
        let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let response = site.ask(request("GET", &format!("/api/v1/queries?filter={filter}"), &[], "")).await;
        let page: Value = serde_json::from_str(&text(response).await).unwrap();
        let names: Vec<_> = page["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{filter}");
    };
    check("", &["metrics.icloud.com", "www.example.org", "api.ad.xiaomi.com"]).await;
    check("vendor:xiaomi", &["api.ad.xiaomi.com"]).await;
    check("-vendor:* type:A", &["www.example.org"]).await;
    check("country:US device:\"127.0.0.1\"", &["metrics.icloud.com"]).await;
    check("stopped", &[]).await;
    let response = site.ask(request("GET", "/api/v1/queries?filter=vendor:x%20vendr:y", &[], "")).await;
    let problem: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(problem["detail"], "`filter`: column 10: unknown key `vendr`; did you mean `vendor`?");
}

#[tokio::test]
async fn pages_reach_back_into_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::with_journal(Auth::open(), &[], Some(folder.path().join("journal")));
    let journal = site.deps.journal.clone().unwrap();
    for number in 0..2300 {
        let name = if number % 2 == 0 { "even.example.org" } else { "=odd.example.org" }.parse().unwrap();
        let packed = EventBuffer::of(&event_at(NOW.0 - 3_600_000, &name));
        site.deps.stats.record(packed.events(), &Nameless, journal.add());
        if number == 1200 {
            Writer::new(journal.clone(), &site.config.journal, &site.config.stats).write().await;
        }
    }
    let get = async |path: &str| text(site.ask(request("GET", path, &[], "")).await).await;
    let json = async |path: &str| -> Value { serde_json::from_str(&get(path).await).unwrap() };
    let (mut ids, mut before) = (Vec::new(), String::new());
    loop {
        let page = json(&format!("/api/v1/queries?limit=300&name=EVEN{before}")).await;
        ids.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()));
        assert_eq!((&page["partial"], &page["scanned_to"]), (&Value::Bool(false), &Value::Null));
        match page["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    assert_eq!(ids, (0..2300).rev().filter(|number| number % 2 == 0).map(|n| 1000 + n).collect::<Vec<_>>());
    for (path, queries, range) in [
        ("range=7d".to_owned(), 2300, Value::from("7d")),
        ("range=1y".to_owned(), 2300, Value::from("1y")),
        (format!("from={}", NOW.0 - 3_600_000), 2300, Value::Null),
        (format!("from={}&to={}", NOW.0 - 9_000_000, NOW.0 - 7_300_000), 0, Value::Null),
    ] {
        let overview = json(&format!("/api/v1/overview?{path}")).await;
        assert_eq!((&overview["totals"]["queries"], &overview["range"]), (&queries.into(), &range), "{path}");
    }
    let lines = get("/api/v1/queries/export?format=jsonl&name=odd").await;
    assert_eq!(lines.lines().count(), 1150);
    let even = get("/api/v1/queries/export?format=jsonl&until=1795460400001&filter=name:even*+device:127.0.0.1").await;
    assert_eq!(even.lines().count(), 1150);
    // What is refused of a page is refused of a file, in the same words.
    for (wrong, column) in [("filter=vendr:y", "column 1"), ("from=yesterday", "from"), ("until=-1", "until")] {
        let [page, file] =
            ["/api/v1/queries?", "/api/v1/queries/export?format=csv&"].map(|path| format!("{path}{wrong}"));
        let (page, file) = (json(&page).await, json(&file).await);
        assert_eq!((&page["status"], &page), (&400.into(), &file), "{wrong}");
        assert!(page["detail"].as_str().unwrap().contains(column), "{page}");
    }
    let zipped = site.ask(request("GET", "/api/v1/queries/export?format=csv", &["accept-encoding: gzip"], "")).await;
    assert_eq!(zipped.headers()[header::CONTENT_ENCODING], "gzip");
    assert!(axum::body::to_bytes(zipped.into_body(), usize::MAX).await.unwrap().len() > 1000);
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["name"]), (&1001.into(), &"=odd.example.org".into()));
    let lines = get("/api/v1/queries/export?format=csv&until=1795460400001").await;
    assert!(lines.starts_with("id,at,device,device_name,name,type,verdict,"), "{}", &lines[..99]);
    assert_eq!(lines.lines().count(), 2301);
    assert!(lines.contains("\r\n1001,1795460400000,127.0.0.1,127.0.0.1,'=odd.example.org,A,allowed,NOERROR,udp,0,"));
    assert_eq!(json("/api/v1/status").await["journal"]["waiting"], 1099);
}

#[tokio::test]
async fn without_a_journal_only_the_last_day_is_told() {
    let site = Site::new(Auth::open(), &[]);
    let check = async |path: &str, expected: u16| {
        let response = site.ask(request("GET", path, &[], "")).await;
        assert_eq!(response.status().as_u16(), expected, "{path}");
    };
    check("/api/v1/overview", 200).await;
    check("/api/v1/overview?range=1h", 200).await;
    check("/api/v1/overview?range=30d", 404).await;
    check("/api/v1/overview?from=5", 404).await;
    check("/api/v1/overview?to=5", 400).await;
    check("/api/v1/overview?range=1h&from=5", 400).await;
    check("/api/v1/overview?from=9&to=5", 400).await;
    check("/api/v1/queries/export?format=csv", 404).await;
    check("/api/v1/queries/export?format=xml", 400).await;
    check("/api/v1/queries/export?format=csv&filtr=stopped", 400).await;
    check("/api/v1/queries?filtr=stopped", 400).await;
    check("/api/v1/queries", 200).await;
    let response = site.ask(request("GET", "/api/v1/queries?filtr=stopped", &[], "")).await;
    let problem: Value = serde_json::from_str(&text(response).await).unwrap();
    let detail = problem["detail"].as_str().unwrap();
    assert!(["`filtr`", "`limit`", "`filter`"].iter().all(|key| detail.contains(key)), "{detail}");
}

/// Calls nothing anything.
struct Nameless;

impl Naming for Nameless {
    fn source(&self, _: CauseSource) -> Option<Arc<str>> {
        None
    }

    fn device(&self, address: IpAddr) -> Caller {
        Caller::at(address)
    }
}

#[tokio::test]
async fn streams_are_few() {
    let site = Site::new(Auth::open(), &[]);
    let open = async || site.ask(request("GET", "/api/v1/lists/update/progress", &[], "")).await;
    let (first, _second) = (open().await, open().await);
    assert_eq!(open().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(first);
    let third = open().await;
    let step =
        UpdateProgress { id: "ads".to_owned(), bytes: 7, total: None, state: UpdateState::Held("shrunk".to_owned()) };
    site.progress.send(step).unwrap();
    let chunk = third.into_body().into_data_stream().next().await.unwrap().unwrap();
    let expected = "event: progress\ndata: {\"id\":\"ads\",\"bytes\":7,\"total\":null,\
                    \"state\":{\"name\":\"held\",\"text\":\"shrunk\"}}\n\n";
    assert_eq!(chunk, expected);
}

#[test]
fn each_operation_has_a_name_of_its_own() {
    let document = serde_json::from_slice::<Value>(&openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations: Vec<&Value> = paths.flat_map(|methods| methods.as_object().unwrap().values()).collect();
    let names: HashSet<&str> = operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
}

/// Every route that the document tells of.
const ROUTES: &[&str] = &[
    "DELETE /api/v1/exceptions/{id}",
    "DELETE /api/v1/groups/{id}",
    "DELETE /api/v1/lists/{id}",
    "DELETE /api/v1/password",
    "DELETE /api/v1/pause",
    "DELETE /api/v1/queries",
    "DELETE /api/v1/records/{id}",
    "DELETE /api/v1/rules/{id}",
    "DELETE /api/v1/session",
    "DELETE /api/v1/settings/{key}",
    "GET /api/v1/askers",
    "GET /api/v1/catalog/{name}",
    "GET /api/v1/changes",
    "GET /api/v1/check/{nonce}",
    "GET /api/v1/devices",
    "GET /api/v1/devices/{id}",
    "GET /api/v1/devices/{id}/report",
    "GET /api/v1/devices/{id}/suspects",
    "GET /api/v1/exceptions",
    "GET /api/v1/explain",
    "GET /api/v1/flow",
    "GET /api/v1/groups",
    "GET /api/v1/headline",
    "GET /api/v1/lists",
    "GET /api/v1/lists/update/progress",
    "GET /api/v1/overview",
    "GET /api/v1/pause",
    "GET /api/v1/queries",
    "GET /api/v1/queries/export",
    "GET /api/v1/queries/live",
    "GET /api/v1/records",
    "GET /api/v1/rules",
    "GET /api/v1/series",
    "GET /api/v1/session",
    "GET /api/v1/settings",
    "GET /api/v1/status",
    "GET /api/v1/top",
    "GET /api/v1/vendors",
    "GET /api/v1/vendors/{id}",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "PATCH /api/v1/devices/{id}",
    "PATCH /api/v1/groups/{id}",
    "PATCH /api/v1/lists/{id}",
    "POST /api/v1/changes/{id}/undo",
    "POST /api/v1/devices/{id}/merge",
    "POST /api/v1/devices/{id}/split",
    "POST /api/v1/exceptions",
    "POST /api/v1/groups",
    "POST /api/v1/lists",
    "POST /api/v1/lists/update",
    "POST /api/v1/lists/{id}/accept",
    "POST /api/v1/lists/{id}/update",
    "POST /api/v1/pause",
    "POST /api/v1/records",
    "POST /api/v1/rules",
    "POST /api/v1/session",
    "PUT /api/v1/password",
    "PUT /api/v1/settings/{key}",
];

#[test]
fn the_document_knows_every_route() {
    let document = serde_json::from_slice::<Value>(&openapi_json()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut routes: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        routes.extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    routes.sort();
    assert_eq!(routes, ROUTES);
}
