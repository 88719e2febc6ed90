//! Lists from their sources to rules in force, against a server that misbehaves, a disk that fails, and a process that dies.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

mod lists_support;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Redirect},
};
use lists_support::{
    Running, Server, bomb, builtin_list, dripping, endless, file_list, names, stalling, trickling, truncated, url_list,
};
use ponor::{
    lists::{Limits, UpdateProgress, UpdateState},
    rules::ListNumber,
    state::Refused,
};
use tempfile::{TempDir, tempdir};
use tokio::task::JoinSet;

/// What lies in the directory of a list, but for its copy and what is remembered of it.
fn leftovers(data_dir: &TempDir, id: &str) -> Vec<String> {
    let entries = fs::read_dir(data_dir.path().join("lists").join(id)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !["list.txt", "meta.json", "rules.run"].contains(&name.as_str())).collect()
}

/// A running list `ads` with 100 names, fetched from `server`.
async fn with_ads(data_dir: &Path, server: &Server) -> Running {
    server.text("ads", &names("a", 100));
    let running = Running::start(data_dir, vec![url_list("ads", &server.url("ads"))]).await;
    running.update("ads").await.unwrap();
    assert!(running.stops("a99.example"));
    running
}

#[tokio::test]
async fn built_in_lists_need_neither_network_nor_disk() {
    let no_directory = Path::new("/proc/no/such/directory");
    let running = Running::start(no_directory, vec![builtin_list("vendors", "vendors")]).await;
    assert!(running.stops("data.mistat.xiaomi.com"));
    assert!(!running.stops("example.org"));
    let status = running.status("vendors");
    assert!(status.rules > 100 && status.warnings.is_empty(), "{status:?}");
    assert!(status.error.unwrap().starts_with("the rules are in memory alone: cannot write `/proc/no/such"));
    assert_eq!(status.rejected, 0, "{:?}", status.rejects);
    running.stop().await;
}

#[tokio::test]
async fn bad_answers_leave_the_last_good_copy_in_force() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let running = with_ads(data_dir.path(), &server).await;
    let too_large = "the list is larger than the limit of 1048576 bytes";
    let check = async |expected: &str| {
        let told = running.update("ads").await.unwrap_err();
        assert!(told.contains(expected), "{told:?} should contain {expected:?}");
        let status = running.status("ads");
        let shown = status.error.or(status.held_back).unwrap();
        assert!(shown.contains(expected), "{shown:?} should contain {expected:?}");
        assert!(running.stops("a99.example") && !running.stops("x.example"), "{expected}");
        assert_eq!(status.rules, 100);
    };
    server.set("ads", |_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    check("the server answered 500").await;
    server.set("ads", |_| StatusCode::NOT_MODIFIED.into_response());
    check("the server answered 304").await;
    server.set("ads", |_| (StatusCode::PARTIAL_CONTENT, "x.example\n").into_response());
    check("the server answered 206").await;
    server.set("ads", |_| truncated("x.example\n"));
    check("body").await;
    server.set("ads", |_| stalling("x.example\n"));
    check("timed out").await;
    server.set("ads", |_| dripping());
    check("the download brought fewer than 32768 bytes in 2 s").await;
    server.set("ads", |_| trickling());
    check("took longer than the limit of 4 s").await;
    server.set("ads", |_| ([(header::CONTENT_TYPE, "application/octet-stream")], vec![b'x'; 2 << 20]).into_response());
    check(too_large).await;
    server.set("ads", |_| endless());
    check(too_large).await;
    let compressed = server.compressed();
    server.set("ads", |_| bomb());
    check(too_large).await;
    assert_eq!(server.compressed(), compressed + 1, "the bomb was to be compressed");
    let itself = server.url("ads");
    server.set("ads", move |_| Redirect::temporary(&itself).into_response());
    check("too many redirects").await;
    server.set("ads", |_| Redirect::temporary("ftp://lists.test/ads").into_response());
    check("scheme").await;
    server.set("ads", |_| Redirect::temporary("http://elsewhere.test/ads").into_response());
    check("unknown host").await;
    assert_eq!(leftovers(&data_dir, "ads"), [""; 0], "nothing but the copy is left");
    server.text("ads", "<!DOCTYPE html>\n<html><body>x.example</body></html>\n");
    check("the download is a web page, not a list").await;
    server.text("ads", "\u{feff}\n<HTML>");
    check("the download is a web page, not a list").await;
    server.set("ads", |_| b"\x1F\x8B\x08\0\0".into_response());
    check("the download is a compressed file, not a list").await;
    server.set("ads", |_| b"\xFF\xFEa\0.\0b\0\n\0".into_response());
    check("the download is text in UTF-16, where lists are in UTF-8").await;
    server.text("ads", "");
    check("the download has no rules").await;
    server.text("ads", "# to be continued\n");
    check("the download has no rules").await;
    server.text("ads", "# addresses\n192.0.2.1\n192.0.2.2\n");
    check("the download has no rules (line 2: an address, not a name)").await;
    server.text("ads", &names("b", 49));
    check("the download shrank from 100 rules to 49").await;
    running.stop().await;
}

