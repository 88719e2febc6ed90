//! One socket as a lane serves it: batches of queries in, replies out, those that had to wait among the others.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{
        Interest,
        unix::{AsyncFd, AsyncFdReadyGuard},
    },
    task::yield_now,
    time::sleep,
};

use super::{
    batch::{BATCH, Filled, Outbox},
    door::{Door, Route},
    lane::Lane,
    linger::{is_busy, linger},
};
use crate::{
    policy::Verdict,
    resolver::Output,
    server::{Front, Heard, Reading, Waiting, front::Likely},
    stats::{EventBuffer, Transport},
};

/// One query in so many that end alike makes it worth while to look ahead.
const MANY: usize = 5;

/// How long queries wait at most where the system has no room for another watched socket.
const UNWATCHED: Duration = Duration::from_millis(20);
/// Octets that most replies fit into.
const USUAL: usize = 512;

/// A socket, and the replies that are about to leave through it.
pub(super) struct Desk {
    lane: Rc<Lane>,
    door: Arc<Door>,
    replies: RefCell<Replies>,
    state: Cell<State>,
    /// The task that serves it, when it waits for something to do.
    server: Cell<Option<Waker>>,
    /// Whether the last queries followed others at once.
    busy: Cell<bool>,
    /// The ends that many of the last queries came to, and the next ones are likely to.
    likely: Cell<Likely>,
}

struct Replies {
    outbox: Outbox,
    events: EventBuffer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closing,
    /// Nobody serves it any more; replies leave on their own.
    Closed,
}

/// What a desk has to do.
enum Work<'io> {
    Queries(AsyncFdReadyGuard<'io, Arc<Door>>),
    Replies,
    Closing,
}

impl Desk {
    pub(super) fn new(lane: Rc<Lane>, door: Arc<Door>) -> Self {
        Self {
            lane,
            door,
            replies: RefCell::new(Replies::new()),
            state: Cell::new(State::Open),
            server: Cell::new(None),
            busy: Cell::new(false),
            likely: Cell::default(),
        }
    }

    /// Whether this is the desk at `door`.
    pub(super) fn is_at(&self, door: &Arc<Door>) -> bool {
        Arc::ptr_eq(&self.door, door)
    }

    /// The socket.
    pub(super) fn door(&self) -> &Door {
        &self.door
    }

    /// Lets the door go once what waits at it is answered.
    pub(super) fn close(&self) {
        self.state.set(State::Closing);
        self.call();
    }

    /// Serves until it is closed.
    pub(super) async fn serve(self: Rc<Self>) {
        if let Err(error) = self.serve_until_closing().await {
            tracing::error!(address = %self.door.address(), %error, "queries cannot be heard");
        }
        if let Err(error) = self.door.turn_away() {
            tracing::debug!(%error, "queries may be lost at an address that is let go");
        }
        // Bounded, because more may keep coming.
        for _ in 0..BATCH {
            if self.answer_batch() == Filled::Nothing {
                break;
            }
        }
        self.state.set(State::Closed);
        self.send();
    }

    async fn serve_until_closing(self: &Rc<Self>) -> io::Result<()> {
        let mut told = false;
        while self.state.get() == State::Open {
            match self.watch() {
                Ok(io) => self.serve_watched(&io).await?,
                Err(error) => {
                    if !std::mem::replace(&mut told, true) {
                        tracing::error!(address = %self.door.address(), %error, "queries are looked for now and then only");
                    }
                    self.answer_batch();
                    sleep(UNWATCHED).await;
                }
            }
            yield_now().await;
            // Where so much follows, watching the socket as well would have the kernel tell the runtime of each datagram that
            // comes or leaves.
            while self.state.get() == State::Open && linger(&self.lane) {
                yield_now().await;
            }
        }
        Ok(())
    }

    /// Serves when the runtime hears of something to do, until it is closed or so much follows that it need not be told.
    async fn serve_watched(self: &Rc<Self>, io: &AsyncFd<Arc<Door>>) -> io::Result<()> {
        loop {
            match poll_fn(|cx| self.work(cx, io)).await? {
                Work::Closing => return Ok(()),
                Work::Replies => self.send(),
                Work::Queries(mut ready) => {
                    let filled = self.answer_batch();
                    if filled != Filled::Some {
                        // What comes from here on makes the socket ready once more.
                        ready.clear_ready();
                    }
                    if self.busy.get() && linger(&self.lane) {
                        return Ok(());
                    }
                    if filled == Filled::Some {
                        // More may be there, but those that wait for an upstream have their turn first.
                        yield_now().await;
                    }
                }
            }
        }
    }

