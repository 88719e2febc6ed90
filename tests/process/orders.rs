//! What an operator orders of a running ponor: exceptions, pauses, own rules; that they end, survive, and are taken back.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use nix::sys::signal::Signal;
use ponor::dns::RecordType;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    house::{House, Ponor, error_text, honest, wait_until},
    support::upstream::ScriptedUpstream,
    wire::{ask_a, ask_from, ask_over_tcp},
};

/// A house with a list that stops `ads.example`, an own rule of the configuration and a group with another.
fn house() -> (House, ScriptedUpstream) {
    let upstream = honest();
    let rest = "devices.lease_files = \"leases\"\nblocking.lists = [\"ads\"]\nblocking.rules = [\"||fixed.example^\"]\n\
        [[lists]]\nid = \"ads\"\nsource = \"ads.txt\"\n\
        [[groups]]\nid = \"kids\"\ndevices = [\"127.0.0.2\"]\nrules = [\"||games.example^\"]\n";
    let house = House::new(upstream.address, rest);
    house.write("ads.txt", "||ads.example^\n");
    house.write("leases", "4102444800 aa:bb:cc:dd:ee:01 10.7.7.7 tv *\n");
    (house, upstream)
}

fn is_stopped(server: SocketAddr, client: [u8; 4], name: &str) -> bool {
    ask_from(IpAddr::from(client), server, name, RecordType::A).ede.is_some()
}

/// The number of the change in what a command told as JSON.
fn id(told: &Value) -> String {
    told["id"].as_u64().unwrap().to_string()
}

/// Runs a command that must be refused; why.
fn refused(house: &House, arguments: &[&str]) -> String {
    let output = house.run(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    error_text(&output)
}

#[test]
fn commands_need_no_authorities_on_the_machine() {
    let (house, _upstream) = house();
    let ponor = house.start();
    // As on a small system without the package `ca-certificates`.
    let mut command = house.command(&["allow", "ads.example"]);
    let output = command.envs([("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")]).output().unwrap();
    assert!(output.status.success(), "{}", error_text(&output));
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 1], "x.ads.example"));
}

#[test]
fn a_name_is_allowed_and_blocked_by_a_command() {
    let (house, _upstream) = house();
    let ponor = house.start();
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "x.ads.example"));
    let told = house.tell(&["allow", "ads.example"]);
    assert!(told.contains("allowed ads.example for everyone until ") && told.contains("`ponor undo 1`"), "{told}");
    // It is in force when the command ends.
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 1], "x.ads.example"));
    let told = house.tell(&["block", "www.example", "--forever", "--group", "kids"]);
    assert!(told.contains("blocked www.example for group kids for ever"), "{told}");
    assert!(is_stopped(ponor.dns, [127, 0, 0, 2], "www.example"));
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 3], "www.example"));
    // A device comes before its group, and before the group's own rules.
    let until = house.tell_json(&["allow", "games.example", "--until-tomorrow", "--device", "127.0.0.2", "--json"]);
    let (made, ends) = (&until["edit"]["after"]["made"], &until["edit"]["after"]["until"]);
    assert!(ends.as_u64().unwrap() - made.as_u64().unwrap() <= 25 * 3_600_000, "{until}");
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 2], "games.example"));
    house.tell(&["allow", "||www*.example^", "--device", "127.0.0.2"]);
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 2], "www.example"));
    assert!(refused(&house, &["allow", "a..b"]).contains("a..b"));
    assert!(refused(&house, &["allow", "a.example", "--group", "cats"]).contains("no group `cats`"));
    wait_until(|| house.run(&["allow", "tv.example", "--device", "tv"]).status.success(), || ponor.log());
    let rules = house.tell(&["rules"]);
    assert!(rules.contains("||ads.example^") && rules.contains("config.toml"), "{rules}");
    assert!(rules.contains("tv (aa:bb:cc:dd:ee:01)") && rules.contains("device 127.0.0.2"), "{rules}");
}

