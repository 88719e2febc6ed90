//! One connected UDP socket with many queries in flight, and the task that drives it.
//!
//! Its port is the kernel's choice, at random, and the kernel drops what does not come from the server. It is retired after
//! a number of queries, after a time, and when wrong replies come in numbers: a port that is not used for long is not
//! worth finding out. A retired socket takes no new query and ends when nobody waits on it any more.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{Interest, unix::AsyncFd},
    time::{Sleep, sleep},
};

use crate::upstream::{
    asked::Asked,
    datagrams::{self, BATCH, Received},
    pending::{Heard, Pending},
    randomness::Randomness,
    server::TryError,
};

/// Queries that one socket carries in its life.
const MOST_QUERIES: usize = 256;
/// How long it takes new ones.
const LIFETIME: Duration = Duration::from_secs(30);
/// Datagrams that answer nothing, after which somebody is guessing.
const WRONG_REPLIES: u32 = 32;

/// A socket, shared by those who ask and the task that drives it.
#[derive(Debug)]
pub(super) struct Socket {
    io: AsyncFd<std::net::UdpSocket>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pending: Pending,
    /// Queries that were not sent yet, by id.
    outgoing: VecDeque<u16>,
    /// How many queries it took.
    taken: usize,
    retired: bool,
    /// The task, when it waits for something to do.
    driver: Option<Waker>,
}

impl Socket {
    /// Connects to `address` from a fresh port.
    ///
    /// # Errors
    /// When the system has no socket left, or knows no way to the address.
    pub(super) fn connect(address: SocketAddr) -> io::Result<Self> {
        let any = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = std::net::UdpSocket::bind(SocketAddr::new(any, 0))?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        // Whoever asks to hear of room for writing is woken after each datagram that leaves.
        #[expect(
            deprecated,
            reason = "the unsafe successor only asks that the descriptor stays the same, which it does"
        )]
        let io = AsyncFd::with_interest(socket, Interest::READABLE)?;
        Ok(Self { io, state: Mutex::default() })
    }

    /// Whether it takes another query.
    pub(super) fn is_open(&self) -> bool {
        !self.state().retired
    }

    /// Whether it gathers queries for its next system call, and has room for one more.
    pub(super) fn is_gathering(&self) -> bool {
        let state = self.state();
        !state.retired && (1..BATCH).contains(&state.outgoing.len())
    }

    /// Sends `asked`, together with whatever else is asked before the driver comes to it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn ask(self: Arc<Self>, asked: Asked, randomness: &mut Randomness) -> Result<Reply, TryError> {
        let mut state = self.state();
        let id = state.pending.insert(asked, randomness)?;
        state.outgoing.push_back(id);
        state.taken += 1;
        state.retired |= state.taken >= MOST_QUERIES;
        let driver = state.driver.take();
        drop(state);
        driver.into_iter().for_each(Waker::wake);
        Ok(Reply { socket: self, id })
    }

    /// Sends and receives until the socket is retired and nobody waits on it.
    pub(super) fn drive(self: Arc<Self>) -> impl Future<Output = ()> + Send {
        let end = End(self);
        async move {
            let mut life = pin!(sleep(LIFETIME));
            poll_fn(|cx| end.0.poll(cx, life.as_mut())).await;
        }
    }

    fn poll(&self, cx: &mut Context<'_>, life: Pin<&mut Sleep>) -> Poll<()> {
        let mut state = self.state();
        state.retired |= life.poll(cx).is_ready();
        let served = self.send(&mut state).and_then(|()| self.receive(cx, &mut state));
        if let Err(error) = served {
            state.end(|| Heard::Lost(error.kind()));
        } else if state.pending.wrong() >= WRONG_REPLIES {
            state.end(|| Heard::Flooded);
        }
        if state.retired && state.pending.waiting() == 0 {
            return Poll::Ready(());
        }
        state.driver = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Sends what is due. What the system has no room for is lost, as on any other part of the way; the next try makes up
    /// for it.
    fn send(&self, state: &mut State) -> io::Result<()> {
        let State { pending, outgoing, .. } = state;
        // Whoever asked may have gone before the query went out.
        outgoing.retain(|&id| pending.bytes(id).is_some());
        while !outgoing.is_empty() {
            let messages = outgoing.iter().filter_map(|&id| pending.bytes(id));
            match datagrams::send(self.io.get_ref(), messages) {
                Ok(sent) => drop(outgoing.drain(..sent.min(outgoing.len()))),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => outgoing.clear(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Hands what has come to those who wait for it.
    fn receive(&self, cx: &mut Context<'_>, state: &mut State) -> io::Result<()> {
        while let Poll::Ready(ready) = self.io.poll_read_ready(cx) {
            let mut ready = ready?;
            match datagrams::receive(self.io.get_ref(), |reply| state.pending.deliver(reply)) {
                Ok(Received::Some) => {}
                // What comes from here on makes the socket ready once more.
                Ok(Received::All) => ready.clear_ready(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready.clear_ready(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // Nobody asked to hear of room for writing: what comes here is an error of an earlier message, on its own.
        while let Poll::Ready(failed) = self.io.poll_write_ready(cx) {
            failed?.clear_ready();
            self.io.get_ref().take_error()?.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes nothing new, and ends what waits.
    fn end(&mut self, how: impl Fn() -> Heard) {
        self.retired = true;
        self.outgoing.clear();
        self.pending.end_all(how);
    }
}

/// Lets nobody wait for a socket that nobody drives.
struct End(Arc<Socket>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.state().end(|| Heard::Lost(io::ErrorKind::NotConnected));
    }
}

/// A query in flight. Dropped before its end, it is given up.
#[derive(Debug)]
pub(super) struct Reply {
    socket: Arc<Socket>,
    id: u16,
}

impl Reply {
    /// How it ended.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<Heard> {
        self.socket.state().pending.poll(self.id, cx.waker())
    }

    /// Gives it up; true when wrong replies came while it waited.
    pub(super) fn abandon(self) -> bool {
        let mut state = self.socket.state();
        let wrong = state.pending.abandon(self.id);
        // A retired socket ends with the last who waits.
        let driver = if state.retired && state.pending.waiting() == 0 { state.driver.take() } else { None };
        drop(state);
        driver.into_iter().for_each(Waker::wake);
        wrong
    }
}
