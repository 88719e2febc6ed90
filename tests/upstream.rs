//! The upstream client against servers that answer, delay, drop, truncate and lie.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ponor::{
    app::clock,
    config::{self, Dnssec, Protocol, Server, ServerHost},
    dns::{Answer, Class, Name, Question, Rcode, RecordType},
    upstream::{BootstrapError, Exchange, ExchangeError, ServerState, Upstreams},
};
use support::upstream::{Asked, Over, Reply, ScriptedUpstream, Step, TRUE_ADDRESS};

mod support;

const LONG: Duration = Duration::from_secs(8);
const SHORT: Duration = Duration::from_millis(300);

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn question(text: &str) -> Question {
    Question { name: name(text), rtype: RecordType::A, class: Class::IN, dnssec_ok: false, checking_disabled: false }
}

fn server(protocol: Protocol, address: SocketAddr) -> Server {
    Server { protocol, host: ServerHost::Address(address.ip()), port: address.port(), path: String::new() }
}

fn settings(servers: Vec<Server>, timeout: Duration) -> config::Upstream {
    config::Upstream { servers, bootstrap: Vec::new(), timeout, routes: Vec::new(), dnssec: Dnssec::default() }
}

fn over(protocol: Protocol, upstreams: &[&ScriptedUpstream], timeout: Duration) -> Upstreams {
    let servers = upstreams.iter().map(|upstream| server(protocol, upstream.address)).collect();
    Upstreams::new(&settings(servers, timeout), clock::system())
}

/// What an exchange came to: the true address, the code of an answer without it, or the error.
#[derive(Debug, PartialEq)]
enum Got {
    True,
    Code(Rcode),
    Failed(ExchangeError),
}

async fn ask(upstreams: &Upstreams, question: &Question) -> Got {
    match upstreams.exchange(question).await {
        Ok(answer) if answer.addresses().eq([IpAddr::from(TRUE_ADDRESS)]) => Got::True,
        Ok(answer) => Got::Code(answer.rcode()),
        Err(error) => Got::Failed(error),
    }
}

/// One question to one server that follows `script`; the outcome, and how often it was asked over UDP and TCP.
async fn check(
    protocol: Protocol,
    timeout: Duration,
    script: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static,
    expected: Got,
    counts: (usize, usize),
) {
    let upstream = ScriptedUpstream::start(script).await;
    let upstreams = over(protocol, &[&upstream], timeout);
    assert_eq!(ask(&upstreams, &question("www.example.org")).await, expected);
    assert_eq!(upstream.counts(), counts);
}

fn send(replies: impl IntoIterator<Item = Reply>) -> Vec<Step> {
    replies.into_iter().map(Step::Send).collect()
}

#[tokio::test]
async fn a_wrong_reply_never_hides_the_true_one() {
    let wrong = [
        Reply::OtherId,
        Reply::OtherName,
        Reply::OtherType,
        Reply::OtherPort,
        Reply::Echo,
        Reply::Bytes(Vec::new()),
        Reply::Bytes(vec![0xFF; 11]),
        Reply::Bytes(vec![0xFF; 4000]),
    ];
    for reply in &wrong {
        let reply = reply.clone();
        let script = move |_: &Asked| send([reply.clone(), Reply::True]);
        check(Protocol::Udp, LONG, script, Got::True, (1, 0)).await;
    }
    let script = move |_: &Asked| send(wrong.clone().into_iter().chain([Reply::True, Reply::True]));
    check(Protocol::Udp, LONG, script, Got::True, (1, 0)).await;
}

#[tokio::test]
async fn wrong_replies_alone_are_no_answer() {
    let script = |_: &Asked| send([Reply::OtherId, Reply::OtherPort]);
    let upstream = ScriptedUpstream::start(script).await;
    let upstreams = over(Protocol::Udp, &[&upstream], SHORT);
    assert_eq!(ask(&upstreams, &question("a.example")).await, Got::Failed(ExchangeError::Invalid));
    assert!(upstreams.health()[0].last_error.is_some());
}

#[tokio::test]
async fn a_flood_of_guesses_is_left_for_tcp() {
    let script = |asked: &Asked| match asked.over {
        Over::Udp => send(vec![Reply::OtherId; 40]),
        Over::Tcp => send([Reply::True]),
    };
    check(Protocol::Udp, LONG, script, Got::True, (1, 1)).await;
}

