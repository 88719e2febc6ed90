//! The queries of the lanes that must wait for an upstream: they wait on tokio, and are answered through the socket
//! that they came in by.

use std::sync::Arc;

use tokio::{sync::mpsc, task::JoinSet};

use super::door::{Door, Route};
use crate::server::{Front, front::Waiting};

/// Queries between the lanes and tokio at most.
pub(super) const QUEUE: usize = 1024;
/// Queries that wait for upstreams at once at most.
const WAITING: usize = 4096;

/// A query that waits, with its way back.
pub(super) struct SlowQuery {
    pub(super) waiting: Waiting,
    pub(super) door: Arc<Door>,
    pub(super) route: Route,
}

/// Answers what comes out of `queue` until all lanes have ended, then what is still in flight.
pub(super) async fn answer(front: Arc<Front>, mut queue: mpsc::Receiver<SlowQuery>) {
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            query = queue.recv(), if tasks.len() < WAITING => match query {
                Some(query) => {
                    tasks.spawn(answer_one(Arc::clone(&front), query));
                }
                None => break,
            },
            Some(_) = tasks.join_next() => {}
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn answer_one(front: Arc<Front>, query: SlowQuery) {
    let mut out = Vec::new();
    let receipt = front.wait(query.waiting, &mut out).await;
    if query.door.send(&out, &query.route).is_err() {
        front.counters().unsent.add();
    }
    front.record([receipt]);
}
