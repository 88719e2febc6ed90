//! Ports for servers that are told theirs before they start.

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    sync::atomic::{AtomicU16, Ordering},
};

/// Ports that anybody may have.
const UNPRIVILEGED: u16 = 1024;

/// A port that nobody has at any address, over UDP and TCP, and that is none of those that the system hands out by itself:
/// connections of other tests would take it in the meantime.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let handed_out = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap();
    let end: u16 = handed_out.split_ascii_whitespace().next().unwrap().parse().unwrap();
    let count =
        end.checked_sub(UNPRIVILEGED).filter(|&count| count > 0).expect("the system hands out all ports by itself");
    // Test programs that run at the same time begin elsewhere.
    let begin = std::process::id().wrapping_mul(331);
    loop {
        let turn = begin.wrapping_add(NEXT.fetch_add(1, Ordering::SeqCst).into()) % u32::from(count);
        let port = UNPRIVILEGED + u16::try_from(turn).unwrap();
        if TcpListener::bind(("0.0.0.0", port)).is_ok() && UdpSocket::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}