#[tokio::test]
async fn a_socket_that_was_flooded_is_left() {
    let upstream = ScriptedUpstream::start(|asked| match (asked.over, asked.number) {
        (Over::Udp, 0) => send(vec![Reply::OtherId; 40]),
        _ => send([Reply::True]),
    })
    .await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for number in 0..100 {
        assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
    }
    let ports: Vec<SocketAddr> = upstream.asked().iter().map(|asked| asked.from).collect();
    assert!(!ports[1..].contains(&ports[0]));
    assert_eq!(upstream.counts(), (100, 1));
}

/// What somebody sends who sees the query but has to guess one thing about it: a false answer with that thing changed.
fn lie(asked: &Asked, guess: impl Fn(&mut Vec<u8>)) -> Reply {
    let mut lie = Reply::True.bytes(asked);
    let address = lie.len() - TRUE_ADDRESS.len();
    lie[address..].copy_from_slice(&[203, 0, 113, 66]);
    guess(&mut lie);
    Reply::Bytes(lie)
}

#[tokio::test]
async fn a_liar_off_the_path_is_never_believed() {
    let upstream = ScriptedUpstream::start(|asked| {
        if asked.over == Over::Tcp {
            return send([Reply::True]);
        }
        let name_end = 12 + asked.query.name.wire().len();
        let ids = (1..=12).map(|wrong| lie(asked, move |lie| lie[1] ^= wrong));
        let case = lie(asked, |lie| lie[13..name_end].iter_mut().for_each(|octet| *octet ^= 0x20));
        let name = lie(asked, |lie| lie[13] = if lie[13] == b'x' { b'y' } else { b'x' });
        let kind = lie(asked, |lie| lie[name_end + 1] ^= 0x1D);
        // The case of every third, right but for that, comes with no other lie before it.
        let lies = match asked.number % 3 {
            0 => vec![case],
            _ => ids.chain([name, kind, Reply::OtherPort]).collect(),
        };
        send(lies.into_iter().chain([Reply::True]))
    })
    .await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for round in 0..10 {
        let asked: Vec<_> = (0..30).map(|number| question(&format!("a{number}.round{round}.example"))).collect();
        for got in futures_util::future::join_all(asked.iter().map(|question| ask(&upstreams, question))).await {
            assert_eq!(got, Got::True);
        }
    }
    let ports: HashSet<SocketAddr> =
        upstream.asked().iter().filter(|asked| asked.over == Over::Udp).map(|asked| asked.from).collect();
    assert!(ports.len() >= 10, "the socket of each round is left after 32 lies: {}", ports.len());
}

#[tokio::test]
async fn nothing_about_a_query_can_be_foreseen() {
    const COUNT: u32 = 1024;
    let upstream = ScriptedUpstream::honest().await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for number in 0..COUNT {
        assert_eq!(ask(&upstreams, &question(&format!("{number}.manyletters.example"))).await, Got::True);
    }
    let asked = upstream.asked();
    let count = |what: &dyn Fn(&[Asked]) -> bool, of: usize| asked.windows(of).filter(|asked| what(asked)).count();
    // The bounds are sixteen standard deviations and more from what is expected.
    for bit in 0..16 {
        let set = count(&|asked| asked[0].query.id >> bit & 1 != 0, 1);
        assert!((256..768).contains(&set), "bit {bit} of the id is set {set} times of {COUNT}");
    }
    let near = count(&|asked| asked[0].query.id.wrapping_sub(asked[1].query.id).wrapping_add(16) < 32, 2);
    assert!(near < 32, "{near} ids are near the one before");
    for letter in 0..8 {
        let capital =
            count(&|asked| asked[0].bytes[14 + usize::from(asked[0].bytes[12]) + letter].is_ascii_uppercase(), 1);
        assert!((256..768).contains(&capital), "letter {letter} is a capital {capital} times of {COUNT}");
    }
    let same = count(&|asked| asked[0].from == asked[1].from, 2);
    assert!(same < 256, "{same} queries came from the port of the one before");
    let ports: HashSet<SocketAddr> = asked.iter().map(|asked| asked.from).collect();
    assert!(ports.len() >= 16, "{} ports", ports.len());
}

