//! The journal on a disk that is full, or where it cannot be.

use std::{fs, process::Command};

use nix::sys::signal::Signal;
use ponor::dns::Rcode;

use crate::{
    house::{House, Ponor, honest, wait_until},
    wire::ask_a,
};

/// Mounts a small file system over the folder of the journal and all but fills it, then becomes what follows.
const SCRIPT: &str =
    r#"mount -t tmpfs -o size=256k tmpfs "$0" && head -c 245760 /dev/zero > "$0/ballast" && exec "$@""#;

#[test]
fn a_full_disk_costs_no_answer_and_recording_resumes_by_itself() {
    let upstream = honest();
    let house = House::new(upstream.address, "[journal]\nflush_every = \"1s\"\n");
    let folder = house.path("data/journal");
    fs::create_dir_all(&folder).unwrap();
    let alone = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", SCRIPT]).arg(&folder).arg(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.current_dir(house.folder.path()).env_clear().env("PATH", path);
        command
    };
    let able = alone("true").output();
    if !able.as_ref().is_ok_and(|output| output.status.success()) {
        println!("skipped: no file system may be mounted here, not even in a namespace of one's own: {able:?}");
        return;
    }
    let ponor = Ponor::start(alone(env!("CARGO_BIN_EXE_ponor")));
    let degraded = || ponor.get("/readyz")["degraded"].to_string();
    let journal = || ponor.get("/api/v1/status")["journal"].clone();
    ask_a(ponor.dns, "before.example");
    wait_until(|| degraded().contains("the journal cannot be written"), || format!("{}\n{}", degraded(), ponor.log()));
    assert!(!journal()["fault"].is_null() && !journal()["fault_since"].is_null(), "{}", journal());
    assert!(ponor.log().contains("the journal cannot be written"), "{}", ponor.log());
    for number in 0..200 {
        assert_eq!(ask_a(ponor.dns, &format!("n{number}.example")).rcode, Rcode::NOERROR);
    }
    wait_until(|| journal()["waiting"] == 201, || journal().to_string());
    fs::remove_file(format!("/proc/{}/root{}/ballast", ponor.pid(), folder.display())).unwrap();
    wait_until(
        || journal()["fault"].is_null() && journal()["waiting"] == 0,
        || format!("{}\n{}", journal(), ponor.log()),
    );
    assert_eq!(degraded(), "[]");
    assert!(ponor.log().contains("the journal is written again"), "{}", ponor.log());
    assert_eq!(journal()["lost"], 0);
    let rows = ponor.get("/api/v1/queries?limit=500");
    assert_eq!(rows["rows"].as_array().unwrap().len(), 201);
    assert_eq!(ponor.end(Signal::SIGTERM).code, Some(0));
}

#[test]
fn what_cannot_be_written_until_the_end_is_told() {
    let upstream = honest();
    let house = House::new(upstream.address, "");
    fs::create_dir_all(house.path("data")).unwrap();
    house.write("data/journal", "no folder");
    let ponor = house.start();
    for name in ["one.example", "two.example"] {
        assert_eq!(ask_a(ponor.dns, name).rcode, Rcode::NOERROR);
    }
    let ended = ponor.end(Signal::SIGTERM);
    assert!(ended.code == Some(0) && ended.log.contains("until the end is lost queries=2"), "{}", ended.log);
}