#[test]
fn an_explanation_names_the_exception_or_the_pause() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let allowed = house.tell_json(&["allow", "ads.example", "--json"]);
    let explained = ponor.get("/api/v1/explain?name=x.ads.example");
    assert_eq!((&explained["cause"]["source"], &explained["cause"]["id"]), (&json!("exception"), &json!(id(&allowed))));
    let summary = explained["summary"].as_str().unwrap();
    assert!(summary.contains("by an exception for everyone until "), "{summary}");
    house.tell(&["undo", &id(&allowed)]);
    house.tell(&["pause"]);
    let told = house.tell(&["query", "x.ads.example", "--explain"]);
    assert!(told.contains("blocking is paused for everyone"), "{told}");
}

#[test]
fn orders_end_by_themselves() {
    let (house, _upstream) = house();
    let ponor = house.start();
    house.tell(&["allow", "ads.example", "--for", "1s"]);
    house.tell(&["pause", "--for", "1s", "--device", "127.0.0.2"]);
    let are_over = || {
        is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example") && is_stopped(ponor.dns, [127, 0, 0, 2], "games.example")
    };
    wait_until(are_over, || "what was ordered for a second does not end".to_owned());
    assert_eq!(ponor.get("/api/v1/exceptions")["exceptions"], json!([]));
    assert_eq!(ponor.get("/api/v1/status")["pauses"], json!([]));
}

#[test]
fn what_is_lifted_for_a_moment_is_in_force_again_afterwards() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let stops = || is_stopped(ponor.dns, [127, 0, 0, 1], "www.example");
    house.tell(&["block", "www.example", "--forever"]);
    let told = house.tell(&["allow", "www.example", "--for", "6s"]);
    assert!(told.contains(", then blocked again for ever; `ponor undo 2` takes it back"), "{told}");
    assert!(!stops());
    let rules = house.tell(&["rules"]);
    assert!(rules.contains(", then blocked again for ever"), "{rules}");
    assert_eq!(ponor.get("/api/v1/exceptions")["exceptions"][0]["afterwards"]["action"], "block");
    wait_until(stops, || "the block does not come back".to_owned());
    assert_eq!(ponor.get("/api/v1/exceptions")["exceptions"][0]["id"], 1);
    let told = house.tell(&["block", "www.example", "--for", "1h"]);
    assert!(told.contains(" instead of for ever; `ponor undo 3`"), "{told}");
    let told = house.tell(&["allow", "www.example", "--forever"]);
    assert!(told.contains("for ever instead of blocked until "), "{told}");
}

#[test]
fn orders_survive_a_restart_and_end_in_the_meantime() {
    let (house, _upstream) = house();
    let ponor = house.start();
    house.tell(&["allow", "ads.example", "--device", "127.0.0.9"]);
    house.tell(&["block", "www.example", "--for", "1s"]);
    house.tell(&["pause", "--group", "kids"]);
    house.tell(&["rules", "add", "||own.example^"]);
    // Killed: what was ordered is on disk before the command ends.
    ponor.end(Signal::SIGKILL);
    std::thread::sleep(std::time::Duration::from_secs(1));
    let ponor = house.start();
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 9], "ads.example"));
    assert!(is_stopped(ponor.dns, [127, 0, 0, 8], "ads.example"));
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 8], "www.example"));
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 2], "games.example"));
    assert!(is_stopped(ponor.dns, [127, 0, 0, 8], "own.example"));
    assert_eq!(house.tell_json(&["changes", "--json"])["changes"].as_array().unwrap().len(), 4);
}