#[tokio::test]
async fn truncated_answers_are_asked_over_tcp() {
    let script = |asked: &Asked| match asked.over {
        Over::Udp => send([Reply::Truncated]),
        Over::Tcp => send([Reply::True]),
    };
    check(Protocol::Udp, LONG, script, Got::True, (1, 1)).await;
    let script = |asked: &Asked| match asked.over {
        Over::Udp => send([Reply::Truncated]),
        Over::Tcp => vec![Step::SendSlowly(Reply::True, Duration::from_millis(1))],
    };
    check(Protocol::Udp, LONG, script, Got::True, (1, 1)).await;
}

#[tokio::test]
async fn what_is_cut_short_over_tcp_is_no_answer() {
    let script = |_: &Asked| send([Reply::Truncated]);
    check(Protocol::Tcp, LONG, script, Got::Failed(ExchangeError::Invalid), (0, 3)).await;
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    check(Protocol::Udp, SHORT, |_| Vec::new(), Got::Failed(ExchangeError::Timeout), (1, 0)).await;
    check(Protocol::Tcp, SHORT, |_| Vec::new(), Got::Failed(ExchangeError::Timeout), (0, 1)).await;
}

#[tokio::test]
async fn a_lost_query_is_sent_again_from_another_port_under_another_id() {
    let upstream = ScriptedUpstream::start(|asked| send((asked.number > 0).then_some(Reply::True))).await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    assert_eq!(ask(&upstreams, &question("www.example.org")).await, Got::True);
    let asked = upstream.asked();
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0].from, asked[1].from);
    assert_ne!((asked[0].query.id, asked[0].query.name.wire()), (asked[1].query.id, asked[1].query.name.wire()));
}

#[tokio::test]
async fn a_slow_answer_to_the_first_try_still_counts() {
    let script = |asked: &Asked| match asked.number {
        0 => vec![Step::Wait(Duration::from_millis(600)), Step::Send(Reply::True)],
        _ => Vec::new(),
    };
    check(Protocol::Udp, LONG, script, Got::True, (2, 0)).await;
}

#[tokio::test]
async fn a_closed_port_is_unreachable_at_once() {
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for protocol in [Protocol::Udp, Protocol::Tcp] {
        let upstreams = Upstreams::new(&settings(vec![server(protocol, free)], LONG), clock::system());
        assert_eq!(ask(&upstreams, &question("a.example")).await, Got::Failed(ExchangeError::Unreachable));
        assert_eq!(upstreams.health()[0].state, ServerState::Down);
    }
    let nobody = Upstreams::new(&settings(Vec::new(), LONG), clock::system());
    assert_eq!(ask(&nobody, &question("a.example")).await, Got::Failed(ExchangeError::NoServer));
}

#[tokio::test]
async fn another_case_is_asked_over_tcp_and_ends_the_random_case() {
    let upstream = ScriptedUpstream::start(|asked| match asked.over {
        Over::Udp => send([Reply::Bytes(in_lower_case(asked))]),
        Over::Tcp => send([Reply::True]),
    })
    .await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for number in 0..5 {
        let asked = question(&format!("name-number-{number}.with-many-letters.example.org"));
        let answer = upstreams.exchange(&asked).await.unwrap();
        assert_eq!(answer.name().wire(), asked.name.wire(), "the answer carries the question's own case");
    }
    assert_eq!(upstream.counts(), (5, 3));
}

#[tokio::test]
async fn another_case_now_and_then_does_not_end_the_random_case() {
    let upstream = ScriptedUpstream::start(|asked| match asked.over {
        Over::Udp if asked.query.name.to_lowercase().to_string().starts_with("odd") => {
            send([Reply::Bytes(in_lower_case(asked))])
        }
        _ => send([Reply::True]),
    })
    .await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for number in 0..5 {
        for kind in ["odd", "even"] {
            let asked = question(&format!("{kind}-number-{number}.with-many-letters.example.org"));
            assert_eq!(ask(&upstreams, &asked).await, Got::True);
        }
    }
    assert_eq!(upstream.counts(), (10, 5));
}

