//! Queries in flight on one socket, told apart by id. Pure: what arrived goes in as bytes.
//!
//! A query whose asker has gone stays until its reply comes or the socket ends: its id is not used again meanwhile, and a
//! reply that is only late is not taken for a forged one.

use std::{
    collections::HashMap,
    io, mem,
    sync::Arc,
    task::{Poll, Waker},
};

use crate::{
    dns::{Answer, NotAnAnswer},
    upstream::{
        asked::{Asked, Match, is_truncated},
        datagrams::LARGEST,
        randomness::Randomness,
        server::TryError,
    },
};

/// How a query on a socket ended.
#[derive(Debug)]
pub(super) enum Heard {
    /// With a reply that matches, read.
    Reply(Result<Arc<Answer>, NotAnAnswer>),
    /// With a reply that was cut short: ask over TCP (RFC 7766, section 5).
    Truncated,
    /// With a reply in another case: ask over TCP, where nobody can forge blindly.
    CaseDiffers,
    /// With so many wrong replies that TCP is safer.
    Flooded,
    /// The socket ended for this reason.
    Lost(io::ErrorKind),
}

/// Queries in flight.
#[derive(Debug, Default)]
pub(super) struct Pending {
    queries: HashMap<u16, InFlight>,
    /// How many askers wait.
    waiting: usize,
    /// Datagrams that answered nothing.
    wrong: u32,
}

#[derive(Debug)]
struct InFlight {
    asked: Asked,
    /// [`Pending::wrong`] when it began.
    wrong_before: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(Option<Waker>),
    Ended(Heard),
    Abandoned,
}