#[test]
fn what_is_for_a_group_that_is_gone_is_told_to_hold_for_nobody() {
    let (house, _upstream) = house();
    let ponor = house.start();
    house.tell(&["allow", "ads.example", "--group", "kids", "--forever"]);
    house.tell(&["rules", "add", "||own.example^", "--group", "kids"]);
    assert_eq!(ponor.get("/api/v1/rules")["missing_groups"], json!([]));
    assert!(!house.tell(&["rules"]).contains("holds for nobody"));
    let text = std::fs::read_to_string(house.path("config.toml")).unwrap();
    house.write("config.toml", text.split("[[groups]]").next().unwrap());
    ponor.reload();
    assert_eq!(ponor.get("/api/v1/rules")["missing_groups"], json!(["kids"]));
    let told = "there is no group `kids`: what is for it holds for nobody";
    assert!(house.tell(&["rules"]).contains(told), "{}", house.tell(&["rules"]));
    ponor.end(Signal::SIGTERM);
    assert!(house.tell(&["rules"]).contains(told), "{}", house.tell(&["rules"]));
}

#[test]
fn a_group_is_made_treated_and_removed_while_ponor_runs() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let stopped = |name| is_stopped(ponor.dns, [127, 0, 0, 1], name);
    assert!(stopped("ads.example"));
    assert!(refused(&house, &["groups", "add", "cats", "--lists", "adds"]).contains("did you mean `ads`?"));
    let told = house.tell(&["groups", "add", "cats", "--lists", "none"]);
    assert!(told.contains("made the group cats: no list governs it; `ponor undo 1`"), "{told}");
    // It governs the devices that are put in it, at once.
    assert!(stopped("ads.example"));
    let is_known = || ponor.get("/api/v1/devices").to_string().contains("127.0.0.1");
    wait_until(is_known, || "a device that asks is not found".to_owned());
    house.tell(&["devices", "group", "127.0.0.1", "cats"]);
    assert!(!stopped("ads.example"));
    house.tell(&["rules", "add", "||mice.example^", "--group", "cats"]);
    house.tell(&["block", "birds.example", "--group", "cats"]);
    assert!(stopped("mice.example") && stopped("birds.example"));
    assert_eq!(ponor.get("/api/v1/explain?name=mice.example&device=127.0.0.1")["group"], "cats");
    house.tell(&["groups", "set", "cats", "--lists", "ads"]);
    assert!(stopped("ads.example"));
    house.tell(&["groups", "set", "cats", "--blocking", "false"]);
    assert!(!stopped("ads.example") && !stopped("mice.example"));
    let shown = house.tell(&["groups"]);
    assert!(shown.contains("nothing is stopped") && shown.contains("127.0.0.1"), "{shown}");
    assert!(refused(&house, &["groups", "remove", "kids"]).contains("set in config.toml"));
    let told = house.tell_json(&["groups", "remove", "cats", "--json"]);
    assert!(stopped("ads.example") && !stopped("mice.example"));
    assert_eq!(ponor.get("/api/v1/rules")["missing_groups"], json!(["cats"]));
    // Taken back, its devices are in it again; and all of it is there after a restart.
    house.tell(&["undo", &id(&told)]);
    house.tell(&["groups", "set", "cats", "--blocking", "true"]);
    assert!(stopped("mice.example"));
    ponor.end(Signal::SIGKILL);
    let groups = house.tell_json(&["groups", "--json"]);
    let ponor = house.start();
    assert_eq!(groups, ponor.get("/api/v1/groups"));
    let fields = ["id", "blocking", "lists", "devices", "fixed"];
    let fields = |place: usize| fields.map(|field| groups["groups"][place][field].clone());
    assert_eq!(fields(0), [json!("kids"), json!(true), json!(null), json!(["127.0.0.2"]), json!(true)]);
    assert_eq!(fields(1), [json!("cats"), json!(true), json!(["ads"]), json!([]), json!(false)]);
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "mice.example"));
    let patch = |body| ponor.http(Method::PATCH, "/api/v1/groups/cats", Some(body));
    assert_eq!(
        ponor.http(Method::POST, "/api/v1/lists", Some(json!({ "id": "more", "source": "builtin:vendors" }))).0,
        204
    );
    assert_eq!(patch(json!({ "lists": ["more"] })).0, 200);
    assert_eq!(ponor.http(Method::DELETE, "/api/v1/lists/more", None).0, 204);
    assert!(house.tell(&["groups"]).contains("more (gone)"));
    assert_eq!(patch(json!({ "lists": null })).1["edit"]["after"]["lists"], json!(null));
    assert_eq!(patch(json!({ "lists": ["nonsense"] })).0, 422);
    assert_eq!(patch(json!({})).0, 422);
    assert_eq!(ponor.http(Method::DELETE, "/api/v1/groups/dogs", None).0, 404);
}

