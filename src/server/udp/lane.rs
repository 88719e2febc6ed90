//! A lane: one OS thread with a runtime of its own, which answers on the spot what needs no waiting. What has to be asked
//! elsewhere waits on the same thread, so that no query changes threads; neither keeps the other from being served.

use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    sync::Arc,
};

use tokio::{
    runtime::{Builder, LocalOptions},
    sync::mpsc,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    batch::{BATCH, Inbox},
    desk::Desk,
    door::Door,
};
use crate::{
    server::{Front, Reading},
    time::Moment,
};

/// A change to the sockets of a lane.
pub(super) enum Order {
    /// Serve this one too.
    Open(Arc<Door>),
    /// Answer what waits at this one, then let it go.
    Close(Arc<Door>),
}

/// What the desks of a lane share.
pub(super) struct Lane {
    pub(super) front: Arc<Front>,
    /// Used for one batch after the other.
    pub(super) inbox: RefCell<Inbox>,
    /// What was in it.
    pub(super) readings: RefCell<Vec<Reading>>,
    /// The queries that wait for an upstream.
    pub(super) waiting: TaskTracker,
    /// How many may.
    pub(super) room: usize,
    /// The desks that are open.
    pub(super) desks: RefCell<Vec<Rc<Desk>>>,
    /// When something arrived last.
    pub(super) last: Cell<Moment>,
}

/// Serves on this thread until there is nobody left to give orders, then what is in flight, unless that is given up.
///
/// # Errors
/// When the system has no descriptor left; told through `begun`, too.
pub(super) fn run(
    front: Arc<Front>,
    room: usize,
    orders: mpsc::UnboundedReceiver<Order>,
    give_up: &CancellationToken,
    begun: &std::sync::mpsc::Sender<io::Result<()>>,
) {
    let runtime = match Builder::new_current_thread().enable_all().build_local(LocalOptions::default()) {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = begun.send(Err(error));
            return;
        }
    };
    let _ = begun.send(Ok(()));
    let lane = Lane {
        front,
        inbox: RefCell::new(Inbox::new()),
        readings: RefCell::new(Vec::with_capacity(BATCH)),
        waiting: TaskTracker::new(),
        room,
        desks: RefCell::default(),
        last: Cell::default(),
    };
    runtime.block_on(give_up.run_until_cancelled(obey(Rc::new(lane), orders)));
}

async fn obey(lane: Rc<Lane>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let served = TaskTracker::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Open(door) => {
                let desk = Rc::new(Desk::new(Rc::clone(&lane), door));
                served.spawn_local(Rc::clone(&desk).serve());
                lane.desks.borrow_mut().push(desk);
            }
            Order::Close(door) => lane.desks.borrow_mut().retain(|desk| {
                let goes = desk.is_at(&door);
                if goes {
                    desk.close();
                }
                !goes
            }),
        }
    }
    lane.desks.take().iter().for_each(|desk| desk.close());
    for tasks in [&served, &lane.waiting] {
        tasks.close();
        tasks.wait().await;
    }
}
