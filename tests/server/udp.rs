//! DNS over UDP on real sockets: who answers, from where, and what is not answered.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use ponor::{
    config::{AllowedClients, Dns},
    dns::{Answer, Rcode},
    server::{Limits, Listeners},
    stats::Transport,
};

use crate::{
    own_network::{in_own_network, own_loopback},
    server_support::{Ponor, ask, client, dns, front, query, query_with_options, read, script},
};

/// The reply to a query sent behind `message`: whatever that was, the next one is heard. Returns what came before it.
fn replies_before_the_next(server: SocketAddr, message: &[u8]) -> Vec<Vec<u8>> {
    let client = client("127.0.0.1");
    client.send_to(message, server).unwrap();
    let mut replies = Vec::new();
    let (mut reply, _) = ask(&client, server, &query(0xFFFF, "next.example"));
    // Lanes answer at once what needs no upstream, so that a reply to `message` may come late only if it waits for one.
    while reply[..2] != [0xFF, 0xFF] {
        replies.push(reply);
        let mut buffer = vec![0; 65535];
        let length = client.recv(&mut buffer).unwrap();
        reply = buffer[..length].to_vec();
    }
    replies
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_answered() {
    let ponor = Ponor::start(&["127.0.0.1:0", "[::1]:0"]).await;
    for endpoint in ponor.listeners.endpoints().await {
        if endpoint.transport == Transport::Udp {
            let client = client(if endpoint.address.is_ipv4() { "127.0.0.1" } else { "::1" });
            let (reply, from) = ask(&client, endpoint.address, &query(7, "www.example"));
            assert_eq!((read(&reply), from), ((7, 1), endpoint.address));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_answers_from_the_address_that_was_asked() {
    let ponor = Ponor::start(&["0.0.0.0:0"]).await;
    let port = ponor.address(Transport::Udp).await.port();
    let client = client("127.0.0.1");
    for last in [1, 2, 77] {
        let server = SocketAddr::from(([127, 0, 0, last], port));
        // The second is refused on the lane, the first waits for the upstream: both ways back are tried.
        for message in [query(7, "www.example"), query(7, "www.example")[..20].to_vec()] {
            assert_eq!(ask(&client, server, &message).1, server);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_of_both_families_answers_both() {
    let ponor = Ponor::start(&["[::]:0"]).await;
    let port = ponor.address(Transport::Udp).await.port();
    for (from, server) in [("127.0.0.1", "127.0.0.9"), ("::1", "::1")] {
        let server = SocketAddr::new(server.parse().unwrap(), port);
        let (reply, sender) = ask(&client(from), server, &query(7, "www.example"));
        assert_eq!((read(&reply), sender), ((7, 1), server));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_all_answered() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let client = client("127.0.0.1");
    for round in 0..20 {
        let mut ids: Vec<u16> = (round * 50..round * 50 + 50).collect();
        for id in &ids {
            client.send_to(&query(*id, "www.example"), server).unwrap();
        }
        while !ids.is_empty() {
            let mut buffer = [0; 512];
            let length = client.recv(&mut buffer).unwrap();
            let (id, _) = read(&buffer[..length]);
            ids.retain(|&sent| sent != id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_follow_each_other_and_others_are_heard_alike() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let kept = ponor.address(Transport::Udp).await;
    let other = SocketAddr::from(([127, 0, 0, 2], kept.port()));
    let both = ["127.0.0.1:0", &other.to_string()];
    let client = client("127.0.0.1");
    for listen in [&both[..], &both[..1], &both] {
        let prepared = ponor.listeners.prepare(&dns(listen), None).await.unwrap();
        ponor.listeners.commit(prepared).await;
        for server in [kept, other].into_iter().take(listen.len()) {
            // What is answered on the lane, often enough that it expects more; what waits for the upstream in between; and
            // after a while in which it gave up expecting.
            for pause in [0, 20] {
                for _ in 0..200 {
                    ask(&client, server, &query(7, "www.example")[..20]);
                }
                thread::sleep(Duration::from_millis(pause));
                assert_eq!(read(&ask(&client, server, &query(8, "www.example")).0), (8, 1), "{server} {pause}");
            }
        }
        // The last set is exchanged while the lane expects more.
        (0..200).for_each(|_| drop(ask(&client, kept, &query(7, "www.example")[..20])));
    }
    ponor.listeners.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_is_held_up_by_what_follows_at_another_address() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let kept = ponor.address(Transport::Udp).await;
    let other = SocketAddr::from(([127, 0, 0, 2], kept.port()));
    let prepared = ponor.listeners.prepare(&dns(&["127.0.0.1:0", &other.to_string()]), None).await.unwrap();
    ponor.listeners.commit(prepared).await;
    let refused = query(7, "www.example")[..20].to_vec();
    // From one address to the next, so that all lanes have something to do; they end with the test.
    let stop = Arc::new(AtomicBool::new(false));
    let askers = [(), ()].map(|()| {
        let (stop, refused) = (Arc::clone(&stop), refused.clone());
        thread::spawn(move || {
            let clients = [(); 8].map(|()| client("127.0.0.1"));
            for client in clients.iter().cycle().take_while(|_| !stop.load(Ordering::Relaxed)) {
                ask(client, other, &refused);
            }
        })
    });
    let client = client("127.0.0.1");
    client.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    for id in 0..40 {
        (0..100).for_each(|_| drop(ask(&client, kept, &refused)));
        assert_eq!(read(&ask(&client, kept, &query(id, "www.example")).0), (id, 1));
    }
    stop.store(true, Ordering::Relaxed);
    for asker in askers {
        asker.join().unwrap();
    }
    ponor.listeners.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_is_cut_and_says_so() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let client = client("127.0.0.1");
    for message in [query(7, "big.example"), query_with_options(7, "big.example", &[])] {
        let (reply, _) = ask(&client, server, &message);
        let answer = Answer::read(&reply).unwrap();
        assert!(answer.is_truncated() && answer.records().count() == 0 && reply.len() <= 512);
    }
}

#[test]
fn what_the_network_takes_only_in_parts_is_cut() {
    in_own_network("udp::in_a_narrow_network");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "changes what the network takes; the test above runs it where that is harmless"]
async fn in_a_narrow_network() {
    own_loopback(|link| link.mtu(900)).await;
    let message = query_with_options(7, "wide.example", &[]);
    for address in ["127.0.0.1:0", "0.0.0.0:0"] {
        let ponor = Ponor::start(&[address]).await;
        let server = SocketAddr::from(([127, 0, 0, 1], ponor.address(Transport::Udp).await.port()));
        let (reply, _) = ask(&client("127.0.0.1"), server, &message);
        let answer = Answer::read(&reply).unwrap();
        assert!(answer.is_truncated() && answer.records().count() == 0, "{address}");
        let (whole, _) = ask(&client("127.0.0.1"), server, &query_with_options(7, "www.example", &[]));
        assert_eq!(read(&whole), (7, 1), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opcodes_and_responses() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    for opcode in 0..16_u8 {
        let mut message = query(7, "www.example");
        message[2] = opcode << 3 | 1;
        let (reply, _) = ask(&client("127.0.0.1"), server, &message);
        let rcode = if opcode == 0 { Rcode::NOERROR } else { Rcode::NOTIMP };
        assert_eq!((reply[2] >> 3 & 0x1F, reply[3] & 0x0F), (0x10 | opcode, rcode.low()), "opcode {opcode}");
        message[2] |= 0x80;
        assert_eq!(replies_before_the_next(server, &message), Vec::<Vec<u8>>::new(), "response, opcode {opcode}");
    }
    assert_eq!((ponor.front.figures().refused, ponor.front.figures().ignored), (15, 16));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_bytes_leave_it_answering() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let (hostile, friendly) = (client("127.0.0.1"), client("127.0.0.1"));
    let mut random = fastrand::Rng::with_seed(42);
    for round in 0..2000_u16 {
        let mut message = query_with_options(1, "www.example", b"\0\x0a\0\x08cookie!!");
        match round % 4 {
            0 => message = (0..random.usize(..1500)).map(|_| random.u8(..)).collect(),
            1 => message.truncate(random.usize(..message.len())),
            2 => (0..3).for_each(|_| {
                let at = random.usize(..message.len());
                message[at] = random.u8(..);
            }),
            _ => message.resize(random.usize(..60_000), 0xC0),
        }
        hostile.send_to(&message, server).unwrap();
        if round % 4 == 3 {
            // Keeps step with the lane, whose socket has room for a few of the long ones.
            assert_eq!(read(&ask(&friendly, server, &query(7, "www.example")).0), (7, 1));
        }
    }
    drop(hostile);
    assert_eq!(replies_before_the_next(server, b""), Vec::<Vec<u8>>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_upstream_is_servfail() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let (reply, _) = ask(&client("127.0.0.1"), server, &query_with_options(7, "dead.example", &[]));
    let answer = Answer::read(&reply).unwrap();
    assert_eq!((answer.rcode(), answer.ede().is_some()), (Rcode::SERVFAIL, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_brings_its_answer_down_costs_itself_alone() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let client = client("127.0.0.1");
    for id in 0..3 {
        client.send_to(&query(100 + id, "fatal.example"), server).unwrap();
        client.send_to(&query(200 + id, "held.example"), server).unwrap();
        assert_eq!(read(&ask(&client, server, &query(id, "www.example")).0), (id, 1));
    }
    ponor.script.let_go(3);
    for id in 200..203 {
        let mut reply = [0; 512];
        let length = client.recv(&mut reply).unwrap();
        assert_eq!(read(&reply[..length]), (id, 1));
    }
    ponor.listeners.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_can_wait_are_told_so() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let client = client("127.0.0.1");
    let mut failed = 0;
    for id in 0..6000 {
        client.send_to(&query(id, "held.example"), server).unwrap();
        if id % 50 == 0 {
            // Keeps step with the lane: it answers this one at once, behind all that came before it.
            client.send_to(&query(id, "held.example")[..20], server).unwrap();
            while rcode(&client) == Rcode::SERVFAIL {
                failed += 1;
            }
        }
    }
    assert!((1..6000).contains(&failed) && ponor.front.figures().overloaded >= failed, "{failed}");
    ponor.script.let_go(6000);
    while rcode(&client) != Rcode::NOERROR {}
}

fn rcode(client: &std::net::UdpSocket) -> Rcode {
    let mut reply = [0; 512];
    client.recv(&mut reply).unwrap();
    Rcode(u16::from(reply[3] & 0x0F))
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_floods_are_dropped_and_counted() {
    let strange = Dns { allowed_clients: AllowedClients::Networks(vec![]), ..dns(&["127.0.0.1:0"]) };
    let ponor = Ponor::start_with(&strange, None, Limits::default()).await;
    let stranger = client("127.0.0.1");
    stranger.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    stranger.send_to(&query(7, "www.example"), ponor.address(Transport::Udp).await).unwrap();
    let heard = stranger.recv(&mut [0; 512]).map_err(|error| error.kind());
    assert_eq!((heard, ponor.front.figures().not_allowed), (Err(ErrorKind::WouldBlock), 1));

    let limited = Dns { rate_limit: 1, ..dns(&["127.0.0.1:0"]) };
    let ponor = Ponor::start_with(&limited, None, Limits::default()).await;
    let client = client("127.0.0.1");
    for id in 0..100 {
        client.send_to(&query(id, "www.example"), ponor.address(Transport::Udp).await).unwrap();
    }
    client.recv(&mut [0; 512]).unwrap();
    ponor.listeners.stop().await;
    assert!(ponor.front.figures().rate_limited >= 90, "{:?}", ponor.front.figures());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_is_finished_at_the_end() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let server = ponor.address(Transport::Udp).await;
    let client = client("127.0.0.1");
    client.send_to(&query(7, "held.example"), server).unwrap();
    // The lane has it once it has answered the next one.
    client.send_to(&query(8, "www.example"), server).unwrap();
    let mut buffer = [0; 512];
    let length = client.recv(&mut buffer).unwrap();
    assert_eq!(read(&buffer[..length]).0, 8);
    ponor.script.let_go(1);
    ponor.listeners.stop().await;
    let length = client.recv(&mut buffer).unwrap();
    assert_eq!(read(&buffer[..length]).0, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing() {
    let holder = free_over_both("127.0.0.1");
    let taken = holder.local_addr().unwrap();
    let free = SocketAddr::from(([127, 0, 0, 2], taken.port()));
    let both = dns(&[&free.to_string(), &taken.to_string()]);
    let error = Listeners::start(front(&script()), &both, None).await.err().unwrap().to_string();
    let expected = format!("port {} on 127.0.0.1 (UDP) is held by `", taken.port());
    assert!(error.contains(&expected) && error.contains(&format!("(pid {})", std::process::id())), "{error}");
    std::net::UdpSocket::bind(free).expect("the free one was released");
    std::net::TcpListener::bind(taken).expect("so was the port of the same number over TCP");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_configuration_keeps_what_is_equal() {
    let ponor = Ponor::start(&["127.0.0.1:0"]).await;
    let kept = ponor.address(Transport::Udp).await;
    let (client, other) = (client("127.0.0.1"), format!("127.0.0.2:{}", kept.port()));
    client.send_to(&query(7, "held.example"), kept).unwrap();

    let holder = self::client("127.0.0.3");
    let impossible = dns(&["127.0.0.1:0", &other, &holder.local_addr().unwrap().to_string()]);
    assert!(ponor.listeners.prepare(&impossible, None).await.is_err());
    drop(std::net::UdpSocket::bind(&other).expect("nothing changed"));

    let prepared = ponor.listeners.prepare(&dns(&["127.0.0.1:0", &other]), None).await.unwrap();
    ponor.listeners.commit(prepared).await;
    assert_eq!(read(&ask(&client, other.parse().unwrap(), &query(8, "www.example")).0).0, 8);
    ponor.script.let_go(1);
    let mut buffer = [0; 512];
    let length = client.recv(&mut buffer).unwrap();
    assert_eq!(read(&buffer[..length]).0, 7, "the socket that is kept has lost nothing");

    // Away and back while a query that came in by the old socket still waits.
    client.send_to(&query(7, "held.example"), &other).unwrap();
    ask(&client, other.parse().unwrap(), &query(8, "www.example"));
    for listen in [&["127.0.0.1:0"][..], &["127.0.0.1:0", &other]] {
        let prepared = ponor.listeners.prepare(&dns(listen), None).await.unwrap();
        ponor.listeners.commit(prepared).await;
    }
    ponor.script.let_go(1);
    let length = client.recv(&mut buffer).unwrap();
    assert_eq!(read(&buffer[..length]).0, 7);

    // From a wildcard to its addresses and back: the sockets overlap while one set replaces the other.
    let port = free_over_both("0.0.0.0").local_addr().unwrap().port();
    for listen in [&["0.0.0.0"][..], &["127.0.0.1", "127.0.0.2"], &["0.0.0.0"]] {
        let listen: Vec<String> = listen.iter().map(|ip| format!("{ip}:{port}")).collect();
        let listen: Vec<&str> = listen.iter().map(String::as_str).collect();
        let prepared = ponor.listeners.prepare(&dns(&listen), None).await.unwrap();
        ponor.listeners.commit(prepared).await;
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(read(&ask(&client, server, &query(9, "www.example")).0).0, 9, "{listen:?}");
    }
}

/// A UDP socket whose port is free over TCP too, which connections of other tests may happen to use.
fn free_over_both(ip: &str) -> std::net::UdpSocket {
    let sockets = std::iter::repeat_with(|| std::net::UdpSocket::bind((ip, 0)).unwrap());
    let is_free = |udp: &std::net::UdpSocket| std::net::TcpListener::bind(udp.local_addr().unwrap()).is_ok();
    sockets.take(100).find(is_free).unwrap()
}