#[test]
fn a_group_searches_safely_from_the_next_lookup_on() {
    let (house, upstream) = house();
    let ponor = house.start();
    let kid = IpAddr::from([127, 0, 0, 3]);
    let asked = |client, name: &str| ask_from(client, ponor.dns, name, RecordType::A).answers;
    let filtered =
        |answers: &[String]| answers.first().is_some_and(|first| first.ends_with(" forcesafesearch.google.com."));
    assert!(!filtered(&asked(kid, "www.google.com")));
    let told = house.tell(&["groups", "add", "young", "--safe-search", "strict"]);
    assert!(told.contains("made the group young: safe search is strict"), "{told}");
    let join = |device: &str| {
        let is_known = || ponor.get("/api/v1/devices").to_string().contains(&format!("\"{device}\""));
        wait_until(is_known, || format!("{device} asks and is not found"));
        house.tell(&["devices", "group", device, "young"]);
    };
    join("127.0.0.3");
    for name in ["www.google.com", "wWw.gOOgle.Com", "google.fr"] {
        let answers = asked(kid, name);
        assert!(filtered(&answers) && answers.last().unwrap().ends_with(" A 192.0.2.53"), "{name}: {answers:?}");
        assert!(!filtered(&asked(Ipv4Addr::LOCALHOST.into(), name)), "{name}");
    }
    let alone = ask_from(kid, ponor.dns, "www.google.com", RecordType::HTTPS);
    assert!(filtered(&alone.answers) && alone.answers.len() == 1, "{alone:?}");
    // Who asks over TCP is the device of this host, which is put in the group too.
    assert!(!filtered(&ask_over_tcp(ponor.dns, "www.google.com", RecordType::A).answers));
    join("127.0.0.1");
    assert!(filtered(&ask_over_tcp(ponor.dns, "www.google.com", RecordType::A).answers));
    let explained = house.tell(&["query", "www.google.com", "--device", "127.0.0.3", "--explain"]);
    assert!(
        explained.contains("Answered with the addresses of forcesafesearch.google.com, because safe search is on"),
        "{explained}"
    );
    let row = || {
        let rows = ponor.get("/api/v1/queries?verdict=local&name=google.fr&device=127.0.0.3");
        let row = rows["rows"].get(0).cloned()?;
        Some((row["verdict"].clone(), row["cause"]["source"].clone(), row["cause"]["via"].clone()))
    };
    let expected = (json!("local"), json!("safe_search"), json!("forcesafesearch.google.com"));
    wait_until(|| row().as_ref() == Some(&expected), || format!("{:?}", row()));
    assert_eq!(ponor.get("/api/v1/status")["totals"]["stopped"], 0);
    let told = house.tell_json(&["groups", "set", "young", "--safe-search", "default", "--json"]);
    assert!(!filtered(&asked(kid, "www.google.com")));
    house.tell(&["undo", &id(&told)]);
    assert!(filtered(&asked(kid, "www.google.com")));
    ponor.end(Signal::SIGKILL);
    let groups = house.tell_json(&["groups", "--json"]);
    assert_eq!(groups["groups"][1]["safe_search"], "strict");
    assert!(house.tell(&["groups"]).contains("strict"));
    let ponor = house.start();
    assert_eq!(ponor.http(Method::PATCH, "/api/v1/groups/young", Some(json!({ "safe_search": "most" }))).0, 422);
    let (status, change) = ponor.http(Method::PATCH, "/api/v1/groups/young", Some(json!({ "safe_search": null })));
    assert_eq!((status, &change["edit"]["after"]["safe_search"]), (200, &json!(null)));
    drop(upstream);
}