#[tokio::test]
async fn a_shrunken_list_is_believed_the_third_time_or_when_accepted() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let running = with_ads(data_dir.path(), &server).await;
    server.text("ads", &names("b", 30));
    running.update("ads").await.unwrap_err();
    running.update("ads").await.unwrap_err();
    assert!(running.stops("a0.example") && !running.stops("b0.example"));
    running.update("ads").await.unwrap();
    assert!(!running.stops("a0.example") && running.stops("b0.example"));
    assert_eq!(running.status("ads").held_back, None);

    server.text("ads", &names("c", 3));
    running.update("ads").await.unwrap_err();
    running.lists.accept("ads".into()).await.unwrap();
    assert!(running.stops("c0.example") && !running.stops("b0.example"));
    assert!(matches!(running.lists.accept("ads".into()).await, Err(Refused::Invalid(_))));
    running.stop().await;

    let running = Running::start(data_dir.path(), vec![url_list("ads", &server.url("ads"))]).await;
    assert!(running.stops("c0.example"), "what was accepted is kept");
    server.text("ads", "<html>");
    running.update("ads").await.unwrap_err();
    let refused = running.lists.accept("ads".into()).await.unwrap_err();
    assert!(refused.to_string().contains("is a web page"), "{refused}");
    running.stop().await;
}

#[tokio::test]
async fn a_download_put_aside_is_counted_across_restarts_and_forgotten_when_the_source_recovers() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let mut running = with_ads(data_dir.path(), &server).await;
    server.text("ads", &names("b", 30));
    for _ in 0..2 {
        running.update("ads").await.unwrap_err();
        running.stop().await;
        running = Running::start(data_dir.path(), vec![url_list("ads", &server.url("ads"))]).await;
        assert!(running.status("ads").held_back.is_some());
    }
    server.text("ads", &names("a", 100));
    running.update("ads").await.unwrap();
    assert_eq!(running.status("ads").held_back, None);
    assert_eq!(leftovers(&data_dir, "ads"), [""; 0]);
    running.stop().await;
}

#[tokio::test]
async fn what_has_not_changed_is_neither_sent_nor_compiled_again() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    server.set("etag", |headers| {
        let known = headers.get(header::IF_NONE_MATCH).is_some_and(|etag| etag == "\"v1\"");
        if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::ETAG, "\"v1\"")], "a.example\n").into_response()
        }
    });
    let date = "Mon, 23 Nov 2026 20:00:00 GMT";
    server.set("date", move |headers| {
        let known = headers.get(header::IF_MODIFIED_SINCE).is_some_and(|since| since == date);
        let modified = [(header::LAST_MODIFIED, date)];
        if known { StatusCode::NOT_MODIFIED.into_response() } else { (modified, "b.example\n").into_response() }
    });
    server.text("plain", "c.example\n");
    let lists = ["etag", "date", "plain"].map(|id| url_list(id, &server.url(id)));
    let mut running = Running::start(data_dir.path(), lists.to_vec()).await;
    running.lists.update(None).await.unwrap();
    for name in ["a.example", "b.example", "c.example"] {
        assert!(running.stops(name), "{name}");
    }
    for restart in [false, true] {
        if restart {
            running.stop().await;
            running = Running::start(data_dir.path(), lists.to_vec()).await;
        }
        let before = Arc::clone(&running.lists.compiled().borrow());
        running.lists.update(None).await.unwrap();
        assert!(Arc::ptr_eq(&before, &running.lists.compiled().borrow()));
    }
    let (sent, unchanged) = (StatusCode::OK, StatusCode::NOT_MODIFIED);
    assert_eq!(server.answers("etag"), [sent, unchanged, unchanged]);
    assert_eq!(server.answers("date"), [sent, unchanged, unchanged]);
    assert_eq!(server.answers("plain"), [sent, sent, sent]);
    running.stop().await;
}