#[tokio::test]
async fn a_server_that_does_not_know_edns_is_asked_without_it() {
    for (protocol, rcode) in
        [(Protocol::Udp, Rcode::FORMERR), (Protocol::Tcp, Rcode::FORMERR), (Protocol::Udp, Rcode::NOTIMP)]
    {
        let reply =
            move |asked: &Asked| if asked.query.edns.is_some() { Reply::Code(rcode.low()) } else { Reply::True };
        let upstream = ScriptedUpstream::start(move |asked| send([reply(asked)])).await;
        let upstreams = over(protocol, &[&upstream], LONG);
        for number in 0..5 {
            assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
        }
        assert_eq!(upstream.counts().0 + upstream.counts().1, 8, "three times in vain, then at once");
    }
    let puzzled = ScriptedUpstream::start(|_| send([Reply::Code(Rcode::FORMERR.low())])).await;
    let upstreams = over(Protocol::Udp, &[&puzzled], LONG);
    assert_eq!(ask(&upstreams, &question("a.example")).await, Got::Code(Rcode::FORMERR));
    assert_eq!(puzzled.counts(), (2, 0));
}

/// A server that knows no EDNS, until the switch is on: what it sends `then` to those who ask with it; and how many did.
async fn without_edns(then: fn() -> Vec<Step>) -> (ScriptedUpstream, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (switch, asked_with) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let script = (Arc::clone(&switch), Arc::clone(&asked_with));
    let upstream = ScriptedUpstream::start(move |asked| {
        let (switch, asked_with) = &script;
        if asked.query.edns.is_none() {
            return send([Reply::True]);
        }
        asked_with.fetch_add(1, Ordering::Relaxed);
        if switch.load(Ordering::Relaxed) { then() } else { send([Reply::Code(Rcode::FORMERR.low())]) }
    });
    (upstream.await, switch, asked_with)
}

#[tokio::test]
async fn a_server_that_has_learnt_edns_is_asked_with_it_again() {
    let (upstream, knows, asked_with) = without_edns(|| send([Reply::True])).await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    let ask_some = async |from: usize, to: usize| {
        for number in from..to {
            assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
        }
        asked_with.swap(0, Ordering::Relaxed)
    };
    assert_eq!(ask_some(0, 100).await, 3);
    assert_eq!(ask_some(100, 300).await, 1, "tried once more, in vain");
    knows.store(true, Ordering::Relaxed);
    assert_eq!(ask_some(300, 500).await, 0);
    assert_eq!(ask_some(500, 550).await, 38, "all from the 513th on");
}

#[tokio::test]
async fn a_try_with_edns_that_is_lost_is_not_made_again_at_once() {
    let (upstream, silent, asked_with) = without_edns(Vec::new).await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    for number in 0..300 {
        silent.store(number > 200, Ordering::Relaxed);
        assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
    }
    assert_eq!(asked_with.load(Ordering::Relaxed), 4, "three that were refused, and one that was lost");
}

/// The true reply of a server that forgets the case.
fn in_lower_case(asked: &Asked) -> Vec<u8> {
    let mut reply = Reply::True.bytes(asked);
    reply[12..12 + asked.query.name.wire().len()].make_ascii_lowercase();
    reply
}

#[tokio::test]
async fn refusals_are_passed_on_only_when_nobody_does_better() {
    // What may be meant for EDNS is asked once more without it.
    for (code, asked) in [(Rcode::SERVFAIL, 1), (Rcode::REFUSED, 1), (Rcode::NOTIMP, 2)] {
        let refusing = ScriptedUpstream::start(move |_| send([Reply::Code(code.low())])).await;
        let honest = ScriptedUpstream::honest().await;
        let upstreams = over(Protocol::Udp, &[&refusing, &honest], LONG);
        assert_eq!(ask(&upstreams, &question("a.example")).await, Got::True);
        assert_eq!((refusing.counts(), honest.counts()), ((asked, 0), (1, 0)));
        assert_eq!(upstreams.health()[0].failures, 1, "another server had an answer");

        let upstreams = over(Protocol::Udp, &[&refusing, &refusing], LONG);
        let answer = upstreams.exchange(&question("a.example")).await.unwrap();
        assert_eq!((answer.rcode(), answer.ede().unwrap().text.as_ref()), (code, "no reason"));
        assert_eq!(upstreams.health()[0].state, ServerState::Up, "a refusal that all agree on is an answer");
    }
}