#[test]
fn a_record_is_answered_here_while_ponor_runs() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let asked = |name| ask_a(ponor.dns, name).answers;
    let told = house.tell(&["records", "add", "telly.home.arpa", "A", "127.0.0.1"]);
    assert!(told.contains("added the record telly.home.arpa A 127.0.0.1; `ponor undo 1`"), "{told}");
    assert_eq!(asked("telly.home.arpa"), ["telly.home.arpa. 60 IN A 127.0.0.1"]);
    house.tell(&["records", "add", "tv.home.arpa CNAME telly.home.arpa"]);
    assert_eq!(asked("tv.home.arpa").len(), 2);
    // Whose address it is, is called so.
    let is_called = || ponor.get("/api/v1/devices")["devices"][0]["name"] == "telly";
    wait_until(is_called, || ponor.get("/api/v1/devices").to_string());
    assert!(refused(&house, &["records", "add", "tv.home.arpa", "A", "10.0.0.9"]).contains("is an alias"));
    assert!(refused(&house, &["records", "remove", "9"]).contains("there is no record `9`"));
    // It is there after a restart, and told without a running ponor too.
    ponor.end(Signal::SIGKILL);
    let records = house.tell_json(&["records", "--json"]);
    assert!(house.tell(&["records"]).contains("tv.home.arpa CNAME telly.home.arpa"));
    let ponor = house.start();
    assert_eq!(records, ponor.get("/api/v1/records"));
    let asked = |name| ask_a(ponor.dns, name).answers;
    assert_eq!(asked("telly.home.arpa"), ["telly.home.arpa. 60 IN A 127.0.0.1"]);
    let removed = house.tell_json(&["records", "remove", "telly.home.arpa", "A", "127.0.0.1", "--json"]);
    assert_eq!(asked("telly.home.arpa"), [""; 0]);
    house.tell(&["undo", &id(&removed)]);
    assert_eq!(asked("telly.home.arpa"), ["telly.home.arpa. 60 IN A 127.0.0.1"]);
    let post = |record: &str| ponor.http(Method::POST, "/api/v1/records", Some(json!({ "record": record })));
    assert_eq!(post("x.home.arpa A 10.0.0.1").0, 200);
    assert_eq!(post("x.home.arpa A").0, 422);
    assert_eq!(ponor.http(Method::DELETE, "/api/v1/records/config-1", None).0, 404);
}

#[test]
fn blocking_is_paused_and_resumed() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let told = house.tell(&["pause", "--for", "10m"]);
    assert!(told.contains("paused blocking for everyone until "), "{told}");
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    let status = ponor.get("/api/v1/status");
    assert_eq!((&status["blocking"], status["pauses"].as_array().unwrap().len()), (&json!(false), 1));
    house.tell(&["resume"]);
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    assert!(refused(&house, &["resume"]).contains("not paused for everyone"));
    let told = house.tell(&["pause", "--device", "127.0.0.2"]);
    assert!(told.contains("until `ponor resume`"), "{told}");
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 2], "ads.example"));
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    assert_eq!(ponor.get("/api/v1/status")["blocking"], true);
    assert!(refused(&house, &["resume"]).contains("but for device 127.0.0.2"));
}