#[tokio::test]
async fn compressed_lists_and_redirects_are_followed_and_progress_is_told() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let target = server.url("target");
    server.set("ads", move |_| Redirect::permanent(&target).into_response());
    server.text("target", &names("a", 5000));
    let running = Running::start(data_dir.path(), vec![url_list("ads", &server.url("ads"))]).await;
    let mut progress = running.lists.progress();
    running.update("ads").await.unwrap();
    assert_eq!(server.compressed(), 1);
    assert!(running.stops("a4999.example"));
    let status = running.status("ads");
    assert_eq!((status.rules, status.bytes), (5000, names("a", 5000).len() as u64));
    assert!(status.updated.is_some() && status.next > status.tried, "{status:?}");
    let (mut received, mut last) = (0, None);
    while let Ok(step) = progress.try_recv() {
        assert_eq!(step.id, "ads");
        received = received.max(step.bytes);
        last = Some(step.state);
    }
    assert_eq!((received, last), (status.bytes, Some(UpdateState::Updated)));
    running.stop().await;
}

#[tokio::test]
async fn the_last_good_copies_are_in_force_before_the_network_is_there() {
    let data_dir = tempdir().unwrap();
    let lists;
    {
        let mut tasks = JoinSet::new();
        let server = Server::start(&mut tasks).await;
        lists = vec![url_list("ads", &server.url("ads"))];
        with_ads(data_dir.path(), &server).await.stop().await;
    }
    let running = Running::start(data_dir.path(), lists).await;
    assert!(running.stops("a99.example"));
    assert_eq!(running.status("ads").rules, 100);
    running.update("ads").await.unwrap_err();
    assert!(running.stops("a99.example"));
    running.stop().await;
}

#[tokio::test]
async fn another_source_under_the_same_id_is_another_list() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let running = with_ads(data_dir.path(), &server).await;
    server.text("other", "only.example\n");
    running.lists.reconfigure(vec![url_list("ads", &server.url("other"))]).await.unwrap();
    assert!(!running.stops("a99.example"), "names of the former source are not those of the new one");
    running.update("ads").await.unwrap();
    assert!(running.stops("only.example"), "one rule instead of a hundred is no shrinking of another list");
    running.stop().await;
}

#[tokio::test]
async fn local_files_are_read_at_reload_and_believed_at_once() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    fs::write(&path, names("a", 10)).unwrap();
    let lists = vec![file_list("own", &path), builtin_list("vendors", "vendors")];
    let running = Running::start(data_dir.path(), lists.clone()).await;
    assert!(running.stops("a9.example"), "the file is read before the first answer");

    fs::write(&path, "b.example\n").unwrap();
    assert!(running.stops("a9.example"), "a file that is being edited is not read yet");
    running.lists.reconfigure(lists.clone()).await.unwrap();
    assert!(running.stops("b.example") && !running.stops("a9.example"));

    let before = Arc::clone(&running.lists.compiled().borrow());
    running.lists.reconfigure(lists.clone()).await.unwrap();
    assert!(Arc::ptr_eq(&before, &running.lists.compiled().borrow()), "nothing has changed");

    fs::remove_file(&path).unwrap();
    let fault = running.lists.reconfigure(lists.clone()).await.unwrap_err().to_string();
    assert!(fault.contains("list `own`: cannot read") && fault.contains("own.txt"), "{fault}");
    assert!(running.stops("b.example"));
    running.stop().await;

    let running = Running::start(data_dir.path(), lists).await;
    assert!(running.stops("b.example") && running.status("own").error.is_some());
    fs::create_dir(&path).unwrap();
    assert!(running.update("own").await.unwrap_err().contains("it is no file"));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"\x1F\x8B\x08\0a.example").unwrap();
    assert!(running.update("own").await.unwrap_err().contains("own.txt`: it is a compressed file, not a list"));
    assert!(running.stops("b.example"));
    fs::write(&path, "").unwrap();
    running.update("own").await.unwrap();
    assert!(!running.stops("b.example"), "an empty local file is believed too");
    running.stop().await;
}

