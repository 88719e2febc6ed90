//! What the configuration says, what is wrong with it, and where its values come from.

use std::process::Output;

use crate::house::{House, Ponor, config, error_text, nobody};

fn faults(text: &str) -> (Output, String) {
    let house = House::with_config(text);
    let output = house.run(&["check"]);
    let errors = error_text(&output);
    (output, errors)
}

#[test]
fn all_faults_are_told_at_once_with_their_places() {
    let text = "[dns]\nlisten = \"nonsense\"\nprot = 53\n\n[cahce]\nsize = \"16MiB\"\n\n[blocking]\nttl = \"10x\"\n";
    let (output, errors) = faults(text);
    assert_eq!(output.status.code(), Some(78));
    for fault in ["config.toml:2:10:", "config.toml:3:1:", "config.toml:5:2:", "config.toml:9:7:"] {
        assert!(errors.contains(fault), "no `{fault}` in:\n{errors}");
    }
    for hint in ["did you mean `port`", "did you mean `cache`"] {
        let quoted = hint.replace('`', "\"");
        assert!(errors.contains(hint) || errors.contains(&quoted), "no `{hint}` in:\n{errors}");
    }
}

#[test]
fn a_start_with_faults_says_the_same_and_starts_nothing() {
    let house = House::with_config("[dns]\nprot = 53\n");
    let output = house.run(&[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(error_text(&output).contains("config.toml:2:1:"), "{}", error_text(&output));
    assert!(output.stdout.is_empty() && !house.path("data").exists());
}

#[test]
fn a_named_file_must_be_there() {
    let house = House::with_config("");
    let output = house.run(&["--config", "other.toml", "check"]);
    assert_eq!(output.status.code(), Some(78));
    assert!(error_text(&output).contains("other.toml"), "{}", error_text(&output));
}

#[test]
fn text_that_is_no_toml_is_told_with_its_place() {
    let (output, errors) = faults("[dns\nlisten = \"auto\"\n");
    assert_eq!(output.status.code(), Some(78));
    assert!(errors.contains("config.toml:1:"), "{errors}");
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let house = House::with_config(&config(nobody(), ""));
    let effective = |arguments: &[&str], environment: &[(&str, &str)]| {
        let arguments = [arguments, &["check", "--print-effective"]].concat();
        let output = house.command(&arguments).envs(environment.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", error_text(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find(|line| line.starts_with("dns.listen")).unwrap().to_owned()
    };
    let variable = [("PONOR_DNS__LISTEN", "127.0.0.1:5301")];
    let file = effective(&[], &[]);
    assert!(file.contains("127.0.0.1:0") && file.contains("config.toml:1"), "{file}");
    let environment = effective(&[], &variable);
    assert!(environment.contains("127.0.0.1:5301") && environment.contains("PONOR_DNS__LISTEN"), "{environment}");
    let flag = effective(&["--listen", "127.0.0.1:5302", "--listen", "127.0.0.1:5303"], &variable);
    assert!(flag.contains("5302") && flag.contains("5303") && flag.contains("--listen"), "{flag}");
}

#[test]
fn a_variable_that_means_nothing_is_a_fault() {
    let house = House::with_config("");
    let output = house.command(&["check"]).env("PONOR_DNS__LISTNE", "127.0.0.1:53").output().unwrap();
    assert_eq!(output.status.code(), Some(78));
    assert!(error_text(&output).contains("PONOR_DNS__LISTNE"), "{}", error_text(&output));
}

#[test]
fn check_tells_programs_too() {
    let house = House::with_config(&config(nobody(), ""));
    assert_eq!(house.tell_json(&["check", "--json"])["faults"], serde_json::json!([]));
    house.write("config.toml", "[dns]\nprot = 1\nlisten = 5\n");
    let output = house.run(&["check", "--json"]);
    assert_eq!(output.status.code(), Some(78));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["faults"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(told["faults"][0]["line"], 2, "{told}");
}

#[test]
fn check_starts_and_makes_nothing() {
    let house = House::with_config(&config(nobody(), ""));
    house.tell(&["check"]);
    assert!(!house.path("data").exists());
}

#[test]
fn the_shipped_reference_is_right() {
    let house = House::with_config(ponor::config::REFERENCE);
    house.tell(&["check"]);
}

#[test]
fn paths_are_relative_to_the_file_that_names_them() {
    let text = config(nobody(), "[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n");
    let house = House::with_config(&text);
    std::fs::create_dir(house.path("etc")).unwrap();
    std::fs::rename(house.path("config.toml"), house.path("etc/config.toml")).unwrap();
    house.write("etc/names.txt", "||stopped.example^\n");
    let ponor = Ponor::start(house.command(&["--config", "etc/config.toml"]));
    assert!(house.path("etc/data/lock").exists());
    assert!(crate::wire::ask_a(ponor.dns, "a.stopped.example").stopped_by("own"));
}
