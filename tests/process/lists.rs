//! Lists: from servers and files, added and removed while ponor runs, and whatever goes wrong with them.

use std::{
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    house::{House, Ponor, error_text, honest, wait_until},
    list_server::{ListServer, Page},
    wire::{Reply, ask_a},
};

fn let_through(reply: &Reply) -> bool {
    reply.ede.is_none() && reply.data() == ["192.0.2.53"]
}

fn subscribed(url: &str) -> String {
    format!("[[lists]]\nid = \"web\"\nsource = \"{url}\"\n")
}

fn many(count: usize, domain: &str) -> String {
    let names: Vec<_> = (0..count).map(|number| format!("n{number}.{domain}\n")).collect();
    names.concat()
}

fn wait_for_list(house: &House, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut list = Value::Null;
    wait_until(
        || {
            list = house.list("web");
            holds(&list)
        },
        || format!("never {what}: {}", house.list("web")),
    );
    list
}

#[test]
fn a_subscribed_list_is_fetched_at_the_start_and_again_only_when_changed() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "||one.example^\nnot a rule at all !!\n");
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let ponor = house.start();
    let list = wait_for_list(&house, "fetched", |list| list["rules"] == 1);
    assert_eq!((&list["rejected"], &list["rejects"][0]["line"]), (&json!(1), &json!(2)), "{list}");
    assert!(ask_a(ponor.dns, "a.one.example").stopped_by("web"));
    house.tell(&["lists", "update", "web"]);
    assert_eq!(server.answers("list"), [200, 304]);
    server.text("list", "||two.example^\n");
    house.tell(&["lists", "update"]);
    assert!(ask_a(ponor.dns, "two.example").stopped_by("web"));
    assert!(let_through(&ask_a(ponor.dns, "one.example")));
    let shown = house.tell(&["lists"]);
    assert!(shown.contains("web") && shown.contains(&server.url("list")), "{shown}");
}

#[test]
fn lists_come_and_go_while_ponor_runs() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "one.example\n");
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let stopped = || ask_a(ponor.dns, "one.example").stopped_by("web");
    assert!(!stopped());
    house.tell(&["lists", "add", "web", &server.url("list")]);
    assert!(stopped(), "the command waits until it is in force: {}", house.list("web"));
    assert_eq!(house.tell_json(&["lists", "disable", "web", "--json"])["lists"][1]["enabled"], false);
    assert!(!stopped());
    house.tell(&["lists", "enable", "web"]);
    assert!(stopped());
    let again = house.run(&["lists", "add", "web", &server.url("list")]);
    assert!(!again.status.success() && error_text(&again).contains("web"), "{}", error_text(&again));
    house.tell(&["lists", "remove", "web"]);
    assert!(!stopped() && house.list("web").is_null());
    for wrong in [["lists", "remove", "web"], ["lists", "disable", "nothing"], ["lists", "update", "nothing"]] {
        let output = house.run(&wrong);
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(error_text(&output).contains("there is no list"), "{wrong:?}: {}", error_text(&output));
    }
}

#[test]
fn a_list_that_cannot_be_fetched_is_added_and_said_to_have_no_rules_yet() {
    let (upstream, server) = (honest(), ListServer::start());
    server.put("list", Page::Status(404));
    let house = House::new(upstream.address, "");
    let add = |id: &str| {
        let output = house.run(&["lists", "add", id, &server.url("list")]);
        assert_eq!(output.status.code(), Some(1), "{id}");
        let told = error_text(&output);
        let expected = format!("list `{id}` is added and will be tried again, but has no rules yet: ");
        assert!(told.contains(&expected) && told.contains("404"), "{told}");
    };
    add("stopped");
    let _ponor = house.start();
    add("running");
    for id in ["stopped", "running"] {
        assert_eq!(house.list(id)["source"], server.url("list"), "{}", house.list(id));
    }
}