#[tokio::test]
async fn lists_added_at_run_time_are_kept_and_those_of_the_configuration_are_fixed() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    server.text("more", &names("m", 10));
    let configured = vec![builtin_list("vendors", "vendors")];
    let running = Running::start(data_dir.path(), configured.clone()).await;
    let more = url_list("more", &server.url("more"));
    running.lists.add(more.clone()).await.unwrap();
    running.update("more").await.unwrap();
    assert!(running.stops("m9.example") && running.stops("data.mistat.xiaomi.com"));

    let file = file_list("file", Path::new("/etc/hostname"));
    let check = |result: Result<(), Refused>, expected: &str| assert_eq!(result.unwrap_err().to_string(), expected);
    check(running.lists.add(more.clone()).await, "there is a list `more` already");
    check(running.lists.add(file).await, "local files can only be set in config.toml");
    check(running.lists.add(builtin_list("x", "y")).await, "there is no built-in list `y`");
    let fixed = "`vendors` is set in config.toml and can only be changed there";
    check(running.lists.enable("vendors".into(), false).await, fixed);
    check(running.lists.remove("vendors".into()).await, fixed);
    check(running.lists.remove("ads".into()).await, "there is no list `ads`");
    check(running.lists.update(Some("ads".into())).await, "there is no list `ads`");
    let escape = url_list("../x", &server.url("more"));
    assert!(running.lists.add(escape).await.unwrap_err().to_string().contains("is no id"));

    running.lists.enable("more".into(), false).await.unwrap();
    assert!(!running.stops("m9.example"));
    check(running.lists.update(Some("more".into())).await, "list `more` is not enabled");
    running.stop().await;

    let running = Running::start(data_dir.path(), configured).await;
    assert!(!running.stops("m9.example") && !running.status("more").enabled);
    running.lists.enable("more".into(), true).await.unwrap();
    assert!(running.stops("m9.example"), "its copy is still there");
    assert!(running.status("more").removable);
    running.lists.remove("more".into()).await.unwrap();
    assert!(!running.stops("m9.example"));
    assert!(!data_dir.path().join("lists/more").exists());
    assert_eq!(running.lists.status().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_list_that_is_removed_before_its_download_is_read_does_not_come_back() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    server.text("large", &names("large", 300_000));
    server.text("more", &names("m", 10));
    let running = Running::start_within(Limits::default(), data_dir.path(), Vec::new()).await;
    let mut progress = running.lists.progress();
    let mut is_read = async |id: &str| {
        let is_so = |step: &UpdateProgress| step.id == id && step.state == UpdateState::Reading;
        while !is_so(&progress.recv().await.unwrap()) {}
    };
    // What is read first has the thread for itself, so that the download of the other one waits for it.
    for id in ["large", "more"] {
        let (lists, list) = (running.lists.clone(), url_list(id, &server.url(id)));
        tasks.spawn(async move { lists.add(list).await.unwrap() });
        is_read(id).await;
    }
    running.lists.remove("more".into()).await.unwrap();
    running.lists.remove("large".into()).await.unwrap();
    running.stop().await;
    let left = fs::read_dir(data_dir.path().join("lists")).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_list_that_nobody_configured_can_be_switched_off_for_good() {
    let data_dir = tempdir().unwrap();
    let default = vec![ponor::config::List { fixed: false, ..builtin_list("vendors", "vendors") }];
    let running = Running::start(data_dir.path(), default.clone()).await;
    assert!(running.stops("data.mistat.xiaomi.com") && !running.status("vendors").fixed);
    assert!(!running.status("vendors").removable);
    running.lists.enable("vendors".into(), false).await.unwrap();
    assert!(!running.stops("data.mistat.xiaomi.com"));
    let refused = running.lists.remove("vendors".into()).await.unwrap_err().to_string();
    assert_eq!(refused, "list `vendors` comes with ponor; disable it instead");
    running.stop().await;

    let running = Running::start(data_dir.path(), default).await;
    assert!(!running.stops("data.mistat.xiaomi.com"), "remembered");
    running.lists.reconfigure(vec![builtin_list("vendors", "vendors")]).await.unwrap();
    assert!(running.stops("data.mistat.xiaomi.com"), "the configuration's word counts more");
    running.stop().await;
}

#[tokio::test]
async fn a_list_keeps_its_number_and_its_lines_can_be_found() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    fs::write(&path, "# names\nx.example\n||example^\nother.test\n").unwrap();
    let lists = vec![builtin_list("vendors", "vendors"), file_list("own", &path)];
    let running = Running::start(data_dir.path(), lists.clone()).await;
    let number = |id: &str| {
        let compiled = Arc::clone(&running.lists.compiled().borrow());
        compiled.lists.iter().find(|list| *list.id == *id).unwrap().number
    };
    let own = number("own");
    running.lists.reconfigure(Vec::new()).await.unwrap();
    running.lists.reconfigure(lists.into_iter().rev().collect()).await.unwrap();
    assert_eq!(number("own"), own);
    assert_ne!(number("vendors"), own);
    let lines = running.lists.find_lines("x.example".parse().unwrap(), own).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.line).collect::<Vec<_>>(), [2]);
    let vendors = number("vendors");
    let lines = running.lists.find_lines("data.mistat.xiaomi.com".parse().unwrap(), vendors).await.unwrap();
    assert!(lines.iter().any(|line| line.text.contains("mistat")), "{lines:?}");
    assert!(running.lists.find_lines("x.example".parse().unwrap(), ListNumber(999)).await.is_err());
    running.stop().await;
}

