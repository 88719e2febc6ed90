//! Where the queries of a lane wait for their answers: in tasks that each take one query after the other, because a task of
//! its own for each would be several allocations more.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use tokio_util::task::TaskTracker;

use super::{
    desk::{Desk, Late},
    door::Route,
};
use crate::server::Waiting;

/// Tasks that are kept for the next queries; what a burst needed beyond them ends with it.
const KEPT: usize = 64;

/// The waiting queries of a lane, and the tasks that they wait in.
#[derive(Default)]
pub(super) struct Waiters {
    /// Those with nothing to do, each once.
    idle: RefCell<Vec<Rc<Waiter>>>,
    /// How many queries wait.
    count: Cell<usize>,
    closing: Cell<bool>,
    tasks: TaskTracker,
}

/// What a task is handed its next query through.
#[derive(Default)]
struct Waiter {
    next: RefCell<Option<(Rc<Desk>, Waiting, Route)>>,
    task: Cell<Option<Waker>>,
}

/// One more query that waits, until this is dropped.
struct Counted<'w>(&'w Cell<usize>);

impl Waiters {
    /// How many queries wait.
    pub(super) fn count(&self) -> usize {
        self.count.get()
    }

    /// Waits for the answer to `query`, which came to `desk` by `route`, and hands it to the desk.
    pub(super) fn take(self: &Rc<Self>, desk: &Rc<Desk>, query: Waiting, route: Route) {
        self.count.update(|count| count + 1);
        let idle = self.idle.borrow_mut().pop();
        let is_new = idle.is_none();
        let waiter = idle.unwrap_or_default();
        waiter.next.replace(Some((Rc::clone(desk), query, route)));
        if is_new {
            self.tasks.spawn_local(Rc::clone(self).work(waiter));
        } else {
            waiter.wake();
        }
    }

    /// Waits until no query does.
    pub(super) async fn finish(&self) {
        self.closing.set(true);
        self.idle.take().iter().for_each(|waiter| waiter.wake());
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// What each task does.
    async fn work(self: Rc<Self>, waiter: Rc<Waiter>) {
        let mut late = Late::new();
        while let Some((desk, query, route)) = poll_fn(|cx| self.next(&waiter, cx)).await {
            // However it ends: the others go on when an answer brings its task down.
            let counted = Counted(&self.count);
            desk.answer_late(query, route, &mut late).await;
            drop(counted);
            let mut idle = self.idle.borrow_mut();
            if self.closing.get() || idle.len() >= KEPT {
                return;
            }
            idle.push(Rc::clone(&waiter));
        }
    }

    /// The next query of `waiter`, whose task may be woken for nothing, too.
    fn next(&self, waiter: &Waiter, cx: &Context<'_>) -> Poll<Option<(Rc<Desk>, Waiting, Route)>> {
        match waiter.next.take() {
            None if !self.closing.get() => {
                waiter.task.set(Some(cx.waker().clone()));
                Poll::Pending
            }
            next => Poll::Ready(next),
        }
    }
}

impl Waiter {
    fn wake(&self) {
        self.task.take().into_iter().for_each(Waker::wake);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.update(|count| count - 1);
    }
}