#[test]
fn whoever_adds_a_file_is_told_what_to_write_into_the_configuration() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    house.write("own \"names\".txt", "one.example\n");
    let path = house.path("own \"names\".txt");
    let refused = |arguments: &[&str]| {
        let output = house.run(&[&["lists", "add", "own"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        error_text(&output)
    };
    let stopped = refused(&["own \"names\".txt", "--subdomains"]);
    let ponor = house.start();
    let told = refused(&["own \"names\".txt", "--subdomains"]);
    assert_eq!(told, stopped);
    assert!(told.starts_with(&format!("`{}` is a file", path.display())), "{told}");
    let block = told.lines().filter(|line| line.starts_with('[') || line.contains(" = ") && !line.contains('`'));
    let written = std::fs::read_to_string(house.path("config.toml")).unwrap();
    house.write("config.toml", &(written + &block.collect::<Vec<_>>().join("\n")));
    assert!(ponor.reload().contains("was read again"), "{}", ponor.log());
    wait_until(|| ask_a(ponor.dns, "x.one.example").stopped_by("own"), || house.list("own").to_string());
    assert!(refused(&["file:///none.txt", "--allow"]).contains("source = \"/none.txt\"\nkind = \"allow\"\n"));
    // What does not look like a file may be a URL without its beginning.
    assert!(refused(&["big.oisd.nl"]).contains("expected an http:// or https:// URL"));
}

#[test]
fn the_page_does_the_same_over_the_api() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "one.example\n");
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let stopped = || ask_a(ponor.dns, "one.example").stopped_by("web");
    let list =
        json!({ "id": "web", "source": server.url("list"), "kind": "block", "format": "auto", "subdomains": false });
    let does = |method: Method, path: &str, body: Option<Value>, expected: u16| {
        let (status, answer) = ponor.http(method.clone(), path, body);
        assert_eq!(status, expected, "{method} {path}: {answer}");
    };
    does(Method::POST, "/api/v1/lists", Some(list.clone()), 204);
    wait_until(stopped, || house.list("web").to_string());
    does(Method::POST, "/api/v1/lists", Some(list), 422);
    does(Method::PATCH, "/api/v1/lists/web", Some(json!({ "enabled": false })), 204);
    assert!(!stopped());
    does(Method::PATCH, "/api/v1/lists/web", Some(json!({ "enabled": true })), 204);
    assert!(stopped());
    does(Method::POST, "/api/v1/lists/web/update", None, 204);
    does(Method::POST, "/api/v1/lists/update", None, 204);
    does(Method::DELETE, "/api/v1/lists/web", None, 204);
    assert!(!stopped());
    does(Method::DELETE, "/api/v1/lists/web", None, 404);
    let file = json!({ "id": "file", "source": "/etc/passwd", "kind": "block", "format": "auto", "subdomains": false });
    does(Method::POST, "/api/v1/lists", Some(file), 422);
}

#[test]
fn a_list_that_was_added_survives_a_restart() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "one.example\n");
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    house.tell(&["lists", "add", "web", &server.url("list")]);
    wait_until(|| ask_a(ponor.dns, "one.example").stopped_by("web"), || house.list("web").to_string());
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
    server.put("list", Page::Status(500));
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "one.example").stopped_by("web"), "not in force at once");
}

#[test]
fn lists_change_without_a_running_ponor_too() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "one.example\n");
    let house = House::new(upstream.address, "");
    house.tell(&["lists", "add", "web", &server.url("list")]);
    assert_eq!(house.list("web")["rules"], 1);
    let shown = house.tell(&["query", "one.example", "--explain"]);
    assert!(shown.contains("list web, line 1"), "{shown}");
    house.tell(&["lists", "disable", "web"]);
    house.tell(&["lists", "enable", "web"]);
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "one.example").stopped_by("web"));
}

#[test]
fn lists_of_the_file_are_changed_in_the_file() {
    let upstream = honest();
    let written = "[[lists]]\nid = \"vendors\"\nsource = \"builtin:vendors\"\n";
    let house = House::new(upstream.address, written);
    let _ponor = house.start();
    for change in ["remove", "disable"] {
        let refused = house.run(&["lists", change, "vendors"]);
        assert!(!refused.status.success() && error_text(&refused).contains("config.toml"), "{}", error_text(&refused));
    }
}