#[tokio::test]
async fn a_list_that_stops_what_devices_need_is_warned_about() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let (name, _) = ponor::catalog::Catalog::built_in().functional_names().next().unwrap();
    fs::write(&path, format!("{name}\nharmless.example\n")).unwrap();
    let running = Running::start(data_dir.path(), vec![file_list("own", &path)]).await;
    let status = running.status("own");
    assert_eq!(status.warned, 1, "{:?}", status.warnings);
    assert_eq!(status.warnings[0].name, name.to_string());
    fs::write(&path, "||com^\n||net^\n||org^\n").unwrap();
    let tlds = ponor::config::List { tlds: true, ..file_list("own", &path) };
    running.lists.reconfigure(vec![tlds]).await.unwrap();
    let status = running.status("own");
    assert!(status.warned > 20 && status.warnings.len() == 20, "{}", status.warned);
    running.stop().await;
}

#[tokio::test]
async fn a_copy_that_disappears_is_fetched_again_and_its_rules_stay_in_force_meanwhile() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    let running = with_ads(data_dir.path(), &server).await;
    fs::remove_dir_all(data_dir.path().join("lists")).unwrap();
    server.set("ads", |_| StatusCode::BAD_GATEWAY.into_response());
    let lists = vec![url_list("ads", &server.url("ads")), builtin_list("vendors", "vendors")];
    running.lists.reconfigure(lists.clone()).await.unwrap_err();
    assert!(running.stops("a99.example"), "what is in force stays in force");
    server.text("ads", &names("a", 100));
    running.update("ads").await.unwrap();
    assert!(running.stops("a99.example") && running.stops("data.mistat.xiaomi.com"));
    assert_eq!(running.status("ads").error, None);
    running.stop().await;
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_costs_updates_and_nothing_else() {
    let (data_dir, files, mut tasks) = (tempdir().unwrap(), tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    // A file where the directory would have to be: it stops the superuser too.
    fs::write(data_dir.path().join("lists"), "").unwrap();
    fs::create_dir(data_dir.path().join("lists.json.new")).unwrap();
    let path = files.path().join("own.txt");
    fs::write(&path, "own.example\n").unwrap();
    server.text("ads", &names("a", 100));
    let lists = vec![file_list("own", &path), url_list("ads", &server.url("ads"))];
    let running = Running::start(data_dir.path(), lists).await;
    assert!(running.stops("own.example"), "a local file is used where it is");
    assert!(running.status("own").error.unwrap().contains("cannot keep a copy"));
    assert!(running.update("ads").await.unwrap_err().contains("cannot keep the download"));
    let refused = running.lists.add(builtin_list("vendors", "vendors")).await.unwrap_err();
    assert!(refused.to_string().contains("cannot write"), "{refused}");
    assert_eq!(running.lists.status().len(), 2);
    assert!(running.stops("own.example"));
    running.stop().await;
}

/// A small file system of its own, taken down when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let directory = tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(directory.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(directory))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_leaves_the_last_good_copy_in_force_and_on_disk() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small file system needs the rights of the superuser");
        return;
    };
    let mut tasks = JoinSet::new();
    let server = Server::start(&mut tasks).await;
    let running = with_ads(disk.0.path(), &server).await;
    server.text("ads", &names("b", 20_000));
    let fault = running.update("ads").await.unwrap_err();
    assert!(fault.contains("cannot keep the download: No space left"), "{fault}");
    assert!(running.stops("a99.example"));
    fs::write(disk.0.path().join("filler"), vec![0; 60 << 10]).unwrap_err();
    server.text("ads", &names("c", 100));
    let fault = running.update("ads").await.unwrap_err();
    assert!(fault.contains("No space left"), "{fault}");
    assert!(running.stops("a99.example"));
    fs::remove_file(disk.0.path().join("filler")).unwrap();
    running.update("ads").await.unwrap();
    assert!(running.stops("c99.example"));
    let lists = vec![url_list("ads", &server.url("ads"))];
    running.stop().await;
    let running = Running::start(disk.0.path(), lists).await;
    assert!(running.stops("c99.example"));
    running.stop().await;
}

