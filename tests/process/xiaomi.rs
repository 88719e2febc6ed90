//! The investigation that ponor was made for, in a namespace of its own: a phone browses, opens folders, swipes and shows
//! ads, in three regional variants; the report says to whom, what for, how often, whether it was stopped, and what DNS
//! cannot see.

use std::{
    env,
    io::{BufRead, BufReader},
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    devices::{INSIDE, ask_as, inside, plug_in},
    house::{House, Ponor, honest, wait_until},
};

/// The hardware address of the phone; Xiaomi's.
const PHONE: &str = "04:cf:8c:77:00:02";
const LAPTOP: &str = "da:00:00:77:00:03";
const SERVER: &str = "10.77.1.1:5300";

/// What the phone reports, each so often: incognito browsing (Sensors Analytics), folders and swipes (two kits),
/// ads (MSA); international, Russian, Indian.
const REPORTS: [(&str, usize); 8] = [
    ("sa.api.intl.miui.com", 9),
    ("data.mistat.intl.xiaomi.com", 3),
    ("data.mistat.rus.xiaomi.com", 3),
    ("data.mistat.india.xiaomi.com", 3),
    ("tracking.intl.miui.com", 2),
    ("tracking.rus.miui.com", 2),
    ("tracking.india.miui.com", 2),
    ("api.ad.intl.xiaomi.com", 4),
];
/// What it needs.
const NEEDS: [(&str, usize); 1] = [("connect.rom.miui.com", 4)];

#[test]
fn the_report_of_a_phone_says_to_whom_what_for_and_what_dns_cannot_see() {
    inside("xiaomi::the_investigation");
}