#[test]
fn a_device_is_named_by_any_of_its_names() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let device = |name: &str| ponor.http(Method::GET, &format!("/api/v1/devices/{name}"), None);
    wait_until(|| device("tv").0 == 200, || "the lease is not read".to_owned());
    house.tell(&["devices", "name", "tv", "Living-room TV"]);
    // By the name that people gave, and by the one that it has by itself.
    assert_eq!(device("living-room%20tv").1["id"], "aa:bb:cc:dd:ee:01");
    assert_eq!(device("TV").1["name"], "Living-room TV");
    let blocked = house.tell(&["block", "tv.example", "--device", "tv"]);
    assert!(blocked.contains("blocked tv.example for Living-room TV (aa:bb:cc:dd:ee:01) until "), "{blocked}");
    let changes = house.tell(&["changes"]);
    assert!(changes.contains("changed what is said of Living-room TV (aa:bb:cc:dd:ee:01)"), "{changes}");
    assert!(changes.contains("blocked tv.example for Living-room TV (aa:bb:cc:dd:ee:01) until "), "{changes}");
    let blocked = house.tell_json(&["block", "www.example", "--device", "living-room tv", "--json"]);
    assert_eq!(blocked["edit"]["after"]["scope"], json!({ "device": "aa:bb:cc:dd:ee:01" }));
    let telly = "Living-room TV (aa:bb:cc:dd:ee:01)";
    let told = refused(&house, &["resume", "--device", "tv"]);
    assert_eq!(told.trim_end(), format!("blocking is not paused for {telly}"));
    let told = house.tell(&["query", "tv.example", "--device", "tv"]);
    assert!(told.starts_with(&format!("Stopped by an exception for {telly} until ")), "{told}");
    house.tell(&["pause", "--device", "tv"]);
    assert!(refused(&house, &["resume"]).contains(&format!("but for {telly}")));
    let told = house.tell(&["query", "other.example", "--device", "tv"]);
    assert!(told.starts_with(&format!("Not stopped, because blocking is paused for {telly}")), "{told}");
    assert_eq!(ponor.get("/api/v1/pause")["pauses"][0]["scope"], json!({ "device": "aa:bb:cc:dd:ee:01" }));
    house.tell(&["resume", "--device", "Living-Room TV"]);
    assert_eq!(ponor.get("/api/v1/pause")["pauses"], json!([]));
    let told = refused(&house, &["allow", "a.example", "--device", "living-rom tv"]);
    assert!(told.contains("no device is called `living-rom tv`; did you mean `Living-room TV`?"), "{told}");
    let (status, problem) = ponor.http(Method::DELETE, "/api/v1/pause?device=toaster", None);
    assert_eq!(status, 404, "{problem}");
    // Two of one name.
    ask_from(IpAddr::from([127, 0, 0, 8]), ponor.dns, "www.example", RecordType::A);
    wait_until(|| device("127.0.0.8").0 == 200, || "nobody is at 127.0.0.8".to_owned());
    house.tell(&["devices", "name", "127.0.0.8", "living-room tv"]);
    let told = refused(&house, &["report", "living-room tv"]);
    assert!(told.contains("2 devices are called `living-room tv`: "), "{told}");
    house.tell(&["devices", "name", "127.0.0.8", "Radio"]);
    drop(ponor);
    let told = house.tell(&["allow", "a.example", "--device", "radio"]);
    assert!(told.contains("allowed a.example for Radio (127.0.0.8) until "), "{told}");
    assert!(house.tell(&["changes"]).contains("allowed a.example for Radio (127.0.0.8) until "));
    let paused = house.tell_json(&["pause", "--device", "radio", "--json"]);
    assert_eq!(paused["edit"]["after"]["scope"], json!({ "device": "127.0.0.8" }));
}