#[test]
fn a_list_that_nobody_wrote_is_switched_off_by_the_operator() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "tracking.miui.com").stopped_by("vendors"));
    house.tell(&["lists", "disable", "vendors"]);
    assert!(!ask_a(ponor.dns, "tracking.miui.com").stopped_by("vendors"));
}

#[test]
fn a_list_that_is_none_is_not_believed_and_says_so() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", &many(100, "example"));
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 100);
    let cases = [
        ("", "no rules"),
        ("<!doctype html>\n<html><body>This domain is for sale</body></html>\n", "web page"),
        (&many(10, "example"), "shrank"),
    ];
    for (text, why) in cases {
        server.text("list", text);
        let updated = house.run(&["lists", "update", "web"]);
        let list = house.list("web");
        assert!(
            list["held_back"].as_str().is_some_and(|said| said.contains(why)),
            "{why}: {list} {}",
            error_text(&updated)
        );
        assert_eq!(list["rules"], 100, "{why}");
        assert!(ask_a(ponor.dns, "n77.example").stopped_by("web"), "{why}");
        assert!(house.tell(&["lists"]).contains(why), "{}", house.tell(&["lists"]));
    }
    house.tell(&["lists", "accept", "web"]);
    assert!(let_through(&ask_a(ponor.dns, "n77.example")));
    assert!(ask_a(ponor.dns, "n7.example").stopped_by("web"));
}

#[test]
fn a_server_that_fails_costs_no_rule() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", "one.example\n");
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 1);
    server.put("list", Page::Status(503));
    let output = house.run(&["lists", "update", "web"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(error_text(&output).contains("503"), "{}", error_text(&output));
    assert!(house.list("web")["error"].as_str().unwrap().contains("503"));
    assert!(ask_a(ponor.dns, "one.example").stopped_by("web"));
}

#[test]
fn killed_while_half_of_a_list_has_come_it_starts_with_the_former_one() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", &many(1_000, "old.example"));
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 1_000);
    server.put("list", Page::Half(many(20_000, "new.example")));
    ponor.http_without_answer(Method::POST, "/api/v1/lists/web/update");
    wait_for_list(&house, "busy", |list| list["busy"] == true);
    // The half that was sent is on its way to the disk.
    thread::sleep(Duration::from_millis(100));
    ponor.end(Signal::SIGKILL);
    assert_eq!(house.list("web")["rules"], 1_000, "a socket that nobody serves any more is in the way");
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "n999.old.example").stopped_by("web"), "{}", ponor.log());
    assert!(let_through(&ask_a(ponor.dns, "n1.new.example")));
}

#[test]
fn a_download_that_hangs_holds_up_neither_other_changes_nor_the_end() {
    let (upstream, server) = (honest(), ListServer::start());
    server.put("list", Page::Half(many(1_000, "new.example")));
    let rest = subscribed(&server.url("list")) + "[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n";
    let house = House::new(upstream.address, &rest);
    house.write("names.txt", "one.example\n");
    let ponor = house.start();
    wait_for_list(&house, "busy", |list| list["busy"] == true);
    let begun = Instant::now();
    house.write("names.txt", "two.example\n");
    let said = ponor.reload();
    assert!(said.contains("read again"), "{said}");
    wait_until(|| ask_a(ponor.dns, "two.example").stopped_by("own"), || ponor.log());
    house.tell(&["lists", "add", "strict", "builtin:vendors-strict"]);
    house.tell(&["lists", "remove", "strict"]);
    println!("changes beside a download that hangs took {:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
    println!("the end took {:?}", begun.elapsed());
}

#[test]
fn killed_at_any_moment_of_an_update_it_starts_with_a_good_list() {
    let (upstream, server) = (honest(), ListServer::start());
    let text = |generation: usize| many(5_000, "all.example") + &many(5_000, &format!("g{generation}.example"));
    server.text("list", &text(0));
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let mut ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 10_000);
    for generation in 1..=20 {
        server.text("list", &text(generation));
        ponor.http_without_answer(Method::POST, "/api/v1/lists/web/update");
        thread::sleep(Duration::from_millis(fastrand::u64(0..150)));
        ponor.end(Signal::SIGKILL);
        ponor = house.start();
        assert!(ask_a(ponor.dns, "n4999.all.example").stopped_by("web"), "{generation}: {}", ponor.log());
    }
    house.tell(&["lists", "update"]);
    assert!(ask_a(ponor.dns, "n1.g20.example").stopped_by("web"));
    let left: Vec<_> =
        std::fs::read_dir(house.path("data/lists/web")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.len() <= 3, "leftovers of downloads: {left:?}");
}

