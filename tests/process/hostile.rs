//! Garbage from strangers: ponor stays alive, answers and small.

use std::{
    io::Write,
    net::{TcpStream, UdpSocket},
    time::Duration,
};

use ponor::dns::RecordType;

use crate::{
    house::{House, honest, wait_until},
    wire::{ask_a, query, try_over_tcp},
};

/// More than it needs with an empty cache, far less than what was thrown at it if all of that were kept.
const ROOM: u64 = 64 << 20;

fn garbage(random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..random.usize(0..600)).map(|_| random.u8(..)).collect();
    match random.u8(0..4) {
        // The header of a query before what is none.
        0 if bytes.len() > 12 => bytes[..12].copy_from_slice(&[7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]),
        // A true query with octets turned.
        1 => {
            bytes = query(9, "www.example.org", RecordType::A);
            for _ in 0..random.usize(1..6) {
                let place = random.usize(0..bytes.len());
                bytes[place] = random.u8(..);
            }
        }
        // A true query cut short.
        2 => {
            bytes = query(9, "www.example.org", RecordType::A);
            bytes.truncate(random.usize(0..bytes.len()));
        }
        _ => {}
    }
    bytes
}

#[test]
fn garbage_over_udp_and_tcp_is_survived() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "").start();
    assert!(ask_a(ponor.dns, "data.mistat.xiaomi.com").stopped_by("vendors"));
    let before = ponor.peak_memory();
    let mut random = fastrand::Rng::with_seed(4);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for number in 0..10_000 {
        socket.send_to(&garbage(&mut random), ponor.dns).unwrap();
        if number % 500 == 0 {
            // Keeps the socket's buffer from hiding most of it.
            assert!(ask_a(ponor.dns, "data.mistat.xiaomi.com").stopped_by("vendors"), "{number}");
        }
    }
    for _ in 0..300 {
        let Ok(mut stream) = TcpStream::connect_timeout(&ponor.dns, Duration::from_secs(5)) else { continue };
        // It may be closed in the middle, which is its right.
        for _ in 0..random.usize(1..5) {
            let bytes = garbage(&mut random);
            let length = if random.bool() { bytes.len() } else { random.usize(0..65_536) };
            let framed = [&u16::try_from(length).unwrap().to_be_bytes(), bytes.as_slice()].concat();
            stream.write_all(&framed).ok();
        }
    }
    assert_eq!(ask_a(ponor.dns, "www.example.net").data(), ["192.0.2.53"]);
    // The last of those connections may still count against the most that one address may have.
    let mut answered = None;
    wait_until(
        || {
            answered = try_over_tcp(ponor.dns, "www.example.net", RecordType::A).ok();
            answered.is_some()
        },
        || ponor.log(),
    );
    assert_eq!(answered.unwrap().data(), ["192.0.2.53"]);
    let grown = ponor.peak_memory().saturating_sub(before);
    println!("memory {before} bytes before, {grown} more afterwards");
    assert!(grown < ROOM, "{grown} bytes more");
    assert!(!ponor.log().contains("panicked"), "{}", ponor.log());
}

#[test]
fn strangers_are_not_answered_and_counted() {
    let upstream = honest();
    let house = House::new(upstream.address, "dns.allowed_clients = [\"127.0.0.1/32\"]\n");
    let ponor = house.start();
    let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    socket.send_to(&query(1, "www.example", RecordType::A), ponor.dns).unwrap();
    assert!(socket.recv(&mut [0; 512]).is_err());
    assert_eq!(ponor.get("/api/v1/status")["counters"]["queries_not_allowed"], 1);
    assert_eq!(ask_a(ponor.dns, "www.example").data(), ["192.0.2.53"]);
}
