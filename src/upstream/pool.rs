//! The sockets to one server, and which of them carries a query.
//!
//! Queries that are asked in one breath share a socket, so that they share a system call; which one it is, is chosen
//! unpredictably each time. A retry goes through a socket that the query was not sent by. There is a pool for each runtime:
//! the thread that asks is the one that hears the reply.

use std::{
    array,
    future::poll_fn,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use arc_swap::ArcSwap;
use tokio::runtime::{self, Handle};

use crate::{
    dns::Question,
    upstream::{
        asked::{Asked, Dress},
        pending::Heard,
        randomness::Randomness,
        server::TryError,
        socket::{Reply, Socket},
        tasks::Tasks,
    },
};

/// Sockets that one pool gives new queries to.
const SOCKETS: usize = 16;

/// The pools of one server.
#[derive(Debug, Default)]
pub(super) struct Pools(ArcSwap<Vec<Arc<Pool>>>);

/// The sockets to one address on one runtime.
#[derive(Debug)]
struct Pool {
    runtime: runtime::Id,
    address: SocketAddr,
    seats: Mutex<Seats>,
}

#[derive(Debug)]
struct Seats {
    sockets: [Option<Arc<Socket>>; SOCKETS],
    /// The one that gathers queries.
    gathering: usize,
    randomness: Randomness,
}

/// What the tries of one query leave for those that follow.
#[derive(Debug, Default)]
pub(super) struct Tries {
    /// The places of the sockets that it was sent by, a bit for each.
    sockets: AtomicU32,
    /// Whether wrong replies came while it waited.
    wrong: AtomicBool,
}

impl Pools {
    /// Asks the server at `address` once, and waits as long as it takes.
    ///
    /// # Errors
    /// When the system has no socket or no randomness left.
    pub(super) async fn ask(
        &self,
        address: SocketAddr,
        question: &Question,
        dress: Dress,
        tries: &Tries,
        tasks: &Tasks,
    ) -> Result<Heard, TryError> {
        let reply = self.pool(address).ask(question, dress, tries, tasks)?;
        let waiting = Waiting { reply: Some(reply), tries };
        Ok(poll_fn(|cx| waiting.reply.as_ref().map_or(std::task::Poll::Pending, |reply| reply.poll(cx))).await)
    }

    /// The pool of the runtime that this is called on.
    fn pool(&self, address: SocketAddr) -> Arc<Pool> {
        let runtime = Handle::current().id();
        let is_it = |pool: &&Arc<Pool>| pool.runtime == runtime && pool.address == address;
        if let Some(pool) = self.0.load().iter().find(is_it) {
            return Arc::clone(pool);
        }
        let new = Arc::new(Pool::new(runtime, address));
        self.0.rcu(|pools| {
            // A server that moved leaves its former pool behind; its sockets end by themselves.
            let others = pools.iter().filter(|pool| pool.runtime != runtime);
            others.chain([&new]).cloned().collect::<Vec<_>>()
        });
        new
    }
}

impl Pool {
    fn new(runtime: runtime::Id, address: SocketAddr) -> Self {
        let seats = Seats { sockets: array::from_fn(|_| None), gathering: 0, randomness: Randomness::default() };
        Self { runtime, address, seats: Mutex::new(seats) }
    }

    fn ask(&self, question: &Question, dress: Dress, tries: &Tries, tasks: &Tasks) -> Result<Reply, TryError> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Asked::new(question, dress, &mut seats.randomness)?;
        let place = seats.choose(tries.sockets.load(Ordering::Relaxed))?;
        tries.sockets.fetch_or(1 << place, Ordering::Relaxed);
        let Seats { sockets, randomness, .. } = &mut *seats;
        let socket = match &mut sockets[place] {
            Some(socket) if socket.is_open() => Arc::clone(socket),
            seat => {
                let socket = Arc::new(Socket::connect(self.address).map_err(TryError::Unreachable)?);
                tasks.spawn_here(Arc::clone(&socket).drive());
                Arc::clone(seat.insert(socket))
            }
        };
        socket.ask(asked, randomness)
    }
}

impl Seats {
    /// The place of the socket for the next query, none of those in `tried`.
    fn choose(&mut self, tried: u32) -> Result<usize, TryError> {
        let is_untried = |place: usize| tried >> place & 1 == 0;
        let gathers = self.sockets[self.gathering].as_ref().is_some_and(|socket| socket.is_gathering());
        if !gathers || !is_untried(self.gathering) {
            let start = usize::from(self.randomness.number()?);
            let in_turn = (start..start + SOCKETS).map(|step| step % SOCKETS);
            self.gathering = in_turn.clone().find(|&place| is_untried(place)).unwrap_or(start % SOCKETS);
        }
        Ok(self.gathering)
    }
}

impl Tries {
    /// Whether wrong replies came while one of them waited.
    pub(super) fn were_answered_wrongly(&self) -> bool {
        self.wrong.load(Ordering::Relaxed)
    }
}

/// Notes what came instead of a reply when the asker goes.
struct Waiting<'a> {
    reply: Option<Reply>,
    tries: &'a Tries,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.reply.take().is_some_and(Reply::abandon) {
            self.tries.wrong.store(true, Ordering::Relaxed);
        }
    }
}