    /// Has the runtime watch for queries.
    fn watch(&self) -> io::Result<AsyncFd<Arc<Door>>> {
        #[expect(
            deprecated,
            reason = "the unsafe successor only asks that the descriptor stays the same, which it does"
        )]
        AsyncFd::with_interest(Arc::clone(&self.door), Interest::READABLE)
    }

    fn work<'io>(&self, cx: &mut Context<'_>, io: &'io AsyncFd<Arc<Door>>) -> Poll<io::Result<Work<'io>>> {
        if self.state.get() == State::Closing {
            return Poll::Ready(Ok(Work::Closing));
        }
        if let Poll::Ready(ready) = io.poll_read_ready(cx) {
            return Poll::Ready(ready.map(Work::Queries));
        }
        if !self.replies.borrow().outbox.is_empty() {
            return Poll::Ready(Ok(Work::Replies));
        }
        self.server.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Answers one batch.
    pub(super) fn answer_batch(self: &Rc<Self>) -> Filled {
        // A query that brings the answering code down must cost its batch, not the lane.
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer_all_here()));
        answered.unwrap_or_else(|_| {
            tracing::error!("a UDP lane was brought down by a query and goes on");
            *self.replies.borrow_mut() = Replies::new();
            Filled::Some
        })
    }

    fn answer_all_here(self: &Rc<Self>) -> Filled {
        let (front, waiting) = (&self.lane.front, &self.lane.waiting);
        let mut inbox = self.lane.inbox.borrow_mut();
        let mut replies = self.replies.borrow_mut();
        let filled = inbox.fill(&self.door);
        let round = front.round();
        self.busy.set(filled != Filled::Nothing && is_busy(&self.lane, round.arrived()));
        let mut readings = self.lane.readings.borrow_mut();
        readings.clear();
        readings.extend(inbox.arrivals().map(|(bytes, _)| Reading::of(bytes)));
        let count = readings.len();
        if count > 1 {
            round.foresee(&mut readings, self.likely.get());
        }
        if !replies.outbox.has_room_for(count) {
            replies.send(front, &self.door);
        }
        let Replies { outbox, events } = &mut *replies;
        let start = events.end();
        let (mut stopped, mut remembered) = (0, 0);
        for (reading, (_, route)) in readings.iter_mut().zip(inbox.arrivals()) {
            let mut out = Output { reply: outbox.next(), events };
            match round.hear(reading, route.peer.ip(), Transport::Udp, &mut out) {
                Heard::Nothing => continue,
                Heard::Refused => {}
                Heard::Answered(verdict) => {
                    stopped += usize::from(verdict == Verdict::Stopped);
                    remembered += usize::from(verdict == Verdict::Cached);
                }
                Heard::Waits(query) if waiting.len() < self.lane.room => {
                    waiting.spawn_local(Rc::clone(self).answer_late(query, route));
                    continue;
                }
                Heard::Waits(query) => front.overloaded(&query, &mut out),
            }
            outbox.keep(route);
        }
        round.end(events, start);
        let likely = |ended: usize| ended * MANY > count;
        self.likely.set(Likely { stopped: likely(stopped), remembered: likely(remembered) });
        replies.send(front, &self.door);
        filled
    }

    /// Waits for the reply to one query; it leaves together with the others that come at the same time.
    async fn answer_late(self: Rc<Self>, query: Waiting, route: Route) {
        let (mut reply, mut events) = (Vec::with_capacity(USUAL), EventBuffer::default());
        self.lane.front.wait(query, &mut Output { reply: &mut reply, events: &mut events }).await;
        let mut replies = self.replies.borrow_mut();
        if !replies.outbox.has_room_for(1) {
            replies.send(&self.lane.front, &self.door);
        }
        replies.outbox.keep_written(&reply, route);
        replies.events.append(&events);
        drop(replies);
        if self.state.get() == State::Closed {
            self.send();
        } else {
            self.call();
        }
    }

    /// Sends what was written for those who waited, if anything was.
    pub(super) fn send_waiting(&self) {
        if !self.replies.borrow().outbox.is_empty() {
            self.send();
        }
    }

    fn send(&self) {
        self.replies.borrow_mut().send(&self.lane.front, &self.door);
    }

    fn call(&self) {
        if let Some(server) = self.server.take() {
            server.wake();
        }
    }
}

impl Replies {
    fn new() -> Self {
        Self { outbox: Outbox::new(), events: EventBuffer::default() }
    }

    /// Sends what is written, and records it.
    fn send(&mut self, front: &Front, door: &Door) {
        for _ in 0..self.outbox.send(door) {
            front.counters().unsent.add();
        }
        front.record(&mut self.events);
    }
}