#[tokio::test]
async fn lookups_during_changes_see_the_former_rules_or_the_new_ones() {
    const NAMES: usize = 50_000;
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let prefix = |version: usize| if version.is_multiple_of(2) { "even" } else { "odd" };
    let text = |version| names(prefix(version), NAMES) + "always.example\n";
    fs::write(&path, text(0)).unwrap();
    let running = Running::start(data_dir.path(), vec![file_list("own", &path)]).await;
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (watch, ended) = (running.lists.compiled(), Arc::clone(&done));
    let lookups = std::thread::spawn(move || {
        let mut seen = [0_u64; 2];
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            let table = Arc::clone(&watch.borrow().table);
            let mask = table.mask(|_| true);
            let stops = |name: &str| table.find(&name.parse().unwrap(), &mask).is_some();
            let number = fastrand::usize(..NAMES);
            let even = stops(&format!("even{number}.example"));
            let odd = stops(&format!("odd{number}.example"));
            assert!(
                even != odd && stops("always.example") && !stops("never.example"),
                "{number}: even {even}, odd {odd}"
            );
            seen[usize::from(odd)] += 1;
        }
        seen
    });
    for version in 1..=6 {
        fs::write(&path, text(version)).unwrap();
        running.update("own").await.unwrap();
        assert!(running.stops(&format!("{}7.example", prefix(version))), "an update is in force when it has returned");
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    let seen = lookups.join().unwrap();
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
    running.stop().await;
}

fn text_list(path: &Path, text: &str) -> Vec<ponor::config::List> {
    fs::write(path, text).unwrap();
    vec![file_list("own", path)]
}

