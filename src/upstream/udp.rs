//! One try over UDP: a socket of its own, so that the source port is fresh and only the server's address is heard.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{net::UdpSocket, time::timeout};

use crate::upstream::{
    asked::{Asked, Match, is_truncated},
    server::TryError,
};

/// The largest datagram that is read whole. Servers were told 1232; some send more.
const BUFFER: usize = 4096;
/// Replies that are none, after which somebody is guessing and the question is asked over TCP instead.
const WRONG_REPLIES: u32 = 32;

/// How a try over UDP ended.
pub(super) enum Heard {
    /// With this reply, which matches.
    Reply(Vec<u8>),
    /// With a reply that was cut short: ask over TCP (RFC 7766, section 5).
    Truncated,
    /// With a reply in another case: ask over TCP, where nobody can forge blindly.
    CaseDiffers,
    /// With so many wrong replies that TCP is safer.
    Flooded,
}

/// Sends `asked` from a fresh port and listens for `limit`. The kernel chooses the port at random when the socket is
/// connected, and drops what does not come from `address`.
///
/// # Errors
/// When the server cannot be reached, is silent, or sends only what does not match.
pub(super) async fn ask(address: SocketAddr, asked: &Asked, limit: Duration) -> Result<Heard, TryError> {
    let socket = connect(address).await.map_err(TryError::Unreachable)?;
    socket.send(asked.bytes()).await.map_err(TryError::Unreachable)?;
    let mut wrong = 0;
    match timeout(limit, listen(&socket, asked, &mut wrong)).await {
        Ok(heard) => heard.map_err(TryError::Unreachable),
        Err(_) if wrong > 0 => Err(TryError::Invalid(format!("{wrong} replies that do not match the query"))),
        Err(_) => Err(TryError::Silent),
    }
}

async fn connect(address: SocketAddr) -> io::Result<UdpSocket> {
    let any = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await?;
    socket.connect(address).await?;
    Ok(socket)
}

/// Receives until something matches: a wrong reply never hides the true one behind it.
async fn listen(socket: &UdpSocket, asked: &Asked, wrong: &mut u32) -> io::Result<Heard> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = socket.recv(&mut buffer).await?;
        let reply = &buffer[..length];
        match asked.matches(reply) {
            Match::Yes if is_truncated(reply) => return Ok(Heard::Truncated),
            Match::Yes => {
                buffer.truncate(length);
                return Ok(Heard::Reply(buffer));
            }
            Match::CaseDiffers => return Ok(Heard::CaseDiffers),
            Match::No => *wrong += 1,
        }
        if *wrong >= WRONG_REPLIES {
            return Ok(Heard::Flooded);
        }
    }
}