#[test]
#[ignore = "needs a namespace, and is run in one by another test"]
fn the_investigation() {
    if env::var(INSIDE).is_err() {
        return;
    }
    plug_in(&[("phone", PHONE), ("laptop", LAPTOP)]);
    let upstream = honest();
    let house = House::with_config(&format!(
        "dns.listen = [\"{SERVER}\", \"10.77.2.1:5300\"]\nhttp.listen = \"127.0.0.1:0\"\n\
         upstream.servers = \"{0}\"\nupstream.bootstrap = \"{0}\"\ndevices.lease_files = \"leases\"\n",
        upstream.address
    ));
    house.write("leases", &format!("0 {PHONE} 10.77.1.2 redmi *\n"));
    let ponor = house.start();
    // The first question shows the kernel who is there.
    ask_as("phone", SERVER, "www.example", 1);
    let id = || ponor.get("/api/v1/devices")["devices"].to_string();
    wait_until(|| id().contains(PHONE), id);
    ask_as("laptop", "10.77.2.1:5300", "www.example", 3);
    for (name, times) in REPORTS {
        // Others would be one asking.
        for time in 0..times {
            thread::sleep(Duration::from_millis(if name == REPORTS[0].0 && time > 0 { 1100 } else { 0 }));
            assert_eq!(ask_as("phone", SERVER, name, 1), (1, 1), "{name} is stopped");
        }
    }
    for (name, times) in NEEDS {
        assert_eq!(ask_as("phone", SERVER, name, times), (times, 0), "{name} is let through");
    }
    the_report(&ponor);
    the_vendor_and_the_headline(&ponor);
    the_figures(&ponor);
    the_command_line(&house);
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

fn the_report(ponor: &Ponor) {
    let path = format!("/api/v1/devices/{PHONE}/report");
    let tries: usize = REPORTS.iter().map(|(_, times)| times).sum();
    let needed: usize = NEEDS.iter().map(|(_, times)| times).sum();
    wait_until(
        || ponor.get(&path)["totals"]["queries"] == json!(tries + needed + 1),
        || ponor.get(&path)["totals"].to_string(),
    );
    let report = ponor.get(&path);
    let device = &report["device"];
    assert_eq!((&device["vendor"], &device["name"], &device["id"]), (&json!("Xiaomi"), &json!("redmi"), &json!(PHONE)));
    assert!(device["evidence"].as_array().unwrap().len() > 2, "how it is known: {device}");
    assert_eq!(report["totals"]["stopped"], json!(tries));
    assert_eq!(report["unattributed"]["queries"], 1);
    assert_eq!(report["zone"], "UTC");
    let heat = report["heat"].as_array().unwrap().iter().flat_map(|day| day.as_array().unwrap());
    assert_eq!(heat.map(|hour| hour.as_u64().unwrap()).sum::<u64>(), (tries + needed + 1) as u64);

    let [xiaomi] = &report["vendors"].as_array().unwrap()[..] else { panic!("{}", report["vendors"]) };
    assert_eq!((&xiaomi["vendor"], &xiaomi["country"]), (&json!("Xiaomi"), &json!("CN")));
    assert_eq!(xiaomi["stopped_share"], 0.875, "28 of 32");
    for purpose in ["browsing_history", "usage_analytics", "advertising", "connectivity_check"] {
        assert!(xiaomi["purposes"].as_array().unwrap().contains(&json!(purpose)), "{purpose}: {}", xiaomi["purposes"]);
    }
    let services = texts(&xiaomi["services"], "service");
    for service in [
        "Mi Browser and Mint Browser (Sensors Analytics)",
        "MiStat SDK (Russia)",
        "OneTrack SDK and MIUI Analytics (international)",
        "MSA ad request API (international)",
    ] {
        assert!(services.contains(&service), "{service}: {services:?}");
    }
    assert_eq!(xiaomi["regions"], json!(["India", "Russia", "international"]));
    assert!(xiaomi["gap"]["median"].as_f64().is_some_and(|gap| gap >= 1.0), "its rhythm: {}", xiaomi["gap"]);
    assert!(xiaomi["first_seen"].as_u64() <= xiaomi["last_seen"].as_u64());

    let mut reported = texts(&report["reports"], "name");
    let mut expected: Vec<&str> = REPORTS.iter().map(|(name, _)| *name).collect();
    reported.sort_unstable();
    expected.sort_unstable();
    assert_eq!(reported, expected);
    assert_eq!(texts(&report["needs"], "name"), [NEEDS[0].0]);
    assert!(report["unseen"].to_string().contains("161.117.97.14"), "what DNS cannot see: {}", report["unseen"]);
    let found = texts(&report["findings"], "template");
    assert!(found.contains(&"dns_cannot_see") && found.contains(&"regional_variants"), "{found:?}");
    // The other device asked for nothing of it.
    let laptop = ponor.get(&format!("/api/v1/devices/{LAPTOP}/report?range=1h"));
    assert_eq!(
        (&laptop["vendors"], &laptop["unseen"], &laptop["totals"]["queries"]),
        (&json!([]), &json!([]), &json!(3))
    );
}

fn the_vendor_and_the_headline(ponor: &Ponor) {
    let vendor = ponor.get("/api/v1/vendors/xiaomi?range=7d");
    assert_eq!(texts(&vendor["devices"], "device_name"), ["redmi"]);
    assert_eq!((&vendor["vendor"]["country"], vendor["names"].as_array().unwrap().len()), (&json!("CN"), 9));
    let tries: usize = REPORTS.iter().map(|(_, times)| times).sum();
    let headline = ponor.get("/api/v1/headline");
    let [told, active] = &headline["sentences"].as_array().unwrap()[..] else { panic!("{headline}") };
    assert_eq!(told["template"], "stopped_share");
    let slots = &told["slots"];
    assert_eq!((&slots["devices"], &slots["companies"], &slots["through"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&slots["tries"], &slots["stopped"]), (&json!(tries), &json!(tries)));
    let slots = &active["slots"];
    assert_eq!(
        (&active["template"], &slots["device"], &slots["vendor"], &slots["country"], &slots["tries"]),
        (&json!("most_active"), &json!("redmi"), &json!("Xiaomi"), &json!("CN"), &json!(tries))
    );
    assert_eq!((&headline["new"], &headline["compared_since"]), (&json!([]), &Value::Null), "nothing to compare with");
}

fn the_figures(ponor: &Ponor) {
    let check = |query: &str, expected: &[(&str, u64)]| {
        let page = ponor.get(&format!("/api/v1/top?{query}"));
        let lines = page["lines"].as_array().unwrap().iter();
        let found: Vec<_> =
            lines.map(|line| (line["label"].as_str().unwrap(), line["queries"].as_u64().unwrap())).collect();
        assert_eq!(found, expected, "{query}: {page}");
    };
    check("filter=stopped+vendor:xiaomi&group=device", &[("redmi", 28)]);
    check("filter=name:*.mistat.*+group:name+device:redmi&limit=1", &[("data.mistat.india.xiaomi.com", 3)]);
    check(
        "filter=device:10.77.1.2&group=purpose&range=1h",
        &[
            ("usage analytics", 15),
            ("browsing history", 9),
            ("advertising", 4),
            ("connectivity check", 4),
            ("not known", 1),
        ],
    );
    check("group=country&compare=true", &[("CN", 32), ("not known", 4)]);
    check("filter=list:vendors&group=list&range=30d", &[("vendors", 28)]);
    let series = ponor.get("/api/v1/series?range=1h&filter=stopped&compare=true");
    assert_eq!((&series["totals"]["stopped"], &series["before"]["totals"]["queries"]), (&json!(28), &json!(0)));
}

fn the_command_line(house: &House) {
    let report = house.tell(&["report", "redmi"]);
    for text in ["Xiaomi", "CN", "browsing history", "tracking.rus.miui.com", "[Russia]", "161.117.97.14", "cannot see"]
    {
        assert!(report.contains(text), "{text} is not in\n{report}");
    }
    assert_eq!(house.tell_json(&["report", PHONE, "--json"])["device"]["name"], "redmi");
    let stats = house.tell(&["stats", "stopped", "device:redmi"]);
    assert!(stats.contains("28 queries, 28 of them stopped (100.0 %)") && stats.contains("Xiaomi"), "{stats}");
    let page = house.tell_json(&["stats", "group:vendor", "stopped", "--json", "--range", "7d"]);
    assert_eq!((&page["lines"][0]["key"], &page["lines"][0]["queries"]), (&json!("Xiaomi"), &json!(28)));
    let refused = house.run(&["stats", "stopped", "type:A"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("column 9"), "{refused:?}");
    let fix = house.tell(&["fix", "redmi"]);
    assert!(fix.contains("tracking.rus.miui.com") && fix.contains("vendors") && fix.contains("only reports"), "{fix}");
    let told = house.tell_json(&["fix", PHONE, "--json"]);
    assert!(told["names"].as_array().unwrap().iter().any(|name| name["name"] == "tracking.rus.miui.com"), "{told}");
    let refused = house.run(&["report", "nobody"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no device is called `nobody`"), "{refused:?}");

    let mut tail = house.command(&["tail", "name:sa.api.*", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(tail.stdout.take().unwrap());
    let asking = thread::spawn(|| {
        // The stream opens a moment after the command began.
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(200));
            ask_as("phone", SERVER, "data.mistat.xiaomi.com", 1);
            ask_as("phone", SERVER, "sa.api.intl.miui.com", 1);
        }
    });
    lines.read_line(&mut line).unwrap();
    // It ends with whoever reads it.
    drop(lines);
    let mut ended = None;
    let has_ended = || {
        ended = tail.try_wait().unwrap();
        ended.is_some()
    };
    wait_until(has_ended, || "`ponor tail` goes on although nobody reads it".to_owned());
    assert!(ended.unwrap().success(), "{ended:?}");
    asking.join().unwrap();
    let row: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&row["name"], &row["device_name"]), (&json!("sa.api.intl.miui.com"), &json!("redmi")));
}
