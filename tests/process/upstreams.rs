//! Servers that fail: every query has an answer in time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ponor::dns::Rcode;

use crate::{
    house::{House, nobody, upstream},
    support::upstream::{Reply, Step},
    wire::{ask_a, ask_over_tcp},
};

#[test]
fn a_dead_upstream_is_a_failure_with_a_reason_within_the_time() {
    let silent = upstream(|_| Vec::new());
    for address in [nobody(), silent.address] {
        let house = House::new(address, "upstream.timeout = \"1s\"\n");
        let ponor = house.start();
        let begun = Instant::now();
        let reply = ask_a(ponor.dns, "www.example");
        // The time is 1 s; the rest is for a busy machine.
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert_eq!(reply.rcode, Rcode::SERVFAIL);
        let (code, text) = reply.ede.unwrap();
        assert!([22, 23].contains(&code) && !text.is_empty(), "{code} {text}");
        assert_eq!(ask_over_tcp(ponor.dns, "www.example", ponor::dns::RecordType::A).rcode, Rcode::SERVFAIL);
        assert_eq!(ask_a(ponor.dns, "data.mistat.xiaomi.com").rcode, Rcode::NOERROR);
        assert_eq!(ponor.get("/readyz")["ready"], true, "a dead upstream does not make ponor deaf");
    }
}

#[test]
fn an_answer_that_has_run_out_helps_when_the_upstream_has_died() {
    let alive = Arc::new(AtomicBool::new(true));
    let lives = Arc::clone(&alive);
    let upstream =
        upstream(move |_| if lives.load(Ordering::SeqCst) { vec![Step::Send(Reply::True)] } else { Vec::new() });
    let house = House::new(upstream.address, "cache.max_ttl = \"1s\"\nupstream.timeout = \"1s\"\n");
    let ponor = house.start();
    assert_eq!(ask_a(ponor.dns, "www.example").data(), ["192.0.2.53"]);
    alive.store(false, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(2_100));
    let stale = ask_a(ponor.dns, "www.example");
    assert_eq!((stale.data(), stale.ede.as_ref().map(|(code, _)| *code)), (vec!["192.0.2.53"], Some(3)), "{stale:?}");
    assert_eq!(ask_a(ponor.dns, "other.example").rcode, Rcode::SERVFAIL);
    let told = |words: &str| ponor.log().matches(words).count();
    crate::house::wait_until(
        || ask_a(ponor.dns, "third.example").rcode == Rcode::SERVFAIL && told("does not answer") > 0,
        || ponor.log(),
    );
    assert_eq!(
        (told("does not answer"), told("no answer in time"), told("answers again")),
        (1, 1, 0),
        "{}",
        ponor.log()
    );
    alive.store(true, Ordering::SeqCst);
    crate::house::wait_until(
        || ask_a(ponor.dns, "other.example").rcode == Rcode::NOERROR,
        || "the upstream is not asked again".to_owned(),
    );
    crate::house::wait_until(|| told("answers again") == 1, || ponor.log());
}

#[test]
fn a_second_server_takes_over() {
    let second = crate::house::honest();
    let house = House::new(nobody(), "");
    let first = nobody();
    let servers = format!("upstream.servers = [\"{first}\", \"{}\"]", second.address);
    let text = crate::house::config(first, "").replace(&format!("upstream.servers = \"{first}\""), &servers);
    house.write("config.toml", &text);
    let ponor = house.start();
    for number in 0..5 {
        assert_eq!(ask_a(ponor.dns, &format!("n{number}.example")).data(), ["192.0.2.53"]);
    }
}

#[test]
fn an_upstream_that_truncates_is_asked_again_over_tcp() {
    let upstream = upstream(|asked| match asked.over {
        crate::support::upstream::Over::Udp => vec![Step::Send(Reply::Truncated)],
        crate::support::upstream::Over::Tcp => vec![Step::Send(Reply::True)],
    });
    let ponor = House::new(upstream.address, "").start();
    assert_eq!(ask_a(ponor.dns, "www.example").data(), ["192.0.2.53"]);
}
