//! What may have broken something, in memory and in the journal.

use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    Nameless,
    fake::{NOW, Site, ask, request, text},
};
use crate::{
    dns::Name,
    http::{Auth, Connection, Door},
    policy::{Cause, CauseSource, Verdict},
    stats::{EventBuffer, QueryEvent, event_at},
};

/// A site whose devices asked: how many seconds ago, the last octet of the address, the name, how it ended.
fn site(folder: &tempfile::TempDir, asked: &[(u64, u8, &str, Verdict)]) -> Site {
    let site = Site::with_journal(Auth::open(), &[], Some(folder.path().join("journal")));
    let journal = site.deps.journal.clone().unwrap();
    for (ago, host, name, verdict) in asked {
        let name: Name = name.parse().unwrap();
        let cause = (*verdict == Verdict::Stopped).then(|| Cause::without_rule(CauseSource::OwnRules));
        let client = [192, 168, 1, *host].into();
        let event = QueryEvent { client, verdict: *verdict, cause, ..event_at(NOW.0 - ago * 1000, &name) };
        site.deps.stats.record(EventBuffer::of(&event).events(), &Nameless, journal.add());
    }
    site
}

async fn get(site: &Site, path: &str) -> Value {
    serde_json::from_str(&text(site.ask(request("GET", path, &[], "")).await).await).unwrap()
}

const ASKED: &[(u64, u8, &str, Verdict)] = &[
    (700, 23, "long-ago.example", Verdict::Stopped),
    (400, 7, "samsungads.com", Verdict::Stopped),
    (300, 23, "cdn.shop.example", Verdict::Stopped),
    (299, 23, "www.shop.example", Verdict::Allowed),
    (290, 23, "broken.example", Verdict::Failed),
    (200, 23, "cdn.shop.example", Verdict::Cached),
    (100, 8, "www.example.org", Verdict::Allowed),
];

#[tokio::test]
async fn what_was_stopped_for_a_device_lately_is_told_with_its_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder, ASKED);
    let check = async |site: &Site| {
        let told = get(site, "/api/v1/devices/192.168.1.23/suspects").await;
        assert_eq!(
            (&told["device_id"], &told["queries"], &told["partial"]),
            (&json!("192.168.1.23"), &json!(4), &json!(false))
        );
        let [suspect] = &told["names"].as_array().unwrap()[..] else { panic!("{told}") };
        assert_eq!((&suspect["name"], &suspect["times"]), (&json!("cdn.shop.example"), &json!(1)));
        assert_eq!(suspect["reasons"], json!([{ "kind": "beside", "name": "www.shop.example" }]));
        assert_eq!(suspect["let_through"], json!(NOW.0 - 200_000));
        assert_eq!(suspect["cause"]["source"], json!("own_rules"));
        assert_eq!(told["failed"][0]["name"], json!("broken.example"));
    };
    check(&site).await;
    // What memory has no room for is read from the journal.
    let name: Name = "busy.example".parse().unwrap();
    for _ in 0..1000 {
        let event = QueryEvent { client: [192, 168, 1, 9].into(), ..event_at(NOW.0, &name) };
        site.deps.stats.record(EventBuffer::of(&event).events(), &Nameless, site.deps.journal.clone().unwrap().add());
    }
    check(&site).await;
}

#[tokio::test]
async fn who_asked_lately_is_told_and_which_of_them_is_looking() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder, ASKED);
    let told = get(&site, "/api/v1/askers").await;
    let devices: Vec<_> =
        told["devices"].as_array().unwrap().iter().map(|asker| asker["device_id"].as_str().unwrap()).collect();
    assert_eq!((devices, &told["here"]), (vec!["192.168.1.23", "192.168.1.7", "192.168.1.8"], &json!("192.168.1.23")));
    let here = async |remote: &str, door: Door| {
        let mut asked = request("GET", "/api/v1/askers", &[], "");
        let local = "192.168.1.2:8053".parse().unwrap();
        asked.extensions_mut().insert(Connection { remote: remote.parse().unwrap(), local });
        let told = text(site.router(door).oneshot(asked).await.unwrap()).await;
        serde_json::from_str::<Value>(&told).unwrap()["here"].clone()
    };
    assert_eq!(here("192.168.1.8:40000", Door::Tcp).await, json!("192.168.1.8"));
    assert_eq!(here("[::ffff:192.168.1.8]:40000", Door::Tcp).await, json!("192.168.1.8"));
    assert_eq!(here("192.168.1.99:40000", Door::Tcp).await, json!(null), "nobody is known there");
    assert_eq!(here("127.0.0.1:40000", Door::Tcp).await, json!(null), "this machine, or what stands before it");
    assert_eq!(here("192.168.1.8:40000", Door::Socket).await, json!(null));
    // A site of whose devices nobody asked.
    let quiet = Site::new(Auth::open(), &[]);
    let told = text(ask(quiet.deps, request("GET", "/api/v1/askers", &[], "")).await).await;
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["devices"], json!([]));
}