/// A folder in memory that holds 1 MiB, while it lives.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path) -> Result<Self, String> {
        std::fs::create_dir_all(path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs"]).arg(path).output();
        match mounted {
            Ok(output) if output.status.success() => Ok(Self(path)),
            Ok(output) => Err(error_text(&output)),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0).status().ok();
    }
}

#[test]
fn with_a_full_disk_it_keeps_answering_and_says_what_is_wrong() {
    let (upstream, server) = (honest(), ListServer::start());
    server.text("list", &many(1_000, "old.example"));
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let data = house.path("data");
    let _disk = match SmallDisk::mount(&data) {
        Ok(disk) => disk,
        Err(why) => {
            eprintln!("skipped: no small disk can be mounted here, which takes root: {why}");
            return;
        }
    };
    let ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 1_000);
    server.text("list", &many(100_000, "new.example"));
    let output = house.run(&["lists", "update", "web"]);
    assert!(!output.status.success());
    let list = house.list("web");
    assert!(list["error"].as_str().is_some_and(|error| error.contains("space")), "{list}");
    // Nothing at all fits any more.
    std::fs::write(data.join("filler"), vec![0; 2 << 20]).unwrap_err();
    assert!(ask_a(ponor.dns, "n9.old.example").stopped_by("web"));
    assert!(let_through(&ask_a(ponor.dns, "www.example")));
    let added = house.run(&["lists", "add", "more", &server.url("more")]);
    assert!(!added.status.success() && error_text(&added).contains("space"), "{}", error_text(&added));
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
    let ponor = house.start();
    assert!(ask_a(ponor.dns, "n9.old.example").stopped_by("web"), "not after a restart: {}", ponor.log());
}

#[test]
fn a_list_from_the_web_changes_under_load_without_a_query_lost() {
    let (upstream, server) = (honest(), ListServer::start());
    let half = many(25_000, "all.example");
    server.text("list", &(half.clone() + &many(25_000, "g0.example")));
    let house = House::new(upstream.address, &subscribed(&server.url("list")));
    let ponor = house.start();
    wait_for_list(&house, "fetched", |list| list["rules"] == 50_000);
    let load = crate::load::Load::start(ponor.dns, 2_000, |number| match number % 2 {
        0 => format!("n{}.all.example", number % 25_000),
        _ => "free.example".to_owned(),
    });
    let begun = Instant::now();
    for generation in 1..=3 {
        server.text("list", &(half.clone() + &many(25_000, &format!("g{generation}.example"))));
        update(&ponor);
        assert!(ask_a(ponor.dns, &format!("n1.g{generation}.example")).stopped_by("web"));
    }
    house.tell(&["lists", "add", "more", &server.url("list")]);
    house.tell(&["lists", "disable", "more"]);
    house.tell(&["lists", "remove", "more"]);
    let figures =
        load.end(|number, reply| if number % 2 == 0 { reply.data() == ["0.0.0.0"] } else { let_through(reply) });
    println!("3 updates of 50,000 names in {:?}: {figures:?}", begun.elapsed());
    assert_eq!((figures.lost, figures.wrong), (0, 0), "{figures:?}");
}

fn update(ponor: &Ponor) {
    let (status, answer) = ponor.http(Method::POST, "/api/v1/lists/update", None);
    assert_eq!(status, 204, "{answer}");
}
