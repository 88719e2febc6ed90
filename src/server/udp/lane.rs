//! A lane: one OS thread that polls its sockets and answers on the spot what needs no waiting.

use std::{
    io::Read,
    os::{fd::AsFd, unix::net::UnixStream},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, TryRecvError},
    },
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::sync::mpsc;

use super::{
    batch::{BATCH, Inbox, Outbox},
    door::Door,
    slow::SlowQuery,
};
use crate::{
    server::{Front, Heard, Receipt},
    stats::Transport,
};

/// A change to the sockets of a lane.
pub(super) enum Order {
    /// Serve this one too.
    Open(Arc<Door>),
    /// Answer what waits at this one, then let it go.
    Close(Arc<Door>),
}

/// What a lane's thread owns.
pub(super) struct Lane {
    pub(super) front: Arc<Front>,
    pub(super) slow: mpsc::Sender<SlowQuery>,
    pub(super) orders: Receiver<Order>,
    /// Becomes readable when there are orders, and ends when the lane is to end.
    pub(super) bell: UnixStream,
    pub(super) doors: Vec<Arc<Door>>,
}

/// Why the lane stopped polling.
enum Interrupt {
    Orders,
    End,
}

/// Buffers that are used again for every batch.
struct Desk {
    inbox: Inbox,
    outbox: Outbox,
    receipts: Vec<Receipt>,
}

impl Lane {
    /// Serves until the bell's other end is dropped.
    pub(super) fn run(mut self) {
        let mut desk = Desk::new();
        loop {
            // A query that brings the answering code down must cost that query, not the lane.
            let served = catch_unwind(AssertUnwindSafe(|| self.serve(&mut desk)));
            match served {
                Ok(Interrupt::Orders) if self.obey(&mut desk) => {}
                Ok(_) => break,
                Err(_) => {
                    tracing::error!("a UDP lane was brought down by a query and goes on");
                    desk = Desk::new();
                }
            }
        }
        for door in &self.doors {
            self.answer_all(door, &mut desk);
        }
    }

    /// Answers until something other than a query comes up.
    fn serve(&self, desk: &mut Desk) -> Interrupt {
        let readable = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut polled: Vec<PollFd<'_>> = self.doors.iter().map(|door| readable(door.socket().as_fd())).collect();
        polled.push(readable(self.bell.as_fd()));
        loop {
            if poll(&mut polled, PollTimeout::NONE).is_err() {
                continue;
            }
            for (door, polled) in self.doors.iter().zip(&polled) {
                if polled.any().unwrap_or(true) {
                    self.answer_batch(door, desk);
                }
            }
            if polled.last().is_some_and(|bell| bell.any().unwrap_or(true)) {
                return self.rung();
            }
        }
    }

    fn rung(&self) -> Interrupt {
        let mut rings = [0; 64];
        match (&self.bell).read(&mut rings) {
            Ok(0) => Interrupt::End,
            Ok(_) | Err(_) => Interrupt::Orders,
        }
    }

    /// Carries out what was ordered; false when there is nobody left to give orders.
    fn obey(&mut self, desk: &mut Desk) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(Order::Open(door)) => self.doors.push(door),
                Ok(Order::Close(door)) => {
                    self.doors.retain(|open| !Arc::ptr_eq(open, &door));
                    if let Err(error) = door.turn_away() {
                        tracing::debug!(%error, "queries may be lost at an address that is let go");
                    }
                    self.answer_all(&door, desk);
                }
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    /// Answers what waits at a door that is about to close: bounded, because more may keep coming.
    fn answer_all(&self, door: &Arc<Door>, desk: &mut Desk) {
        for _ in 0..BATCH {
            if !self.answer_batch(door, desk) {
                break;
            }
        }
    }

    /// Answers one batch; false when nothing was there.
    fn answer_batch(&self, door: &Arc<Door>, desk: &mut Desk) -> bool {
        let Desk { inbox, outbox, receipts } = desk;
        let count = inbox.fill(door);
        let round = self.front.round();
        for (bytes, route) in inbox.arrivals() {
            let out = outbox.next();
            match round.hear(bytes, route.peer.ip(), Transport::Udp, out) {
                Heard::Nothing => continue,
                Heard::Refused => {}
                Heard::Answered(receipt) => receipts.push(receipt),
                Heard::Waits(waiting) => match self.slow.try_send(SlowQuery { waiting, door: Arc::clone(door), route })
                {
                    Ok(()) => continue,
                    Err(mpsc::error::TrySendError::Full(slow) | mpsc::error::TrySendError::Closed(slow)) => {
                        receipts.push(self.front.overloaded(&slow.waiting, out));
                    }
                },
            }
            outbox.keep(route);
        }
        for _ in 0..outbox.send(door) {
            self.front.counters().unsent.add();
        }
        self.front.record(receipts.drain(..));
        count > 0
    }
}

impl Desk {
    fn new() -> Self {
        Self { inbox: Inbox::new(), outbox: Outbox::new(), receipts: Vec::with_capacity(BATCH) }
    }
}
