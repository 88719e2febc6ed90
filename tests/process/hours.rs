//! The hours in which a group is offline. Each ponor is told a zone in which it is the time that the test wants.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use ponor::dns::RecordType;
use reqwest::Method;
use serde_json::json;

use crate::{
    house::{House, Ponor, honest, wait_until},
    support::upstream::ScriptedUpstream,
    wire::ask_from,
};

const KID: [u8; 4] = [127, 0, 0, 2];
const OTHER: [u8; 4] = [127, 0, 0, 3];
const GUEST: [u8; 4] = [127, 0, 0, 4];

const DAY: u64 = 86_400;

/// A house with hours for `127.0.0.2`, and a ponor in it that starts when its clock shows this second of the day.
fn house_at(second: u64) -> (House, Ponor, ScriptedUpstream) {
    let upstream = honest();
    let rest = "[[lists]]\nid = \"ads\"\nsource = \"ads.txt\"\n\
        [[groups]]\nid = \"kids\"\ndevices = [\"127.0.0.2\"]\noffline = [\"daily 20:30-06:30\"]\n";
    let house = House::new(upstream.address, rest);
    house.write("ads.txt", "||ads.example^\n");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % DAY;
    let ahead = (second + DAY - now) % DAY;
    // What stands in a zone is by how much it is behind UTC.
    let (sign, off) = if ahead <= DAY / 2 { ('-', ahead) } else { ('+', DAY - ahead) };
    let zone = format!("<HERE>{sign}{:02}:{:02}:{:02}", off / 3600, off / 60 % 60, off % 60);
    let mut command = house.command(&[]);
    command.env("TZ", zone);
    let ponor = Ponor::start(command);
    (house, ponor, upstream)
}

/// What a device is told of why a name is stopped; nothing where it is not.
fn reason(dns: SocketAddr, client: [u8; 4], name: &str) -> String {
    ask_from(IpAddr::from(client), dns, name, RecordType::A).ede.map(|(_, text)| text).unwrap_or_default()
}

#[test]
fn a_group_is_offline_in_its_hours_but_for_what_is_ordered_for_it() {
    let (house, ponor, _upstream) = house_at(22 * 3600);
    let check = |client: [u8; 4], name: &str, expected: &str| assert_eq!(reason(ponor.dns, client, name), expected);
    let night = "stopped: offline until 06:30";
    for (client, name, expected) in [
        (KID, "www.example", night),
        (KID, "ads.example", night),
        (KID, "localhost", ""),
        (OTHER, "www.example", ""),
        (OTHER, "ads.example", "stopped by list ads"),
    ] {
        check(client, name, expected);
    }
    house.tell(&["allow", "school.example"]);
    check(KID, "school.example", night);
    house.tell(&["allow", "wikipedia.example", "--device", "127.0.0.2"]);
    check(KID, "en.wikipedia.example", "");
    check(KID, "www.example", night);
    let told = house.tell(&["query", "www.example", "--device", "127.0.0.2", "--explain"]);
    assert!(told.starts_with("Stopped, because the group kids is offline until 06:30\n"), "{told}");
    assert!(!told.contains("  rule "), "{told}");
    let fix = || house.tell(&["fix", "127.0.0.2"]);
    wait_until(|| fix().contains("  hours of kids"), fix);
    let told = fix();
    let head = "nothing is broken: 127.0.0.2 is offline until ";
    assert!(told.starts_with(head) && told.contains(" by the hours of group kids\n"), "{told}");
    house.tell(&["pause", "--for", "5m", "--device", "127.0.0.2"]);
    check(KID, "www.example", "");
    house.tell(&["resume", "--device", "127.0.0.2"]);
    check(KID, "www.example", night);
}