#[tokio::test]
async fn a_server_that_refers_to_others_is_no_resolver() {
    let referral = |asked: &Asked| {
        let mut reply = Reply::Code(0).bytes(asked);
        // Without OPT: `example. 60 NS ns.example.` as the only record, in the authority section.
        reply.truncate(12 + asked.query.name.wire().len() + 4);
        reply[6..12].copy_from_slice(&[0, 0, 0, 1, 0, 0]);
        reply.extend(b"\x07example\0\0\x02\0\x01\0\0\0\x3c\0\x0c\x02ns\x07example\0");
        reply
    };
    let referring = ScriptedUpstream::start(move |asked| send([Reply::Bytes(referral(asked))])).await;
    let honest = ScriptedUpstream::honest().await;
    let upstreams = over(Protocol::Udp, &[&referring, &honest], LONG);
    assert_eq!(ask(&upstreams, &question("a.example")).await, Got::True);
    assert_eq!((referring.counts(), honest.counts()), ((1, 0), (1, 0)));
    assert_eq!(upstreams.health()[0].failures, 1, "another server had an answer");

    let upstreams = over(Protocol::Udp, &[&referring], LONG);
    let answer = upstreams.exchange(&question("a.example")).await.unwrap();
    assert_eq!((answer.rcode(), answer.records().count()), (Rcode::NOERROR, 1), "there is no better one");
}

#[tokio::test]
async fn a_judgement_is_not_appealed() {
    for (reason, expected) in [
        (5, Got::True),
        (6, Got::Code(Rcode::SERVFAIL)),
        (12, Got::Code(Rcode::SERVFAIL)),
        (15, Got::Code(Rcode::SERVFAIL)),
        (18, Got::True),
        (22, Got::True),
    ] {
        let judge = ScriptedUpstream::start(move |_| send([Reply::CodeBecause(Rcode::SERVFAIL.low(), reason)])).await;
        let honest = ScriptedUpstream::honest().await;
        let upstreams = over(Protocol::Udp, &[&judge, &honest], LONG);
        assert_eq!(ask(&upstreams, &question("a.example")).await, expected, "extended error {reason}");
    }
}

#[tokio::test]
async fn a_dead_server_costs_little_and_is_soon_passed_over() {
    let dead = ScriptedUpstream::start(|_| Vec::new()).await;
    let honest = ScriptedUpstream::honest().await;
    let upstreams = over(Protocol::Udp, &[&dead, &honest], LONG);
    for number in 0..20 {
        assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
    }
    assert_eq!(honest.counts().0, 20);
    assert!(dead.counts().0 < 10, "asked {} times", dead.counts().0);
    let health = upstreams.health();
    assert_eq!((health[1].state, health[1].queries), (ServerState::Up, 20));
    assert_ne!(health[0].state, ServerState::Up);
}

#[tokio::test]
async fn other_servers_are_measured_now_and_then() {
    let (first, second) = (ScriptedUpstream::honest().await, ScriptedUpstream::honest().await);
    let upstreams = over(Protocol::Udp, &[&first, &second], LONG);
    for number in 0..96 {
        assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
    }
    let asked = upstreams.health().iter().map(|server| server.queries).sum::<u64>();
    assert_eq!(asked, 96 + 3);
}

#[tokio::test]
async fn equal_questions_share_one_exchange() {
    let script = |_: &Asked| vec![Step::Wait(Duration::from_millis(100)), Step::Send(Reply::True)];
    let upstream = ScriptedUpstream::start(script).await;
    let upstreams = Arc::new(over(Protocol::Udp, &[&upstream], LONG));
    let (equal, other) = (question("a.example"), Question { dnssec_ok: true, ..question("a.example") });
    // The one who began it goes away before there is an answer.
    tokio::select! {
        biased;
        _ = ask(&upstreams, &equal) => panic!("answered too soon"),
        () = tokio::task::yield_now() => {}
    }
    let asking = (0..20).map(|_| upstreams.exchange(&equal));
    let (answers, different) = tokio::join!(futures_util::future::join_all(asking), upstreams.exchange(&other));
    let answers: Vec<Arc<Answer>> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| Arc::ptr_eq(answer, &answers[0])));
    assert!(!Arc::ptr_eq(&different.unwrap(), &answers[0]), "DO is part of the question");
    assert_eq!(upstream.counts(), (2, 0));
    assert_eq!(ask(&upstreams, &equal).await, Got::True);
    assert_eq!(upstream.counts(), (3, 0), "an exchange that ended is not joined");
}

