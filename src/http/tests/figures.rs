//! Figures over a journal of several weeks.

use serde_json::{Value, json};

use super::{
    Nameless,
    fake::{NOW, Site, request, text},
};
use crate::{
    dns::Name,
    http::Auth,
    journal::Writer,
    policy::{Cause, CauseSource, Verdict},
    stats::{EventBuffer, QueryEvent, event_at},
};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// A site whose devices asked: how long ago, the last octet of the address, the name, how often, whether it was stopped.
async fn site(folder: &tempfile::TempDir, asked: &[(u64, u8, &str, usize, bool)]) -> Site {
    let site = Site::with_journal(Auth::open(), &[], Some(folder.path().join("journal")));
    let journal = site.deps.journal.clone().unwrap();
    for (ago, host, name, times, is_stopped) in asked {
        let name: Name = name.parse().unwrap();
        let verdict = if *is_stopped { Verdict::Stopped } else { Verdict::Allowed };
        let client = [10, 0, 0, *host].into();
        // An Apple name is at home at Alibaba here; the first answer is asked for, the others are remembered.
        let home = (name.to_string() == "metrics.icloud.com" && !is_stopped).then_some([161, 117, 97, 14].into());
        for number in 0..*times {
            let answered = home.filter(|_| number == 0);
            let event = QueryEvent { client, verdict, answered, ..event_at(NOW.0 - ago, &name) };
            site.deps.stats.record(EventBuffer::of(&event).events(), &Nameless, journal.add());
        }
        Writer::new(journal.clone(), &site.config.journal, &site.config.stats).write().await;
    }
    site
}

async fn get(site: &Site, path: &str) -> Value {
    let answer = text(site.ask(request("GET", path, &[], "")).await).await;
    serde_json::from_str(&answer).unwrap()
}

const ASKED: &[(u64, u8, &str, usize, bool)] = &[
    (40 * DAY, 1, "tracking.intl.miui.com", 7, true),
    (10 * DAY, 1, "tracking.intl.miui.com", 5, true),
    (9 * DAY, 3, "www.example.org", 1, false),
    (2 * DAY, 1, "tracking.rus.miui.com", 3, true),
    (30 * HOUR, 1, "metrics.icloud.com", 2, false),
    (2 * HOUR, 2, "metrics.icloud.com", 4, true),
    (HOUR, 1, "www.example.org", 6, false),
    (60_000, 1, "tracking.intl.miui.com", 8, true),
];

#[tokio::test]
async fn figures_of_any_time_and_filter_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder, ASKED).await;
    let check = async |query: &str, total: u64, lines: &[(&str, u64)], before: Option<u64>| {
        let page = get(&site, &format!("/api/v1/top?{query}")).await;
        let found: Vec<_> = page["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["label"].as_str().unwrap().to_owned(), line["queries"].as_u64().unwrap()))
            .collect();
        let expected: Vec<_> = lines.iter().map(|(label, queries)| ((*label).to_owned(), *queries)).collect();
        assert_eq!((&page["totals"]["queries"], found), (&json!(total), expected), "{query}: {page}");
        assert_eq!(page["totals_before"]["queries"].as_u64(), before, "{query}");
        let filter: Vec<&str> = query.split('&').filter(|part| !part.starts_with("group")).collect();
        let series = get(&site, &format!("/api/v1/series?{}", filter.join("&"))).await;
        assert_eq!(series["totals"]["queries"], total, "{query}: {series}");
        assert_eq!(series["before"]["totals"]["queries"].as_u64(), before, "{query}");
    };
    check("group=vendor", 18, &[("Xiaomi", 8), ("not known", 6), ("Apple", 4)], None).await;
    check("range=1h&group=name", 8, &[("tracking.intl.miui.com", 8)], None).await;
    check("range=24h&compare=true&group=device", 18, &[("10.0.0.1", 14), ("10.0.0.2", 4)], Some(2)).await;
    check("range=7d&compare=true&group=verdict", 23, &[("stopped", 15), ("allowed", 8)], Some(6)).await;
    check("range=30d&compare=true&group=country", 29, &[("CN", 16), ("not known", 7), ("US", 6)], Some(7)).await;
    check("range=1y&group=device&filter=vendor:xiaomi", 23, &[("10.0.0.1", 23)], None).await;
    check(
        "range=1y&group=service&filter=name:*.rus.*",
        3,
        &[("Xiaomi: OneTrack SDK and MIUI Analytics (Russia)", 3)],
        None,
    )
    .await;
    check("group=purpose&filter=since:2d+until:1d", 5, &[("usage analytics", 5)], None).await;
    check(
        "range=30d&group=name&filter=-vendor:xiaomi+allowed+device:10.0.0.0/8",
        9,
        &[("www.example.org", 7), ("metrics.icloud.com", 2)],
        None,
    )
    .await;
}

