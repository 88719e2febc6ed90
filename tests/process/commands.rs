//! The commands that say something and end, and the demonstration.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    sync::mpsc,
    thread,
    time::{Duration, UNIX_EPOCH},
};

use nix::sys::signal::Signal;

use crate::{
    house::{House, Ponor, error_text, honest, wait_until},
    wire::ask_a,
};

#[test]
fn the_demonstration_is_alive_and_says_what_it_is() {
    let house = House::with_config("this is not read");
    let ponor = Ponor::start(house.command(&["demo", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"]));
    assert!(ponor.announcement.contains("made up"), "{}", ponor.announcement);
    let status = ponor.get("/api/v1/status");
    assert_eq!(status["demo"], true);
    let queries = || ponor.get("/api/v1/status")["totals"]["queries"].as_u64().unwrap();
    let before = queries();
    wait_until(|| queries() > before + 3, || format!("still {before} queries"));
    let overview = ponor.get("/api/v1/overview").to_string();
    assert!(overview.contains("127.0.1.") && overview.contains("Xiaomi"), "{overview}");
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
    let left: Vec<_> =
        std::fs::read_dir(house.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["config.toml"]);
}

#[test]
fn the_devices_of_the_demonstration_have_names_unless_a_file_names_them() {
    let house = House::with_config(
        "local.hosts_files = \"hosts\"\nlocal.records = [\"phone.home.arpa A 127.0.1.11\", \"nas.home.arpa A 192.0.2.40\"]\n\
         [[devices.named]]\nname = \"Telly\"\naddresses = [\"127.0.1.12\"]\n",
    );
    house.write("hosts", "127.0.1.14 speaker\n");
    let flags = ["demo", "-c", "config.toml", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    let ponor = Ponor::start(house.command(&flags));
    let check = || {
        for (host, name) in [(11, "phone"), (12, "Telly"), (13, "bedroom-stick"), (14, "speaker"), (22, "printer")] {
            assert_eq!(ponor.get(&format!("/api/v1/devices/127.0.1.{host}"))["name"], name, "{host}");
        }
        assert_eq!(ask_a(ponor.dns, "nas.home.arpa").data(), ["192.0.2.40"]);
    };
    check();
    assert!(ponor.reload().contains("nothing has changed"), "{}", ponor.log());
    check();
}

#[test]
fn the_past_of_the_demonstration_is_made_up_once() {
    let house = House::with_config("");
    let flags = ["--data-dir", "state", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"];
    let start = || Ponor::start(house.command(&[&["demo"], &flags[..]].concat()));
    let asked = |ponor: &Ponor| ponor.get("/api/v1/series?range=7d")["totals"]["queries"].as_u64().unwrap();
    let first = start();
    let before = asked(&first);
    assert_eq!(first.end(Signal::SIGTERM).code, Some(0));
    let again = start();
    let after = asked(&again);
    assert!(before > 1000 && after.abs_diff(before) < before / 20, "{before} {after}");
}

#[test]
fn it_tells_its_version_its_manual_and_its_completions() {
    let house = House::with_config("");
    assert_eq!(house.tell_json(&["version", "--json"])["version"], env!("CARGO_PKG_VERSION"));
    assert!(house.tell(&["version"]).contains(env!("CARGO_PKG_VERSION")));
    let manual = house.tell(&["man"]);
    assert!(manual.contains(".TH ponor") && manual.contains("data\\-dir"), "{manual}");
    // There is one page only, so that it explains everything itself.
    for text in ["\"ponor lists add\"", "until\\-tomorrow", "78 when the configuration"] {
        assert!(manual.contains(text), "{text}: {manual}");
    }
    assert!(!manual.contains("(1)"), "{manual}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(house.tell(&["completions", shell]).contains("print-effective"), "{shell}");
    }
    let help = house.tell(&["--help"]);
    for command in ["run", "check", "lists", "query", "catalog", "demo", "completions", "man", "version"] {
        assert!(help.contains(command), "{command}");
    }
}

#[test]
fn the_catalogue_is_told_without_a_running_ponor() {
    let house = House::with_config("");
    let check = |arguments: &[&str], expected: &[&str]| {
        let told = house.tell(&[&["catalog"], arguments].concat());
        for text in expected {
            assert!(told.contains(text), "{arguments:?}: {told}");
        }
    };
    let unseen = "161.117.97.14  registered in SG, announced by Alibaba (US) Technology Co., Ltd. (AS45102)";
    let russian =
        ["Xiaomi", "CN (the vendor's home country)", "region     Russia", "usage analytics", "compiled in", unseen];
    check(&["tracking.RUS.miui.com"], &russian);
    check(&["161.117.180.178"], &["instead of resolver.msg.global.xiaomi.net", "costs      Notifications"]);
    check(&["use-application-dns.net"], &["canary name", "Mozilla"]);
    check(&[], &["VENDOR", "Samsung", "KR"]);
    check(&["xiaomi"], &["SERVICE", "usage analytics", "*.tracking.rus.miui.com", "compiled in", unseen]);
    check(&["--lists"], &["hagezi-xiaomi", "GPL-3.0", "native.xiaomi.txt"]);
    assert_eq!(house.tell_json(&["catalog", "--json"])["vendors"].as_array().unwrap().len(), 27);
    assert_eq!(house.tell_json(&["catalog", "metrics.icloud.com", "--json"])["entry"]["vendor"], "Apple");
    assert_eq!(house.tell_json(&["catalog", "Xiaomi", "--json"])["vendor"], "Xiaomi");
    let output = house.run(&["catalog", "nobody.example"]);
    assert!(!output.status.success() && error_text(&output).contains("does not know"), "{}", error_text(&output));
}

#[test]
fn a_database_of_addresses_that_is_none_is_told() {
    let house = House::with_config("geo.database = \"places.mmdb\"");
    let check = |expected: &str| {
        let output = house.run(&["check"]);
        assert_eq!(output.status.code(), Some(78));
        assert!(error_text(&output).contains(expected), "{}", error_text(&output));
    };
    check("No such file");
    std::fs::write(house.folder.path().join("places.mmdb"), "text").unwrap();
    check("places.mmdb`: it is no database in MaxMind's format (.mmdb)");
}

#[test]
fn queries_are_told_at_the_time_of_the_house_as_they_happen() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    let ponor = house.start();
    let mut tail = house.command(&["tail"]).env("TZ", "<+05>-5").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(tail.stdout.take().unwrap());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || lines.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let mut line = String::new();
    let has_come = || {
        // The stream opens a moment after the command began.
        ask_a(ponor.dns, "www.example");
        line = told.recv_timeout(Duration::from_millis(100)).unwrap_or_default();
        !line.is_empty()
    };
    wait_until(has_come, || "`ponor tail` tells nothing".to_owned());
    tail.kill().unwrap();
    tail.wait().unwrap();
    let (at, rest) = line.split_at(19);
    assert!(rest.starts_with("  "), "{line}");
    let at = ponor::time::parse_instant(&at.replace(' ', "T")).unwrap().seconds();
    let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!((now + 4 * 3600..=now + 5 * 3600).contains(&at), "{line}");
}

#[test]
fn a_file_that_is_none_is_told_once_and_not_waited_for() {
    let check = |config: &str, expected: &[&str]| {
        let output = House::with_config(config).run(&["check"]);
        assert_eq!(output.status.code(), Some(78), "{config}");
        let told: Vec<String> = error_text(&output).lines().map(str::to_owned).collect();
        assert_eq!(told.len(), expected.len(), "{told:?}");
        assert!(told.iter().zip(expected).all(|(line, expected)| line.contains(expected)), "{told:?}");
    };
    check("local.hosts_files = [\"none\", \"none\"]", &["`none`: No such file"]);
    check("local.hosts_files = [\"none\", \"/dev/null\"]", &["`/dev/null`: it is no file", "`none`: No such file"]);
    check("geo.database = \"/dev/null\"", &["`/dev/null`: it is no file"]);
}

#[test]
fn nonsense_on_the_command_line_is_told_with_a_hint() {
    let house = House::with_config("");
    for (arguments, hint) in [(vec!["lsits"], "lists"), (vec!["check", "--jason"], "--json"), (vec!["query"], "<NAME>")]
    {
        let output = house.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error_text(&output).contains(hint), "{arguments:?}: {}", error_text(&output));
    }
}

#[test]
fn a_list_command_with_a_faulty_configuration_says_so() {
    let house = House::with_config("[dns]\nprot = 1\n");
    for arguments in [["lists"].as_slice(), &["query", "www.example"], &["lists", "update"]] {
        let output = house.run(arguments);
        assert_eq!(output.status.code(), Some(78), "{arguments:?}");
        assert!(error_text(&output).contains("config.toml:2:1:"), "{arguments:?}");
    }
}