#[test]
fn own_rules_are_added_and_removed_but_not_those_of_the_configuration() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let added = house.tell_json(&["rules", "add", "@@||ads.example^", "--json"]);
    assert!(!is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    let rules = ponor.get("/api/v1/rules");
    let fixed: Vec<_> = rules["rules"].as_array().unwrap().iter().map(|rule| rule["fixed"] == true).collect();
    assert_eq!(fixed, [true, true, false]);
    house.tell(&["rules", "remove", &id(&added)]);
    house.tell(&["rules", "add", "/ads[0-9]+\\.example/"]);
    house.tell(&["rules", "remove", "/ads[0-9]+\\.example/"]);
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    let check = |method: Method, path: &str, body: Option<Value>, expected: u16, reason: &str| {
        let (status, problem) = ponor.http(method, path, body);
        assert_eq!(status, expected, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem}");
    };
    let rule = |rule: &str| Some(json!({ "rule": rule }));
    check(Method::POST, "/api/v1/rules", rule("||fixed.example^"), 409, "is set in config.toml");
    check(Method::DELETE, "/api/v1/rules/config-1", None, 409, "is set in config.toml");
    check(Method::POST, "/api/v1/rules", rule("||a.example^$client=x"), 422, "`||a.example^$client=x`");
    check(Method::DELETE, "/api/v1/rules/77", None, 404, "there is no own rule `77`");
    check(Method::DELETE, "/api/v1/exceptions/77", None, 404, "there is no exception 77");
    check(Method::DELETE, "/api/v1/exceptions/all", None, 400, "expected a number");
    check(Method::DELETE, "/api/v1/pause?device=10.0.0.1&group=kids", None, 400, "not both");
    check(Method::POST, "/api/v1/changes/77/undo", None, 404, "no change 77");
    // After the rule went into the configuration it is fixed.
    assert!(refused(&house, &["rules", "add", "||fixed.example^"]).contains("is set in config.toml"));
}

#[test]
fn changes_are_remembered_with_their_author_and_taken_back() {
    let (house, _upstream) = house();
    let ponor = house.start();
    let body = json!({ "name": "ads.example", "action": "allow", "lasts": "forever" });
    let (status, change) = ponor.http(Method::POST, "/api/v1/exceptions", Some(body));
    assert_eq!((status, &change["by"]), (200, &json!({ "way": "open", "address": "127.0.0.1" })));
    house.tell(&["lists", "add", "more", "builtin:vendors-strict"]);
    let device = "/api/v1/devices/10.7.7.7";
    wait_until(|| ponor.http(Method::GET, device, None).0 == 200, || "the lease is not read".to_owned());
    house.tell(&["devices", "name", "10.7.7.7", "Telly"]);
    let changes = house.tell(&["changes"]);
    for text in ["allowed ads.example for everyone for ever", "added the list more", "a command", "from 127.0.0.1"] {
        assert!(changes.contains(text), "{text}: {changes}");
    }
    let kinds = |ponor: &Ponor| -> Vec<Value> {
        let changes = ponor.get("/api/v1/changes");
        changes["changes"].as_array().unwrap().iter().map(|change| change["edit"]["kind"].clone()).collect()
    };
    assert_eq!(kinds(&ponor), ["device", "list", "exception"]);
    // The device, the list, the exception.
    let name = || ponor.get(device)["name"].clone();
    assert_eq!(name(), "Telly");
    house.tell(&["undo", "3"]);
    assert_ne!(name(), "Telly");
    assert_eq!(house.list("more")["enabled"], true);
    house.tell(&["undo", "2"]);
    assert_eq!(house.list("more"), Value::Null);
    house.tell(&["undo", "1"]);
    assert!(is_stopped(ponor.dns, [127, 0, 0, 1], "ads.example"));
    assert!(refused(&house, &["undo", "1"]).contains("was taken back by change 6"));
    // What was taken back can be had again.
    house.tell(&["undo", "5"]);
    assert_eq!(house.list("more")["enabled"], true);
    assert_eq!(kinds(&ponor).len(), 7);
}

#[test]
fn orders_can_be_given_while_ponor_does_not_run() {
    let (house, _upstream) = house();
    house.tell(&["allow", "ads.example"]);
    assert!(house.tell(&["changes"]).contains("allowed ads.example for everyone until "));
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "ads.example").ede.is_none());
    drop(ponor);
    house.tell(&["undo", "1"]);
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "ads.example").ede.is_some());
}