#[tokio::test]
async fn what_was_let_through_is_told_by_where_its_answer_is_at_home() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder, ASKED).await;
    let check = async |query: &str, expected: &[(&str, Option<&str>, u64)]| {
        let page = get(&site, &format!("/api/v1/top?range=7d&{query}")).await;
        let lines = page["lines"].as_array().unwrap().iter();
        let found = lines
            .map(|line| (line["label"].as_str().unwrap(), line["key"].as_str(), line["queries"].as_u64().unwrap()));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{query}");
    };
    let (network, alibaba) = ("AS45102", "Alibaba (US) Technology Co., Ltd. (AS45102)");
    check("group=registered", &[("not known", None, 6), ("SG", Some("SG"), 2)]).await;
    check("group=network", &[("not known", None, 6), (alibaba, Some(network), 2)]).await;
    check("group=name&filter=registered:sg", &[("metrics.icloud.com", Some("metrics.icloud.com"), 2)]).await;
    check("group=vendor&filter=network:as45102+-registered:CN", &[("Apple", Some("Apple"), 2)]).await;
    check("group=vendor&filter=registered:CN", &[]).await;
    let report = get(&site, "/api/v1/vendors/apple?range=7d").await;
    let place = &report["places"][0];
    assert_eq!((&place["country"], &place["asn"], &place["queries"]), (&json!("SG"), &json!(45102), &json!(2)));
    let refused = get(&site, "/api/v1/queries?filter=stopped+registered:SG").await;
    assert!(refused["detail"].as_str().unwrap().contains("ask for figures"), "{refused}");
}

#[tokio::test]
async fn by_list_what_own_rules_decided_is_told_apart_from_what_nothing_did() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::with_journal(Auth::open(), &[], Some(folder.path().join("journal")));
    let journal = site.deps.journal.clone().unwrap();
    let name: Name = "www.example.org".parse().unwrap();
    for (source, verdict) in [
        (Some(CauseSource::OwnRules), Verdict::Stopped),
        (Some(CauseSource::Exception), Verdict::Allowed),
        (Some(CauseSource::Canary), Verdict::Stopped),
        (None, Verdict::Cached),
        (Some(CauseSource::OwnRules), Verdict::Stopped),
    ] {
        let event = QueryEvent { cause: source.map(Cause::without_rule), verdict, ..event_at(NOW.0 - HOUR, &name) };
        site.deps.stats.record(EventBuffer::of(&event).events(), &Nameless, journal.add());
    }
    let page = get(&site, "/api/v1/top?group=list&range=7d").await;
    let sum = |line: &Value| (line["queries"].as_u64().unwrap(), line["stopped"].as_u64().unwrap());
    let lines = page["lines"].as_array().unwrap().iter();
    let found: Vec<_> = lines.map(|line| (line["label"].as_str().unwrap(), line["key"].is_null(), sum(line))).collect();
    let expected = [("own rules", (2, 2)), ("canary names", (1, 1)), ("exceptions", (1, 0)), ("no rule", (1, 0))];
    assert_eq!(found, expected.map(|(label, sums)| (label, true, sums)));
}

