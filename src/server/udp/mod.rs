//! Plain DNS over UDP: one OS thread a core, one socket an address and thread, several datagrams a system call.
//!
//! Leaves binding the sockets to `bind`, and the answers to the front.

mod batch;
mod desk;
mod door;
mod lane;
mod linger;

use std::{
    io,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use tokio::sync::{mpsc as queue, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

pub(super) use door::Door;

use self::lane::Order;
use super::Front;

/// Queries that wait for upstreams at most, on all lanes together.
const WAITING: usize = 4096;

/// The running lanes.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Vec<Handle>,
    /// Dropped, all is given up that is still in flight.
    _give_up: DropGuard,
}

#[derive(Debug)]
struct Handle {
    orders: queue::UnboundedSender<Order>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<()>,
}

impl Lanes {
    /// Starts `count` lanes without sockets, at least one.
    ///
    /// # Errors
    /// When the system has no thread or no descriptor left.
    pub(super) fn start(front: &Arc<Front>, count: usize) -> io::Result<Self> {
        let count = count.max(1);
        let give_up = CancellationToken::new();
        let mut lanes = Vec::new();
        for number in 0..count {
            let (orders, received) = queue::unbounded_channel();
            let (begun, begins) = mpsc::channel();
            let (end, ended) = oneshot::channel();
            let (front, give_up) = (Arc::clone(front), give_up.clone());
            let run = move || {
                lane::run(front, WAITING / count, received, &give_up, &begun);
                drop(end);
            };
            let thread = thread::Builder::new().name(format!("udp-{number}")).spawn(run)?;
            begins.recv().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))?;
            lanes.push(Handle { orders, ended, thread });
        }
        Ok(Self { lanes, _give_up: give_up.drop_guard() })
    }

    /// How many lanes there are; each socket address takes as many sockets.
    pub(super) fn count(&self) -> usize {
        self.lanes.len()
    }

    /// Serves `doors`, one for each lane.
    pub(super) fn open(&self, doors: &[Arc<Door>]) {
        self.order(doors, Order::Open);
    }

    /// Lets `doors`, as they were opened, go.
    pub(super) fn close(&self, doors: &[Arc<Door>]) {
        self.order(doors, Order::Close);
    }

    /// Ends the lanes: they answer what waits at their sockets, then what is in flight. Who does not want to wait drops the
    /// future.
    pub(super) async fn stop(mut self) {
        let lanes = self.lanes.drain(..).map(|Handle { ended, thread, .. }| (ended, thread));
        for (ended, thread) in lanes.collect::<Vec<_>>() {
            // Nothing is ever sent: the other end goes with the lane.
            let _ = ended.await;
            if thread.join().is_err() {
                tracing::error!("a UDP lane ended in panic");
            }
        }
    }

    fn order(&self, doors: &[Arc<Door>], order: fn(Arc<Door>) -> Order) {
        for (lane, door) in self.lanes.iter().zip(doors) {
            if lane.orders.send(order(Arc::clone(door))).is_err() {
                tracing::error!("a UDP lane is gone");
            }
        }
    }
}
