//! One connection: length-prefixed messages (RFC 1035, section 4.2.2), pipelined, answered as the answers come
//! (RFC 7766, section 6.2.1.1).

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::StreamLimits;
use crate::{
    resolver::Output,
    server::{Front, Heard, Waiting},
    stats::{EventBuffer, Transport},
    time::Moment,
};

/// Octets that are asked of the peer in one go while no longer message is announced.
const CHUNK: usize = 1024;
/// Replies are sent once this many octets of them have gathered, if no earlier.
const GATHER: usize = 16 * 1024;

/// A connection that is being served.
pub(super) struct Connection<S> {
    front: Arc<Front>,
    client: IpAddr,
    transport: Transport,
    limits: StreamLimits,
    reader: ReadHalf<S>,
    writer: WriteHalf<S>,
    received: Vec<u8>,
    replies: Vec<u8>,
    events: EventBuffer,
    waiting: JoinSet<(Vec<u8>, EventBuffer)>,
    /// When the peer must have sent what it owes.
    deadline: Moment,
}

/// Why a connection ended before its peer had everything it was owed.
enum Cut {
    /// The peer sent or read too slowly.
    TooSlow,
    /// The peer is gone.
    Gone,
}

/// Whether more is heard from the peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ear {
    Open,
    Closed,
}

impl<S: AsyncRead + AsyncWrite> Connection<S> {
    pub(super) fn new(
        stream: S,
        front: Arc<Front>,
        client: IpAddr,
        transport: Transport,
        limits: StreamLimits,
    ) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        let deadline = front.clock().now().moment.after(limits.idle);
        Self {
            front,
            client,
            transport,
            limits,
            reader,
            writer,
            received: Vec::new(),
            replies: Vec::new(),
            events: EventBuffer::default(),
            waiting: JoinSet::new(),
            deadline,
        }
    }

    /// Serves until the peer ends, errs or is silent for too long. Once `stop` is cancelled nothing new is heard, and
    /// what is in flight is finished.
    pub(super) async fn serve(mut self, stop: CancellationToken) {
        match self.converse(&stop).await {
            Ok(()) => {}
            Err(Cut::TooSlow) => return self.front.counters().too_slow.add(),
            Err(Cut::Gone) => return,
        }
        // The peer has everything; whether it takes the farewell as well is its own affair.
        let _ = timeout(self.limits.write, self.writer.shutdown()).await;
    }

    async fn converse(&mut self, stop: &CancellationToken) -> Result<(), Cut> {
        let mut ear = Ear::Open;
        loop {
            if ear == Ear::Open {
                ear = self.hear().await?;
            }
            self.send().await?;
            if ear == Ear::Closed && self.waiting.is_empty() {
                return Ok(());
            }
            let open = ear == Ear::Open;
            let room = self.waiting.len() < self.limits.in_flight;
            // While answers are owed and no message is half sent, silence is the right thing for a peer.
            let owes = open && room && (self.waiting.is_empty() || !self.received.is_empty());
            let patience = self.deadline.since(self.front.clock().now().moment);
            tokio::select! {
                count = read(&mut self.reader, &mut self.received), if open && room => match count {
                    Ok(0) => ear = Ear::Closed,
                    Ok(count) => self.received_more(count),
                    Err(_) => return Err(Cut::Gone),
                },
                Some(answered) = self.waiting.join_next() => self.answered(answered.ok()),
                () = sleep(patience), if owes => {
                    return if self.received.is_empty() { Ok(()) } else { Err(Cut::TooSlow) };
                }
                () = stop.cancelled(), if open => ear = Ear::Closed,
            }
        }
    }

    /// Hears the messages that are complete.
    async fn hear(&mut self) -> Result<Ear, Cut> {
        let mut at = 0;
        let mut ear = Ear::Open;
        while self.waiting.len() < self.limits.in_flight && ear == Ear::Open {
            let Some(length) = length_at(&self.received, at) else { break };
            let Some(message) = self.received.get(at + 2..at + 2 + length) else { break };
            let start = self.replies.len();
            self.replies.extend([0, 0]);
            let mut out = Output { reply: &mut self.replies, events: &mut self.events };
            match self.front.hear(message, self.client, self.transport, &mut out) {
                // Who sends no queries has no business here (and who sends too many may come again).
                Heard::Nothing => {
                    self.replies.truncate(start);
                    ear = Ear::Closed;
                }
                Heard::Refused | Heard::Answered(_) => state_length(&mut self.replies[start..]),
                Heard::Waits(waiting) => {
                    self.replies.truncate(start);
                    self.waiting.spawn(wait(Arc::clone(&self.front), waiting));
                }
            }
            at += 2 + length;
            if self.replies.len() >= GATHER {
                self.send().await?;
            }
        }
        if at > 0 {
            self.received.drain(..at);
            self.received.shrink_to(CHUNK);
            self.allow(if self.received.is_empty() { self.limits.idle } else { self.limits.message });
        }
        Ok(ear)
    }

    fn received_more(&mut self, count: usize) {
        if count == self.received.len() {
            self.allow(self.limits.message);
        }
    }

    fn answered(&mut self, answered: Option<(Vec<u8>, EventBuffer)>) {
        // A query that brought the answering code down has no reply; its client asks again.
        if let Some((reply, events)) = answered {
            self.replies.extend_from_slice(&reply);
            self.events.append(&events);
        }
        if self.received.is_empty() {
            self.allow(self.limits.idle);
        }
    }

    /// Sends the replies that have gathered, and records their queries.
    async fn send(&mut self) -> Result<(), Cut> {
        if self.replies.is_empty() {
            return Ok(());
        }
        let writing = async {
            self.writer.write_all(&self.replies).await?;
            self.writer.flush().await
        };
        let sent = timeout(self.limits.write, writing).await;
        self.front.record(&mut self.events);
        self.replies.clear();
        self.replies.shrink_to(2 * GATHER);
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Cut::Gone),
            Err(_) => Err(Cut::TooSlow),
        }
    }

    fn allow(&mut self, time: Duration) {
        self.deadline = self.front.clock().now().moment.after(time);
    }
}

/// Reads what is there; loses nothing when it is cancelled.
async fn read<R: AsyncRead + Unpin>(reader: &mut R, received: &mut Vec<u8>) -> io::Result<usize> {
    let announced = length_at(received, 0).map_or(0, |length| 2 + length);
    received.reserve_exact(announced.saturating_sub(received.len()).max(CHUNK));
    match reader.read_buf(received).await {
        // Many peers end TLS without saying so; what they asked before is answered all the same.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        read => read,
    }
}

async fn wait(front: Arc<Front>, waiting: Waiting) -> (Vec<u8>, EventBuffer) {
    let (mut reply, mut events) = (vec![0, 0], EventBuffer::default());
    front.wait(waiting, &mut Output { reply: &mut reply, events: &mut events }).await;
    state_length(&mut reply);
    (reply, events)
}

/// The length that is stated at `at`.
fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    let octets = bytes.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*octets)))
}

/// Writes the length of a message into the two octets before it; no reply is longer than they can state.
fn state_length(framed: &mut [u8]) {
    if let Some((length, message)) = framed.split_first_chunk_mut::<2>() {
        *length = u16::try_from(message.len()).unwrap_or(u16::MAX).to_be_bytes();
    }
}