#[tokio::test]
async fn what_is_new_is_told_beside_weeks_before() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder, ASKED).await;
    let headline = get(&site, "/api/v1/headline?range=7d").await;
    let slots = &headline["sentences"][0]["slots"];
    let found = ["devices", "companies", "tries", "stopped", "through"].map(|key| slots[key].as_u64().unwrap());
    assert_eq!(found, [2, 2, 17, 15, 2]);
    let active = &headline["sentences"][1]["slots"];
    assert_eq!(
        (&active["device"], &active["vendor"], &active["tries"]),
        (&json!("10.0.0.1"), &json!("Xiaomi"), &json!(11))
    );
    let new: Vec<_> =
        headline["new"].as_array().unwrap().iter().map(|new| (new["device"].clone(), new["vendor"].clone())).collect();
    assert_eq!(
        new,
        [(json!("10.0.0.2"), Value::Null), (json!("10.0.0.2"), json!("Apple")), (json!("10.0.0.1"), json!("Apple")),]
    );
    assert!(headline["compared_since"].as_u64().unwrap() <= NOW.0 - 40 * DAY);
    let nothing = get(&site, &format!("/api/v1/headline?from={}&to={}", NOW.0 - 6 * DAY, NOW.0 - 5 * DAY)).await;
    assert_eq!(nothing["sentences"], json!([{ "template": "nothing_asked", "slots": {} }]));
    let vendor = get(&site, "/api/v1/vendors/apple?range=7d").await;
    assert_eq!(vendor["devices"].as_array().unwrap().len(), 2, "{vendor}");
    let xiaomi = get(&site, "/api/v1/vendors/Xiaomi").await;
    assert_eq!(xiaomi["first_seen"].as_u64().unwrap() / DAY, (NOW.0 - 40 * DAY) / DAY, "{xiaomi}");
}

#[tokio::test]
async fn who_tried_to_reach_whom_and_where_adds_up_to_the_headline() {
    let folder = tempfile::tempdir().unwrap();
    // What devices need is no try.
    let site = site(&folder, &[ASKED, &[(HOUR, 3, "captive.apple.com", 5, false)]].concat()).await;
    let check = async |query: &str, totals: [u64; 2], columns: [&[(&str, u64, u64)]; 3], links: [&[[u64; 4]]; 2]| {
        let flow = get(&site, &format!("/api/v1/flow?{query}")).await;
        let sums = |told: &Value| ["queries", "stopped"].map(|key| told[key].as_u64().unwrap());
        let nodes = |key: &str| -> Vec<(String, [u64; 2])> {
            let column = flow[key].as_array().unwrap().iter();
            column.map(|node| (node["label"].as_str().unwrap().to_owned(), sums(node))).collect()
        };
        let between = |key: &str| -> Vec<[u64; 4]> {
            let links = flow[key].as_array().unwrap().iter();
            let ends = |link: &Value| ["from", "to"].map(|key| link[key].as_u64().unwrap());
            links.map(|link| [ends(link), sums(link)].concat().try_into().unwrap()).collect()
        };
        assert_eq!(sums(&flow["totals"]), totals, "{query}: {flow}");
        for (key, expected) in ["devices", "vendors", "countries"].into_iter().zip(columns) {
            let expected: Vec<_> =
                expected.iter().map(|(label, all, stopped)| ((*label).to_owned(), [*all, *stopped])).collect();
            assert_eq!(nodes(key), expected, "{query} {key}");
        }
        assert_eq!(["to_vendors", "to_countries"].map(between), links.map(<[_]>::to_vec), "{query}");
    };
    check(
        "range=7d",
        [17, 15],
        [
            &[("10.0.0.1", 13, 11), ("10.0.0.2", 4, 4)],
            &[("Xiaomi", 11, 11), ("Apple", 6, 4)],
            &[("CN", 11, 11), ("US", 6, 4)],
        ],
        [&[[0, 0, 11, 11], [0, 1, 2, 0], [1, 1, 4, 4]], &[[0, 0, 11, 11], [1, 1, 6, 4]]],
    )
    .await;
    let xiaomi: &[(&str, u64, u64)] = &[("Xiaomi", 8, 8)];
    let one_path: [&[[u64; 4]]; 2] = [&[[0, 0, 8, 8]], &[[0, 0, 8, 8]]];
    check("range=1h", [8, 8], [&[("10.0.0.1", 8, 8)], xiaomi, &[("CN", 8, 8)]], one_path).await;
    // Of lists and names the sums of services tell nothing.
    check("filter=name:*.intl.miui.com", [8, 8], [&[("10.0.0.1", 8, 8)], xiaomi, &[("CN", 8, 8)]], one_path).await;
    check("filter=class:functional", [0, 0], [&[], &[], &[]], [&[], &[]]).await;
}