#[test]
fn hours_are_told_as_their_own_reason_and_count_for_no_list_and_no_company() {
    let (house, ponor, _upstream) = house_at(22 * 3600);
    reason(ponor.dns, KID, "ads.example");
    reason(ponor.dns, KID, "tracking.miui.com");
    reason(ponor.dns, OTHER, "ads.example");
    let rows = || ponor.get("/api/v1/queries?filter=reason:offline")["rows"].clone();
    wait_until(|| rows().as_array().is_some_and(|rows| rows.len() == 2), || rows().to_string());
    let cause = &rows()[0]["cause"];
    assert_eq!(*cause, json!({ "source": "offline", "id": "kids", "rule": null, "via": null }));
    let overview = ponor.get("/api/v1/overview");
    assert_eq!((&overview["lists"][0]["stopped"], &overview["vendors"]), (&json!(1), &json!([])), "{overview}");
    assert_eq!(overview["totals"]["stopped"], 3);
    let group = &ponor.get("/api/v1/groups")["groups"][0];
    assert_eq!((&group["offline"], &group["hours"]["offline"]), (&json!(["daily 20:30-06:30"]), &json!(true)));
    let changes = group["hours"]["changes"].as_u64().unwrap();
    let left = changes / 1000 - ponor.get("/api/v1/status")["now"].as_u64().unwrap() / 1000;
    assert!((8 * 3600..=8 * 3600 + 1800).contains(&left), "{left}");
    let device = ponor.get("/api/v1/devices/127.0.0.2");
    assert_eq!(device["offline"], json!({ "until": changes }), "{device}");
    assert_eq!(ponor.get("/api/v1/devices/127.0.0.3")["offline"], json!(null));
    assert!(house.tell(&["groups"]).contains("daily 20:30-06:30"));
}

#[test]
fn the_hours_of_a_group_that_was_made_hold_at_once() {
    let (house, ponor, _upstream) = house_at(22 * 3600);
    let check = |expected: &str| assert_eq!(reason(ponor.dns, GUEST, "www.example"), expected);
    house.tell(&["groups", "add", "guests"]);
    let group = json!({ "group": "guests" });
    let put = || ponor.http(Method::PATCH, "/api/v1/devices/127.0.0.4", Some(group.clone()));
    // It is known once it has asked.
    check("");
    wait_until(|| put().0 == 204, || put().1.to_string());
    check("");
    house.tell(&["groups", "set", "guests", "--offline", "Daily 21:00-23:00", "--offline", "daily 12:00-13:00"]);
    check("stopped: offline until 23:00");
    house.tell(&["groups", "set", "guests", "--offline", "daily 12:00-13:00"]);
    check("");
    let refused = house.run(&["groups", "set", "guests", "--offline", "dayly 12:00-13:00"]);
    let refused = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.contains("\"dayly\" is no day") && refused.contains("did you mean `daily`?"), "{refused}");
    house.write("config.toml", &std::fs::read_to_string(house.path("config.toml")).unwrap().replace("20:30", "23:30"));
    assert_eq!(reason(ponor.dns, KID, "www.example"), "stopped: offline until 06:30");
    ponor.reload();
    assert_eq!(reason(ponor.dns, KID, "www.example"), "");
}

#[test]
fn hours_begin_and_end_by_the_clock_of_the_house() {
    for (turn, before, after) in [(20, "", "stopped: offline until 06:30"), (6, "stopped: offline until 06:30", "")] {
        let now = |ponor: &Ponor| reason(ponor.dns, KID, "www.example");
        // On a busy machine ponor may be up too late to see it.
        let mut leads = [3, 15, 60].into_iter();
        let (_house, ponor, _upstream) = loop {
            let lead = leads.next().unwrap();
            let began = Instant::now();
            let all = house_at(turn * 3600 + 30 * 60 - lead);
            let told = now(&all.1);
            if began.elapsed().as_secs() + 1 < lead {
                assert_eq!(told, before);
                break all;
            }
        };
        wait_until(|| now(&ponor) == after, || now(&ponor));
    }
}
