//! Waits for the next query where the last one was answered. When queries follow each other, the way back through the
//! runtime, which finds out which of its tasks to wake, takes longer than an answer; asking the kernel for the lane's
//! sockets alone takes a tenth of that.
//!
//! The runtime has nothing else to do meanwhile: a lane lingers only while none of its queries waits for an upstream, and
//! goes back after a while in any case, because sockets come and go, too.

use std::{array, time::Duration};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{batch::Filled, lane::Lane};
use crate::time::Moment;

/// Queries that are further apart than this do not follow each other; and how long one is waited for.
const MOMENT: Duration = Duration::from_millis(4);
/// How long queries may follow each other before the runtime has its turn.
const TURN: Duration = Duration::from_millis(50);
/// Sockets of a lane that lingers at most.
const SOCKETS: usize = 16;

/// Answers what follows the queries just answered, at any socket of `lane`; returns whether more is likely to follow.
pub(super) fn linger(lane: &Lane) -> bool {
    let desks = lane.desks.borrow();
    let Some(first) = desks.first().filter(|_| desks.len() <= SOCKETS) else { return false };
    // Those behind the last desk are not looked at.
    let mut polled: [_; SOCKETS] =
        array::from_fn(|place| PollFd::new(desks.get(place).unwrap_or(first).door().socket(), PollFlags::IN));
    let polled = &mut polled[..desks.len()];
    // A desk that lingers has no other turn to send these, and queries may follow at others for as long as they like.
    desks.iter().for_each(|desk| desk.send_waiting());
    let timeout = Timespec::try_from(MOMENT).ok();
    let end = lane.last.get().after(TURN);
    while lane.last.get() < end {
        if !lane.waiting.is_empty() || !matches!(poll(polled, timeout.as_ref()), Ok(1..)) {
            return false;
        }
        for (desk, _) in desks.iter().zip(&*polled).filter(|(_, polled)| !polled.revents().is_empty()) {
            if desk.answer_batch() == Filled::Nothing {
                // It was woken by an error, which the runtime hears of as well.
                return false;
            }
        }
    }
    true
}

/// Whether queries follow each other: some have just arrived, and others shortly before.
pub(super) fn is_busy(lane: &Lane, arrived: Moment) -> bool {
    arrived.since(lane.last.replace(arrived)) < MOMENT
}