#[tokio::test]
async fn the_last_table_is_in_force_at_once_and_what_changed_is_compiled_behind_it() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let lists = text_list(&path, "a.example\nnot a name\n");
    Running::start(data_dir.path(), lists.clone()).await.stop().await;
    let running = Running::start(data_dir.path(), lists.clone()).await;
    assert!(running.stops("a.example"));
    let status = running.status("own");
    assert_eq!((status.rules, status.rejected, status.rejects[0].line), (1, 1, 2), "what was found is remembered");
    running.stop().await;

    fs::write(&path, "b.example\n").unwrap();
    let running = Running::start(data_dir.path(), lists.clone()).await;
    let mut compiled = running.lists.compiled();
    while !running.stops("b.example") {
        compiled.changed().await.unwrap();
    }
    assert!(!running.stops("a.example"));
    running.stop().await;

    // Without what it was made of, the table alone is enough.
    fs::remove_dir_all(data_dir.path().join("lists")).unwrap();
    let running = Running::start(data_dir.path(), lists).await;
    assert!(running.stops("b.example"));
    running.stop().await;
}

#[tokio::test]
async fn a_damaged_table_gives_way_to_the_one_before_or_a_new_one() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let lists = text_list(&path, "a.example\n");
    let running = Running::start(data_dir.path(), lists.clone()).await;
    fs::write(&path, "a.example\nb.example\n").unwrap();
    running.update("own").await.unwrap();
    running.stop().await;
    let [table, previous] = ["rules.table", "rules.table.previous"].map(|name| data_dir.path().join(name));
    let whole = fs::read(&table).unwrap();
    let flipped = |at: usize| {
        let mut octets = whole.clone();
        octets[at] ^= 1;
        octets
    };
    let damages = [Vec::new(), whole[..100].to_vec(), whole[..whole.len() - 1].to_vec(), flipped(8), flipped(300)];
    for damage in damages {
        fs::write(&table, &damage).unwrap();
        let running = Running::start(data_dir.path(), lists.clone()).await;
        assert!(running.stops("a.example"), "the table before has it too");
        let mut compiled = running.lists.compiled();
        while !running.stops("b.example") {
            compiled.changed().await.unwrap();
        }
        running.stop().await;
        assert!(fs::read(&table).unwrap() == whole, "equal lists give equal tables");
        fs::write(&table, &damage).unwrap();
        fs::write(&previous, &damage).unwrap();
        let running = Running::start(data_dir.path(), lists.clone()).await;
        assert!(running.stops("b.example"));
        running.stop().await;
    }
}

#[tokio::test]
async fn a_run_that_is_damaged_or_of_another_key_is_made_again() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let lists = text_list(&path, "a.example\n");
    Running::start(data_dir.path(), lists.clone()).await.stop().await;
    let run = data_dir.path().join("lists/own/rules.run");
    for damage in ["key", "rules.run"] {
        for table in ["rules.table", "rules.table.previous"] {
            let _ = fs::remove_file(data_dir.path().join(table));
        }
        match damage {
            "key" => fs::remove_file(data_dir.path().join("key")).unwrap(),
            _ => fs::write(&run, &fs::read(&run).unwrap()[..200]).unwrap(),
        }
        let running = Running::start(data_dir.path(), lists.clone()).await;
        assert!(running.stops("a.example"), "{damage}");
        running.stop().await;
    }
}

#[tokio::test]
async fn patterns_of_lists_stop_names_and_their_lines_are_found() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let lists = text_list(&files.path().join("own.txt"), "# patterns\n/^ads[0-9]+\\./\n||track*.example^\n/[a-z]/\n");
    for _ in 0..2 {
        let running = Running::start(data_dir.path(), lists.clone()).await;
        assert!(running.stops("ADS7.example") && running.stops("x.tracker.example"));
        assert!(!running.stops("ads.example") && !running.stops("example.org"));
        let status = running.status("own");
        assert_eq!((status.rules, status.rejected), (2, 1), "{status:?}");
        let number = running.lists.compiled().borrow().lists[0].number;
        let lines = running.lists.find_lines("x.tracker.example".parse().unwrap(), number).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.line).collect::<Vec<_>>(), [3]);
        running.stop().await;
    }
}