/// A runtime of its own on a thread of its own, as lanes have it.
fn on_a_lane<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> (Arc<tokio::sync::Notify>, std::thread::JoinHandle<Option<T>>) {
    let end = Arc::new(tokio::sync::Notify::new());
    let ended = Arc::clone(&end);
    let thread = std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            tokio::select! {
                result = work => Some(result),
                () = ended.notified() => None,
            }
        })
    });
    (end, thread)
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_share_exchanges_and_do_not_take_them_away() {
    let script = |_: &Asked| vec![Step::Wait(Duration::from_millis(300)), Step::Send(Reply::True)];
    let upstream = ScriptedUpstream::start(script).await;
    let upstreams = Arc::new(over(Protocol::Udp, &[&upstream], LONG));
    let asking = || {
        let upstreams = Arc::clone(&upstreams);
        on_a_lane(async move { ask(&upstreams, &question("a.example")).await })
    };
    let lanes = [asking(), asking(), asking()];
    assert_eq!(ask(&upstreams, &question("a.example")).await, Got::True);
    for (_, lane) in lanes {
        assert_eq!(lane.join().unwrap(), Some(Got::True));
    }
    assert_eq!(upstream.counts(), (1, 0));

    // The lane that began it ends under it.
    let (end, lane) = asking();
    while upstream.counts().0 < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    end.notify_one();
    assert_eq!(lane.join().unwrap(), None);
    assert_eq!(ask(&upstreams, &question("a.example")).await, Got::True);
}

#[tokio::test]
async fn questions_in_flight_are_bounded() {
    let upstream = ScriptedUpstream::start(|_| Vec::new()).await;
    let upstreams = over(Protocol::Tcp, &[&upstream], SHORT);
    let asked: Vec<_> = (0..2100).map(|number| question(&format!("{number}.example"))).collect();
    let got = futures_util::future::join_all(asked.iter().map(|question| ask(&upstreams, question))).await;
    assert_eq!(got.iter().filter(|got| **got == Got::Failed(ExchangeError::Overloaded)).count(), 52);
    upstreams.close().await;
}

#[tokio::test]
async fn one_connection_carries_many_queries_in_any_order() {
    let script = |asked: &Asked| {
        let wait = Duration::from_millis(if asked.number.is_multiple_of(2) { 50 } else { 0 });
        vec![Step::Wait(wait), Step::Send(Reply::OtherId), Step::Send(Reply::Bytes(vec![7])), Step::Send(Reply::True)]
    };
    let upstream = ScriptedUpstream::start(script).await;
    let upstreams = over(Protocol::Tcp, &[&upstream], LONG);
    let asked: Vec<_> = (0..20).map(|number| question(&format!("{number}.example"))).collect();
    for got in futures_util::future::join_all(asked.iter().map(|question| ask(&upstreams, question))).await {
        assert_eq!(got, Got::True);
    }
    assert_eq!((upstream.counts(), upstream.connections()), ((0, 20), 1));
}