impl Pending {
    /// Takes a query in, under another unpredictable id if its own is in use. Returns the id.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn insert(&mut self, mut asked: Asked, randomness: &mut Randomness) -> Result<u16, TryError> {
        while self.queries.contains_key(&asked.id()) {
            asked.set_id(randomness.number()?);
        }
        let id = asked.id();
        self.queries.insert(id, InFlight { asked, wrong_before: self.wrong, state: State::Waiting(None) });
        self.waiting += 1;
        Ok(id)
    }

    /// The bytes of a query whose asker still waits.
    pub(super) fn bytes(&self, id: u16) -> Option<&[u8]> {
        let query = self.queries.get(&id)?;
        matches!(query.state, State::Waiting(_)).then(|| query.asked.bytes())
    }

    /// Hands a datagram to the query that it answers; what answers none is counted.
    pub(super) fn deliver(&mut self, reply: &mut [u8]) {
        let id = reply.first_chunk::<2>().map(|octets| u16::from_be_bytes(*octets));
        let Some((id, query)) = id.and_then(|id| Some((id, self.queries.get_mut(&id)?))) else {
            self.wrong += 1;
            return;
        };
        let heard = match query.asked.matches(reply) {
            Match::No => {
                self.wrong += 1;
                return;
            }
            // What is longer than there was room for is cut, whether it says so or not.
            Match::Yes if is_truncated(reply) || reply.len() >= LARGEST => Heard::Truncated,
            Match::Yes => Heard::Reply(query.asked.read(reply)),
            // Amid guesses another case is one of them.
            Match::CaseDiffers if self.wrong > 0 => Heard::Flooded,
            Match::CaseDiffers => Heard::CaseDiffers,
        };
        match mem::replace(&mut query.state, State::Abandoned) {
            State::Waiting(waker) => {
                query.state = State::Ended(heard);
                self.waiting -= 1;
                waker.into_iter().for_each(Waker::wake);
            }
            // The second of two equal replies changes nothing.
            ended @ State::Ended(_) => query.state = ended,
            State::Abandoned => {
                self.queries.remove(&id);
            }
        }
    }

    /// How the query under `id` ended; its place is free then.
    pub(super) fn poll(&mut self, id: u16, waker: &Waker) -> Poll<Heard> {
        match self.queries.get_mut(&id).map(|query| &mut query.state) {
            Some(State::Waiting(Some(known))) if known.will_wake(waker) => Poll::Pending,
            Some(State::Waiting(known)) => {
                *known = Some(waker.clone());
                Poll::Pending
            }
            Some(State::Ended(_)) => match self.queries.remove(&id).map(|query| query.state) {
                Some(State::Ended(heard)) => Poll::Ready(heard),
                _ => Poll::Ready(Heard::Lost(io::ErrorKind::Other)),
            },
            Some(State::Abandoned) | None => Poll::Ready(Heard::Lost(io::ErrorKind::NotConnected)),
        }
    }

    /// Notes that the asker of `id` has gone; true when wrong replies came while it waited.
    pub(super) fn abandon(&mut self, id: u16) -> bool {
        let Some(query) = self.queries.get_mut(&id) else { return false };
        let wrong = self.wrong > query.wrong_before;
        match mem::replace(&mut query.state, State::Abandoned) {
            State::Waiting(_) => self.waiting -= 1,
            State::Ended(_) => {
                self.queries.remove(&id);
            }
            State::Abandoned => {}
        }
        wrong
    }

    /// Ends all that wait in the same way.
    pub(super) fn end_all(&mut self, how: impl Fn() -> Heard) {
        for query in self.queries.values_mut() {
            if let State::Waiting(waker) = &mut query.state {
                let waker = waker.take();
                query.state = State::Ended(how());
                waker.into_iter().for_each(Waker::wake);
            }
        }
        self.waiting = 0;
    }

    /// How many askers wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many datagrams answered nothing.
    pub(super) fn wrong(&self) -> u32 {
        self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dns::{Question, RecordType},
        upstream::asked::Dress,
    };

    type Change = fn(&mut Vec<u8>);

    /// What becomes of one query when these replies, made from its bytes, come in turn.
    fn check(replies: &[Change], expected: Option<&str>, wrong: u32) {
        let (mut pending, mut randomness) = (Pending::default(), Randomness::default());
        let question = Question::plain(&"www.example".parse().unwrap(), RecordType::A);
        let asked = Asked::new(&question, Dress::RandomCase, &mut randomness).unwrap();
        let bytes = asked.bytes().to_vec();
        let id = pending.insert(asked, &mut randomness).unwrap();
        assert_eq!(pending.bytes(id), Some(&bytes[..]));
        for change in replies {
            let mut reply = bytes.clone();
            reply[2] |= 0x80;
            change(&mut reply);
            pending.deliver(&mut reply);
        }
        let heard = match pending.poll(id, Waker::noop()) {
            Poll::Ready(heard) => Some(format!("{heard:?}").split('(').next().unwrap().to_owned()),
            Poll::Pending => None,
        };
        assert_eq!((heard.as_deref(), pending.wrong()), (expected, wrong));
        assert_eq!(pending.waiting(), usize::from(heard.is_none()));
        assert_eq!(pending.abandon(id), heard.is_none() && wrong > 0);
        assert_eq!(pending.waiting(), 0);
    }

    #[test]
    fn what_replies_come_to() {
        let (truth, cut): (Change, Change) = (|_| {}, |reply| reply[2] |= 2);
        let case: Change = |reply| reply[13] ^= 0x20;
        let other_id: Change = |reply| reply[0] ^= 1;
        let other_name: Change = |reply| reply[13] = b'z';
        let empty: Change = Vec::clear;
        check(&[], None, 0);
        check(&[truth], Some("Reply"), 0);
        check(&[truth, case, truth], Some("Reply"), 0);
        check(&[cut, truth], Some("Truncated"), 0);
        check(&[|reply| reply.resize(LARGEST, 0)], Some("Truncated"), 0);
        check(&[case], Some("CaseDiffers"), 0);
        check(&[other_id], None, 1);
        check(&[other_id, other_name, empty], None, 3);
        check(&[other_id, case], Some("Flooded"), 1);
        check(&[other_id, truth], Some("Reply"), 1);
    }

    #[test]
    fn a_late_reply_is_not_a_wrong_one() {
        let (mut pending, mut randomness) = (Pending::default(), Randomness::default());
        let question = Question::plain(&"www.example".parse().unwrap(), RecordType::A);
        let asked = Asked::new(&question, Dress::Plain, &mut randomness).unwrap();
        let mut reply = asked.bytes().to_vec();
        reply[2] |= 0x80;
        let id = pending.insert(asked.clone(), &mut randomness).unwrap();
        assert!(!pending.abandon(id));
        assert_ne!(pending.insert(asked, &mut randomness).unwrap(), id, "the id is not free yet");
        pending.deliver(&mut reply.clone());
        assert_eq!((pending.wrong(), pending.queries.len()), (0, 1));
        pending.deliver(&mut reply);
        assert_eq!(pending.wrong(), 1, "it came once already");
        pending.end_all(|| Heard::Flooded);
        assert_eq!(pending.waiting(), 0);
    }
}