#[tokio::test]
async fn killed_in_the_middle_of_compiling_a_whole_table_is_there() {
    let (data_dir, files) = (tempdir().unwrap(), tempdir().unwrap());
    let path = files.path().join("own.txt");
    let lists = text_list(&path, "always.example\n");
    Running::start(data_dir.path(), lists.clone()).await.stop().await;
    for round in 0_u64..6 {
        fs::write(&path, names(&format!("r{round}x"), 50_000) + "always.example\n").unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child_that_compiles"])
            .env(CHILD_DATA, data_dir.path())
            .env(CHILD_URL, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Each round a little later in the reading, the merging or the renaming.
        tokio::time::sleep(Duration::from_millis(20 + 30 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let running = Running::start(data_dir.path(), lists.clone()).await;
        assert!(running.stops("always.example"));
        let mut compiled = running.lists.compiled();
        while !running.stops(&format!("r{round}x49999.example")) {
            compiled.changed().await.unwrap();
        }
        running.stop().await;
    }
    assert_eq!(leftovers(&data_dir, "own"), [""; 0]);
}

/// Not a test of its own: the process that the test above kills.
#[tokio::test]
#[ignore = "the test above runs it in a process of its own"]
async fn child_that_compiles() {
    let (Ok(data_dir), Ok(path)) = (std::env::var(CHILD_DATA), std::env::var(CHILD_URL)) else { return };
    let running = Running::start(Path::new(&data_dir), vec![file_list("own", Path::new(&path))]).await;
    let mut compiled = running.lists.compiled();
    while compiled.changed().await.is_ok() {}
}

/// Where the process that is to be killed finds what to do.
const CHILD_DATA: &str = "PONOR_TEST_LISTS_DATA";
const CHILD_URL: &str = "PONOR_TEST_LISTS_URL";

/// Not a test of its own: the process that the next test kills.
#[tokio::test]
#[ignore = "the next test runs it in a process of its own"]
async fn child_that_downloads() {
    let (Ok(data_dir), Ok(url)) = (std::env::var(CHILD_DATA), std::env::var(CHILD_URL)) else { return };
    let running = Running::start(Path::new(&data_dir), vec![url_list("ads", &url)]).await;
    while running.update("ads").await.is_err() {}
}

#[tokio::test]
async fn killed_in_the_middle_of_a_download_the_last_good_copy_is_there() {
    let (data_dir, mut tasks) = (tempdir().unwrap(), JoinSet::new());
    let server = Server::start(&mut tasks).await;
    with_ads(data_dir.path(), &server).await.stop().await;
    server.set("ads", |_| dripping());
    for _ in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child_that_downloads"])
            .env(CHILD_DATA, data_dir.path())
            .env(CHILD_URL, server.url("ads"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while leftovers(&data_dir, "ads").is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
            assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(!leftovers(&data_dir, "ads").is_empty(), "it was killed with a download under way");
    let running = Running::start(data_dir.path(), vec![url_list("ads", &server.url("ads"))]).await;
    assert!(running.stops("a99.example"));
    assert_eq!(leftovers(&data_dir, "ads"), [""; 0]);
    running.stop().await;
}

/// A line of /proc/self/status, in kB.
fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim_matches(|letter: char| !letter.is_ascii_digit()).parse().unwrap()
}

#[tokio::test]
#[ignore = "a measurement: run it alone, in release, with PONOR_TEST_LIST naming a large list"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn how_long_a_large_list_takes_and_how_much_memory() {
    let (data_dir, path) = (tempdir().unwrap(), std::env::var("PONOR_TEST_LIST").unwrap());
    let lists = vec![file_list("large", Path::new(&path))];
    for round in ["first start, with copying", "later start"] {
        let begun = std::time::Instant::now();
        let running = Running::start_within(Limits::default(), data_dir.path(), lists.clone()).await;
        let status = running.status("large");
        println!("{round}: {} rules of {} bytes, {} rejected", status.rules, status.bytes, status.rejected);
        println!("  {:?}; memory {} kB, at most {} kB", begun.elapsed(), memory("VmRSS:"), memory("VmHWM:"));
        running.stop().await;
    }
}
