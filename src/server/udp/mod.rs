//! Plain DNS over UDP: one OS thread a core, one socket an address and thread, several datagrams a system call.
//!
//! Leaves binding the sockets to `bind`, and the answers to the front.

mod batch;
mod door;
mod lane;
mod slow;

use std::{
    io::{self, Write},
    os::unix::net::UnixStream,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use tokio::task::JoinSet;

pub(super) use door::Door;

use self::lane::{Lane, Order};
use super::Front;

/// The running lanes.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Vec<Handle>,
    slow: JoinSet<()>,
}

#[derive(Debug)]
struct Handle {
    orders: mpsc::Sender<Order>,
    bell: UnixStream,
    thread: JoinHandle<()>,
}

impl Lanes {
    /// Starts `count` lanes without sockets, at least one.
    ///
    /// # Errors
    /// When the system has no thread or no descriptor left.
    pub(super) fn start(front: &Arc<Front>, count: usize) -> io::Result<Self> {
        let (sender, queue) = tokio::sync::mpsc::channel(slow::QUEUE);
        let mut slow = JoinSet::new();
        slow.spawn(slow::answer(Arc::clone(front), queue));
        let mut lanes = Vec::new();
        for number in 0..count.max(1) {
            let (orders, received) = mpsc::channel();
            let (bell, heard) = UnixStream::pair()?;
            heard.set_nonblocking(true)?;
            bell.set_nonblocking(true)?;
            let (front, slow) = (Arc::clone(front), sender.clone());
            let lane = Lane { front, slow, orders: received, bell: heard, doors: Vec::new() };
            let thread = thread::Builder::new().name(format!("udp-{number}")).spawn(|| lane.run())?;
            lanes.push(Handle { orders, bell, thread });
        }
        Ok(Self { lanes, slow })
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

    /// Ends the lanes, then waits for the queries in flight. Who does not want to wait drops the future.
    pub(super) async fn stop(mut self) {
        for Handle { orders, bell, thread } in self.lanes.drain(..) {
            drop((orders, bell));
            // The thread answers what waits at its sockets and ends; that takes no more than a few batches.
            if thread.join().is_err() {
                tracing::error!("a UDP lane ended in panic");
            }
        }
        while self.slow.join_next().await.is_some() {}
    }

    fn order(&self, doors: &[Arc<Door>], order: fn(Arc<Door>) -> Order) {
        for (lane, door) in self.lanes.iter().zip(doors) {
            if lane.orders.send(order(Arc::clone(door))).is_err() {
                tracing::error!("a UDP lane is gone");
            }
            // A full bell has rung already.
            let _ = (&lane.bell).write(&[1]);
        }
    }
}