#[tokio::test]
async fn a_connection_that_was_closed_is_made_again() {
    let upstream = ScriptedUpstream::start(|_| vec![Step::Send(Reply::True), Step::Close]).await;
    let upstreams = over(Protocol::Tcp, &[&upstream], LONG);
    for number in 0..5 {
        assert_eq!(ask(&upstreams, &question(&format!("{number}.example"))).await, Got::True);
    }
    assert_eq!(upstream.connections(), 5);
    check(Protocol::Tcp, LONG, |_| vec![Step::Close], Got::Failed(ExchangeError::Unreachable), (0, 3)).await;
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_left() {
    let first: OnceLock<SocketAddr> = OnceLock::new();
    let upstream = ScriptedUpstream::start(move |asked| {
        let silent = *first.get_or_init(|| asked.from) == asked.from && asked.number > 0;
        send((!silent).then_some(Reply::True))
    })
    .await;
    let upstreams = over(Protocol::Tcp, &[&upstream], LONG);
    for text in ["a.example", "b.example", "c.example"] {
        assert_eq!(ask(&upstreams, &question(text)).await, Got::True);
    }
    assert_eq!((upstream.counts(), upstream.connections()), ((0, 4), 2));
}

#[tokio::test]
async fn answers_pass_through_unchanged() {
    let options = b"\0\0\x29\x04\xd0\0\0\x80\0\0\x0a\0\x0f\0\x06\0\x09DNSS";
    let upstream = ScriptedUpstream::start(move |_| send([Reply::TrueWith(options.to_vec())])).await;
    let upstreams = over(Protocol::Udp, &[&upstream], LONG);
    let asked =
        Question { rtype: RecordType(65_399), dnssec_ok: true, checking_disabled: true, ..question("x.example") };
    let answer = upstreams.exchange(&asked).await.unwrap();
    assert_eq!((answer.ede().unwrap().code.0, answer.ede().unwrap().text.as_ref()), (9, "DNSS"));
    assert_eq!(answer.answers().next().unwrap().data(), b"\x04true");
    let query = &upstream.asked()[0].query;
    assert!(query.recursion_desired && query.checking_disabled && query.dnssec_ok());
    assert_eq!((query.edns.unwrap().payload, query.rtype), (1232, RecordType(65_399)));
}

#[tokio::test]
async fn the_longest_route_has_the_name() {
    let (general, lan, sub) =
        tokio::join!(ScriptedUpstream::honest(), ScriptedUpstream::honest(), ScriptedUpstream::honest());
    let route = |domains: &[&str], upstream: &ScriptedUpstream| config::Route {
        domains: domains.iter().map(|domain| name(domain)).collect(),
        servers: vec![server(Protocol::Udp, upstream.address)],
    };
    let routes = vec![route(&["Lan", "168.192.in-addr.arpa"], &lan), route(&["sub.lan"], &sub)];
    let mut config = settings(vec![server(Protocol::Udp, general.address)], LONG);
    config.routes = routes;
    let upstreams = Upstreams::new(&config, clock::system());
    let check = async |text: &str, expected: Option<&ScriptedUpstream>| {
        let upstream = expected.unwrap_or(&general);
        let before = upstream.counts().0;
        assert_eq!(ask(&upstreams, &question(&text.to_ascii_lowercase())).await, Got::True);
        assert_eq!(upstream.counts().0, before + 1, "{text}");
    };
    check("example.org", None).await;
    check("lan", Some(&lan)).await;
    check("PC.LAN", Some(&lan)).await;
    check("sub.lan", Some(&sub)).await;
    check("a.b.sub.lan", Some(&sub)).await;
    check("notlan", None).await;
    check("1.1.168.192.in-addr.arpa", Some(&lan)).await;
    assert_eq!(upstreams.health().len(), 3);
}

#[tokio::test]
async fn bootstrap_finds_and_remembers_addresses() {
    let upstream = ScriptedUpstream::start(|asked| match asked.query.name.to_lowercase().to_string().as_str() {
        "nowhere.example" => send([Reply::Code(Rcode::NXDOMAIN.low())]),
        "broken.example" => send([Reply::Code(Rcode::SERVFAIL.low())]),
        _ => send([Reply::True]),
    })
    .await;
    let mut config = settings(Vec::new(), LONG);
    config.bootstrap = vec![upstream.address];
    let upstreams = Upstreams::new(&config, clock::system());
    let bootstrap = upstreams.bootstrap();
    let found = bootstrap.resolve("dns.example").await.unwrap();
    assert_eq!(found, [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 53)), "2001:db8::35".parse().unwrap()]);
    assert_eq!(bootstrap.resolve("DNS.example.").await, Ok(found));
    assert_eq!(upstream.counts(), (2, 0), "A and AAAA, once");
    assert_eq!(bootstrap.resolve("[::1]").await, Ok(vec!["::1".parse().unwrap()]));
    assert_eq!(bootstrap.resolve("127.0.0.1").await, Ok(vec![Ipv4Addr::LOCALHOST.into()]));
    assert_eq!(bootstrap.resolve("nowhere.example").await, Err(BootstrapError::NoAddress));
    assert_eq!(bootstrap.resolve("broken.example").await, Err(BootstrapError::Exchange(ExchangeError::Invalid)));
    assert!(matches!(bootstrap.resolve("a..b").await, Err(BootstrapError::NotAName(_))));
}
