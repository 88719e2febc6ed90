//! DNS over TCP on real sockets: pipelining, limits, and peers who are slow, rude or gone.

use std::{net::SocketAddr, time::Duration};

use ponor::{
    dns::Answer,
    server::{Limits, StreamLimits},
    stats::Transport,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::server_support::{Ponor, ask, client, dns, framed, query, read};

const SOON: Duration = Duration::from_millis(100);
/// Far longer than anything takes that these tests wait for.
const EVER: Duration = Duration::from_secs(20);

async fn start(limits: StreamLimits) -> (Ponor, SocketAddr) {
    let ponor = Ponor::start_with(&dns(&["127.0.0.1:0"]), None, Limits { tcp: limits, ..Limits::default() }).await;
    let server = ponor.address(Transport::Tcp).await;
    (ponor, server)
}

async fn reply(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = vec![0; usize::from(stream.read_u16().await.unwrap())];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

/// Whether the server ends the connection without another word.
async fn is_cut(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    let ended = timeout(EVER, stream.read_to_end(&mut rest)).await;
    ended.is_ok() && rest.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_udp_cuts_comes_whole() {
    let (ponor, server) = start(StreamLimits::TCP).await;
    let (cut, _) = ask(&client("127.0.0.1"), ponor.address(Transport::Udp).await, &query(7, "big.example"));
    assert!(Answer::read(&cut).unwrap().is_truncated());
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(&framed(&query(7, "big.example"))).await.unwrap();
    assert_eq!(read(&reply(&mut stream).await), (7, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_come_as_they_are_ready() {
    let (ponor, server) = start(StreamLimits::TCP).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    let messages = [(1, "held.example"), (2, "www.example"), (3, "www.example")];
    let pipelined: Vec<u8> = messages.iter().flat_map(|(id, name)| framed(&query(*id, name))).collect();
    stream.write_all(&pipelined).await.unwrap();
    let mut ids = vec![read(&reply(&mut stream).await).0, read(&reply(&mut stream).await).0];
    ids.sort_unstable();
    assert_eq!(ids, [2, 3], "they do not wait for the first");
    ponor.script.let_go(1);
    assert_eq!(read(&reply(&mut stream).await).0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_may_come_in_any_pieces() {
    let (_ponor, server) = start(StreamLimits::TCP).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for octet in framed(&query(7, "www.example")) {
        stream.write_all(&[octet]).await.unwrap();
        stream.flush().await.unwrap();
    }
    assert_eq!(read(&reply(&mut stream).await), (7, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_said_all_still_gets_its_answers() {
    let (ponor, server) = start(StreamLimits::TCP).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(&framed(&query(7, "held.example"))).await.unwrap();
    stream.write_all(&framed(&query(8, "www.example"))).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(read(&reply(&mut stream).await).0, 8);
    ponor.script.let_go(1);
    assert_eq!(read(&reply(&mut stream).await).0, 7);
    assert!(is_cut(stream).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_be_in_flight_waits_its_turn() {
    let (ponor, server) = start(StreamLimits { in_flight: 3, ..StreamLimits::TCP }).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    for id in 0..10 {
        stream.write_all(&framed(&query(id, "held.example"))).await.unwrap();
    }
    let mut ids = Vec::new();
    for _ in 0..10 {
        ponor.script.let_go(1);
        ids.push(read(&reply(&mut stream).await).0);
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..10).collect::<Vec<_>>());
}

/// A connection that sent `queries` at once and whose first was answered. On a machine with much else to do even they may come too
/// late for a server with little patience, which is its right: then another connection is made.
async fn answered_once(server: SocketAddr, queries: &[u8]) -> TcpStream {
    let answered = async {
        loop {
            let mut stream = TcpStream::connect(server).await.unwrap();
            let mut length = [0; 2];
            if stream.write_all(queries).await.is_ok() && stream.read_exact(&mut length).await.is_ok() {
                let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
                stream.read_exact(&mut bytes).await.unwrap();
                assert_eq!(read(&bytes).0, 7);
                return stream;
            }
        }
    };
    timeout(EVER, answered).await.expect("one of them is answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_silent_are_cut() {
    let (ponor, server) = start(StreamLimits { idle: SOON, message: EVER, ..StreamLimits::TCP }).await;
    assert!(is_cut(TcpStream::connect(server).await.unwrap()).await, "silent from the start");
    assert!(is_cut(answered_once(server, &framed(&query(7, "www.example"))).await).await, "silent after its answer");
    assert_eq!(ponor.front.figures().too_slow, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slow_are_cut() {
    let (ponor, server) = start(StreamLimits { idle: EVER, message: SOON, ..StreamLimits::TCP }).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    let mut cut = false;
    for octet in [0_u8, 200].into_iter().chain([0; 200]) {
        // Each octet comes well within the limit, the message does not.
        tokio::time::sleep(SOON / 4).await;
        cut = stream.write_all(&[octet]).await.is_err();
        if cut {
            break;
        }
    }
    assert!(cut && ponor.front.figures().too_slow == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_while_an_answer_is_owed_is_no_offence() {
    let (ponor, server) = start(StreamLimits { idle: SOON, message: EVER, ..StreamLimits::TCP }).await;
    let queries = [framed(&query(7, "www.example")), framed(&query(8, "held.example"))].concat();
    let mut stream = answered_once(server, &queries).await;
    tokio::time::sleep(SOON * 3).await;
    ponor.script.let_go(1);
    assert_eq!(read(&reply(&mut stream).await).0, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_cut() {
    let (ponor, server) = start(StreamLimits { write: SOON, ..StreamLimits::TCP }).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    let message = framed(&query(7, "big.example"));
    let asking = async { while stream.write_all(&message).await.is_ok() {} };
    timeout(EVER, asking).await.expect("the connection is cut");
    assert_eq!(ponor.front.figures().too_slow, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited_by_address_and_in_all() {
    let (ponor, server) = start(StreamLimits { connections: 3, per_address: 2, ..StreamLimits::TCP }).await;
    let connect = async |from: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
        let mut stream = socket.connect(server).await.unwrap();
        stream.write_all(&framed(&query(7, "www.example"))).await.unwrap();
        let seated = stream.read_u16().await.is_ok();
        (stream, seated)
    };
    let (first, second) = (connect("127.0.0.1").await, connect("127.0.0.1").await);
    assert!(first.1 && second.1);
    assert!(!connect("127.0.0.1").await.1, "a third of one address");
    let third = connect("127.0.0.2").await;
    assert!(third.1);
    assert!(!connect("127.0.0.3").await.1, "a fourth in all");
    drop(first);
    while !connect("127.0.0.3").await.1 {}
    assert!(ponor.front.figures().crowded_out >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_streams_leave_it_answering() {
    let (_ponor, server) = start(StreamLimits::TCP).await;
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..300 {
        let mut message = framed(&query(1, "www.example"));
        match round % 3 {
            0 => message = (0..random.usize(..3000)).map(|_| random.u8(..)).collect(),
            1 => message.truncate(random.usize(..message.len())),
            _ => (0..3).for_each(|_| {
                let at = random.usize(..message.len());
                message[at] = random.u8(..);
            }),
        }
        let mut stream = TcpStream::connect(server).await.unwrap();
        // The server may have closed by now, which is its right.
        let _ = stream.write_all(&message).await;
        let _ = stream.shutdown().await;
        let _ = timeout(EVER, stream.read_to_end(&mut Vec::new())).await.expect("an end");
    }
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(&framed(&query(9, "www.example"))).await.unwrap();
    assert_eq!(read(&reply(&mut stream).await).0, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_is_in_flight() {
    let (ponor, server) = start(StreamLimits::TCP).await;
    let mut idle = TcpStream::connect(server).await.unwrap();
    idle.write_all(&framed(&query(1, "www.example"))).await.unwrap();
    reply(&mut idle).await;
    let mut busy = TcpStream::connect(server).await.unwrap();
    busy.write_all(&framed(&query(7, "held.example"))).await.unwrap();
    busy.write_all(&framed(&query(8, "www.example"))).await.unwrap();
    assert_eq!(read(&reply(&mut busy).await).0, 8);
    let script = std::sync::Arc::clone(&ponor.script);
    let stopped = tokio::join!(ponor.listeners.stop(), async {
        assert!(is_cut(idle).await, "nothing is owed to it");
        script.let_go(1);
        assert_eq!(read(&reply(&mut busy).await).0, 7);
        assert!(is_cut(busy).await);
    });
    assert_eq!(stopped, ((), ()));
    assert!(TcpStream::connect(server).await.is_err());
}
